"""What the approval of a proposal announces: a new joint branch, or one that takes units in."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from services.incubation.formation.founding import Act
from services.incubation.formation.rules import JointCase
from services.incubation.joint_plans.rules import JointBranch, Proposal
from services.incubation.names import name_joint_branch
from shared.bus.sending.outbox import NewEvent
from shared.contracts.base import Reason
from shared.contracts.incubation import PartyOrganizationExtended, PartyOrganizationFormed
from shared.db.base import new_id


def formed(
    plan_id: UUID,
    proposal: Proposal,
    members: Sequence[JointCase],
    authority: Reason,
    branch: JointBranch,
    founded_on: date,
    now: datetime,
    act: Act,
) -> NewEvent:
    """A new joint branch."""
    party_organization_id = new_id()
    payload = PartyOrganizationFormed(
        party_organization_id=party_organization_id,
        name=name_joint_branch(branch.place, branch.kind),
        kind=branch.kind,
        form="joint",
        division=branch.division,
        street=branch.street,
        organization_ids=[member.organization_id for member in members],
        divisions=[member.division for member in members],
        formed_on=founded_on,
        decided_by="joint_proposal",
        decision_id=proposal.id,
        reasons=[*proposal.reasons, authority],
        founding_number=act.number,
        founding_form=act.form,
    )
    also = frozenset(member.division for member in members)
    return NewEvent(party_organization_id, 1, payload, branch.division, now, key=plan_id, also=also)


def extended(
    proposal: Proposal, members: Sequence[JointCase], authority: Reason, home: str, since: date, now: datetime
) -> NewEvent:
    """A branch that takes units in; `home` is its own division.

    The subject is the proposal: incubation keeps no version of a branch.
    """
    assert proposal.existing is not None
    payload = PartyOrganizationExtended(
        party_organization_id=proposal.existing,
        division=home,
        organization_ids=[member.organization_id for member in members],
        divisions=[member.division for member in members],
        since=since,
        decision_id=proposal.id,
        reasons=[*proposal.reasons, authority],
    )
    also = frozenset(member.division for member in members)
    return NewEvent(proposal.id, 1, payload, home, now, key=proposal.existing, also=also)
