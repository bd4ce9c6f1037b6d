"""Runs formation checks for lists of organizations, and keeps their cases by how they are covered."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.incubation.formation.queries import cases, checks
from services.incubation.formation.queries.situations import list_pending
from services.incubation.formation.rules import FormationDecision, Members, check_formation
from services.incubation.formation.worklist import Worklist
from services.incubation.organizations.covering import list_covered
from services.incubation.organizations.projecting import project_ends, project_states
from services.incubation.policies import FormationPolicies
from shared.bus.handlers import Received
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.incubation import FormationCheckCompleted
from shared.contracts.registry import OrganizationDeregistered, OrganizationState
from shared.db.base import new_id, to_json, utc_now
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day


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
        completed.append(NewEvent(data.id, known.checks, payload, data.division, now, cause=event.cause))
    await checks.insert_checks(tx, made)
    await worklist.save(tx, now)
    await emit(tx, completed)


async def reconsider(
    tx: Transaction, organization_ids: Sequence[UUID], now: datetime, *, policies: FormationPolicies
) -> None:
    """Open cases for organizations whose coverage changed to what they are not due, by their latest check.

    A dissolution may arrive after its organization was registered again, and the check found it covered. Who has a
    pending case is left alone. Raises NoPolicy where no policy is in force.
    """
    if not organization_ids:
        return
    pending = {row["organization_id"] for row in await list_pending(tx, organization_ids)}
    left = [one for one in organization_ids if one not in pending]
    day = china_day(now)
    latest = await checks.find_latest(tx, left)
    worklist = await Worklist.load(tx, left)
    for row in await list_covered(tx, left):
        if row["id"] not in latest:
            continue
        policy = policies.get(row["division"], day)
        members = Members(row["full_members_full_time"], row["full_members"], row["probationary_members"], now)
        worklist.decide(row, check_formation(members, policy), latest[row["id"]], policy.parameters, day)
    await worklist.save(tx, now)


async def end_organizations(tx: Transaction, events: Sequence[Received[OrganizationDeregistered]]) -> None:
    """Close what is pending for deregistered organizations, and what was approved and is not recorded."""
    now = utc_now()
    ended = await project_ends(tx, events)
    await cases.close_cases(tx, ended, now)
    await cases.close_unrecorded(tx, ended, now)


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
