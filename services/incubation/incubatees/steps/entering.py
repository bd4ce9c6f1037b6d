"""Takes applications, panel decisions and agreements of entry (D15: 入壳)."""

from datetime import date, datetime
from uuid import UUID

from services.incubation.incubatees import queries
from services.incubation.incubatees.errors import AlreadyIncubated, AlreadyLinked, IncubatorFull, IncubatorNotOpen
from services.incubation.incubatees.incubatee import TRANSITIONS
from services.incubation.incubatees.rules import faults_of_end
from services.incubation.incubatees.schemas import Agreement, AgreementExtension, Application, PanelDecision
from services.incubation.incubatees.steps.taking import lock, save, stated
from services.incubation.incubating.days import faults_of_day
from services.incubation.incubating.incubatee_policies import IncubateePolicies
from services.incubation.incubating.policies import IncubatorPolicies
from services.incubation.incubators import queries as incubators
from services.incubation.incubators.checking import refuse_lacking
from services.incubation.meetings.taking import step_of
from services.incubation.organizations.queries import find_organization, lock_organizations
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.incubation import IncubateeEnrolled
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.access import check_reach
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput
from shared.problems.transitions import move
from shared.problems.versions import Preconditions

_NO_INCUBATOR = Text(zh="没有代码为“{code}”的孵化器。", en="There is no incubator '{code}'.")
_NO_ORGANIZATION = Text(zh="没有此社会组织，或其已注销。", en="There is no such organization, or it is deregistered.")
_INSIDE_STILL = Text(
    zh="该组织到 {left} 才出壳或退出上一次孵化，再次申请不能早于该日。",
    en="The organization was incubated until {left}: it applies again on that day or later.",
)
_FEW = Text(zh="评审会到会至少 {least} 人。", en="At least {least} of the panel are present.")
_NO_MAJORITY = Text(zh="同意入壳须过半数到会人员同意。", en="Admission needs more than half of those present.")
_MAJORITY = Text(
    zh="到会人员过半数同意，评审结论应为同意入壳。", en="More than half of those present were in favour: that admits."
)


async def apply(tx: Transaction, body: Application, now: datetime) -> Record:
    """Take an application. Raises InvalidInput, OutsideScope, IncubatorNotOpen, AlreadyIncubated."""
    who: Record = {"organization_id": None, "uscc": None, "name": body.name}
    if body.organization is not None:
        # Locked before the incubator: a deregistration holds it, and waits for incubatees, which agreements hold.
        who = await _organization(tx, body.organization)
    incubator = await _incubator(tx, body.incubator)
    faults = faults_of_day("applied_on", body.applied_on, china_day(now), earliest=incubator["activated_on"])
    faults = faults or await _faults_of_return(tx, "/applied_on", who["organization_id"], body.applied_on)
    if faults:
        raise InvalidInput(faults)
    row: Record = {
        "id": new_id(),
        "incubator_id": incubator["id"],
        "division": incubator["division"],
        **who,
        "state": "applied",
        "purpose": body.purpose,
        "applied_on": body.applied_on,
        "applied_by": tx.access.actor,
        **dict.fromkeys(("decided_on", "panel", "entered_on", "ends_on", "agreement")),
        **dict.fromkeys(("graduated_on", "follow_up_until", "exited_on", "exit_cause", "policy")),
        "assessed": {},
        "reasons": [],
        "steps": [step_of(tx, "application", now, None)],
        "created_at": now,
        "version": 1,
    }
    await queries.insert(tx, row)
    return row


async def link(
    tx: Transaction, incubatee_id: UUID, reference: str, now: datetime, *, if_match: Preconditions | None
) -> Record:
    """Name the organization that an incubatee was registered as.

    Raises NotFound, OutsideScope, PreconditionFailed, AlreadyLinked, AlreadyIncubated, InvalidInput.
    """
    row = await lock(tx, incubatee_id, if_match)
    if row["organization_id"] is not None:
        raise AlreadyLinked(uscc=row["uscc"])
    who = await _organization(tx, reference)
    faults = await _faults_of_return(tx, "/organization", who["organization_id"], row["applied_on"])
    if faults:
        raise InvalidInput(faults)
    return await save(tx, {**row, **who}, "registration", now, None)


async def decide(
    tx: Transaction,
    incubatee_id: UUID,
    body: PanelDecision,
    policies: IncubateePolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Record:
    """The panel's decision. Raises NotFound, OutsideScope, PreconditionFailed, IllegalTransition, SameHand,
    InvalidInput."""
    row = await lock(tx, incubatee_id, if_match, "decision")
    state = move(TRANSITIONS, row["state"], "admission" if body.outcome == "admitted" else "rejection")
    today = china_day(now)
    policy = policies.get(row["division"], today)
    faults = faults_of_day("decided_on", body.decided_on, today, earliest=row["applied_on"])
    if body.present < policy.parameters.panel_min:
        faults.append(FieldError("/present", _FEW, (("least", policy.parameters.panel_min),)))
    if body.outcome == "admitted" and body.in_favour * 2 <= body.present:
        faults.append(FieldError("/in_favour", _NO_MAJORITY))
    if body.outcome == "refused" and body.in_favour * 2 > body.present:
        faults.append(FieldError("/outcome", _MAJORITY))
    if faults:
        raise InvalidInput(faults)
    panel = body.model_dump(mode="json", include={"outcome", "present", "in_favour"})
    changed = {**row, "state": state, "decided_on": body.decided_on, "panel": panel, "policy": policy.id}
    return await save(tx, changed, "decision", now, body.note)


async def agree(
    tx: Transaction,
    incubatee_id: UUID,
    body: Agreement,
    policies: IncubateePolicies,
    needs: IncubatorPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Record:
    """The agreement of entry: from its first day it is incubated, where the incubator has what it `needs`. Raises as
    `decide` does, and IncubatorNotOpen, IncubatorFull, IncubatorLacking."""
    row = await lock(tx, incubatee_id, if_match, "agreement")
    state = move(TRANSITIONS, row["state"], "agreement")
    # Locked, so that two agreements do not take the last place.
    incubator = await incubators.get(tx, str(row["incubator_id"]), lock=True)
    assert incubator is not None
    if incubator["state"] != "active":
        raise IncubatorNotOpen(code=incubator["code"])
    inside = await queries.count_inside(tx, row["incubator_id"], ("incubating",))
    if inside >= incubator["capacity"]:
        raise IncubatorFull(capacity=incubator["capacity"], inside=inside)
    today = china_day(now)
    policy = policies.get(row["division"], today)
    faults = faults_of_day("signed_on", body.signed_on, today, earliest=row["decided_on"])
    faults += faults_of_day("starts_on", body.starts_on, today, earliest=body.signed_on)
    faults += faults_of_end("ends_on", body.ends_on, body.starts_on, policy.parameters.term_max_months)
    if faults:
        raise InvalidInput(faults)
    await refuse_lacking(tx, incubator, needs, now, body.starts_on)
    changed = {
        **row,
        "state": state,
        "entered_on": body.starts_on,
        "ends_on": body.ends_on,
        "agreement": body.model_dump(mode="json", exclude={"note"}),
        "policy": policy.id,
    }
    saved = await save(tx, changed, "agreement", now, body.note)
    event = IncubateeEnrolled(
        **stated(saved, incubator["code"]), entered_on=saved["entered_on"], ends_on=saved["ends_on"]
    )
    await emit(tx, [NewEvent(saved["id"], saved["version"], event, saved["division"], now)])
    return saved


async def extend(
    tx: Transaction,
    incubatee_id: UUID,
    body: AgreementExtension,
    policies: IncubateePolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Record:
    """Let the agreement end later. Raises as `decide` does."""
    row = await lock(tx, incubatee_id, if_match, "extension")
    state = move(TRANSITIONS, row["state"], "extension")
    policy = policies.get(row["division"], china_day(now)).parameters
    usual = date.fromisoformat(row["agreement"]["ends_on"])
    faults = faults_of_end("ends_on", body.ends_on, usual, policy.extension_max_months, after=row["ends_on"])
    if faults:
        raise InvalidInput(faults)
    return await save(tx, {**row, "state": state, "ends_on": body.ends_on}, "extension", now, body.reason)


async def _faults_of_return(tx: Transaction, pointer: str, organization_id: UUID | None, day: date) -> list[FieldError]:
    """What is wrong with the day of an application: who was incubated before comes back after that, not before."""
    if organization_id is None:
        return []
    async with tx.system_scope():
        left_on = await queries.last_left(tx, organization_id)
    return [] if left_on is None or day >= left_on else [FieldError(pointer, _INSIDE_STILL, (("left", left_on),))]


async def _incubator(tx: Transaction, code: str) -> Record:
    # Locked, so that it is not closed meanwhile.
    row = await incubators.get(tx, code, lock=True)
    if row is None:
        raise InvalidInput([FieldError("/incubator", _NO_INCUBATOR, (("code", code),))])
    check_reach(tx.access, row["division"])
    if row["state"] != "active":
        raise IncubatorNotOpen(code=row["code"])
    return row


async def _organization(tx: Transaction, reference: str) -> Record:
    """Its id, code and name. Raises InvalidInput, AlreadyIncubated."""
    found = await find_organization(tx, reference)
    if found is not None:
        # Locked, so that it is not deregistered meanwhile, and does not enter another incubator.
        async with tx.system_scope():
            await lock_organizations(tx, [found["id"]])
        found = await find_organization(tx, str(found["id"]))
    if found is None or found["status"] != "registered":
        raise InvalidInput([FieldError("/organization", _NO_ORGANIZATION)])
    async with tx.system_scope():
        if await queries.is_inside(tx, found["id"]):
            raise AlreadyIncubated
    return {"organization_id": found["id"], "uscc": found["uscc"], "name": found["name"]}
