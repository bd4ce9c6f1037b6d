"""What a final rating means for each organization that was covered on 31 December of its year (decision 4)."""

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.evaluation.party_organizations.year_ends import covered_at_year_end
from services.evaluation.reconciliation import RECONCILIATION
from shared.contracts.evaluation import StandingChanged
from shared.contracts.registry import PartyOrganizationChangedV2
from tests.conftest import SYSTEM
from tests.evaluation.conftest import Round, changed, covered, dissolved, established, received
from tests.evaluation.consequences.helpers import TOPIC, corrected, done, of, rated, today

LAST = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
NEXT = datetime(2027, 1, 5, 1, 0, tzinfo=UTC)


async def standings(a_round: Round) -> list[tuple[StandingChanged, int]]:
    return [
        (StandingChanged.model_validate(event["data"]), event["sequence"])
        for event in await a_round.outbox(TOPIC)
        if event["type"] == StandingChanged.TYPE
    ]


async def test_h24_standing__is_one_event_for_each_organization(a_round: Round) -> None:
    covers = [covered("T10"), covered("T10", kind="law_firm"), covered("T10")]
    [one] = await rated(a_round, 45, covers=covers)
    found = await standings(a_round)
    assert {each.organization_id for each, _ in found} == {each.organization_id for each in covers}
    assert len({each.id for each, _ in found}) == 3, "a subject for each organization and year"
    for each, sequence in found:
        assert (each.star, str(each.total), each.year, each.covered_on) == (0, "45.00", 2026, date(2026, 12, 31))
        assert (str(each.evaluation_id), each.form, each.final_on, sequence) == (one["id"], "standalone", today(), 1)
        [reason] = each.reasons
        assert (reason.rule, reason.outcome) == ("R-star-covers", "star_0")


async def test_h24_correction__is_another_event_of_the_same_subject(a_round: Round) -> None:
    [one] = await rated(a_round, 45)
    await a_round.client.post(f"/v1/evaluations/{one['id']}/reopening", json={"reason": "计分有误"})
    assert len(await standings(a_round)) == 1, "what was published stands until the correction"
    await a_round.put(one, scores=await a_round.share(75))
    assert (await a_round.complete(one)).status_code == 200
    (first, before), (second, after) = await standings(a_round)
    assert (first.id, before, after) == (second.id, 1, 2)
    assert (first.star, second.star) == (0, 3)
    assert (await a_round.complete(one)).status_code == 409
    assert len(await standings(a_round)) == 2, "one for each final completion"


async def test_decision_4_year_end__counts_whom_it_covered_then(a_round: Round) -> None:
    stays, left, late, past = covered("T10"), covered("T10"), covered("T10"), covered("T10")
    late = late.model_copy(update={"since": date(2027, 1, 3)})
    party = established(covers=[stays, left, past], form="joint")
    await a_round.project(received(party))
    await a_round.project(received(changed(id=party.id, covers=[stays, left], form="joint"), 2, time=LAST))
    values = party.model_dump() | {"added": [late], "removed": [{**left.model_dump(), "division": "330106"}]}
    await a_round.project(received(PartyOrganizationChangedV2.model_validate(values), 3, time=NEXT))

    async def on(year: int) -> set[UUID]:
        async with a_round.database.transaction(SYSTEM) as tx:
            found = await covered_at_year_end(tx, [party.id], year)
        return {each.id for each in found.get(party.id, [])}

    assert await on(2026) == {stays.organization_id, left.organization_id}
    assert await on(2027) == {stays.organization_id, late.organization_id}
    await a_round.project(received(dissolved(party.id, on=date(2027, 2, 1)), 4, time=datetime(2027, 2, 1, tzinfo=UTC)))
    assert await on(2026) == {stays.organization_id, left.organization_id}, "as it was then, though it is gone"
    assert await on(2027) == set()


async def test_decision_4_recorded_late__counts_by_the_day_since_which_it_was_covered(a_round: Round) -> None:
    first, late = covered("T10"), covered("T10").model_copy(update={"since": date(2026, 12, 20)})
    party = established(covers=[first])
    await a_round.project(received(party))
    await a_round.project(received(changed(id=party.id, covers=[first, late], form="joint"), 2, time=NEXT))
    async with a_round.database.transaction(SYSTEM) as tx:
        found = await covered_at_year_end(tx, [party.id], 2026)
    assert {each.id for each in found[party.id]} == {first.organization_id, late.organization_id}


async def test_decision_4_organization__counts_in_one_evaluation_a_year(a_round: Round) -> None:
    same = covered("T10")
    await rated(a_round, 92, 45, covers=[same])
    [(found, _)] = await standings(a_round)
    assert found.star == 5, "that of the first one that was completed"


async def test_decision_4_organization__goes_to_the_other_one_once_the_first_counts_no_more(a_round: Round) -> None:
    same, own = covered("T10"), covered("T10")
    first, _ = await rated(a_round, 92, 45, covers=[same])
    party = UUID(first["party_organization_id"])
    await a_round.project(received(changed(id=party, covers=[own]), 2))
    await corrected(a_round, first, 75)
    said = {each.organization_id: each.star for each, _ in await standings(a_round)}
    assert said == {own.organization_id: 3, same.organization_id: 0}


async def test_decision_4_closed_before_the_year_ended__is_restated_with_what_follows(a_round: Round) -> None:
    stays, comes = covered("T10"), covered("T10")
    [one, other] = await rated(a_round, 45, 92, covers=[stays])
    letter = (await of(a_round, one))["score_letter"]
    await done(a_round, letter, "receipt", step="sending", on=str(today()), reference="西两新抄告〔2027〕3号")
    assert (await a_round.client.post(f"/v1/cycles/{one['cycle_id']}/closing")).status_code == 200
    ended = UUID(other["party_organization_id"])
    await a_round.project(
        received(changed(id=UUID(one["party_organization_id"]), covers=[stays, comes]), 2, time=LAST),
        received(dissolved(ended, on=date(2026, 12, 1)), 2, time=LAST),
    )
    late = established(covers=[covered("T10")])
    await a_round.project(received(late, time=LAST))
    assert await a_round.bring_up_to_date(NEXT) == 1
    said = {each.organization_id: each.star for each, _ in await standings(a_round)}
    assert said == {stays.organization_id: 0, comes.organization_id: 0}
    found = await of(a_round, one)
    again = found["score_letter"]
    assert (again["id"] != letter["id"], again["state"], again["effect"]["organizations"]) == (True, "open", 2)
    assert found["procurement"]["effect"]["organizations"] == 2
    [why] = [each for each in found["procurement"]["reasons"] if each["rule"] == "R-corrected"]
    assert why["facts"]["covered_on"] == "2026-12-31"
    assert not {"score_letter", "procurement"} & {*await of(a_round, other)}, "nobody was covered on the day"
    assert await a_round.evaluations(party_organization=str(late.id)) == [], "closed: nobody joins it"
    before = len(await standings(a_round))
    assert await a_round.bring_up_to_date(NEXT) == 0
    assert (len(await standings(a_round)), await of(a_round, one)) == (before, found)


async def test_correction__withdraws_for_whom_it_counts_no_more(a_round: Round) -> None:
    stays, gone = covered("T10"), covered("T10")
    [one] = await rated(a_round, 92, covers=[stays, gone])
    party = UUID(one["party_organization_id"])
    await a_round.project(received(changed(id=party, covers=[stays]), 2))
    await corrected(a_round, one, 45)
    found: dict[UUID, Any] = {each.organization_id: each.star for each, _ in await standings(a_round)}
    assert found == {stays.organization_id: 0, gone.organization_id: None}


async def test_reconciliation__compares_with_what_is_stored(a_round: Round) -> None:
    [one] = await rated(a_round, 45)
    await corrected(a_round, one, 75)
    [row] = await a_round.rows(RECONCILIATION.published["standings"])
    [_, (last, sequence)] = await standings(a_round)
    assert (row["id"], row["organization_id"], row["star"], row["sequence"]) == (
        last.id,
        last.organization_id,
        3,
        sequence,
    )


async def test_decision_4_completed_early__is_restated_once_the_year_has_ended(a_round: Round) -> None:
    stays, moves, comes = covered("T10"), covered("T10"), covered("T10")
    first, second = established(covers=[stays, moves]), established(covers=[covered("T10")])
    await a_round.project(received(first), received(second))
    await a_round.open()
    for party, share in ((first, 92), (second, 45)):
        one = await a_round.evaluation_of(party.id)
        await a_round.put(one, scores=await a_round.share(share))
        assert (await a_round.complete(one)).status_code == 200
    before = len(await standings(a_round))
    await a_round.project(
        received(changed(id=first.id, covers=[stays, comes]), 2, time=LAST),
        received(changed(id=second.id, covers=[*second.covers, moves]), 2, time=LAST),
    )
    assert await a_round.bring_up_to_date(NEXT) == 1
    said = {each.organization_id: each.star for each, _ in await standings(a_round)}
    assert said == {
        stays.organization_id: 5,
        comes.organization_id: 5,
        moves.organization_id: 0,
        second.covers[0].organization_id: 0,
    }
    events = Counter(each.organization_id for each, _ in await standings(a_round))
    assert events == {
        stays.organization_id: 1,
        comes.organization_id: 1,
        moves.organization_id: 3,
        second.covers[0].organization_id: 1,
    }, "what did not change is not published again; who moves is withdrawn, and stated of the other one"
    after = len(await standings(a_round))
    assert after > before
    assert await a_round.bring_up_to_date(NEXT) == 0
    assert len(await standings(a_round)) == after, "once"
