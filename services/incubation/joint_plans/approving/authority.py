"""For which body the caller approves each proposal: that above the branch which takes its organizations in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from services.incubation.formation.rules import JointCase
from services.incubation.formation.superiors.finding import Superiors
from services.incubation.formation.superiors.rules import Acting, authorize
from services.incubation.joint_plans.rules import Plan, Proposal, form_branch
from services.incubation.joint_plans.search.candidates import Existing
from services.incubation.policies import FormationPolicies, FormationPolicy
from shared.contracts.base import Reason
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
