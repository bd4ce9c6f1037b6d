"""Runs formation checks for lists of organizations, and decides cases."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from services.incubation.areas.actions import cover_by_area
from services.incubation.formation.queries import cases, checks
from services.incubation.formation.rules import (
    TRANSITIONS,
    Case,
    FormationDecision,
    Members,
    approve,
    check_formation,
)
from services.incubation.names import name_party_organization
from services.incubation.organizations.projecting import project_ends, project_states
from services.incubation.policies import FormationPolicies
from shared.bus.handlers import Received
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.base import Reason
from shared.contracts.incubation import FormationCheckCompleted, PartyOrganizationFormed
from shared.contracts.registry import OrganizationDeregistered, OrganizationState
from shared.db.base import new_id, to_json, utc_now
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day, due_date
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
    made, opened, settled, completed = [], [], [], []
    day = china_day(now)
    await cases.lock_pending_cases(tx, sorted({event.data.id for event in events}))
    for event, known in await project_states(tx, events):
        data = event.data
        policy = policies.get(data.division, day)
        members = Members(data.full_members_full_time, data.full_members, data.probationary_members, data.as_of)
        decision = check_formation(members, policy)
        check_id = new_id()
        made.append(_check_row(check_id, event, decision, policy.id, now))
        if known.coverage == decision.outcome:
            settled.append(data.id)
        else:
            due_on = due_date(day, policy.parameters.case_due_days)
            opened.append(_case_row(check_id, data, decision, due_on))
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
        completed.append(NewEvent(data.id, known.checks, payload, data.division, now, cause=event.cause))
    await checks.insert_checks(tx, made)
    await cases.open_cases(tx, opened)
    await cases.close_cases(tx, settled, now)
    await emit(tx, completed)


async def end_organizations(tx: Transaction, events: Sequence[Received[OrganizationDeregistered]]) -> None:
    """Close what is pending for deregistered organizations."""
    await cases.close_cases(tx, await project_ends(tx, events), utc_now())


async def approve_case(tx: Transaction, case_id: UUID, *, note: str | None, if_match: Preconditions | None) -> Record:
    """Approve a case: a standalone Party organization is formed, or the street's area covers from now on.

    Raises NotFound, PreconditionFailed, IllegalTransition, JointCaseNeedsPlan, OrganizationEnded.
    """
    now = utc_now()
    case = await _lock_case(tx, case_id, if_match)
    state = approve(case)
    check = await checks.get_check(tx, case.check_id)
    assert check is not None
    reasons = [Reason.model_validate(reason) for reason in check["reasons"]]
    if case.outcome == "area":
        party_organization_id = await cover_by_area(
            tx,
            case.organization_id,
            division=case.division,
            street=case.street,
            decision_id=case.id,
            reasons=reasons,
            now=now,
        )
    else:
        party_organization_id = await _form_standalone(tx, case, reasons, now)
    [approved] = await cases.decide_cases(
        tx, [case_id], state=state, note=note, party_organization_ids=[party_organization_id], now=now
    )
    return approved


async def defer_case(
    tx: Transaction, case_id: UUID, *, note: str | None, until: date | None, if_match: Preconditions | None
) -> Record:
    """Put a case off. Raises NotFound, PreconditionFailed, IllegalTransition."""
    case = await _lock_case(tx, case_id, if_match)
    state = move(TRANSITIONS, case.state, "deferral")
    [deferred] = await cases.decide_cases(
        tx, [case_id], state=state, note=note, party_organization_ids=[None], now=utc_now(), deferred_until=until
    )
    return deferred


async def _lock_case(tx: Transaction, case_id: UUID, if_match: Preconditions | None) -> Case:
    case = await cases.lock_case(tx, case_id)
    if case is None:
        raise NotFound(what="formation case")
    check_version(if_match, case.version)
    return case


async def _form_standalone(tx: Transaction, case: Case, reasons: list[Reason], now: datetime) -> UUID:
    party_organization_id = new_id()
    payload = PartyOrganizationFormed(
        party_organization_id=party_organization_id,
        name=name_party_organization(case.name, case.party_organization_kind),
        kind=case.party_organization_kind,
        form="standalone",
        division=case.division,
        street=case.street,
        organization_ids=[case.organization_id],
        formed_on=china_day(now),
        decided_by="formation_case",
        decision_id=case.id,
        reasons=reasons,
    )
    await emit(tx, [NewEvent(party_organization_id, 1, payload, case.division, now, key=case.organization_id)])
    return party_organization_id


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


def _case_row(check_id: UUID, data: OrganizationState, decision: FormationDecision, due_on: date) -> Record:
    return {
        "id": new_id(),
        "organization_id": data.id,
        "uscc": data.uscc,
        "name": data.name,
        "division": data.division,
        "street": data.street,
        "check_id": check_id,
        "outcome": decision.outcome,
        "party_organization_kind": decision.kind,
        "state": "open",
        "due_on": due_on,
        "version": 1,
    }
