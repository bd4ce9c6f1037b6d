"""What no plan could beat, for components whose branches are listed, but are too many for one linear program."""

from collections.abc import Sequence
from math import ceil, floor

from services.incubation.joint_plans.search.draft import Aims, Draft
from services.incubation.joint_plans.search.solving.clock import Clock
from services.incubation.joint_plans.search.solving.columns import Columns, Flags
from services.incubation.joint_plans.search.solving.proving import bound_covered, bound_created
from services.incubation.joint_plans.search.solving.relaxing import bound_distance
from services.incubation.joint_plans.search.solving.sifting import Priced, Program, sift

_NEAR, _SLACK = 0.01, 1e-4
"""By how much a bound may miss its linear program's value, and that a whole number."""
_TOGETHER, _COVERED = 10.0, 100.0
"""What a unit counts as in the earlier aims, where a later one is sought."""


def bound_by_sifting(draft: Draft, component: Sequence[int], columns: Columns, most: Aims, clock: Clock) -> Aims:
    """Bounds by the linear program, aim after aim; of the distance by prices alone, where the program takes too long.

    An earlier aim is not a row of the program, but counts in what is sought: no plan that reaches it as well is cheaper
    than that, whatever a unit counts as.
    """
    reached = draft.reached(component)
    start = columns.find(sorted({draft.branch_of[index] for index in component} - {()}))
    covered = min(most.covered, bound_covered(draft, component, clock))
    together, created = most.together, bound_created(draft, component)
    found: Priced | None = None

    def used() -> Flags:
        return start if found is None else found.used

    if reached.covered < covered:
        found = sift(Program(columns, -columns.covered.astype(float)), used(), _NEAR, clock)
        covered = max(reached.covered, min(covered, floor(-found.bound + _SLACK)))
    if reached.together < together:
        costs = -1.0 * columns.together - _TOGETHER * columns.covered
        found = sift(Program(columns, costs.astype(float)), used(), _NEAR, clock)
        most_together = -found.bound - _TOGETHER * reached.covered
        together = max(reached.together, min(together, floor(most_together + _SLACK)))
    if reached.created > created:
        costs = columns.created - _TOGETHER * columns.together - _COVERED * columns.covered
        found = sift(Program(columns, costs.astype(float)), used(), _NEAR, clock)
        least = found.bound + _TOGETHER * reached.together + _COVERED * reached.covered
        created = min(reached.created, max(created, ceil(least - _SLACK)))
    distance = min(reached.distance, bound_distance(draft, component))
    return Aims(covered, together, created, distance)
