"""Records what meetings resolved, who does it until when, and what came of it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.incubation.bodies import queries as bodies
from services.incubation.bodies.body import Bodies
from services.incubation.meetings import queries
from services.incubation.meetings.errors import MeetingNotHeld
from services.incubation.meetings.rules import RESOLUTIONS, ResolutionStep
from services.incubation.meetings.schemas import ResolutionBody, ResolutionChange, ResolutionCompletion
from services.incubation.meetings.taking import NO_BODY, MayWrite, check_done, step_of
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.field.divisions import scope_prefix
from shared.problems.access import check_reach
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput, NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions, check_version

_DUE = Text(zh="期限不能早于会议日期 {day}。", en="It cannot be due before the day of the meeting, {day}.")
_ELSEWHERE = Text(
    zh="机构“{body}”不在会议所属地区内，不能由其承办。",
    en="The body '{body}' lies outside the meeting's territory: nothing can be given to it.",
)
_ENDED = Text(zh="机构“{body}”在 {day} 已不存在。", en="The body '{body}' does not exist any more on {day}.")


async def new_resolutions(
    tx: Transaction, meeting: Record, given: Sequence[ResolutionBody], now: datetime, *, first: int
) -> list[Record]:
    """Resolutions of a meeting that was held, as rows. Raises InvalidInput."""
    found = await bodies.by_code(tx, (one.owner for one in given))
    place = "/resolutions/{}" if first == 1 else ""
    faults = [
        fault
        for number, one in enumerate(given)
        for fault in _faults(meeting, found, one.owner, one.due_on, place.format(number))
    ]
    if faults:
        raise InvalidInput(faults)
    return [
        {
            "id": new_id(),
            "meeting_id": meeting["id"],
            "number": number,
            "division": found[one.owner].division,
            "level": meeting["level"],
            "resolved_on": meeting["held_on"],
            "what": one.what,
            "owner": one.owner,
            "owner_level": found[one.owner].level,
            "due_on": one.due_on,
            "state": "open",
            "completed_on": None,
            "steps": [step_of(tx, "recording", now, None)],
            "version": 1,
            "created_at": now,
        }
        for number, one in enumerate(given, start=first)
    ]


def _faults(meeting: Record, found: Bodies, owner: str, due_on: date, place: str) -> list[FieldError]:
    faults: list[FieldError] = []
    day, body = meeting["held_on"], found.get(owner)
    named: tuple[tuple[str, Any], ...] = (("body", owner), ("day", day))
    if body is None or not body.in_force(day):
        faults.append(FieldError(f"{place}/owner", NO_BODY, named))
    elif not body.division.startswith(scope_prefix(meeting["division"])):
        faults.append(FieldError(f"{place}/owner", _ELSEWHERE, named))
    if due_on < day:
        faults.append(FieldError(f"{place}/due_on", _DUE, named))
    return faults


async def resolve(tx: Transaction, meeting_id: UUID, body: ResolutionBody, now: datetime, *, may: MayWrite) -> Record:
    """Another resolution of a meeting that was held.

    Raises NotFound, OutsideScope, OtherLevel, MeetingNotHeld, InvalidInput.
    """
    meeting = await queries.get(tx, meeting_id, lock=True)
    if meeting is None:
        raise NotFound(what="meeting")
    check_reach(tx.access, meeting["division"])
    may(meeting["level"], meeting["division"])
    if meeting["state"] != "held":
        raise MeetingNotHeld(state=meeting["state"])
    [row] = await new_resolutions(tx, meeting, [body], now, first=(await queries.count_resolutions(tx, meeting_id)) + 1)
    await queries.add_resolutions(tx, [row])
    return row


async def take(tx: Transaction, resolution_id: UUID, step: ResolutionStep, if_match: Preconditions | None) -> Record:
    """The resolution, locked, in the state after a step.

    Raises NotFound, PreconditionFailed, OutsideScope, IllegalTransition.
    """
    row = await queries.get_resolution(tx, resolution_id, lock=True)
    if row is None:
        raise NotFound(what="resolution")
    check_version(if_match, row["version"])
    check_reach(tx.access, row["division"])
    return {**row, "state": move(RESOLUTIONS, row["state"], step), "version": row["version"] + 1}


async def change(
    tx: Transaction,
    resolution_id: UUID,
    body: ResolutionChange,
    now: datetime,
    *,
    may: MayWrite,
    if_match: Preconditions | None,
) -> Record:
    """Another owner or day, by whose meeting it was. Raises as `take` does, OtherLevel, and InvalidInput."""
    row = await take(tx, resolution_id, "change", if_match)
    meeting = await _meeting_of(tx, row, may)
    owner, due_on = body.owner or row["owner"], body.due_on or row["due_on"]
    found = await bodies.by_code(tx, [owner])
    faults = _faults(meeting, found, owner, due_on, "")
    today = china_day(now)
    if body.owner is not None and not faults and not found[owner].in_force(today):
        faults = [FieldError("/owner", _ENDED, (("body", owner), ("day", today)))]
    if faults:
        raise InvalidInput(faults)
    row |= {"owner": owner, "due_on": due_on}
    row |= {"division": found[owner].division, "owner_level": found[owner].level}
    return await _save(tx, row, "change", now, body.reason)


async def complete(
    tx: Transaction, resolution_id: UUID, body: ResolutionCompletion, now: datetime, *, if_match: Preconditions | None
) -> Record:
    """It was done. Raises as `take` does, and InvalidInput."""
    row = await take(tx, resolution_id, "completion", if_match)
    check_done("/completed_on", body.completed_on, china_day(now), row["resolved_on"])
    return await _save(tx, row | {"completed_on": body.completed_on}, "completion", now, body.note)


async def step(
    tx: Transaction,
    resolution_id: UUID,
    taken: ResolutionStep,
    reason: str,
    now: datetime,
    *,
    may: MayWrite,
    if_match: Preconditions | None,
) -> Record:
    """It is withdrawn, or taken up again, by whose meeting it was. Raises as `take` does, and OtherLevel."""
    row = await take(tx, resolution_id, taken, if_match)
    await _meeting_of(tx, row, may)
    return await _save(tx, row | {"completed_on": None}, taken, now, reason)


async def _meeting_of(tx: Transaction, row: Record, may: MayWrite) -> Record:
    """Its meeting: the owner sees what is his, but whose meeting it was decides on owner, day and end of it.

    Raises NotFound, OtherLevel.
    """
    meeting = await queries.get(tx, row["meeting_id"])
    if meeting is None:
        raise NotFound(what="meeting")
    may(meeting["level"], meeting["division"])
    return meeting


async def _save(tx: Transaction, row: Record, taken: ResolutionStep, now: datetime, note: str | None) -> Record:
    row["steps"] = [*row["steps"], step_of(tx, taken, now, note)]
    await queries.write_resolution(tx, row)
    return row
