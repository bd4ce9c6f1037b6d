"""Plans meetings, records their minutes, and corrects them (H7, S4)."""

from datetime import date, datetime
from uuid import UUID

from services.incubation.bodies import queries as bodies
from services.incubation.bodies.body import Body
from services.incubation.meetings import queries
from services.incubation.meetings.resolving import new_resolutions
from services.incubation.meetings.rules import counted
from services.incubation.meetings.schemas import (
    MeetingMinutes,
    MeetingPlan,
    MinutesBody,
    MinutesCorrection,
    NewMeeting,
)
from services.incubation.meetings.taking import (
    MayWrite,
    bodies_on,
    check_done,
    plain,
    policy_of,
    save,
    step_of,
    take,
)
from services.incubation.routine.policies import MeetingsPolicies, Round
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.access import check_reach
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput
from shared.problems.versions import Preconditions

_NO_ROUND = Text(zh="该地区没有这一层级的例会。", en="The region has no regular meetings of this level.")
_CONVENOR = Text(
    zh="“{body}”不能召集这一层级的例会：层级或类别不符。",
    en="'{body}' does not convene meetings of this level: it is of another level or kind.",
)
_LEAD = Text(zh="“{body}”在 {day} 不是联席会的牵头单位。", en="'{body}' does not lead the joint conference on {day}.")
_HELD = Text(
    zh="该机构 {day} 的同级会议已登记纪要。", en="The minutes of the same body's meeting on {day} are recorded already."
)
_TWICE = Text(zh="机构“{body}”列了不止一次。", en="The body '{body}' is listed more than once.")
_RESOLUTIONS_DUE = Text(
    zh="本次会议的议定事项最早于 {day} 到期或办结，会议不能晚于该日。",
    en="A resolution of this meeting is due or was done on {day}: the meeting cannot have been later.",
)


async def plan(
    tx: Transaction, body: NewMeeting, policies: MeetingsPolicies, now: datetime, *, may: MayWrite
) -> Record:
    """A meeting of the place of its convenor; one that is past may be planned too, to be recorded late.

    Raises InvalidInput, OutsideScope, OtherLevel, NoPolicy.
    """
    today = china_day(now)
    async with tx.system_scope():
        convenor = (await bodies_on(tx, [("/convenor", body.convenor)], body.planned_on))[body.convenor]
    check_reach(tx.access, convenor.division)
    may(body.level, convenor.division)
    policy = policy_of(policies, convenor.division, body.planned_on, today)
    found = policy.parameters.round_of(body.level)
    if found is None:
        raise InvalidInput([FieldError("/level", _NO_ROUND)])
    _check_convenor(convenor, found, body.planned_on, "/convenor")
    row: Record = {
        "id": new_id(),
        "level": body.level,
        "convenor": body.convenor,
        "division": convenor.division,
        "street": convenor.street if body.level == "street" else None,
        **body.model_dump(mode="json", include={"agenda"}),
        "planned_on": body.planned_on,
        "state": "planned",
        "held_on": None,
        "present": [],
        "minutes": None,
        "counts": None,
        "policy": policy.id,
        "reasons": [],
        "steps": [step_of(tx, "planning", now, None)],
        "version": 1,
        "created_at": now,
    }
    await queries.add(tx, row)
    return row


def _check_convenor(convenor: Body, found: Round, day: date, pointer: str) -> None:
    """Raises InvalidInput."""
    facts = (("body", convenor.code), ("day", day))
    if found.level == "conference":
        if convenor.seat(day) != "lead":
            raise InvalidInput([FieldError(pointer, _LEAD, facts)])
    elif convenor.level != found.level or convenor.kind not in found.kinds:
        raise InvalidInput([FieldError(pointer, _CONVENOR, facts)])


async def change(
    tx: Transaction,
    meeting_id: UUID,
    body: MeetingPlan,
    policies: MeetingsPolicies,
    now: datetime,
    *,
    may: MayWrite,
    if_match: Preconditions | None,
) -> Record:
    """Another day or agenda of a meeting that was not held yet. Raises as `take` does, and InvalidInput."""
    row = await take(tx, meeting_id, "change", may, if_match)
    convenor = (await bodies_on(tx, [("/planned_on", row["convenor"])], body.planned_on))[row["convenor"]]
    policy = policy_of(policies, row["division"], body.planned_on, china_day(now))
    found = policy.parameters.round_of(row["level"])
    if found is None:
        raise InvalidInput([FieldError("/planned_on", _NO_ROUND)])
    _check_convenor(convenor, found, body.planned_on, "/planned_on")
    row |= {"planned_on": body.planned_on, "policy": policy.id, **body.model_dump(mode="json", include={"agenda"})}
    return await save(tx, row, "change", now, None)


async def cancel(
    tx: Transaction, meeting_id: UUID, reason: str, now: datetime, *, may: MayWrite, if_match: Preconditions | None
) -> Record:
    """It will not be held. Raises as `take` does."""
    row = await take(tx, meeting_id, "cancellation", may, if_match)
    return await save(tx, row, "cancellation", now, reason)


async def report(
    tx: Transaction,
    meeting_id: UUID,
    body: MinutesBody,
    policies: MeetingsPolicies,
    now: datetime,
    *,
    may: MayWrite,
    if_match: Preconditions | None,
) -> Record:
    """It was held: the minutes, whether it counts, and the resolutions. Raises as `take` does, and InvalidInput."""
    row = await take(tx, meeting_id, "minutes", may, if_match)
    row = await _minuted(tx, row, body, policies, now)
    found = await save(tx, row, "minutes", now, None)
    await queries.add_resolutions(tx, await new_resolutions(tx, found, body.resolutions, now, first=1))
    return found


async def correct(
    tx: Transaction,
    meeting_id: UUID,
    body: MinutesCorrection,
    policies: MeetingsPolicies,
    now: datetime,
    *,
    may: MayWrite,
    if_match: Preconditions | None,
) -> Record:
    """The minutes were wrong: whether the meeting counts is decided again. Raises as `report` does."""
    row = await take(tx, meeting_id, "correction", may, if_match)
    row = await _minuted(tx, row, body, policies, now)
    earliest = await queries.date_resolutions(tx, meeting_id, body.held_on)
    if earliest is not None and earliest < body.held_on:
        raise InvalidInput([FieldError("/held_on", _RESOLUTIONS_DUE, (("day", earliest),))])
    return await save(tx, row, "correction", now, body.reason)


async def _minuted(
    tx: Transaction, row: Record, body: MeetingMinutes, policies: MeetingsPolicies, now: datetime
) -> Record:
    """The meeting with its minutes, and the decision whether it counts."""
    today = china_day(now)
    check_done("/held_on", body.held_on, today)
    twice = [
        FieldError(f"/present/{place}", _TWICE, (("body", code),))
        for place, code in enumerate(body.present)
        if code in body.present[:place]
    ]
    if await queries.is_held(tx, row, body.held_on):
        twice.append(FieldError("/held_on", _HELD, (("day", body.held_on),)))
    if twice:
        raise InvalidInput(twice)
    found = await bodies_on(tx, ((f"/present/{n}", code) for n, code in enumerate(body.present)), body.held_on)
    seated = await bodies.of_division(tx, row["division"]) if row["level"] == "conference" else []
    policy = policy_of(policies, row["division"], body.held_on, today)
    counts, reasons = counted(
        row["level"],
        [item.topic for item in body.agenda],
        [found[code] for code in body.present],
        [one for one in seated if one.seat(body.held_on) is not None],
        body.held_on,
        policy,
        now,
    )
    return row | {
        "held_on": body.held_on,
        **body.model_dump(mode="json", include={"agenda", "present"}),
        "minutes": body.minutes,
        "counts": counts,
        "policy": policy.id,
        "reasons": plain(reasons),
    }
