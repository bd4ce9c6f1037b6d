"""Records milestones, visits, services and what an officer assesses of maturity; withdraws what was an error."""

from datetime import datetime
from uuid import UUID

from services.incubation.incubatees import queries
from services.incubation.incubatees.errors import KnownMilestone, RecordWithdrawn
from services.incubation.incubatees.incubatee import IncubateeState
from services.incubation.incubatees.judging import judge_row
from services.incubation.incubatees.rules import faults_of_mark
from services.incubation.incubatees.schemas import MaturitySheet, Milestone, ServiceGiven, Visit
from services.incubation.incubatees.steps.taking import lock, save
from services.incubation.incubating.days import faults_of_day
from services.incubation.incubating.incubatee_policies import IncubateePolicies
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.language import Text
from shared.problems.problems import FieldError, IllegalTransition, InvalidInput, NotFound
from shared.problems.versions import Preconditions

_RECORDED: tuple[IncubateeState, ...] = ("admitted", "incubating", "graduated")
_NO_MOMENT = Text(zh="本地区政策没有此环节。", en="The policy of the region has no such moment.")
_NO_ITEM = Text(zh="成熟清单中没有此项。", en="The maturity lists have no such item.")
_BY_FACT = Text(
    zh="此项由系统根据已有信息判定，不需要评估。",
    en="This item follows from what the service knows: nobody assesses it.",
)
_VISITED = Text(
    zh="{on} 的走访已登记；有误的，请先撤销。", en="The visit of {on} is recorded: withdraw it if it is wrong."
)
_GIVEN = Text(
    zh="{on} 的同一项服务已登记；有误的，请先撤销。", en="This service of {on} is recorded: withdraw it if it is wrong."
)
_WITHDRAWAL = ("withdrawn_at", "withdrawn_by", "withdrawn_why")


async def record_milestone(
    tx: Transaction,
    incubatee_id: UUID,
    body: Milestone,
    policies: IncubateePolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Record:
    """Record that a track went through a moment.

    Raises NotFound, OutsideScope, PreconditionFailed, IllegalTransition, KnownMilestone, InvalidInput.
    """
    row = await _open(tx, incubatee_id, "milestone", if_match)
    maturity = await judge_row(tx, row, policies, now)
    known = next((one for one in maturity.marks if one.known and _same(one, body)), None)
    if known is not None:
        raise KnownMilestone(on=known.on)
    faults = faults_of_day("on", body.on, china_day(now), earliest=row["applied_on"])
    if body.moment not in maturity.policy.parameters.moments:
        faults.append(FieldError("/moment", _NO_MOMENT))
    faults += faults_of_mark(body.track, body.moment, body.on, maturity.marks)
    if faults:
        raise InvalidInput(faults)
    values = {"track": body.track, "moment": body.moment, "on_day": body.on, "note": body.note}
    await queries.insert_record(tx, "milestone", _recorded(tx, row, values, now))
    return row


def _same(mark: object, body: Milestone) -> bool:
    return (getattr(mark, "track", None), getattr(mark, "moment", None)) == (body.track, body.moment)


async def record_visit(
    tx: Transaction, incubatee_id: UUID, body: Visit, now: datetime, *, if_match: Preconditions | None
) -> Record:
    """Record a visit, of the quarter or of the follow-up. Raises as `record_milestone` does, save KnownMilestone."""
    row = await _open(tx, incubatee_id, "visit", if_match)
    faults = faults_of_day(
        "visited_on", body.visited_on, china_day(now), earliest=row["entered_on"] or row["decided_on"]
    )
    visits = await queries.list_records(tx, "visit", incubatee_id)
    if any(one["visited_on"] == body.visited_on for one in visits):
        faults.append(FieldError("/visited_on", _VISITED, (("on", body.visited_on),)))
    if faults:
        raise InvalidInput(faults)
    await queries.insert_record(tx, "visit", _recorded(tx, row, body.model_dump(), now))
    return row


async def record_service(
    tx: Transaction, incubatee_id: UUID, body: ServiceGiven, now: datetime, *, if_match: Preconditions | None
) -> Record:
    """Record one of the seven services (D15). Raises as `record_milestone` does, save KnownMilestone."""
    row = await _open(tx, incubatee_id, "service", if_match)
    faults = faults_of_day("on", body.on, china_day(now), earliest=row["applied_on"])
    values = {"service": body.service, "on_day": body.on, "content": body.content}
    given = await queries.list_records(tx, "service", incubatee_id)
    if any(all(one[name] == value for name, value in values.items()) for one in given):
        faults.append(FieldError("/on", _GIVEN, (("on", body.on),)))
    if faults:
        raise InvalidInput(faults)
    await queries.insert_record(tx, "service", _recorded(tx, row, values, now))
    return row


async def withdraw(
    tx: Transaction,
    incubatee_id: UUID,
    about: tuple[str, UUID],
    reason: str,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Record:
    """Withdraw one of these. Raises NotFound, OutsideScope, PreconditionFailed, RecordWithdrawn."""
    row = await lock(tx, incubatee_id, if_match)
    kind, record_id = about
    found = await queries.lock_record(tx, kind, incubatee_id, record_id)
    if found is None:
        raise NotFound(what=kind)
    if found["withdrawn_at"] is not None:
        raise RecordWithdrawn(withdrawn_at=found["withdrawn_at"])
    await queries.withdraw(tx, kind, record_id, {"at": now, "by": tx.access.actor, "why": reason})
    return row


async def assess(
    tx: Transaction,
    incubatee_id: UUID,
    body: MaturitySheet,
    policies: IncubateePolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Record:
    """Put what an officer judges of the maturity lists; what is not named stays as it was.

    Raises NotFound, OutsideScope, PreconditionFailed, IllegalTransition, InvalidInput.
    """
    row = await lock(tx, incubatee_id, if_match)
    if row["state"] != "incubating":
        raise IllegalTransition(what="incubatee", state=row["state"], action="assessing")
    lists = policies.get(row["division"], china_day(now)).parameters.maturity
    items = {one.code: one for one in (*lists.organization, *lists.party_organization)}
    faults = [
        FieldError(f"/items/{code}", _NO_ITEM if code not in items else _BY_FACT)
        for code in body.items
        if code not in items or items[code].fact is not None
    ]
    if faults:
        raise InvalidInput(faults)
    about = {"on": china_day(now).isoformat(), "by": tx.access.actor}
    assessed = {code: {**one.model_dump(), **about} for code, one in body.items.items()}
    changed = {**row, "assessed": {**row["assessed"], **assessed}}
    return await save(tx, changed, "assessing", now, "、".join(sorted(body.items)))


async def _open(tx: Transaction, incubatee_id: UUID, action: str, if_match: Preconditions | None) -> Record:
    row = await lock(tx, incubatee_id, if_match)
    if row["state"] not in _RECORDED:
        raise IllegalTransition(what="incubatee", state=row["state"], action=action)
    return row


def _recorded(tx: Transaction, row: Record, values: Record, now: datetime) -> Record:
    return {
        "id": new_id(),
        "incubatee_id": row["id"],
        "division": row["division"],
        **values,
        "recorded_by": tx.access.actor,
        "recorded_at": now,
        **dict.fromkeys(_WITHDRAWAL),
    }
