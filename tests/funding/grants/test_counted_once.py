"""T01: an organization counts in one annual grant, whichever Party organization covers it; the dissolved are held."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.funding.reconciliation import RECONCILIATION
from tests.funding.conftest import Funding, alike, completed, party_news

HELD = "grant.held"
NEXT_DAY = datetime(2026, 4, 2, 9, tzinfo=UTC)
DISSOLVED_ON = date(2026, 4, 1)


def violations(name: str) -> str:
    [found] = [one.violations for one in RECONCILIATION.invariants if name in one.name]
    return found


TO_DISSOLVED, TWICE = violations("dissolved"), violations("counts in one grant")


async def granted(funding: Funding, party: UUID, **changes: Any) -> dict[str, Any]:
    """The grant that an evaluation of a Party organization raises."""
    await funding.deliver(completed(party_organization_id=party, **changes))
    [grant] = await funding.grants(recipient=str(party))
    return grant


async def grant_of(funding: Funding, party: UUID) -> dict[str, Any]:
    [grant] = await funding.grants(recipient=str(party))
    return grant


async def pay(funding: Funding, grant: dict[str, Any], body: Any = None) -> Any:
    headers = {"Idempotency-Key": str(uuid4())}
    return await funding.http.post(f"/v1/grants/{grant['id']}/payment", json=body, headers=headers)


async def test_t01_three_lives_in_a_year__one_grant(funding: Funding) -> None:
    """Registered, rated, paid and deregistered, three times: the organization's one annual grant is the first."""
    organization = uuid4()
    for life in range(3):
        party = uuid4()
        await funding.deliver(party_news(party, organization), completed(party_organization_id=party))
        found = await funding.grants(recipient=str(party))
        assert len(found) == (1 if life == 0 else 0)
        if found:
            await funding.take(found[0]["id"], "review", "approval", "payment")
        await funding.deliver(party_news(party, sequence=2, on=date(2026, 4, 1)))
    assert [grant["state"] for grant in await funding.grants()] == ["paid"]
    decisions = (await funding.get("/v1/grants/decisions"))["items"]
    assert [one["outcome"] for one in decisions] == ["raised", "none", "none"]
    reason = decisions[1]["reasons"][-1]
    assert (reason["rule"], reason["facts"]["organizations"]) == ("R-counted-once", [str(organization)])
    assert reason["facts"]["grants"] == [(await funding.grants())[0]["id"]]
    assert await funding.rows(TWICE) == []


async def test_t01_the_database_excludes_it__whatever_the_code_does(funding: Funding) -> None:
    party, other, organization = uuid4(), uuid4(), uuid4()
    await funding.deliver(party_news(party, organization))
    await granted(funding, party)
    second = await granted(funding, other)
    claim = (
        "INSERT INTO grant_organizations (grant_id, organization_id, purpose, year, division) "
        f"VALUES ('{second['id']}', '{organization}', 'annual', 2026, '330106')"
    )
    with pytest.raises(asyncpg.UniqueViolationError):
        await funding.change(claim)


async def test_t01_two_at_once__one_grant(funding: Funding) -> None:
    organization = uuid4()
    parties = [uuid4() for _ in range(6)]
    await asyncio.gather(
        *(funding.deliver(completed(party_organization_id=party, organization_ids=[organization])) for party in parties)
    )
    assert len(await funding.grants()) == 1
    outcomes = await funding.rows("SELECT outcome FROM grant_decisions")
    assert sorted(row["outcome"] for row in outcomes) == ["none"] * 5 + ["raised"]


async def test_t01_the_same_recipient_twice_at_once__is_unchanged_and_not_refused(funding: Funding) -> None:
    party, organization = uuid4(), uuid4()
    events = [completed(party_organization_id=party, organization_ids=[organization]) for _ in range(6)]
    await asyncio.gather(*(funding.deliver(event) for event in events))
    outcomes = await funding.rows("SELECT outcome FROM grant_decisions")
    assert sorted(row["outcome"] for row in outcomes) == ["raised"] + ["unchanged"] * 5


@pytest.mark.parametrize("reverse", [False, True])
async def test_t01_who_covers_it_when__is_heard_before_or_after_the_rating(
    funding: Funding,
    reverse: bool,
) -> None:
    """Without a word in the event either: the claim is made as soon as the coverage is heard of, once."""
    party, other, organization = uuid4(), uuid4(), uuid4()
    events = [party_news(party, organization), completed(party_organization_id=party)]
    for event in reversed(events) if reverse else events:
        await funding.deliver(event)
        await funding.deliver(event)
    assert len(await funding.rows("SELECT FROM grant_organizations")) == 1
    await funding.deliver(completed(party_organization_id=other))
    await funding.deliver(party_news(other, organization, at=datetime.now(UTC)))
    second = await grant_of(funding, other)
    assert second["state"] == "held", "raised before it was known, and held when it was"
    assert second["reasons"][-1]["outcome"] == "organization_counted_twice"
    response = await funding.http.post(f"/v1/grants/{second['id']}/release", json={"note": "情况属实"})
    assert (response.status_code, response.json()["type"]) == (409, "urn:shuangfu:problem:organizations-counted")


async def test_t01_joint_branch_that_lost_one_to_a_grant__is_held_and_released_for_the_rest(funding: Funding) -> None:
    alone, joint = uuid4(), uuid4()
    one, two, three = (uuid4() for _ in range(3))
    await funding.deliver(party_news(alone, one))
    grant = await granted(funding, alone)
    await funding.take(grant["id"], "review", "approval")
    # It leaves its own branch for the joint one within the year; what is approved stays as it was decided.
    await funding.deliver(party_news(alone, sequence=2, on=DISSOLVED_ON), party_news(joint, one, two, three))
    second = await granted(funding, joint, form="joint")
    assert second["state"] == "held"
    facts = second["reasons"][-1]["facts"]
    assert (facts["organizations"], facts["grants"]) == ([str(one)], [grant["id"]])
    response = await funding.http.post(f"/v1/grants/{second['id']}/release", json={"note": "其余两家未计入"})
    assert response.status_code == 200
    # Later news do not hold it for the same again.
    await funding.deliver(party_news(joint, one, two, three, sequence=2, name="改名"))
    assert (await grant_of(funding, joint))["state"] == "raised"


async def test_t01_moved_to_another_branch_before_the_year_ends__the_open_grant_gives_it_up(funding: Funding) -> None:
    first, second = uuid4(), uuid4()
    one, two = uuid4(), uuid4()
    year = datetime.now(UTC).year
    await funding.deliver(party_news(first, one, two))
    await granted(funding, first, form="joint", year=year)
    await funding.deliver(party_news(first, two, sequence=2), party_news(second, one))
    grant = await granted(funding, second, year=year)
    assert grant["state"] == "raised"
    claims = await funding.rows("SELECT grant_id, organization_id FROM grant_organizations")
    assert {row["organization_id"]: str(row["grant_id"]) for row in claims}[one] == grant["id"]
    assert await funding.rows(TWICE) == []


@pytest.mark.parametrize(
    ("steps", "state"), [((), "held"), (("review",), "held"), (("review", "approval"), "approved")]
)
async def test_t01_dissolved__what_is_open_is_held_and_what_is_owed_waits_for_a_reason(
    funding: Funding, steps: tuple[str, ...], state: str
) -> None:
    party = uuid4()
    await funding.deliver(party_news(party, uuid4()))
    grant = await granted(funding, party)
    if steps:
        await funding.take(grant["id"], *steps)
    ended = party_news(party, sequence=2, on=DISSOLVED_ON, at=datetime.now(UTC))
    await funding.deliver(ended)
    await funding.deliver(ended)
    found = await grant_of(funding, party)
    assert found["state"] == state
    if state == "held":
        assert (found["reasons"][-1]["rule"], found["history"][-1]["step"]) == ("R-recipient-dissolved", "holding")
        assert found["version"] == grant["version"] + len(steps) + 1, "once"
        events = await funding.rows("SELECT type, sequence, causation_id FROM outbox ORDER BY seq DESC LIMIT 1")
        assert events[0]["type"].endswith(f"{HELD}.v1")
        assert (events[0]["sequence"], events[0]["causation_id"]) == (found["version"], str(ended.envelope.id))
    else:
        assert [row["example"] for row in await funding.rows(TO_DISSOLVED)] == [f"{grant['id']} (approved)"]


async def test_t01_payment_to_a_dissolved_one__is_refused_without_a_reason_and_audited_with_it(
    funding: Funding,
) -> None:
    party = uuid4()
    await funding.deliver(party_news(party, uuid4()))
    grant = await granted(funding, party)
    await funding.take(grant["id"], "review", "approval")
    await funding.deliver(party_news(party, sequence=2, on=DISSOLVED_ON, at=datetime.now(UTC)))
    for body in (None, {}, {"note": " "}):
        refused = await pay(funding, grant, body)
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:shuangfu:problem:recipient-dissolved")
    assert (await grant_of(funding, party))["state"] == "approved"
    assert await funding.balance("4001") == 0
    blank = await pay(funding, grant, {"reason": " "})
    assert (blank.status_code, blank.json()["errors"][0]["pointer"]) == (422, "/reason")
    paid = await pay(funding, grant, {"reason": "活动已于撤销前完成", "note": "补付"})
    assert (paid.status_code, paid.json()["state"]) == (200, "paid")
    assert paid.json()["history"][-1]["note"] == "补付；活动已于撤销前完成"
    trail = await funding.rows(
        "SELECT diff FROM audit_log WHERE object_type = 'grant_steps' ORDER BY number DESC LIMIT 1"
    )
    assert "活动已于撤销前完成" in str(trail[0]["diff"])
    assert await funding.rows(TO_DISSOLVED) == []


async def test_t01_rated_after_the_dissolution__is_held_from_the_beginning(funding: Funding) -> None:
    party = uuid4()
    await funding.deliver(party_news(party, uuid4()), party_news(party, sequence=2, on=DISSOLVED_ON, at=NEXT_DAY))
    grant = await granted(funding, party)
    assert (grant["state"], grant["reasons"][-1]["rule"]) == ("held", "R-recipient-dissolved")
    decisions = (await funding.get("/v1/grants/decisions"))["items"]
    assert decisions[0]["outcome"] == "held"


async def test_t01_dissolved_and_founded_again__who_covers_it_at_the_years_end_is_granted(funding: Funding) -> None:
    """The held grant of the former one stands for nobody; released, it finds its organization counted."""
    former, new, organization = uuid4(), uuid4(), uuid4()
    await funding.deliver(party_news(former, organization))
    grant = await granted(funding, former)
    await funding.deliver(party_news(former, sequence=2, on=DISSOLVED_ON), party_news(new, organization))
    assert (await granted(funding, new))["state"] == "raised"
    response = await funding.http.post(f"/v1/grants/{grant['id']}/release", json={"note": "仍须拨付"})
    assert (response.status_code, response.json()["type"]) == (409, "urn:shuangfu:problem:organizations-counted")
    assert await funding.rows(TWICE) == []


async def test_t01_restored__its_grant_is_released_by_hand_and_paid_as_any(funding: Funding) -> None:
    party, organization = uuid4(), uuid4()
    await funding.deliver(party_news(party, organization))
    grant = await granted(funding, party)
    await funding.deliver(party_news(party, sequence=2, on=DISSOLVED_ON))
    await funding.deliver(party_news(party, organization, sequence=3))
    assert (await grant_of(funding, party))["state"] == "held"
    released = await funding.http.post(f"/v1/grants/{grant['id']}/release", json={"note": "支部已恢复"})
    assert released.status_code == 200
    await funding.take(grant["id"], "review", "approval", "payment")
    assert len(await funding.rows("SELECT FROM grant_organizations")) == 1


async def test_t01_reconcile__finds_double_cover_and_payments_from_before(funding: Funding) -> None:
    """What the version before paid: three recipients for one organization, all of them dissolved before."""
    organization, parties = uuid4(), [uuid4() for _ in range(3)]
    for party in parties:
        grant = await granted(funding, party)
        await funding.take(grant["id"], "review", "approval", "payment")
    at = datetime.now(UTC) - timedelta(days=1)
    for party in parties:
        await funding.deliver(
            party_news(party, organization, at=at), party_news(party, sequence=2, on=DISSOLVED_ON, at=at)
        )
    [twice] = await funding.rows(TWICE)
    ids = {grant["id"] for grant in await funding.grants()}
    assert str(organization) in twice["example"]
    assert all(one in twice["example"] for one in ids)
    assert {row["example"].partition(" ")[0] for row in await funding.rows(TO_DISSOLVED)} == ids


async def test_t01_history_read_late__what_was_decided_stands_for_whom_it_covered_at_the_years_end(
    funding: Funding,
) -> None:
    """After an upgrade all news are older than the grants, and come party by party."""
    first, second, organization, other = uuid4(), uuid4(), uuid4(), uuid4()
    then = datetime(2025, 3, 1, tzinfo=UTC)
    paid = await granted(funding, first, year=2025)
    await funding.take(paid["id"], "review", "approval", "payment")
    grant = await granted(funding, second, year=2025)
    day = date(2025, 3, 1)
    await funding.deliver(party_news(first, organization, other, on=day, at=then))
    await funding.deliver(party_news(second, organization, on=date(2025, 6, 1), at=then + timedelta(days=92)))
    assert (await grant_of(funding, second))["state"] == "raised", "not held: the next event says that it left"
    await funding.deliver(party_news(first, other, on=day, sequence=2, at=then + timedelta(days=92)))
    claims = {
        row["organization_id"]: row["grant_id"] for row in await funding.rows("SELECT * FROM grant_organizations")
    }
    assert claims == {other: UUID(paid["id"])}
    await funding.take(grant["id"], "review", "approval")
    claims = {
        row["organization_id"]: row["grant_id"] for row in await funding.rows("SELECT * FROM grant_organizations")
    }
    assert claims == {other: UUID(paid["id"]), organization: UUID(grant["id"])}
    assert await funding.rows(TWICE) == []


async def test_t01_approval__of_what_others_stand_for_is_refused(funding: Funding) -> None:
    first, second, organization = uuid4(), uuid4(), uuid4()
    await funding.deliver(party_news(first, organization))
    await granted(funding, first)
    grant = await granted(funding, second)
    # Older than the grant, so that it holds nothing; the approval asks all the same.
    await funding.deliver(party_news(second, organization))
    await funding.take(grant["id"], "review")
    response = await funding.http.post(f"/v1/grants/{grant['id']}/approval")
    assert (response.status_code, response.json()["type"]) == (409, "urn:shuangfu:problem:organizations-counted")


@pytest.mark.parametrize("steps", [(), ("review",)])
async def test_t50_open_grant__follows_its_recipient(funding: Funding, steps: tuple[str, ...]) -> None:
    party, organization = uuid4(), uuid4()
    await funding.deliver(party_news(party, organization))
    grant = await granted(funding, party)
    if steps:
        grant = (await funding.take(grant["id"], *steps)).json()
    await funding.deliver(party_news(party, organization, sequence=2, division="330105"))
    found = await grant_of(funding, party)
    assert (found["division"], found["state"], found["version"]) == ("330105", grant["state"], grant["version"] + 1)
    assert found["history"][-1]["step"] == "relocation"
    statement = "SELECT division, also_divisions, sequence, data FROM outbox ORDER BY seq DESC LIMIT 1"
    [event] = await funding.rows(statement)
    assert (event["division"], event["data"]["division"], event["sequence"]) == ("330105", "330105", found["version"])
    assert event["also_divisions"] == "330106", "whoever reads the feed of the district that it left is told"
    divisions = await funding.rows("SELECT division FROM grant_steps UNION SELECT division FROM grant_organizations")
    assert [row["division"] for row in divisions] == ["330105"]
    rest = {(): ("review", "approval", "payment"), ("review",): ("approval", "payment")}[steps]
    await funding.take(grant["id"], *rest)
    assert (await funding.balance("4001", division="330105"), await funding.balance("4001", division="330106")) == (
        -300_000,
        0,
    )


@pytest.mark.parametrize("steps", [("review", "approval"), ("review", "approval", "payment")])
async def test_t50_decided_grant__stays_where_it_was_decided(funding: Funding, steps: tuple[str, ...]) -> None:
    party, organization = uuid4(), uuid4()
    await funding.deliver(party_news(party, organization))
    grant = (await funding.take((await granted(funding, party))["id"], *steps)).json()
    await funding.deliver(party_news(party, organization, sequence=2, division="330105"))
    found = await grant_of(funding, party)
    assert alike(found) == alike(grant)
    if steps[-1] == "approval":
        await funding.deliver(party_news(party, sequence=3, on=DISSOLVED_ON, division="330105"))
        assert (await pay(funding, grant)).status_code == 409, "though its recipient is in another division now"
