"""The reach of a caller: prefixes of divisions, and nothing without any."""

import orjson
import pytest

from shared.db.access import EVERYTHING, NOBODY, Access, system_access
from shared.problems.access import OutsideScope, check_reach


@pytest.mark.parametrize(
    ("scope", "division", "inside"),
    [
        (("3301",), "330106", True),
        (("330106",), "330106", True),
        (("33", "3101"), "310115", True),
        (("3302",), "330106", False),
        (("330106",), "3301", False),
        ((), "330106", False),
        (EVERYTHING, "330106", True),
    ],
)
def test_reach__is_by_prefix(scope: tuple[str, ...], division: str, inside: bool) -> None:
    access = Access("甲", scope)
    assert access.reaches(division) is inside
    if inside:
        check_reach(access, division)
        return
    with pytest.raises(OutsideScope) as raised:
        check_reach(access, division)
    assert (raised.value.status, raised.value.facts) == (403, {"division": division})


def test_access__as_policies_and_audit_read_it() -> None:
    access = Access("甲", ("3301", "31"), authority="rater", door="GET /x", request_id="r")
    assert access.patterns() == "3301%,31%"
    context = {"actor": "甲", "authority": "rater", "door": "GET /x", "request": "r"}
    assert orjson.loads(access.context()) == context
    assert (NOBODY.patterns(), system_access("funding", "worker").patterns()) == ("", "%")
