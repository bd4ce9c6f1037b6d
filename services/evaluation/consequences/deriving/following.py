"""Derives consequences of a final rating, corrects them after a reopening, and ends those of who was dissolved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.evaluation.consequences import queries
from services.evaluation.consequences.deriving.policies import ConsequencePolicies
from services.evaluation.consequences.deriving.rules import Change, Due, FinalRating, Stored, correct, derive
from services.evaluation.consequences.events import rectification_closed
from services.evaluation.consequences.lives import FIRST, TABLES, Kind
from services.evaluation.party_organizations.year_ends import CoveredOrganization
from shared.bus.sending.outbox import emit
from shared.contracts.base import Reason
from shared.db.base import new_id, to_json
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.field.working_days import WorkingDaysBook
from shared.problems.transitions import move


@dataclass(frozen=True, slots=True)
class Consequences:
    """What deriving goes by."""

    policies: ConsequencePolicies
    working_days: WorkingDaysBook


async def follow_rating(
    tx: Transaction, rating: FinalRating, by: Consequences, covered: Sequence[CoveredOrganization], now: datetime
) -> None:
    """Record what follows from a completion, once: a correction changes what the earlier ones had."""
    measures = by.policies.measures(rating.division, rating.year, rating.final_on)
    due = derive(rating, measures, [one.kind for one in covered])
    stored = await queries.lock_of_evaluation(tx, rating.evaluation_id)
    correction = correct(rating, stored, due)
    effects = {one.kind: one.effect for one in due}
    await _correct(tx, rating, correction.stored, effects, now)
    days = by.working_days.at(rating.division, rating.final_on)

    def due_on(one: Due) -> date | None:
        return None if one.working_days is None else days.add_working_days(rating.final_on, one.working_days)

    rows = [_row(tx, rating, one, due_on(one), now) for one in correction.new]
    if correction.rectified:
        rows = [_settled(tx, row, now) if row["kind"] == "laggard" else row for row in rows]
    await queries.insert_new(tx, rows)


async def _correct(
    tx: Transaction,
    rating: FinalRating,
    stored: Sequence[tuple[Stored, Change, Reason]],
    effects: Mapping[Kind, Mapping[str, Any]],
    now: datetime,
) -> None:
    """An open rectification that is not due any more is closed with it: nothing is held for it."""
    closing = [one for one, change, _ in stored if change == "superseded" and one.kind == "rectification"]
    sequences = await queries.save_corrections(
        tx,
        [
            (
                one.id,
                move(TABLES[one.kind], one.state, "superseding") if change == "superseded" else one.state,
                effects.get(one.kind) if change == "kept" else None,
                [reason.model_dump(mode="json")],
                one in closing,
            )
            for one, change, reason in stored
        ],
        {
            "star": rating.star,
            "total": rating.total,
            "rated": rating.sequence,
            "day": rating.final_on,
            "steps": to_json([taken(tx, "correction", now)]),
        },
    )
    reasons = {one.id: reason for one, _, reason in stored}
    await emit(
        tx,
        [
            rectification_closed(
                one.id, sequences[one.id], rating, "superseded", rating.final_on, [reasons[one.id]], now
            )
            for one in closing
        ],
    )


def _row(tx: Transaction, rating: FinalRating, due: Due, due_on: date | None, now: datetime) -> Record:
    return {
        "id": new_id(),
        "evaluation_id": rating.evaluation_id,
        "division": rating.division,
        "cycle_id": rating.cycle_id,
        "year": rating.year,
        "party_organization_id": rating.party_organization_id,
        "kind": due.kind,
        "state": FIRST[due.kind],
        "star": rating.star,
        "total": rating.total,
        "rated_sequence": rating.sequence,
        "policy": due.policy,
        "due_on": due_on,
        "effect": to_json(due.effect),
        "reasons": to_json([due.reason.model_dump(mode="json")]),
        "plan": None,
        "tracking": "[]",
        "acceptance": None,
        "talk": None,
        "receipts": "[]",
        "steps": to_json([taken(tx, "derivation", now)]),
        "sequence": 0,
        "version": 1,
        "created_at": now,
        "closed_on": None,
    }


def _settled(tx: Transaction, row: Record, now: datetime) -> Record:
    """A laggard whose rectification was accepted before the correction that lists it: nothing is left to be done."""
    steps = to_json([taken(tx, "derivation", now), taken(tx, "settlement", now)])
    state = move(TABLES["laggard"], row["state"], "settlement")
    return row | {"state": state, "closed_on": china_day(now), "steps": steps}


def taken(tx: Transaction, step: str, now: datetime, note: str | None = None) -> dict[str, Any]:
    """What a consequence keeps of a step."""
    return {"step": step, "at": now.isoformat(), "by": tx.access.actor, "note": note}


async def lapse(tx: Transaction, dissolved: Mapping[UUID, date], now: datetime) -> None:
    """End what waits for Party organizations that were dissolved; what concerns their organizations goes on."""
    if not dissolved:
        return
    moves = {(kind, state) for kind, table in TABLES.items() for state, step in table if step == "lapsing"}
    reason = Reason(rule="R-lapsed", outcome="dissolved", facts={}, as_of=now)
    await queries.lapse(
        tx,
        sorted(dissolved),
        {
            "states": sorted({state for _, state in moves}),
            "kinds": sorted({kind for kind, _ in moves}),
            "day": china_day(now),
            "steps": to_json([taken(tx, "lapsing", now)]),
            "reasons": to_json([reason.model_dump(mode="json")]),
        },
    )
