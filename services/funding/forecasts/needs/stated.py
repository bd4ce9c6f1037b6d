"""What a scheme needs where the amounts are stated: of its list, of dues that were remitted or retained. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from services.funding.amount_rules import Monthly
from services.funding.forecasts.inputs import ForeseenDues, ForeseenEntry, Inputs
from services.funding.forecasts.needs.asked import NOBODY, Asked, Sum, case_of
from services.funding.forecasts.needs.spreading import part
from services.funding.grants.deciding.amounts import amount_due
from services.funding.grants.deciding.cases import Awarded, Claimed, Entered
from services.funding.policies import Scheme
from services.funding.pools.policies import PoolParameters
from shared.field.money import BP_PER_WHOLE, share_bp
from shared.field.policies import Policy


def of_entries(entries: Sequence[ForeseenEntry], scheme: Scheme, asked: Asked) -> Sum:
    """What stands in a list, by the bounds and categories of the scheme (H31, S27, D11)."""
    total, outside = Sum(), 0
    for one in entries:
        entered = Entered(NOBODY, asked.on, one.amount_fen, one.category, True)
        due = amount_due(replace(case_of(scheme, one.division, asked), entry=entered), scheme.parameters)
        if due.amount_fen is None:
            outside += one.count
            continue
        months = one.months if isinstance(scheme.parameters.amount, Monthly) else 1
        total.add(one.count, due.amount_fen * months)
    total.facts = {"entries": sum(one.count for one in entries)}
    if outside:
        total.facts["not_paid"] = outside
    return total


def refunded(dues: ForeseenDues, scheme: Scheme, inputs: Inputs, asked: Asked) -> Sum:
    """What is claimed of what was remitted (S25)."""
    fen = part(dues.remitted_fen, inputs.rates.claimed_bp, BP_PER_WHOLE)
    claimed = Claimed(fen, NOBODY, NOBODY, "", "", "")
    due = amount_due(replace(case_of(scheme, dues.division, asked), remitted=claimed), scheme.parameters)
    facts: dict[str, object] = {"remitted_fen": dues.remitted_fen, "claimed_bp": inputs.rates.claimed_bp}
    return Sum(int(bool(due.amount_fen)), due.amount_fen or 0, 0, facts)


def awarded(dues: ForeseenDues, scheme: Scheme, inputs: Inputs, asked: Asked) -> Sum:
    """A share of the retained dues, within the policy's bounds (H33)."""
    policy = asked.pool_of(dues.division)
    if policy is None:
        return Sum(outcome="no_policy_on_pools")
    share, most = share_of(inputs, policy), policy.parameters.share_max_bp
    fen = min(share_bp(dues.retained_fen, share), dues.retained_fen * most // BP_PER_WHOLE)
    awarded = Awarded(fen, NOBODY, 1, 1)
    due = amount_due(replace(case_of(scheme, dues.division, asked), awarded=awarded), scheme.parameters)
    facts: dict[str, object] = {"retained_fen": dues.retained_fen, "share_bp": share, "pool_policy": policy.id}
    return Sum(int(bool(due.amount_fen)), due.amount_fen or 0, 0, facts)


def share_of(inputs: Inputs, policy: Policy[PoolParameters]) -> int:
    """The share of the retained dues that a pool is: as given, or the least."""
    given = inputs.rates.pool_share_bp
    return policy.parameters.share_min_bp if given is None else given
