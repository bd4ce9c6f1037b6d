"""A run without a division looks in every region that has a version of the scheme, by that region's own."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from tests.conftest import TokenFor
from tests.funding.conftest import Funding, completed, party_news
from tests.funding.helpers import listed, load, make_scheme, organization_news, run

LONG_AGO: dict[str, Any] = {"established_on": date(2020, 3, 2), "on": date(2020, 3, 2)}
CODE = "two-regions"
MEMBERS: dict[str, Any] = {"scheme": CODE, "purpose": "members", "trigger": "run"}
HUANGPU, NINGBO = "310101", "330203"


def _of(fen: int | None, **more: Any) -> dict[str, Any]:
    return {**MEMBERS, "amount": {"rule": "per_member", "per_member_fen": fen}, **more}


async def _branch(funding: Funding, division: str, members: int = 3) -> UUID:
    party, organization = uuid4(), uuid4()
    news = organization_news(organization, members, division=division)
    await funding.deliver(news, party_news(party, organization, division=division, **LONG_AGO))
    return party


def _amounts(ran: dict[str, Any]) -> dict[str, int | None]:
    return {line["division"]: line["amount_fen"] for line in ran["lines"] if line["outcome"] in ("raised", "held")}


async def test_a_run_without_a_division_follows_each_of_two_disjoint_regions(funding: Funding) -> None:
    load(
        funding,
        make_scheme("3101", **_of(10_000)),
        # Of this region, another day: each recipient was there at the end of the year itself.
        make_scheme("3302", **_of(20_000, reference="year_end")),
    )
    await _branch(funding, HUANGPU)
    await _branch(funding, NINGBO)
    foreseen = await run(funding, CODE, year=2026, dry_run=True)
    assert _amounts(foreseen) == {HUANGPU: 30_000, NINGBO: 60_000}
    ran = await run(funding, CODE, year=2026)
    assert (_amounts(ran), ran["total_fen"]) == ({HUANGPU: 30_000, NINGBO: 60_000}, 90_000)
    days = {one["division"]: one["snapshot"]["covered_on"] for one in await funding.grants()}
    assert days == {HUANGPU: "2025-12-31", NINGBO: "2026-12-31"}
    assert (await run(funding, CODE, year=2026))["unchanged"] == 2


async def test_a_run_of_one_region_leaves_the_other_alone(funding: Funding, token_for: TokenFor) -> None:
    load(funding, make_scheme("3101", **_of(10_000)), make_scheme("3302", **_of(20_000)))
    await _branch(funding, HUANGPU)
    await _branch(funding, NINGBO)
    assert _amounts(await run(funding, CODE, year=2026, division="3302", dry_run=True)) == {NINGBO: 60_000}
    own = {"Authorization": f"Bearer {token_for(divisions=('3101',))}", "Idempotency-Key": "own"}
    answered = await funding.http.post(f"/v1/schemes/{CODE}/runs", json={"year": 2026}, headers=own)
    assert (answered.status_code, _amounts(answered.json())) == (200, {HUANGPU: 30_000}), answered.text
    elsewhere = {"Authorization": f"Bearer {token_for(divisions=('440106',))}", "Idempotency-Key": "elsewhere"}
    refused = await funding.http.post(f"/v1/schemes/{CODE}/runs", json={"year": 2026}, headers=elsewhere)
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (404, "not-found")


async def test_a_nearer_region_has_its_own_version_beside_the_others(funding: Funding) -> None:
    load(
        funding,
        make_scheme("31", **_of(10_000)),
        make_scheme("3101", **_of(15_000)),
        make_scheme("3302", **_of(20_000)),
    )
    await _branch(funding, "310230")
    await _branch(funding, HUANGPU)
    await _branch(funding, NINGBO)
    wanted = {"310230": 30_000, HUANGPU: 45_000, NINGBO: 60_000}
    assert _amounts(await run(funding, CODE, year=2026)) == wanted


async def test_a_region_whose_figure_is_not_given_yet_does_not_stop_the_others(funding: Funding) -> None:
    load(funding, make_scheme("3101", **_of(None, active=False)), make_scheme("3302", **_of(20_000)))
    await _branch(funding, HUANGPU)
    await _branch(funding, NINGBO)
    assert _amounts(await run(funding, CODE, year=2026, dry_run=True)) == {NINGBO: 60_000}
    refused = await run(funding, CODE, 409, year=2026, division="3101")
    assert refused["type"].rpartition(":")[2] == "scheme-not-active"


async def test_regions_that_pay_by_the_month_and_by_the_year_are_run_as_asked(funding: Funding) -> None:
    monthly = {"rule": "monthly", "monthly_fen": {"full_time": 5_000}}
    load(
        funding,
        make_scheme("3101", **_of(10_000)),
        make_scheme("3302", **_of(None, amount=monthly, frequency="monthly")),
    )
    huangpu, ningbo = await _branch(funding, HUANGPU), await _branch(funding, NINGBO)
    await listed(funding, CODE, ningbo, category="full_time", effective_from="2025-01-01")
    assert _amounts(await run(funding, CODE, year=2026)) == {HUANGPU: 30_000}
    assert _amounts(await run(funding, CODE, month="2026-03")) == {NINGBO: 5_000}
    wrong = await run(funding, CODE, 422, year=2026, division="3302")
    assert [one["pointer"] for one in wrong["errors"]] == ["/month"]
    wrong = await run(funding, CODE, 422, month="2026-03", division="3101")
    assert [one["pointer"] for one in wrong["errors"]] == ["/month"]
    wrong = await run(funding, CODE, 422)
    assert [one["pointer"] for one in wrong["errors"]] == ["/year"]
    assert {one["recipient_id"] for one in await funding.grants()} == {str(huangpu), str(ningbo)}


async def test_evaluations_that_found_no_scheme_are_decided_again_in_each_region(funding: Funding) -> None:
    await funding.deliver(completed(division=HUANGPU), completed(division=NINGBO))
    assert await funding.grants() == []
    kinds = {"COMMITTEE": 3, "GENERAL": 2, "BRANCH": 1}
    for region, fen in (("3101", 10_000), ("3302", 20_000)):
        load(funding, make_scheme(region, scheme=CODE, amounts_fen={kind: n * fen for kind, n in kinds.items()}))
    ran = await run(funding, CODE, year=2026)
    assert _amounts(ran) == {HUANGPU: 10_000, NINGBO: 20_000}
