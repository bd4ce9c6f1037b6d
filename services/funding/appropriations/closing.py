"""Closes the year of an appropriation, into the next one's."""

from datetime import date, datetime

from services.funding.appropriations import queries
from services.funding.appropriations.actions import PROPOSED, locked, reason_of
from services.funding.appropriations.errors import EarlierYearOpen
from services.funding.appropriations.policies import BudgetPolicies
from services.funding.appropriations.rules import TRANSITIONS, Budget, check_successor
from services.funding.appropriations.rules import close as close_year
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.duties import SameHand, same_person
from shared.problems.transitions import move
from shared.problems.versions import Preconditions


async def close(
    tx: Transaction,
    code: str,
    note: str | None,
    policies: BudgetPolicies,
    now: datetime,
    if_match: Preconditions | None,
) -> Record:
    """The appropriation closed: unpaid commitments go on with the next year's, and the rest as the policy says.

    A note stands among the reason's facts.

    Raises NotFound, PreconditionFailed, IllegalTransition, SameHand, EarlierYearOpen, YearNotOver,
    NoSuccessor.
    """
    await queries.take_alone(tx)
    before = await locked(tx, code, if_match)
    state = move(TRANSITIONS, before["state"], "closing")
    if before["proposed_by"] is not None and same_person(before["proposed_by"], tx.access.actor):
        raise SameHand(what="appropriation", earlier="entering", step="closing")
    earlier = await queries.find_earlier(tx, before)
    if earlier is not None:
        raise EarlierYearOpen(appropriation=earlier["code"], year=earlier["year"])
    policy = policies.get(before["division"], date(before["year"], 12, 31))
    closing = close_year(
        _budget(before),
        before["year"],
        china_day(now),
        now,
        carries=before["source"] in policy.parameters.carried_sources,
        policy=policy.id,
    )
    reason = closing.reason.model_dump(mode="json")
    if note is not None:
        reason["facts"] |= {"note": note}
    successor = await queries.lock_successor(tx, before) if closing.carried_out_fen else None
    check_successor(closing, None if successor is None else successor["id"], before["year"])
    after = {
        **before,
        **dict.fromkeys(PROPOSED),
        "state": state,
        "committed_fen": before["paid_fen"],
        "carried_out_fen": closing.carried_out_fen,
        "lapsed_fen": closing.lapsed_fen,
        "reasons": [*before["reasons"], reason],
        "version": before["version"] + 1,
        "changed_at": now,
        "closed_by": tx.access.actor,
        "closed_at": now,
        "successor_id": None if successor is None else successor["id"],
    }
    if successor is None:
        await queries.save(tx, after)
        return after
    facts: dict[str, object] = {
        "from": before["code"],
        "carried_fen": closing.carried_out_fen,
        "committed_fen": closing.unpaid_fen,
    }
    carried = {
        **successor,
        "carried_fen": successor["carried_fen"] + closing.carried_out_fen,
        "committed_fen": successor["committed_fen"] + closing.unpaid_fen,
        "reasons": [*successor["reasons"], reason_of("R-budget-close", "carried_in", facts, now)],
        "version": successor["version"] + 1,
        "changed_at": now,
    }
    await queries.save(tx, after, carried)
    await queries.move_commitments(tx, before["id"], successor["id"])
    return after


def _budget(row: Record) -> Budget:
    names = (
        "id",
        "code",
        "division",
        "amount_fen",
        "carried_fen",
        "committed_fen",
        "paid_fen",
        "warn_from_bp",
        "policy",
    )
    return Budget(**{name: row[name] for name in names})
