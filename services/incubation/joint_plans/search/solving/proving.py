"""What no plan could beat, for components that are too large to be solved as a whole."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil

import numpy as np

from services.incubation.joint_plans.search.draft import Aims, Draft
from services.incubation.joint_plans.search.solving.clock import Clock
from services.incubation.joint_plans.search.solving.columns import (
    Columns,
    columns_of,
    count_combinations,
    join,
    list_columns,
)
from services.incubation.joint_plans.search.solving.partition import (
    COVERED,
    CREATED,
    DISTANCE,
    TOGETHER,
    Effort,
    Partition,
)
from services.incubation.joint_plans.search.solving.relaxing import bound_distance
from services.incubation.joint_plans.search.solving.windows import spare

LISTED_MOST = 2_000_000
"""Combinations up to which all branches of a component are listed."""
BLOCKS = (1, 8, 24, 60)  # organizations whose greatest coverage is proven together
AROUND_MOST = 150
COMBINATIONS_MOST = 300_000
PROOFS = 400
CROWDED = 16  # neighbours above which an organization is not itself counted as lost
_SLACK = 1e-4


def list_all(draft: Draft, component: Sequence[int]) -> Columns | None:
    """Every branch of a component, all of whose neighbours are known; None where there are too many."""
    near = draft.neighbours.near
    if count_combinations((len(near[index]) for index in component), draft.places.policy.max_units) > LISTED_MOST:
        return None
    return list_columns(draft, component, {index: near[index] for index in component})


def bound_by_program(draft: Draft, component: Sequence[int], columns: Columns, most: Aims, clock: Clock) -> Aims:
    """Bounds of a component whose branches are all listed: by the linear program, aim after aim."""
    reached = draft.reached(component)
    bound = list(most)
    program = Partition(columns, [], clock, Effort())
    bound[COVERED] = min(bound[COVERED], bound_covered(draft, component, clock))
    for aim in (COVERED, TOGETHER, CREATED, DISTANCE):
        if aim == CREATED:
            bound[aim] = max(bound[aim], bound_created(draft, component))
        if reached[aim] == bound[aim]:
            continue
        value = program.relax(aim, reached[:aim])
        if value is None:
            return Aims(*bound)
        if aim in (COVERED, TOGETHER):
            bound[aim] = max(reached[aim], min(bound[aim], int(value + _SLACK)))
        else:
            bound[aim] = min(reached[aim], max(bound[aim], ceil(value - _SLACK)))
    return Aims(*bound)


def bound_by_prices(draft: Draft, component: Sequence[int], most: Aims, clock: Clock) -> Aims:
    """Bounds of a component that has too many branches to list them."""
    reached = draft.reached(component)
    return Aims(
        min(most.covered, bound_covered(draft, component, clock)),
        most.together,
        min(reached.created, bound_created(draft, component)),
        min(reached.distance, bound_distance(draft, component)),
    )


def bound_created(draft: Draft, component: Sequence[int]) -> int:
    """New branches that are needed at least: each organization needs its share of the largest that could hold it."""
    places, near, most = draft.places, draft.neighbours.near, draft.places.policy.max_units
    shares = sorted(
        Fraction(1, max(1, min(most, len(near[index]) + 1 if draft.neighbours.complete[index] else most)))
        for index in component
        if not places.exists(index)
    )
    needed = draft.reached(component).covered - spare(draft, component)
    return ceil(sum(shares[: max(0, needed)], Fraction(0)))


def bound_covered(draft: Draft, component: Sequence[int], clock: Clock) -> int:
    """The most organizations of the component that any plan covers, as far as can be proven nearby.

    How many of a block of organizations can be covered depends only on the block and all of its neighbours, because
    branches are cliques.
    """
    places = draft.places
    new = [index for index in component if not places.exists(index)]
    lost, tried = 0, 0
    provable = {index for index in new if draft.neighbours.complete[index]}
    for index in new:
        if draft.branch_of[index] or index not in provable:
            continue
        for size in BLOCKS:
            block = _block(draft, index, size, provable)
            tried += 1
            missing = _missing(draft, block, clock) if tried <= PROOFS and clock.left() > 0 else 0
            if missing:
                lost += missing
                provable.difference_update(block)
                break
            if len(block) < size:
                break
    return len(new) - lost


def _missing(draft: Draft, block: Sequence[int], clock: Clock) -> int:
    """How many of the block stay uncovered in any plan; 0 where that is not proven."""
    near = draft.neighbours.near
    around = sorted({*block, *(other for index in block for other in near[index])})
    widest = draft.places.policy.max_units
    # Every branch that takes one of the block is a clique of its neighbours, seen from there.
    if len(around) > AROUND_MOST or count_combinations((len(near[i]) for i in block), widest) > COMBINATIONS_MOST:
        return 0
    existing = [index for index in around if draft.places.exists(index)]
    linked = draft.neighbours.among(around)
    centres = {index: near[index] if index in set(block) else [] for index in around}
    centres.update({index: linked[index] for index in existing})
    if count_combinations((len(others) for others in centres.values()), widest) > COMBINATIONS_MOST:
        return 0
    columns = join([columns_of(draft, []), list_columns(draft, around, centres, linked)])
    inside = np.isin(columns.units, np.array(block))
    kept = np.flatnonzero(inside.any(axis=1))
    columns = replace(columns, covered=inside.sum(axis=1)).only(kept)
    if not len(columns):
        return len(block)
    return len(block) - Partition(columns, [], clock, Effort(nodes=50)).cover()


def _block(draft: Draft, index: int, size: int, among: set[int]) -> list[int]:
    """The organization and those around it, among these; not the crowded ones, whose neighbours are many."""
    near = draft.neighbours.near
    block = [index]
    reached = [index]
    seen = {index}
    for one in reached:
        for other in near[one]:
            if len(block) >= size or len(reached) > AROUND_MOST:
                return block
            if other not in seen:
                seen.add(other)
                reached.append(other)
                if other in among and len(near[other]) <= CROWDED:
                    block.append(other)
    return block
