"""What the actions on meetings share: policy, lock, bodies, history."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.incubation.bodies import queries as bodies
from services.incubation.bodies.body import Body
from services.incubation.meetings import queries
from services.incubation.meetings.rules import TRANSITIONS, MeetingStep
from services.incubation.routine.policies import MeetingLevel, MeetingsPolicies, MeetingsPolicy
from shared.contracts.base import Reason
from shared.db.session import Record, Transaction
from shared.field.policies import Policy
from shared.problems.access import check_reach
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput, NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions, check_version

MayWrite = Callable[[MeetingLevel, str], None]
"""Raises OtherLevel where the caller does not write meetings of a level in a division: its token says so."""
NO_BODY = Text(
    zh="没有代码为“{body}”的机构，或其在 {day} 不存在。",
    en="There is no body '{body}', or it did not exist on {day}.",
)
_FUTURE = Text(zh="日期尚未到来。", en="The day has not come yet.")
_BEFORE = Text(zh="日期不能早于 {earliest}。", en="The day cannot be before {earliest}.")


def policy_of(policies: MeetingsPolicies, division: str, day: date, today: date) -> Policy[MeetingsPolicy]:
    """The policy of the meeting's day; for one before there was any, that of today. Raises NoPolicy."""
    return policies.of_day(division, day, today)


async def take(
    tx: Transaction, meeting_id: UUID, step: MeetingStep, may: MayWrite, if_match: Preconditions | None
) -> Record:
    """The meeting, locked, in the state after a step.

    Raises NotFound, PreconditionFailed, OutsideScope, OtherLevel, IllegalTransition.
    """
    row = await queries.get(tx, meeting_id, lock=True)
    if row is None:
        raise NotFound(what="meeting")
    check_version(if_match, row["version"])
    check_reach(tx.access, row["division"])
    may(row["level"], row["division"])
    return {**row, "state": move(TRANSITIONS, row["state"], step), "version": row["version"] + 1}


async def save(tx: Transaction, row: Record, step: MeetingStep, now: datetime, note: str | None) -> Record:
    """Write the meeting with the step in its history; the meeting after it."""
    row["steps"] = [*row["steps"], step_of(tx, step, now, note)]
    await queries.write(tx, row)
    return row


def step_of(tx: Transaction, step: str, now: datetime, note: str | None) -> dict[str, Any]:
    """A step of the history."""
    return {"step": step, "at": now.isoformat(), "by": tx.access.actor, "note": note}


def plain(reasons: Sequence[Reason]) -> list[Any]:
    """Reasons as they are stored."""
    return [reason.model_dump(mode="json") for reason in reasons]


async def bodies_on(tx: Transaction, named: Iterable[tuple[str, str]], day: date) -> dict[str, Body]:
    """Bodies by code, each of which exists on the day; `named` are (pointer, code). Raises InvalidInput."""
    wanted = list(named)
    found = await bodies.by_code(tx, (code for _, code in wanted))
    faults = [
        FieldError(pointer, NO_BODY, (("body", code), ("day", day)))
        for pointer, code in wanted
        if code not in found or not found[code].in_force(day)
    ]
    if faults:
        raise InvalidInput(faults)
    return found


def check_done(pointer: str, day: date, today: date, earliest: date | None = None) -> None:
    """The day of something that was done: not to come, and not before what it follows. Raises InvalidInput."""
    if day > today:
        raise InvalidInput([FieldError(pointer, _FUTURE)])
    if earliest is not None and day < earliest:
        raise InvalidInput([FieldError(pointer, _BEFORE, (("earliest", earliest),))])
