"""What the approval of a proposal needs: for which body it is (that above the branch which takes its organizations in),
and what it announces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from uuid import UUID

from services.incubation.formation.rules import JointCase
from services.incubation.formation.superiors.finding import Superiors
from services.incubation.formation.superiors.rules import Acting, authorize
from services.incubation.joint_plans.rules import JointBranch, Plan, Proposal, form_branch
from services.incubation.joint_plans.search.candidates import Existing
from services.incubation.names import name_joint_branch
from services.incubation.policies import FormationPolicies, FormationPolicy
from shared.bus.sending.outbox import NewEvent
from shared.contracts.base import Reason
from shared.contracts.incubation import PartyOrganizationExtended, PartyOrganizationFormed
from shared.db.base import new_id
from shared.db.session import Transaction
from shared.field.policies import Policy
from shared.superiors.rules import Covered


@dataclass(frozen=True, slots=True)
class Authority:
    """Who approves a plan, and what the bodies above its branches follow from."""

    plan: Plan
    policy: Policy[FormationPolicy]
    superiors: Superiors
    acting: Acting
    now: datetime

    @classmethod
    async def load(
        cls,
        tx: Transaction,
        plan: Plan,
        proposals: Sequence[Proposal],
        cases: Mapping[UUID, JointCase],
        policies: FormationPolicies,
        policy: Policy[FormationPolicy],
        *,
        acting: Acting,
        now: datetime,
    ) -> Self:
        """For these proposals of a plan; `cases` are those of their organizations."""
        branches = {one.existing for one in proposals if one.existing is not None}
        divisions = {case.division for case in cases.values()}
        return cls(plan, policy, await Superiors.load(tx, divisions, branches, policies), acting, now)

    def of(self, proposal: Proposal, members: Sequence[JointCase], existing: Existing | None) -> Reason:
        """For which body the caller approves a proposal. Raises NotTheBodyAbove."""
        branch = form_branch(self.plan, members, self.policy)
        division = branch.division if existing is None else existing.division
        covers = [Covered(one.kind or "", one.evaluation_type, one.name) for one in members]
        above = self.superiors.above(division, branch.street, covers, proposal.existing, self.now)
        return authorize(above, None, self.acting, division, self.now)


def formed(
    plan_id: UUID,
    proposal: Proposal,
    members: Sequence[JointCase],
    authority: Reason,
    branch: JointBranch,
    founded_on: date,
    now: datetime,
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
