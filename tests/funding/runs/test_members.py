"""S26: 200 yuan for each member at the reference date, by the counts that were registered by then."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.funding.reconciliation import RECONCILIATION
from tests.conftest import TokenFor
from tests.funding.conftest import Funding, party_news
from tests.funding.helpers import MEMBERS, load, make_scheme, organization_news, run

LONG_AGO: dict[str, Any] = {"division": "310101", "established_on": date(2020, 3, 2), "on": date(2020, 3, 2)}


async def branch(funding: Funding, *counts: tuple[int, int], **changes: Any) -> tuple[UUID, list[UUID]]:
    """A Party organization that covers an organization for each pair of full and probationary members."""
    party, organizations = uuid4(), [uuid4() for _ in counts]
    stated = [organization_news(one, *count) for one, count in zip(organizations, counts, strict=True)]
    await funding.deliver(*stated, party_news(party, *organizations, **LONG_AGO | changes))
    return party, organizations


async def test_s26_200_yuan_for_each_member_of_whom_it_covers(funding: Funding) -> None:
    party, _ = await branch(funding, (3, 1), (2, 0))
    ran = await run(funding, MEMBERS, year=2026)
    assert (ran["raised"], ran["total_fen"]) == (1, 6 * 20_000)
    [grant] = await funding.grants(recipient=str(party))
    due = grant["reasons"][0]
    assert (due["rule"], due["outcome"], due["facts"]["members"], due["facts"]["members_on"]) == (
        "S26",
        "due",
        6,
        "2025-12-31",
    )
    assert (grant["snapshot"]["full_members"], grant["snapshot"]["probationary_members"]) == (5, 1)
    assert (grant["evaluation_id"], grant["purpose"], grant["level"]) == (None, "members", "district")


async def test_s26_counts_are_those_of_the_reference_date(funding: Funding) -> None:
    _, [organization] = await branch(funding, (3, 0))
    await funding.deliver(
        organization_news(organization, 5, sequence=2, as_of=date(2025, 12, 31)),
        organization_news(organization, 9, sequence=3, as_of=date(2026, 1, 1)),
    )
    assert (await run(funding, MEMBERS, year=2026))["total_fen"] == 5 * 20_000


async def test_s26_the_same_run_again_raises_nothing_and_a_dry_run_shows_what_differs(funding: Funding) -> None:
    party, [organization] = await branch(funding, (3, 0))
    foreseen = await run(funding, MEMBERS, year=2026, dry_run=True)
    assert (foreseen["raised"], foreseen["total_fen"], foreseen["lines"][0]["grant_id"]) == (1, 60_000, None)
    assert await funding.grants() == []
    assert await funding.rows("SELECT id FROM outbox") == []
    assert (await run(funding, MEMBERS, year=2026))["raised"] == 1
    again = await run(funding, MEMBERS, year=2026)
    assert (again["raised"], again["unchanged"], again["differing"], again["total_fen"]) == (0, 1, 0, 0)
    # Corrected late: the day that counts had four.
    await funding.deliver(organization_news(organization, 4, sequence=2, as_of=date(2025, 12, 1)))
    differing = await run(funding, MEMBERS, year=2026, dry_run=True)
    [line] = differing["lines"]
    assert (line["outcome"], line["differs"], line["granted_fen"], line["amount_fen"]) == (
        "unchanged",
        True,
        60_000,
        80_000,
    )
    assert (differing["differing"], line["reasons"][-1]["facts"]["input"]) == (1, "differs")
    await run(funding, MEMBERS, year=2026)
    [grant] = await funding.grants(recipient=str(party))
    assert grant["amount_fen"] == 60_000, "a grant is left as it was decided"
    assert len(await funding.rows("SELECT id FROM grant_decisions")) == 2, "what was decided on another input is kept"


async def test_s26_news_in_any_order_and_three_times(funding: Funding) -> None:
    organization = uuid4()
    news = [organization_news(organization, n, sequence=n, as_of=date(2025, n, 1)) for n in (1, 2, 3)]
    await funding.deliver(news[0], news[2], news[1], news[2], party_news(uuid4(), organization, **LONG_AGO))
    await funding.deliver(news[1], news[2])
    assert (await run(funding, MEMBERS, year=2026))["total_fen"] == 3 * 20_000
    # Before what is known of 2025: of an earlier day alone.
    await funding.deliver(organization_news(organization, 7, sequence=5, as_of=date(2025, 5, 1)))
    await funding.deliver(organization_news(organization, 6, sequence=4, as_of=date(2024, 5, 1)))
    assert (await run(funding, MEMBERS, year=2025, dry_run=True))["total_fen"] == 6 * 20_000


@pytest.mark.parametrize(
    ("changes", "raised"),
    [
        ({"established_on": date(2025, 12, 31), "on": date(2025, 12, 31)}, 1),
        ({"established_on": date(2026, 1, 1), "on": date(2026, 1, 1)}, 0),
        ({"division": "330106"}, 0),
    ],
)
async def test_s26_who_was_there_at_the_reference_date(funding: Funding, changes: dict[str, Any], raised: int) -> None:
    await branch(funding, (3, 0), **changes)
    ran = await run(funding, MEMBERS, year=2026)
    assert (ran["raised"], len(ran["lines"])) == (raised, raised)


async def test_s26_nothing_is_known_of_the_members(funding: Funding) -> None:
    await funding.deliver(party_news(uuid4(), uuid4(), **LONG_AGO))
    await branch(funding, (0, 0))
    ran = await run(funding, MEMBERS, year=2026)
    assert sorted(line["reasons"][0]["outcome"] for line in ran["lines"]) == ["members_not_known", "no_members"]
    assert ran["none"] == 2


async def test_s26_whole_life__dissolved_and_founded_again_an_organization_counts_once(funding: Funding) -> None:
    first, [organization] = await branch(funding, (3, 0))
    await run(funding, MEMBERS, year=2026)
    gone = party_news(first, sequence=2, on=date(2026, 2, 1), division="310101")
    second = party_news(uuid4(), organization, **LONG_AGO)
    await funding.deliver(gone, second)
    [held] = await funding.grants(state="held")
    assert held["recipient_id"] == str(first)
    ran = await run(funding, MEMBERS, year=2026)
    assert sorted(line["outcome"] for line in ran["lines"]) == ["raised", "unchanged"], "the held one stands for nobody"
    twice = party_news(uuid4(), organization, **LONG_AGO)
    await funding.deliver(twice)
    [line] = [one for one in (await run(funding, MEMBERS, year=2026))["lines"] if one["outcome"] == "none"]
    assert line["reasons"][-1]["rule"] == "R-counted-once"


async def test_s26_what_was_refused_and_is_raised_later_is_kept_twice(funding: Funding) -> None:
    first, [organization] = await branch(funding, (3, 0))
    await run(funding, MEMBERS, year=2026)
    second = party_news(uuid4(), organization, **LONG_AGO)
    await funding.deliver(second)
    for _ in range(2):
        await run(funding, MEMBERS, year=2026)
    await funding.deliver(party_news(first, sequence=2, on=date(2026, 2, 1), division="310101"))
    await run(funding, MEMBERS, year=2026)
    [grant] = await funding.grants(recipient=str(second.data.id))
    decisions = (await funding.get("/v1/grants/decisions", recipient=str(second.data.id)))["items"]
    assert [(one["outcome"], one["grant_id"]) for one in decisions] == [("none", None), ("raised", grant["id"])]


async def test_s26_another_year_is_another_grant_and_a_year_to_come_is_refused(funding: Funding) -> None:
    party, _ = await branch(funding, (3, 0))
    assert (await run(funding, MEMBERS, year=2026))["raised"] == 1
    refused = await run(funding, MEMBERS, 422, year=9998)
    assert refused["errors"][0]["pointer"] == "/year"
    assert (await run(funding, MEMBERS, 422, month="2026-01"))["errors"][0]["pointer"] == "/month"
    assert (await run(funding, MEMBERS, 422))["errors"][0]["pointer"] == "/year"
    assert (await run(funding, "nobody-knows", 404, year=2026))["type"].endswith("not-found")
    assert len(await funding.grants(recipient=str(party))) == 1


async def test_s26_a_nearer_region_has_a_scheme_of_its_own(funding: Funding) -> None:
    """Decision 7: one scheme of a purpose and level; D10: another level gives beside it."""
    party, _ = await branch(funding, (3, 0))
    rule = {"rule": "per_member", "per_member_fen": 30_000}
    own: dict[str, Any] = {
        "scheme": "huangpu-members",
        "rule": "S26",
        "purpose": "members",
        "trigger": "run",
        "amount": rule,
    }
    load(funding, make_scheme("310101", level="district", **own))
    assert (await run(funding, MEMBERS, year=2026))["lines"] == []
    assert (await run(funding, "huangpu-members", year=2026))["total_fen"] == 90_000
    load(funding, make_scheme("31", level="city", **own | {"scheme": "city-members"}))
    assert (await run(funding, "city-members", year=2026))["raised"] == 1
    assert sorted(one["scheme"] for one in await funding.grants(recipient=str(party))) == [
        "city-members",
        "huangpu-members",
    ]


async def test_s26_a_run_sees_the_callers_divisions_alone(funding: Funding, token_for: TokenFor) -> None:
    await branch(funding, (3, 0))
    await branch(funding, (2, 0), division="310104")
    headers = {"Authorization": f"Bearer {token_for('reviewer', ['310104'])}"}
    path = f"/v1/schemes/{MEMBERS}/runs"
    seen = await funding.http.post(path, json={"year": 2026}, headers=headers)
    assert (seen.status_code, [line["division"] for line in seen.json()["lines"]]) == (200, ["310104"])
    outside = await funding.http.post(path, json={"year": 2026, "division": "3101"}, headers=headers)
    assert outside.status_code == 403


async def test_s26_a_grant_that_stayed_where_the_recipient_was_is_found(funding: Funding, token_for: TokenFor) -> None:
    """What is approved stays where it was decided: the run of the new district raises nothing beside it."""
    party, [organization] = await branch(funding, (3, 0))
    await run(funding, MEMBERS, year=2026)
    [grant] = await funding.grants()
    await funding.take(grant["id"], "review", "approval")
    moved: dict[str, Any] = LONG_AGO | {"division": "310104", "sequence": 2}
    await funding.deliver(party_news(party, organization, **moved))
    headers = {"Authorization": f"Bearer {token_for('reviewer', ['310104'])}"}
    for dry_run in (True, False):
        body = {"year": 2026, "dry_run": dry_run}
        ran = await funding.http.post(f"/v1/schemes/{MEMBERS}/runs", json=body, headers=headers)
        assert ran.status_code == 200, ran.text
        assert [line["outcome"] for line in ran.json()["lines"]] == ["unchanged"]
    assert len(await funding.grants()) == 1


async def test_s26_a_grant_stands_for_whom_its_members_were_counted_of(funding: Funding) -> None:
    """An organization that moved since the reference date counts where it was, with its members."""
    first, [moving, staying] = await branch(funding, (3, 0), (1, 0))
    second, [own] = await branch(funding, (2, 0))
    await _state(funding, 2, {first: [staying], second: [own, moving]})
    ran = await run(funding, MEMBERS, year=2026)
    assert (ran["raised"], ran["total_fen"]) == (2, 6 * 20_000)
    counted = {first: {moving, staying}, second: {own}}
    assert await _claims(funding) == counted
    await _state(funding, 3, {first: [staying], second: [own, moving]})
    assert await _claims(funding) == counted, "later news do not change what was counted"
    assert {one["state"] for one in await funding.grants()} == {"raised"}
    [once] = [one.violations for one in RECONCILIATION.invariants if "counts in one grant" in one.name]
    assert await funding.rows(once) == []


async def _state(funding: Funding, sequence: int, covers: dict[UUID, list[UUID]]) -> None:
    at, on = datetime.now(UTC), date(2026, 3, 9)
    changes: dict[str, Any] = LONG_AGO | {"sequence": sequence, "at": at, "on": on}
    await funding.deliver(*(party_news(party, *some, **changes) for party, some in covers.items()))


async def _claims(funding: Funding) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = {}
    for row in await funding.rows(
        "SELECT g.recipient_id, c.organization_id FROM grant_organizations c JOIN grants g ON g.id = c.grant_id"
    ):
        found.setdefault(row["recipient_id"], set()).add(row["organization_id"])
    return found
