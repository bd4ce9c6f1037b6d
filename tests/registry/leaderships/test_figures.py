"""S31 for a leader: figures without small ones, and none that gives them away (decision 48); S2 and S4 besides."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.registry.leaderships.reports.figures import COUNTED, withheld_of
from tests.conftest import TokenFor
from tests.registry.bodies.helpers import record_hangzhou
from tests.registry.leaderships.helpers import founded


def counts(**given: int) -> dict[str, int]:
    return dict.fromkeys(COUNTED, 0) | given


BIG = counts(
    party_organizations=100,
    founding=20,
    active=80,
    term_running=60,
    term_ending=10,
    term_none=10,
    secretaries_known=50,
    secretaries_are_heads=30,
)


def test_s31_figures__without_small_ones_all_are_shown() -> None:
    shown = withheld_of("330106", {"330106": BIG, "330105": BIG}, 5)
    assert shown == BIG
    assert withheld_of("3301", {"330106": BIG, "330105": BIG}, 5) == {name: 2 * count for name, count in BIG.items()}


@pytest.mark.parametrize(
    ("changed", "withheld"),
    [
        ({"founding": 2, "party_organizations": 82}, {"founding"}),
        ({"secretaries_are_heads": 48}, {"secretaries_are_heads", "secretaries_known"}),
        ({"secretaries_known": 78, "secretaries_are_heads": 40}, {"secretaries_known", "active"}),
        ({"term_ending": 3}, {"term_ending"}),
        ({"term_ending": 58}, {"term_ending", "term_running"}),
    ],
    ids=["few are founded", "few heads are others", "few are not known", "few end", "few do not end"],
)
def test_s31_figures__a_small_one_is_not_shown_nor_follows(changed: dict[str, int], withheld: set[str]) -> None:
    """Where the rest is small, one of the two that it is the difference of is withheld."""
    row = {**BIG, **changed}
    shown = withheld_of("330106", {"330106": row, "330105": BIG}, 5)
    hidden = {name for name, count in shown.items() if count is None}
    assert hidden & withheld
    if "founding" in withheld:
        assert "founding" in hidden
        assert hidden & {"party_organizations", "active"}, "else it is their difference"
    city = withheld_of("3301", {"330106": row, "330105": BIG}, 5)
    other = withheld_of("330105", {"330106": row, "330105": BIG}, 5)
    for name in hidden:
        assert city[name] is None or other[name] is None, f"{name} is the city's less the other's"


async def test_s2_s4_s31_leader__reads_the_reports_and_no_small_figure(
    app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    await record_hangzhou(client)
    for number in (1, 2):
        await founded(app, client, number)
    leader = {"Authorization": f"Bearer {token_for('leader', ['3301'], '领导')}"}
    asked = {"params": {"division": "3301"}, "headers": leader}
    for path in ("/v1/bodies/coverage", "/v1/bodies/joint-conference"):
        seen = await client.get(path, **asked)
        assert seen.status_code == 200, seen.text
        assert seen.json().keys() == (await client.get(path, params={"division": "3301"})).json().keys()
    report: dict[str, Any] = (await client.get("/v1/leadership-report", **asked)).json()
    assert (report["party_organizations"], report["founding"], report["secretaries_are_heads_bp"]) == (None, None, None)
    assert (report["secretaries_known"], report["show_from"] > 2) == (0, True)
    unit = "0199c3f0-0000-7000-8000-000000000001"
    secretary = {"Authorization": f"Bearer {token_for('secretary', ['3301'], '书记', units=[unit])}"}
    refused = await client.get("/v1/leadership-report", params={"division": "3301"}, headers=secretary)
    assert refused.status_code == 403, "who sees some units would be told a wrong count"
