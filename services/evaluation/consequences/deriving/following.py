"""Derives consequences of a final rating, corrects them after a reopening, and ends those of who was dissolved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from services.evaluation.consequences import queries
from services.evaluation.consequences.deriving.policies import ConsequencePolicies
from services.evaluation.consequences.deriving.rules import (
    Corrected,
    Correction,
    Due,
    FinalRating,
    correct,
    derive,
    restate,
)
from services.evaluation.consequences.events import rectification_closed
from services.evaluation.consequences.lives import FIRST, TABLES
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


async def follow_ratings(
    tx: Transaction,
    ratings: Sequence[tuple[FinalRating, Sequence[CoveredOrganization]]],
    by: Consequences,
    now: datetime,
) -> None:
    """Record what follows from completions, once: a correction changes what the earlier ones had."""
    stored = await queries.lock_of_evaluations(tx, [rating.evaluation_id for rating, _ in ratings])
    changes = []
    for rating, covered in ratings:
        due = _due(rating, by, covered)
        changes.append((rating, due, correct(rating, stored[rating.evaluation_id], due)))
    await _save(tx, changes, by, china_day(now), now)


async def follow_restated(
    tx: Transaction,
    restated: Sequence[tuple[FinalRating, Sequence[CoveredOrganization]]],
    by: Consequences,
    now: datetime,
) -> None:
    """Bring in line what concerns the organizations of those of these ratings that count for other ones than before."""
    stored = await queries.lock_of_evaluations(tx, [rating.evaluation_id for rating, _ in restated])
    changes = []
    for rating, covered in restated:
        due = _due(rating, by, covered)
        changes.append((rating, due, restate(rating, stored[rating.evaluation_id], due)))
    await _save(tx, changes, by, china_day(now), now)


def _due(rating: FinalRating, by: Consequences, covered: Sequence[CoveredOrganization]) -> list[Due]:
    measures = by.policies.measures(rating.division, rating.year, rating.final_on)
    return derive(rating, measures, [one.kind for one in covered])


async def _save(
    tx: Transaction,
    changes: Sequence[tuple[FinalRating, Sequence[Due], Correction]],
    by: Consequences,
    day: date,
    now: datetime,
) -> None:
    await _correct(tx, changes, day, now)

    @cache
    def after(division: str, working_days: int) -> date:
        return by.working_days.at(division, day).add_working_days(day, working_days)

    def row(rating: FinalRating, one: Due, *, settled: bool) -> Record:
        due_on = None if one.working_days is None else after(rating.division, one.working_days)
        new = _row(tx, rating, one, due_on, now)
        return _settled(tx, new, now) if settled else new

    await queries.insert_new(
        tx,
        [
            row(rating, one, settled=one.kind == "laggard" and correction.rectified)
            for rating, _, correction in changes
            for one in correction.new
        ],
    )


async def _correct(
    tx: Transaction, changes: Sequence[tuple[FinalRating, Sequence[Due], Correction]], day: date, now: datetime
) -> None:
    """An open rectification that is not due any more is closed with it: nothing is held for it.

    What goes on with another effect says why it is that one.
    """
    rows: list[Corrected] = []
    for rating, due, correction in changes:
        wanted = {one.kind: one for one in due}
        for one, change, reason in correction.stored:
            gone = change == "superseded"
            state = move(TABLES[one.kind], one.state, "superseding") if gone else one.state
            kept = wanted.get(one.kind) if change == "kept" else None
            why = [reason] if kept is None or kept.effect == one.effect else [reason, kept.reason]
            closes = gone and one.kind == "rectification"
            rows.append(Corrected(rating, one.id, state, None if kept is None else kept.effect, why, closes=closes))
    sequences = await queries.save_corrections(tx, rows, {"day": day, "steps": to_json([taken(tx, "correction", now)])})
    await emit(
        tx,
        [
            rectification_closed(one.id, sequences[one.id], one.rating, "superseded", day, one.reasons, now)
            for one in rows
            if one.closes
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
