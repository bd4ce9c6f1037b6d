"""What no plan could beat, for components whose branches are listed, but are too many for one linear program."""

from collections.abc import Sequence
from math import ceil, floor

from services.incubation.joint_plans.search.draft import Aims, Draft
from services.incubation.joint_plans.search.solving.clock import Clock
from services.incubation.joint_plans.search.solving.columns import Flags
from services.incubation.joint_plans.search.solving.pricing.listed import APART, BRANCH_DM, LEFT_OUT, Listed
from services.incubation.joint_plans.search.solving.pricing.sifting import sift
from services.incubation.joint_plans.search.solving.proving import bound_covered, bound_created
from services.incubation.joint_plans.search.solving.relaxing import bound_distance

_NEAR, _NEAR_CREATED, _SLACK = 0.01, 0.2, 1e-4
"""By how much a bound may miss its linear program's value, that of the branches, and that a whole number."""


def bound_by_sifting(
    draft: Draft, component: Sequence[int], listed: Listed, used: Flags, most: Aims, clock: Clock
) -> Aims:
    """Bounds by the linear program, aim after aim. Sets out with the branches `used` and those of the plan.

    An earlier aim is not a row of the program, but counts in what is sought: no plan that reaches it as well is cheaper
    than that, whatever a unit counts as.
    """
    reached = draft.reached(component)
    start = used | listed.columns.find(sorted({draft.branch_of[index] for index in component} - {()}))
    covered = min(most.covered, bound_covered(draft, component, clock))
    together, created = most.together, bound_created(draft, component)
    if reached.covered < covered:
        found = sift(listed, listed.covered(), start, _NEAR, clock)
        left_out = ceil(found.bound - _SLACK)
        covered = max(reached.covered, min(covered, most.covered - left_out))
    if reached.together < together:
        found = sift(listed, listed.together(), start, _NEAR, clock)
        most_together = listed.most_together() + listed.earlier(reached, LEFT_OUT, 0.0) - found.bound
        together = max(reached.together, min(together, floor(most_together + _SLACK)))
    if reached.created > created:
        found = sift(listed, listed.created(), start, _NEAR_CREATED, clock)
        least = found.bound - listed.earlier(reached, LEFT_OUT, APART)
        created = min(reached.created, max(created, ceil(least - _SLACK)))
    distance = bound_distance(draft, component)
    found = sift(listed, listed.distance(reached.created), start, _NEAR * reached.distance / BRANCH_DM, clock)
    least = BRANCH_DM * (found.bound - listed.earlier(reached, LEFT_OUT, APART))
    distance = min(reached.distance, max(distance, floor(least)))
    return Aims(covered, together, created, distance)
