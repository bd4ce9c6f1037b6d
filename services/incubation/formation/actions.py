"""Runs formation checks for lists of organizations, and decides cases."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from services.incubation.area_branches.actions import cover_by_area
from services.incubation.days import check_arranged, check_deferral, founding_day
from services.incubation.formation.checking import check_row, completed
from services.incubation.formation.forming import change_kind, form_standalone
from services.incubation.formation.founding import NOTHING_STATED, Act, check_act
from services.incubation.formation.queries import arrangements, cases, checks, closing, steps
from services.incubation.formation.rules import (
    TRANSITIONS,
    Case,
    Members,
    approve,
    check_formation,
    check_work_group,
    explain_work_group,
)
from services.incubation.formation.superiors.finding import stand
from services.incubation.formation.superiors.rules import Acting, authorize
from services.incubation.formation.worklist import Worklist
from services.incubation.organizations.claims import meet
from services.incubation.organizations.projecting import project_ends, project_states
from services.incubation.policies import FormationPolicies
from shared.bus.handlers import Received
from shared.bus.sending.outbox import emit
from shared.contracts.base import Reason
from shared.contracts.registry import OrganizationDeregistered, OrganizationState
from shared.db.base import new_id, to_json, utc_now
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.problems import NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions, check_version


async def check_organizations(
    tx: Transaction, events: Sequence[Received[OrganizationState]], *, policies: FormationPolicies
) -> list[Received[OrganizationState]]:
    """Check every organization of the list once, by its newest state; store, open cases, emit.

    Returns the events about those that were known before. Raises NoPolicy where no policy is in force.
    """
    now = utc_now()
    made, published = [], []
    day = china_day(now)
    await meet(tx, {event.data.division for event in events})
    await cases.lock_pending_cases(tx, sorted({event.data.id for event in events}))
    taken = await project_states(tx, events)
    # Most are new, and nothing covers them: only what covers the others is read.
    covered = [event.data.id for event, known in taken if known.coverage != "uncovered"]
    new = {event.data.id for event, known in taken if known.left is None}
    moved = {event.data.id for event, known in taken if known.moved}
    worklist = await Worklist.load(tx, covered, moved, new)
    for event, known in taken:
        data = event.data
        policy = policies.get(data.division, day)
        members = Members(data.full_members_full_time, data.full_members, data.probationary_members, data.as_of)
        decision = check_formation(members, policy)
        check_id = new_id()
        made.append(check_row(check_id, data, event.envelope.sequence, decision, policy.id, now))
        due_on = policies.case_due_on(policy, data.division, day)
        # Who was covered before it was known here was covered before the registry knew it: nothing is to be decided.
        if not known.claimed:
            worklist.decide(data, decision, check_id, policy.parameters, due_on)
        published.append(
            completed(
                check_id, data, decision, policy.id, now, sequence=known.checks, cause=event.cause, left=known.left
            )
        )
    await checks.insert_checks(tx, made)
    await worklist.save(tx, now)
    await emit(tx, published)
    return [event for event in events if event.data.id not in new]


async def end_organizations(tx: Transaction, events: Sequence[Received[OrganizationDeregistered]]) -> None:
    """Close what is pending for deregistered organizations, and what was approved and is not recorded."""
    now = utc_now()
    ended = await project_ends(tx, events)
    await cases.close_cases(tx, ended, now)
    await closing.close_unrecorded(tx, ended, now)


async def approve_case(
    tx: Transaction,
    case_id: UUID,
    *,
    note: str | None,
    if_match: Preconditions | None,
    founded_on: date | None = None,
    former_not_restored: str | None = None,
    work_group: bool = False,
    act: Act = NOTHING_STATED,
    acting: Acting,
    policies: FormationPolicies,
) -> Record:
    """Approve a case: a standalone Party organization is formed, or the street's area covers from `founded_on` on.

    An organization that had a standalone Party organization gets that one back, unless `former_not_restored` says why
    a new one is founded. A change of kind is the same Party organization under another kind and name. `work_group`: the
    work group that the check offers is set up beside the coverage (S21); of whom an area covers already, that is all
    that is approved. `act`: what is stated of the founding. `acting`: who approves, for which bodies.

    Raises NotFound, PreconditionFailed, IllegalTransition, JointCaseNeedsPlan, OrganizationEnded, NotTheBodyAbove,
    InvalidInput.
    """
    now = utc_now()
    case = await _lock_case(tx, case_id, if_match)
    state = approve(case)
    authority = await _authority(tx, case, acting, policies, now)
    founded_on = founding_day(founded_on, [case.registered_on], china_day(now))
    check = await checks.get_check(tx, case.check_id)
    assert check is not None
    reasons = [Reason.model_validate(reason) for reason in check["reasons"]]
    work_group = work_group or case.occasion == "work_group"
    check_act(act, founds=case.outcome == "standalone" and case.occasion != "kind")
    if work_group:
        check_work_group(reasons)
        reasons.append(explain_work_group(now))
    reasons.append(authority)
    party_organization_id: UUID
    if case.occasion == "work_group" and case.concerns is not None:
        party_organization_id = case.concerns
    elif case.outcome == "area":
        party_organization_id = await cover_by_area(
            tx,
            case.organization_id,
            division=case.division,
            street=case.street,
            decision_id=case.id,
            reasons=reasons,
            since=founded_on,
            now=now,
        )
    elif case.occasion == "kind":
        party_organization_id = await change_kind(
            tx, case, reasons, policies.get(case.division, china_day(now)).parameters, founded_on, now
        )
    else:
        party_organization_id = await form_standalone(tx, case, reasons, founded_on, former_not_restored, now, act)
    [decided] = await cases.decide_cases(
        tx,
        [case_id],
        state=state,
        note=note,
        party_organization_ids=[party_organization_id],
        now=now,
        authorities={case_id: authority},
    )
    if work_group:
        await arrangements.insert_arrangement(tx, decided, until=None, instructor=None, work_group=True)
    return await _shown(tx, case_id)


async def defer_case(
    tx: Transaction,
    case_id: UUID,
    *,
    note: str | None,
    until: date | None,
    instructor: Record | None = None,
    if_match: Preconditions | None,
    acting: Acting,
    policies: FormationPolicies,
) -> Record:
    """Put a case off to a planned day, with an instructor meanwhile, as far and as often as the policy allows.

    Who approves may put off: it moves the day by which others are reminded. Raises NotFound, PreconditionFailed,
    IllegalTransition, NotTheBodyAbove, InvalidInput, NoPolicy.
    """
    now = utc_now()
    case = await _lock_case(tx, case_id, if_match)
    state = move(TRANSITIONS, case.state, "deferral")
    authority = await _authority(tx, case, acting, policies, now)
    parameters = policies.get(case.division, china_day(now)).parameters
    times = await steps.count_of(tx, case_id, "deferral")
    months, most = parameters.deferral_max_months, parameters.deferrals_max
    check_deferral(until, china_day(now), months=months, times=times, most=most)
    check_arranged(parameters.deferral_requires, {"until": until, "instructor": instructor})
    [deferred] = await cases.decide_cases(
        tx,
        [case_id],
        state=state,
        note=note,
        party_organization_ids=[None],
        now=now,
        deferred_until=until,
        authorities={case_id: authority},
    )
    sent = None if instructor is None else to_json(instructor)
    await arrangements.insert_arrangement(tx, deferred, until=until, instructor=sent, work_group=False)
    return await _shown(tx, case_id)


async def _authority(tx: Transaction, case: Case, acting: Acting, policies: FormationPolicies, now: datetime) -> Reason:
    """For which body the caller decides a case, which is locked. Raises NotTheBodyAbove."""
    standing = (await stand(tx, [case.id], policies, now))[case.id]
    escalated_to = None if standing.escalation is None else standing.escalation.to
    return authorize(standing.above, escalated_to, acting, case.division, now)


async def _shown(tx: Transaction, case_id: UUID) -> Record:
    row = await cases.get_case(tx, case_id)
    assert row is not None
    return row


async def _lock_case(tx: Transaction, case_id: UUID, if_match: Preconditions | None) -> Case:
    case = await cases.lock_case(tx, case_id)
    if case is None:
        raise NotFound(what="formation case")
    check_version(if_match, case.version)
    return case
