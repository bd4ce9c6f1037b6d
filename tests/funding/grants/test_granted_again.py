"""D10: what was reversed, with all that was paid of it back, bars nothing; the same scheme gives again where asked."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.funding.ledger.verifying import DRIFTING, OUT_OF_BALANCE
from services.funding.reconciliation import RECONCILIATION
from tests.funding.conftest import Funding, completed, party_news
from tests.funding.grants.settling.helpers import done
from tests.funding.grants.test_corrected import corrected
from tests.funding.helpers import H31, MEMBERS, listed, load, organization_news, run
from tests.funding.rectifications.test_releasing import closed
from tests.funding.runs.test_other_schemes import example

ANNUAL = "hz-2013-annual"
WHY = {"reason": "应由其他方案补助", "reference": "CX-1"}
PAPER = {"returned_on": "2026-11-02"}


async def committee(funding: Funding) -> tuple[UUID, str]:
    """A committee with its annual grant (H32)."""
    party = uuid4()
    await funding.deliver(party_news(party, uuid4(), kind="COMMITTEE"))
    await funding.deliver(completed(party_organization_id=party, party_organization_kind="COMMITTEE"))
    [grant] = await funding.grants()
    return party, str(grant["id"])


async def standing(funding: Funding, **query: Any) -> list[dict[str, Any]]:
    return [one for one in await funding.grants(**query) if one["state"] != "reversed"]


async def whole(funding: Funding) -> None:
    """The books are right."""
    for one in RECONCILIATION.invariants:
        assert await funding.rows(one.violations) == [], one.name
    assert [await funding.rows(one) for one in (OUT_OF_BALANCE, DRIFTING)] == [[], []]


async def test_d10_a_reversed_grant_of_h32_makes_room_for_h31(funding: Funding) -> None:
    party, annual = await committee(funding)
    await listed(funding, H31, party, amount_fen=6_000_000)
    [line] = (await run(funding, H31, year=2026))["lines"]
    assert (line["outcome"], line["reasons"][-1]["outcome"]) == ("none", "granted_by_other_scheme")
    await done(funding, annual, "reversal", **WHY)
    for dry_run in (True, False):
        ran = await run(funding, H31, year=2026, dry_run=dry_run)
        assert (ran["raised"], ran["total_fen"]) == (1, 6_000_000)
    assert [one["scheme"] for one in await standing(funding)] == [H31]
    [line] = (await run(funding, H31, year=2026))["lines"]
    assert line["outcome"] == "unchanged"
    await whole(funding)


async def test_d10_what_was_paid_of_it_bars_until_all_of_it_is_back(funding: Funding) -> None:
    party, annual = await committee(funding)
    await funding.take(annual, "review", "approval", "payment")
    await listed(funding, H31, party, amount_fen=6_000_000)
    await done(funding, annual, "reversal", **WHY)
    for part, left in ((1_999_999, 1), (1, 0)):
        [line] = (await run(funding, H31, year=2026))["lines"]
        facts = line["reasons"][-1]["facts"]
        assert (line["outcome"], facts["state"], facts["to_be_returned_fen"]) == ("none", "reversed", part + left)
        await done(funding, annual, "balance-return", amount_fen=part, reference=f"B-{part}", **PAPER)
    assert (await run(funding, H31, year=2026))["raised"] == 1
    [grant] = await standing(funding)
    await funding.take(grant["id"], "review", "approval", "payment")
    assert await funding.balance("4001") == -6_000_000
    await whole(funding)


async def test_d10_what_was_granted_beside_it_bars_as_well(funding: Funding) -> None:
    party, annual = await committee(funding)
    await funding.take(annual, "review", "approval", "payment")
    await done(funding, annual, "amendment", amount_fen=2_000_100, **WHY)
    [beside] = [one["id"] for one in await funding.grants() if one["amends"] == annual]
    await funding.take(beside, "review", "approval", "payment")
    await listed(funding, H31, party, amount_fen=6_000_000)
    for one in (beside, annual):
        await done(funding, one, "reversal", **WHY)
    await done(funding, annual, "balance-return", amount_fen=2_000_000, reference="B-1", **PAPER)
    assert (await run(funding, H31, year=2026))["raised"] == 0
    await done(funding, beside, "balance-return", amount_fen=100, reference="B-2", **PAPER)
    assert (await run(funding, H31, year=2026))["raised"] == 1
    await whole(funding)


async def test_h32_the_same_scheme_grants_again_to_whom_is_named(funding: Funding) -> None:
    party, first = await committee(funding)
    await committee_of_another(funding)
    await funding.take(first, "review", "approval", "payment")
    await done(funding, first, "reversal", **WHY)
    asked: dict[str, Any] = {"year": 2026, "again_for": [str(party)]}
    [line] = (await run(funding, ANNUAL, **asked))["lines"]
    assert (line["outcome"], line["reasons"][-1]["facts"]["to_be_returned_fen"]) == ("unchanged", 2_000_000)
    await done(funding, first, "balance-return", amount_fen=2_000_000, reference="B-1", **PAPER)
    assert (await run(funding, ANNUAL, year=2026))["raised"] == 0, "it is named, or nothing happens"
    [foreseen] = (await run(funding, ANNUAL, **asked, dry_run=True))["lines"]
    assert (foreseen["outcome"], foreseen["grant_id"]) == ("raised", None)
    for number in (2, 3):
        ran = await run(funding, ANNUAL, **asked)
        [line] = ran["lines"]
        reason = line["reasons"][-1]
        assert (ran["raised"], reason["rule"], reason["outcome"]) == (1, "R-granted-again", "asked")
        assert reason["facts"]["number"] == number
        assert (await run(funding, ANNUAL, **asked))["unchanged"] == 1
        [grant] = await standing(funding, recipient=str(party))
        assert (grant["state"], grant["period"], grant["year"]) == ("raised", "2026", 2026)
        await funding.take(grant["id"], "review", "approval", "payment")
        if number == 2:
            await done(funding, grant["id"], "reversal", **WHY)
            await done(funding, grant["id"], "balance-return", amount_fen=2_000_000, reference="B-2", **PAPER)
    assert await funding.balance("4001") == -2_000_000, "paid three times, returned twice"
    await whole(funding)


async def committee_of_another(funding: Funding) -> None:
    await funding.deliver(completed())


async def test_s26_a_run_grants_again_to_whom_is_named(funding: Funding) -> None:
    parties = []
    for full in (3, 4):
        party, organization = uuid4(), uuid4()
        parties.append(party)
        news = party_news(party, organization, division="310101", on="2020-01-01", established_on="2020-01-01")  # type: ignore[arg-type]
        await funding.deliver(organization_news(organization, full), news)
    await run(funding, MEMBERS, year=2026)
    for one in await funding.grants():
        await funding.take(one["id"], "review", "approval")
        await done(funding, one["id"], "reversal", **WHY)
    again = await run(funding, MEMBERS, year=2026)
    assert (again["raised"], again["held"], again["unchanged"]) == (0, 0, 2)
    assert {one["reasons"][-1]["facts"]["state"] for one in again["lines"]} == {"reversed"}
    ran = await run(funding, MEMBERS, year=2026, again_for=[str(parties[1])])
    assert [(one["recipient_id"], one["amount_fen"]) for one in ran["lines"]] == [(str(parties[1]), 80_000)]
    [grant] = await standing(funding)
    await funding.take(grant["id"], "review", "approval", "payment")
    decisions = (await funding.get("/v1/grants/decisions", recipient=str(parties[1])))["items"]
    assert [one["outcome"] for one in decisions].count("raised") == 2, "the second is kept beside the first"
    await whole(funding)


async def test_d11_a_star_that_is_corrected_up_again_is_held_until_somebody_releases_it(funding: Funding) -> None:
    load(funding, example("star-award", "3301"))
    first = completed(star=4)
    await funding.deliver(first, corrected(first, 2))
    for one in await funding.grants(scheme="star-award"):
        await done(funding, one["id"], "reversal", **WHY)
    up = corrected(first, 5, days=2)
    await funding.deliver(first, corrected(first, 4))  # no news: delivered twice, and late
    assert await standing(funding, scheme="star-award") == []
    for _ in range(3):
        await funding.deliver(up)
    [grant] = await standing(funding, scheme="star-award")
    assert (grant["amount_fen"], grant["state"], grant["reasons"][-1]["rule"]) == (500_000, "held", "R-granted-again")
    assert (await done(funding, grant["id"], "release", note="复核无误"))["state"] == "raised"
    await whole(funding)


async def test_decision_5_a_closed_rectification_does_not_release_what_is_granted_again(funding: Funding) -> None:
    first = completed(star=1)
    await funding.deliver(first)
    [grant] = await funding.grants()
    await done(funding, grant["id"], "reversal", **WHY)
    later = corrected(first, 0)
    await funding.deliver(later, closed(later))
    [grant] = await standing(funding)
    assert (grant["state"], grant["reasons"][-1]["outcome"]) == ("held", "rectified")


async def test_s26_whoever_is_named_and_not_concerned_is_refused(funding: Funding) -> None:
    party, _ = await committee(funding)
    for code in (ANNUAL, MEMBERS):
        refused = await run(funding, code, 422, year=2025, again_for=[str(party)])
        assert refused["errors"][0]["pointer"] == "/again_for/0"
    refused = await run(funding, ANNUAL, 422, year=2026, again_for=[str(party), str(uuid4())])
    assert [one["pointer"] for one in refused["errors"]] == ["/again_for/1"]


@pytest.mark.parametrize("faulty", [{"again_for": []}, {"again_for": ["x"]}])
async def test_t13_whom_to_give_again_is_named_by_id(funding: Funding, faulty: dict[str, Any]) -> None:
    refused = await run(funding, ANNUAL, 422, year=2026, **faulty)
    assert refused["errors"][0]["pointer"].startswith("/again_for")


async def test_s26_a_late_count_after_a_reversal_is_held(funding: Funding) -> None:
    party, organization = uuid4(), uuid4()
    news = party_news(party, organization, division="310101", on="2020-01-01", established_on="2020-01-01")  # type: ignore[arg-type]
    counted = organization_news(organization, 3)
    await funding.deliver(counted, news)
    await run(funding, MEMBERS, year=2026)
    [grant] = await funding.grants()
    await done(funding, grant["id"], "reversal", **WHY)
    await funding.deliver(organization_news(organization, 5, sequence=2))
    for held in (1, 0):
        ran = await run(funding, MEMBERS, year=2026)
        assert (ran["raised"], ran["held"], ran["unchanged"]) == (0, held, 1 - held)
    [grant] = await standing(funding)
    assert (grant["amount_fen"], grant["state"]) == (100_000, "held")
