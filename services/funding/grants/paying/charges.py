"""What a step of grants means for the budget: approval commits, payment is the actual."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from services.funding.appropriations import charging
from services.funding.appropriations.policies import BudgetPolicies
from services.funding.appropriations.rules import Charge, Charged
from services.funding.grants.rules import Grant, Step
from services.funding.policies import Schemes
from shared.contracts.base import Reason
from shared.db.session import Transaction


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a step will write to appropriations, with the reasons that it adds to each grant."""

    charges: Sequence[Charge] = ()
    charged: Charged | None = None
    settled: charging.Settled | None = None
    reasons: Mapping[UUID, Reason] = field(default_factory=dict)

    def explain(self, grant: Grant) -> Grant:
        """The grant with the reason of its charge."""
        reason = self.reasons.get(grant.id)
        return grant if reason is None else replace(grant, reasons=[*grant.reasons, reason])

    @property
    def sources(self) -> dict[UUID, str | None]:
        """Whose money each grant is approved from (S30), by the grant's id."""
        return {one.grant_id: one.source for one in self.charges}

    @property
    def left(self) -> list[Mapping[str, object]]:
        """The appropriations that were charged, as an answer shows them."""
        return [] if self.charged is None else charging.left_of(self.charged)


async def weigh(
    tx: Transaction,
    step: Step,
    grants: Sequence[Grant],
    now: datetime,
    *,
    schemes: Schemes | None,
    budgets: BudgetPolicies | None,
) -> Weighed:
    """Lock the appropriations of a step and weigh it. Raises NoAppropriation, BudgetExceeded."""
    if step == "payment":
        return Weighed(settled=await charging.weigh_settling(tx, paid=[grant.id for grant in grants]))
    if step != "approval":
        return Weighed()
    sources = {} if schemes is None else {one.id: one.parameters.source for one in schemes.policies}
    charges = [
        Charge(
            grant.id,
            grant.division,
            grant.level,
            charging.source_of(budgets, sources.get(grant.policy), grant.channel, grant.division, now),
            grant.purpose,
            grant.amount_fen,
        )
        for grant in grants
    ]
    charged = await charging.weigh(tx, charges, budgets, now)
    return Weighed(charges, charged, reasons=charged.reasons)


async def write(tx: Transaction, weighed: Weighed, now: datetime) -> None:
    """Write what was weighed."""
    if weighed.charged is not None:
        await charging.commit(tx, weighed.charges, weighed.charged, now)
    if weighed.settled is not None:
        await charging.settle_all(tx, weighed.settled, now)
