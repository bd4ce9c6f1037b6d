"""Runs formation checks for lists of organizations, and decides cases."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from services.incubation.areas.actions import cover_by_area
from services.incubation.days import check_deferral, founding_day
from services.incubation.formation.forming import change_kind, form_standalone
from services.incubation.formation.queries import cases, checks, closing
from services.incubation.formation.rules import (
    TRANSITIONS,
    Case,
    FormationDecision,
    Members,
    approve,
    check_formation,
)
from services.incubation.formation.worklist import Worklist
from services.incubation.organizations.projecting import project_ends, project_states
from services.incubation.policies import FormationPolicies
from shared.bus.handlers import Received
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.base import Reason
from shared.contracts.incubation import FormationCheckCompleted
from shared.contracts.registry import OrganizationDeregistered, OrganizationState
from shared.db.base import new_id, to_json, utc_now
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.problems import NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions, check_version


async def check_organizations(
    tx: Transaction, events: Sequence[Received[OrganizationState]], *, policies: FormationPolicies
) -> None:
    """Check every organization of the list once, by its newest state; store, open cases, emit.

    Raises NoPolicy where no policy is in force.
    """
    now = utc_now()
    made, completed = [], []
    day = china_day(now)
    await cases.lock_pending_cases(tx, sorted({event.data.id for event in events}))
    taken = await project_states(tx, events)
    # Most are new, and nothing covers them: only what covers the others is read.
    covered = [event.data.id for event, known in taken if known.coverage != "uncovered"]
    worklist = await Worklist.load(tx, covered, {event.data.id for event, known in taken if known.moved})
    for event, known in taken:
        data = event.data
        policy = policies.get(data.division, day)
        members = Members(data.full_members_full_time, data.full_members, data.probationary_members, data.as_of)
        decision = check_formation(members, policy)
        check_id = new_id()
        made.append(_check_row(check_id, event, decision, policy.id, now))
        worklist.decide(data, decision, check_id, policy.parameters, day)
        payload = FormationCheckCompleted.model_construct(
            id=check_id,
            organization_id=data.id,
            uscc=data.uscc,
            division=data.division,
            outcome=decision.outcome,
            counted_full_members=decision.counted_full_members,
            policy=policy.id,
            checked_at=now,
            reasons=list(decision.reasons),
        )
        also = frozenset() if known.left is None else frozenset((known.left,))
        completed.append(NewEvent(data.id, known.checks, payload, data.division, now, cause=event.cause, also=also))
    await checks.insert_checks(tx, made)
    await worklist.save(tx, now)
    await emit(tx, completed)


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
) -> Record:
    """Approve a case: a standalone Party organization is formed, or the street's area covers from `founded_on` on.

    An organization that had a standalone Party organization gets that one back, unless `former_not_restored` says why
    a new one is founded. A change of kind is the same Party organization under another kind and name.

    Raises NotFound, PreconditionFailed, IllegalTransition, JointCaseNeedsPlan, OrganizationEnded, InvalidInput.
    """
    now = utc_now()
    case = await _lock_case(tx, case_id, if_match)
    state = approve(case)
    founded_on = founding_day(founded_on, [case.registered_on], china_day(now))
    check = await checks.get_check(tx, case.check_id)
    assert check is not None
    reasons = [Reason.model_validate(reason) for reason in check["reasons"]]
    party_organization_id: UUID
    if case.outcome == "area":
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
        party_organization_id = await change_kind(tx, case, reasons, founded_on, now)
    else:
        party_organization_id = await form_standalone(tx, case, reasons, founded_on, former_not_restored, now)
    await cases.decide_cases(
        tx, [case_id], state=state, note=note, party_organization_ids=[party_organization_id], now=now
    )
    return await _shown(tx, case_id)


async def defer_case(
    tx: Transaction, case_id: UUID, *, note: str | None, until: date | None, if_match: Preconditions | None
) -> Record:
    """Put a case off. Raises NotFound, PreconditionFailed, IllegalTransition, InvalidInput."""
    now = utc_now()
    case = await _lock_case(tx, case_id, if_match)
    state = move(TRANSITIONS, case.state, "deferral")
    check_deferral(until, china_day(now))
    await cases.decide_cases(
        tx, [case_id], state=state, note=note, party_organization_ids=[None], now=now, deferred_until=until
    )
    return await _shown(tx, case_id)


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


def _check_row(
    check_id: UUID, event: Received[OrganizationState], decision: FormationDecision, policy_id: str, now: datetime
) -> Record:
    return {
        "id": check_id,
        "organization_id": event.data.id,
        "uscc": event.data.uscc,
        "division": event.data.division,
        "outcome": decision.outcome,
        "counted_full_members": decision.counted_full_members,
        "policy": policy_id,
        "reasons": to_json([reason.model_dump() for reason in decision.reasons]),
        "organization_sequence": event.envelope.sequence,
        "checked_at": now,
    }
