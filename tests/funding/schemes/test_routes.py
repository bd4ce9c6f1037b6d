"""What clients are shown of the schemes."""

import pytest

from tests.funding.conftest import Funding


async def test_schemes_are_shown_with_their_figures(funding: Funding) -> None:
    page = await funding.get("/v1/schemes", division="330106", on="2026-12-31")
    [scheme] = [one for one in page["items"] if one["id"] == "hz-2013-annual"]
    assert page["next_cursor"] is None
    assert (scheme["id"], scheme["region"], scheme["effective_from"]) == ("hz-2013-annual", "3301", "2013-06-04")
    assert scheme["parameters"]["amounts_fen"] == {"COMMITTEE": 2_000_000, "GENERAL": 1_000_000, "BRANCH": 300_000}
    assert scheme["parameters"]["accounts"] == {"expense": "5001", "payable": "2307", "appropriation": "4001"}


@pytest.mark.parametrize("query", [{"division": "330203"}, {"on": "2013-06-03"}])
async def test_schemes_of_another_region_or_day_are_left_out(funding: Funding, query: dict[str, str]) -> None:
    assert (await funding.get("/v1/schemes", **query))["items"] == []


@pytest.mark.parametrize("on", ["20261231", "86400", "2026-12-31T00:00:00", "２０２６-12-31", "2026-02-30", ""])
async def test_t58_schemes__on_is_a_date_and_nothing_else(funding: Funding, on: str) -> None:
    refused = await funding.http.get("/v1/schemes", params={"on": on})
    assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (422, ["/query/on"])
