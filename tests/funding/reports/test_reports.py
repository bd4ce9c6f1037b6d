"""Reports (issue 15 §10): sums of a level add up to the sum above, and to what the ledger has."""

from dataclasses import replace
from typing import Any

import pytest

from shared.field.policies import PolicyBook
from tests.conftest import TokenFor
from tests.funding.appropriations.helpers import appropriated
from tests.funding.conftest import Funding
from tests.funding.ledger.helpers import problem


async def rows(funding: Funding, kind: str, **query: Any) -> dict[str, dict[str, Any]]:
    """The rows of a report by key."""
    return {one["key"]: one for one in (await funding.get(f"/v1/reports/{kind}", **query))["items"]}


async def filled(funding: Funding) -> dict[str, dict[str, Any]]:
    """A grant on each step in one district, and a paid one in another."""
    [raised] = await funding.raised()
    [approved] = await funding.raised(1, "review", "approval")
    [paid] = await funding.raised(1, "review", "approval", "payment")
    [far] = await funding.raised(1, "review", "approval", "payment", division="330105", year=2025)
    return {"raised": raised, "approved": approved, "paid": paid, "far": far}


async def test_reports__sums_add_up_over_levels_and_to_the_ledger(funding: Funding) -> None:
    await filled(funding)
    grants, commitments, payments, balances, execution = [
        await rows(funding, kind) for kind in ("grants", "commitments", "payments", "balances", "execution")
    ]
    assert list(grants) == ["", "33", "3301", "330105", "330106"]
    assert [one["level"] for one in grants.values()] == ["total", "province", "city", "county", "county"]
    assert [one["grants"] for one in grants.values()] == [4, 4, 4, 1, 3]
    for report in (grants, commitments, payments, balances):
        assert report[""]["amount_fen"] == report["3301"]["amount_fen"]
        assert report[""]["amount_fen"] == sum(one["amount_fen"] for one in report.values() if one["level"] == "county")
    assert commitments[""]["amount_fen"] == await funding.balance("5001")
    assert payments[""]["amount_fen"] == -(await funding.balance("4001"))
    assert balances[""]["amount_fen"] == -(await funding.balance("2307"))
    assert set(balances) == {"", "33", "3301", "330106"}
    assert (execution[""]["execution_bp"], execution["330105"]["execution_bp"]) == (6667, 10_000)
    assert grants["330106"]["name"]


@pytest.mark.parametrize("by", ["recipient", "year", "scheme", "source", "channel"])
async def test_reports__by_each_have_the_same_total(funding: Funding, by: str) -> None:
    made = await filled(funding)
    found = await rows(funding, "grants", by=by)
    assert sum(one["amount_fen"] for key, one in found.items() if key) == found[""]["amount_fen"]
    keys = {
        "recipient": {one["recipient_id"] for one in made.values()},
        "year": {"2025", "2026"},
        "scheme": {one["scheme"] for one in made.values()},
        "source": {"unbudgeted"},
        "channel": {"fiscal"},
    }
    assert set(found) - {""} == keys[by]
    names = {"source": {"no appropriation", "未占用预算指标"}, "channel": {"fiscal appropriation", "财政拨款"}}
    assert by not in names or {one["name"] for key, one in found.items() if key} <= names[by]
    first = await funding.get("/v1/reports/grants", by=by, limit=1)
    rest = await funding.get("/v1/reports/grants", by=by, cursor=first["next_cursor"])
    assert [*first["items"], *rest["items"]] == list(found.values())


async def test_reports__filters_narrow_and_name_no_part_as_a_whole(funding: Funding, token_for: TokenFor) -> None:
    made = await filled(funding)
    assert list(await rows(funding, "grants", division="330106")) == ["", "330106"]
    assert list(await rows(funding, "grants", year=2025)) == ["", "33", "3301", "330105"]
    assert (await rows(funding, "grants", recipient=made["paid"]["recipient_id"]))[""]["grants"] == 1
    assert await rows(funding, "grants", source="dues") == {}
    assert await rows(funding, "grants", scheme="x") == {}
    district = {"Authorization": f"Bearer {token_for('district_officer', ['330106'], subject='x')}"}
    own = (await funding.http.get("/v1/reports/grants", headers=district)).json()["items"]
    assert [(one["key"], one["grants"]) for one in own] == [("", 3), ("330106", 3)]
    unit = {"Authorization": f"Bearer {token_for('secretary', ['330106'], units=[made['paid']['recipient_id']])}"}
    assert problem(await funding.http.get("/v1/reports/grants", headers=unit)) == (403, "outside-units")
    for wrong in ("x", "WyIAIl0", "WyJcdTAwMDAiXQ"):
        assert (await funding.http.get("/v1/reports/grants", params={"cursor": wrong})).status_code == 422


async def test_s30_reports__by_source_are_of_the_appropriation(funding: Funding, token_for: TokenFor) -> None:
    """Also for a district, which does not see the city's appropriation that its grant was charged to."""
    scheme = next(one for one in funding.app.state.schemes.policies if one.id == "hz-2013-annual")
    parameters = scheme.parameters.model_copy(update={"source": "city_dues"})
    before = funding.app.state.schemes
    funding.app.state.schemes = PolicyBook((replace(scheme, parameters=parameters),))
    await appropriated(funding, 10_000_000, division="3301", source="city_dues")
    await funding.raised(1, "review", "approval", "payment")
    funding.app.state.schemes = before
    [waiting] = await funding.raised()
    found = await rows(funding, "grants", by="source")
    assert {key: one["grants"] for key, one in found.items()} == {"": 2, "city_dues": 1, "unbudgeted": 1}
    assert found["city_dues"]["name"] in ("city-managed dues", "市管党费")
    assert list(await rows(funding, "payments", by="source")) == ["", "city_dues"]
    district = {"Authorization": f"Bearer {token_for('district_officer', ['330106'], subject='x')}"}
    path = "/v1/reports/commitments?source=city_dues"
    own = (await funding.http.get(path, headers=district)).json()["items"]
    assert [(one["key"], one["grants"]) for one in own] == [("", 1), ("330106", 1)]
    none = await rows(funding, "grants", source="unbudgeted", by="recipient")
    assert set(none) == {"", waiting["recipient_id"]}
