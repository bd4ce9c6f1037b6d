"""S30: which money each shipped scheme is paid from, as the source text names it."""

from services.funding.policies import read_schemes
from shared.settings import REPOSITORY_POLICIES

NAMED = {
    "hz-2013-awards": "dues",
    "sh-2015-dues-refund": "dues",
    "sh-2015-larger": "city_dues",
    "sh-2015-members": "fiscal",
}
"""Of the others the text names none: theirs is the region's of their channel."""


def test_s30_every_shipped_scheme_states_its_source_or_that_none_is_named() -> None:
    found = {one.parameters.scheme: one.parameters.source for one in read_schemes(REPOSITORY_POLICIES).policies}
    assert {scheme: source for scheme, source in found.items() if source is not None} == NAMED
    examples = [REPOSITORY_POLICIES, REPOSITORY_POLICIES / "examples"]
    for path in (path for folder in examples for path in folder.glob("*/funding*.yaml")):
        assert "\n  source: " in path.read_text(encoding="utf-8"), path
