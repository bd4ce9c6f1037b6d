"""Takes consequences along their lives: plan, tracking, acceptance; a talk; what becomes of a letter."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.evaluation.consequences import queries
from services.evaluation.consequences.bodies import AcceptanceBody, PlanBody, ReceiptBody, TalkBody, TrackingBody
from services.evaluation.consequences.deriving.following import Consequences, taken
from services.evaluation.consequences.events import rectification_closed
from services.evaluation.consequences.lives import TABLES, State, Step
from services.evaluation.consequences.queries import Consequence
from services.evaluation.consequences.stepping import barred_by_plan, check_day, check_until
from services.evaluation.consequences.talk_records import opened_talk, sealed_talk
from services.evaluation.interests.queries import declared_interest
from shared.bus.sending.outbox import emit
from shared.contracts.base import Reason
from shared.db.base import to_json
from shared.db.sealing import FieldKeys
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.access import check_within
from shared.problems.duties import ConflictOfInterest
from shared.problems.problems import NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions, check_version


async def plan(
    tx: Transaction, consequence_id: UUID, body: PlanBody, *, if_match: Preconditions | None, now: datetime
) -> None:
    """Write the plan of an opinion; it is due by its own last day from then on.

    Raises NotFound, PreconditionFailed, IllegalTransition, InvalidInput.
    """
    one, state = await _lock_for(tx, consequence_id, "plan", if_match)
    check_until(body.until, china_day(now))
    values = {"plan": body.model_dump(mode="json") | _by(tx, now), "due_on": body.until}
    await _save(tx, one, state, "plan", now, values)


async def track(
    tx: Transaction, consequence_id: UUID, body: TrackingBody, *, if_match: Preconditions | None, now: datetime
) -> None:
    """Add an entry to the tracking. Raises NotFound, PreconditionFailed, IllegalTransition, InvalidInput."""
    one, state = await _lock_for(tx, consequence_id, "tracking", if_match)
    check_day("/on", body.on, today=china_day(now), final_on=_final_on(one), last=_last_tracked(one))
    entry = body.model_dump(mode="json") | _by(tx, now)
    await _save(tx, one, state, "tracking", now, {"tracking": queries.with_entry("tracking", entry)})


async def accept(
    tx: Transaction,
    consequence_id: UUID,
    body: AcceptanceBody,
    by: Consequences,
    *,
    if_match: Preconditions | None,
    now: datetime,
) -> None:
    """Accept what was carried out, or ask for another plan; not by who wrote it, nor with an interest.

    An accepted rectification takes a laggard off the list, and is published: what was held for it goes on.
    Raises NotFound, PreconditionFailed, IllegalTransition, SameHand, ConflictOfInterest, InvalidInput.
    """
    step: Step = "acceptance" if body.accepted else "rejection"
    one, state = await _lock_for(tx, consequence_id, step, if_match)
    barred = barred_by_plan(step, one.steps, tx.access.actor)
    if barred is not None:
        raise barred
    if await declared_interest(tx, tx.access.actor, one.party_organization_id):
        raise ConflictOfInterest
    check_day("/on", body.on, today=china_day(now), final_on=_final_on(one), last=_last_tracked(one))
    values: dict[str, Any] = {"acceptance": body.model_dump(mode="json") | _by(tx, now)}
    if not body.accepted:
        await _save(tx, one, state, step, now, values | {"due_on": _plan_due(one, by, body.on)}, body.record)
        return
    values |= {"closed_on": body.on}
    if one.kind != "rectification":
        await _save(tx, one, state, step, now, values, body.record)
        return
    sequence = one.sequence + 1
    await _save(tx, one, state, step, now, values | {"sequence": sequence}, body.record)
    await queries.settle_listing(tx, one.evaluation_id, body.on, to_json([taken(tx, "settlement", now)]))
    reasons = [*(Reason.model_validate(reason) for reason in one.reasons), _accepted(one, body.on, now)]
    # It is an event of the division of its rating, be it led by another one.
    async with tx.system_scope():
        await emit(tx, [rectification_closed(one.id, sequence, one, "accepted", body.on, reasons, now)])


async def hold_talk(
    tx: Transaction,
    keys: FieldKeys | None,
    consequence_id: UUID,
    body: TalkBody,
    *,
    if_match: Preconditions | None,
    now: datetime,
) -> None:
    """Close an admonition talk with its day and its record, which is sealed (H22).

    Raises NotFound, PreconditionFailed, IllegalTransition, InvalidInput, TalksUnavailable.
    """
    one, state = await _lock_for(tx, consequence_id, "talk", if_match)
    check_day("/held_on", body.held_on, today=china_day(now), final_on=_final_on(one))
    talk = sealed_talk(keys, one.id, body.model_dump(mode="json") | _by(tx, now))
    await _save(tx, one, state, "talk", now, {"talk": talk, "closed_on": body.held_on})


async def read_talk(tx: Transaction, keys: FieldKeys | None, row: Record) -> Record:
    """A stored consequence with its talk's record opened. The reading is audited in the same transaction.

    Raises TalksUnavailable, TalkBroken.
    """
    opened = opened_talk(keys, row["id"], row["talk"])
    await queries.note_reading(tx, row["id"], row["division"])
    return {**row, "talk": opened}


async def note_receipt(
    tx: Transaction, consequence_id: UUID, body: ReceiptBody, *, if_match: Preconditions | None, now: datetime
) -> None:
    """Record that a letter was sent, was received, was used (H23).

    Raises NotFound, PreconditionFailed, IllegalTransition, InvalidInput.
    """
    one, state = await _lock_for(tx, consequence_id, body.step, if_match)
    last = max((date.fromisoformat(entry["on"]) for entry in one.receipts), default=None)
    check_day("/on", body.on, today=china_day(now), final_on=_final_on(one), last=last)
    values = {"receipts": queries.with_entry("receipts", body.model_dump(mode="json") | _by(tx, now))}
    closed = {"closed_on": body.on} if state == "closed" else {}
    await _save(tx, one, state, body.step, now, values | closed)


async def _lock_for(
    tx: Transaction, consequence_id: UUID, step: Step, if_match: Preconditions | None
) -> tuple[Consequence, State]:
    found = await queries.lock(tx, consequence_id)
    if found is None:
        raise NotFound(what="consequence")
    check_within(tx.access, found.led_by)
    check_version(if_match, found.version)
    return found, move(TABLES[found.kind], found.state, step)


async def _save(
    tx: Transaction,
    one: Consequence,
    state: State,
    step: Step,
    now: datetime,
    values: Mapping[str, Any],
    note: str | None = None,
) -> None:
    await queries.save(tx, one.id, {"state": state, **values}, taken(tx, step, now, note))


def _by(tx: Transaction, now: datetime) -> dict[str, str]:
    return {"at": now.isoformat(), "by": tx.access.actor}


def _final_on(one: Consequence) -> date:
    """The day since which the rating that it first followed from is final."""
    return china_day(one.created_at)


def _last_tracked(one: Consequence) -> date | None:
    return max((date.fromisoformat(entry["on"]) for entry in one.tracking), default=None)


def _plan_due(one: Consequence, by: Consequences, on: date) -> date | None:
    """By when another plan is due, by the policy of the rated year; None where there is none any more."""
    policy = by.policies.consequences.in_force(one.division, date(one.year, 12, 31))
    rules = None if policy is None else policy.parameters
    opinion = None if rules is None else rules.rectification if one.kind == "rectification" else rules.improvement
    if opinion is None:
        return None
    return by.working_days.at(one.division, on).add_working_days(on, opinion.plan_working_days)


def _accepted(one: Consequence, on: date, now: datetime) -> Reason:
    facts: dict[str, object] = {"consequence": str(one.id), "on": on.isoformat()}
    return Reason(rule="H20", outcome="accepted", facts=facts, as_of=now)
