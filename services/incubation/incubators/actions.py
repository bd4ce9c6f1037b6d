"""Records, activates and closes incubators (H3-H6)."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.incubation.incubating.days import faults_of_day
from services.incubation.incubating.policies import IncubatorPolicies
from services.incubation.incubators import queries
from services.incubation.incubators.checking import check
from services.incubation.incubators.errors import IncubatorOccupied
from services.incubation.incubators.incubator import TRANSITIONS, IncubatorStep, worked_before
from services.incubation.incubators.rules import barred_by, missing_of
from services.incubation.incubators.schemas import IncubatorBody
from services.incubation.incubators.supports import queries as supports
from services.incubation.meetings.taking import step_of
from services.incubation.organizations.queries import find_organization
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field import uscc
from shared.field.calendar import china_day
from shared.field.divisions import check_division
from shared.field.errors import FieldError as BrokenValue
from shared.field.places import street_name
from shared.problems.access import check_reach
from shared.problems.field_sentences import field_error
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput, NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions, check_version

LookInside = Callable[[Transaction, UUID], Awaitable[tuple[int, date | None]]]
"""How many are in an incubator or have applied, and on which day the last one left: the module above knows."""
RESERVED = frozenset({"coverage"})
"""Names of reports: no incubator has one of them as its code."""
_RESERVED = Text(zh="“{code}”是报表的名称，不能作为孵化器代码。", en="'{code}' names a report, and cannot be a code.")
_TAKEN = Text(zh="代码“{code}”已在其他地区使用。", en="The code '{code}' is in use in another division.")
_NOT_COUNTY = Text(
    zh="孵化器设在区、县（市）或其街镇。", en="An incubator is of a district or county, or of a street or town in it."
)

_STAYS = Text(
    zh="已启用过的孵化器不能更改行政区划；请关闭后另行登记。",
    en="An incubator that has worked stays in its division: close it, and record another one.",
)


async def record(
    tx: Transaction,
    code: str,
    body: IncubatorBody,
    now: datetime,
    *,
    allow_sample_codes: bool,
    if_match: Preconditions | None,
) -> tuple[Record, bool]:
    """Record an incubator, or what is new about it: the row, and whether it is new; the same again changes nothing.

    Raises InvalidInput, OutsideScope, PreconditionFailed.
    """
    check_reach(tx.access, body.division)
    content = _content(code, body, china_day(now))
    if body.operator is not None and body.operator.uscc is not None:
        content["operator"]["uscc"] = await _operator_code(
            tx, body.operator.uscc, allow_sample_codes=allow_sample_codes
        )
    async with tx.system_scope():
        stored = await queries.get(tx, code, lock=True)
    if stored is not None and not tx.access.reaches(stored["division"]):
        raise InvalidInput([FieldError("/code", _TAKEN, (("code", code),))])
    check_version(if_match, None if stored is None else stored["version"])
    if stored is None:
        row = {
            "id": new_id(),
            "code": code,
            **content,
            "state": "preparing",
            "activated_on": None,
            "closed_on": None,
            "policy": None,
            "reasons": [],
            "recorded_by": tx.access.actor,
            "steps": [step_of(tx, "recording", now, None)],
            "created_at": now,
            "version": 1,
        }
        if await queries.insert(tx, row):
            return row, True
        # Another request recorded it since our SELECT: the same again.
        return await record(tx, code, body, now, allow_sample_codes=allow_sample_codes, if_match=if_match)
    if stored["state"] != "preparing" and content["division"] != stored["division"]:
        raise InvalidInput([FieldError("/division", _STAYS)])
    if all(stored[name] == value for name, value in content.items()):
        return stored, False
    steps = [*stored["steps"], step_of(tx, "recording", now, None)]
    changed = {**stored, **content, "recorded_by": tx.access.actor, "steps": steps}
    return await queries.update(tx, changed), False


def _content(code: str, body: IncubatorBody, today: date) -> dict[str, Any]:
    """What is stored of a request. Raises InvalidInput."""
    faults = [FieldError("/code", _RESERVED, (("code", code),))] if code in RESERVED else []
    street = None
    try:
        if check_division(body.division, today).level != "county":
            faults.append(FieldError("/division", _NOT_COUNTY))
        elif body.street is not None:
            street = street_name(body.street, body.division)
    except BrokenValue as broken:
        faults.append(field_error("/division", broken))
    if faults:
        raise InvalidInput(faults)
    return {**body.model_dump(mode="json"), "street": street}


async def _operator_code(tx: Transaction, given: str, *, allow_sample_codes: bool) -> str:
    """An operator's code, normalized; that of an organization which the registry took is not doubted.

    Raises InvalidInput.
    """
    try:
        return uscc.check(given, allow_sample_codes=allow_sample_codes)
    except uscc.UsccError as broken:
        code = uscc.normalize(given)
        async with tx.system_scope():
            known = await find_organization(tx, code)
        if known is None:
            raise InvalidInput([field_error("/operator/uscc", broken)]) from broken
        return code


async def activate(
    tx: Transaction,
    code: str,
    activated_on: date | None,
    note: str | None,
    policies: IncubatorPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Record:
    """Let an incubator work. Raises NotFound, OutsideScope, PreconditionFailed, IllegalTransition, SameHand,
    InvalidInput, IncubatorUnready."""
    row, state = await _take(tx, code, "activation", if_match)
    today = china_day(now)
    day = activated_on or today
    faults = faults_of_day("activated_on", day, today, earliest=row["closed_on"])
    if faults:
        raise InvalidInput(faults)
    checked, policy = await check(tx, row, policies, now, days=(day, today))
    unready = missing_of(checked)
    if unready is not None:
        raise unready
    return await queries.update(
        tx,
        {
            **row,
            "state": state,
            "activated_on": day,
            "closed_on": None,
            "policy": policy,
            "reasons": [one.reason.model_dump(mode="json") for one in checked],
            "steps": [*row["steps"], {**step_of(tx, "activation", now, note), **worked_before(row)}],
        },
    )


async def close(
    tx: Transaction,
    code: str,
    closed_on: date | None,
    reason: str,
    look_inside: LookInside,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Record:
    """Close an incubator that is empty, not before the last one left and what it gave last. Raises as `activate` does,
    save IncubatorUnready, and IncubatorOccupied."""
    row, state = await _take(tx, code, "closing", if_match)
    inside, left_on = await look_inside(tx, row["id"])
    if inside:
        raise IncubatorOccupied(inside=inside)
    day = closed_on or china_day(now)
    until = [row["activated_on"], left_on, await supports.last_given(tx, row["id"])]
    faults = faults_of_day("closed_on", day, china_day(now), earliest=max(one for one in until if one is not None))
    if faults:
        raise InvalidInput(faults)
    steps = [*row["steps"], step_of(tx, "closing", now, reason)]
    return await queries.update(tx, {**row, "state": state, "closed_on": day, "steps": steps})


async def _take(tx: Transaction, code: str, step: IncubatorStep, if_match: Preconditions | None) -> tuple[Record, str]:
    row = await queries.get(tx, code, lock=True)
    if row is None:
        raise NotFound(what="incubator")
    check_reach(tx.access, row["division"])
    check_version(if_match, row["version"])
    state = move(TRANSITIONS, row["state"], step)
    barred = barred_by(step, row["steps"], tx.access.actor)
    if barred is not None:
        raise barred
    return row, state
