"""Places a component by the prices of its linear program, and bounds it by them."""

from collections.abc import Sequence

from services.incubation.joint_plans.search.draft import Aims, Draft
from services.incubation.joint_plans.search.solving.clock import Clock
from services.incubation.joint_plans.search.solving.columns import Flags
from services.incubation.joint_plans.search.solving.pricing.diving import dive
from services.incubation.joint_plans.search.solving.pricing.listed import Listed
from services.incubation.joint_plans.search.solving.pricing.sifted import bound_by_sifting
from services.incubation.joint_plans.search.solving.pricing.sifting import nearest_of_each, sift
from services.incubation.joint_plans.search.solving.windows import CLOSE, Sizes, improve

_NEAR = 0.1
"""How near, in branches, the prices that lead the search come to the linear program's value."""


def plan_by_prices(draft: Draft, component: Sequence[int], listed: Listed, most: Aims, clock: Clock) -> Aims:
    """Place a component of too many branches for one program, led by its prices; returns bounds."""
    used = place_by_prices(draft, component, listed, CLOSE, clock)
    return bound_by_sifting(draft, component, listed, used, most, clock)


def place_by_prices(draft: Draft, component: Sequence[int], listed: Listed, sizes: Sizes, clock: Clock) -> Flags:
    """Place a component led by the prices of its linear program, and regroup windows of that; returns the branches
    that the program was solved with.

    Never worse than the plan that it has: the quick construction. The windows find what the dive, which never takes a
    branch back, left: they set out from nearly the best, so that most of them are proven at once.
    """
    first = sorted({draft.branch_of[index] for index in component} - {()})
    priced = sift(listed, listed.both(), nearest_of_each(listed) | listed.columns.find(first), _NEAR, clock)
    found = dive(draft, listed, listed.both(), priced.used, clock)
    if found is not None:
        reached = draft.reached(component)
        draft.settle(component, found)
        if reached.rank() < draft.reached(component).rank():
            draft.settle(component, first)
    improve(draft, component, sizes, clock)
    return priced.used
