"""Improves a plan window by window: each is regrouped as well as can be, by the four aims in their order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from services.incubation.joint_plans.search.draft import Aims, Draft
from services.incubation.joint_plans.search.solving.clock import Clock
from services.incubation.joint_plans.search.solving.columns import columns_of, count_combinations, join, list_columns
from services.incubation.joint_plans.search.solving.partition import Effort, Partition


@dataclass(frozen=True, slots=True)
class Sizes:
    """How windows are cut: organizations in each; of them those that are done with then, as windows overlap.

    `choice`: the nearest neighbours that a unit may have around it as a centre. `most`: windows at most.
    """

    window: int
    core: int
    choice: int
    effort: Effort
    most: int | None = None


CHOICES_MOST = 2_000
"""Branches around one unit that a window examines."""
THIN_NEIGHBOURS, CLOSE_NEIGHBOURS = 7, 20  # up to which windows are cut so
THIN = Sizes(80, 52, 14, Effort(nodes=10))
CLOSE = Sizes(36, 18, 9, Effort(nodes=5, columns=600))
DENSE = Sizes(30, 14, 8, Effort(nodes=5, columns=300, roughly=True), most=40)


def sizes_for(draft: Draft, component: Sequence[int]) -> Sizes:
    """How to cut windows of a component, by how many neighbours its organizations have."""
    neighbours = sum(len(draft.neighbours.near[index]) for index in component) / len(component)
    return THIN if neighbours <= THIN_NEIGHBOURS else CLOSE if neighbours <= CLOSE_NEIGHBOURS else DENSE


def improve(draft: Draft, component: Sequence[int], sizes: Sizes, clock: Clock) -> None:
    """Regroup windows all over the component: around those left over first, then in the order of the map."""
    inside = set(component)
    order = [index for index in draft.neighbours.order if index in inside]
    if sizes.most is not None:
        order.sort(key=lambda index: bool(draft.branch_of[index]) or draft.places.exists(index))
    done: set[int] = set()
    count = 0
    for seed in order:
        if seed in done or (draft.places.exists(seed) and not draft.branch_of[seed]):
            continue
        if clock.left() <= 0 or count == sizes.most:
            return
        count += 1
        window = around(draft, seed, sizes.window)
        done.update(window[: sizes.core])
        regroup(draft, window, sizes, clock)


def regroup(draft: Draft, window: Sequence[int], sizes: Sizes, clock: Clock) -> None:
    """Regroup a window (whole branches and unplaced ones), where that makes it better."""
    ordered = sorted(window)
    linked = draft.neighbours.among(ordered)
    choice = _choice(sizes.choice, draft.places.policy.max_units)
    near = {one: _nearest(draft, one, others, choice) for one, others in linked.items()}
    now = sorted({draft.branch_of[one] for one in ordered} - {()})
    columns = join([columns_of(draft, now), list_columns(draft, ordered, near, linked)])
    before = draft.reached(ordered)
    found = Partition(columns, now, clock, sizes.effort).solve(
        most_of(draft, linked), spare=spare(draft, ordered), widest=draft.places.policy.max_units
    )
    if found.reached.rank() < before.rank():
        draft.settle(ordered, found.branches)


@cache
def _choice(wanted: int, widest: int) -> int:
    """How many neighbours a unit may choose from: fewer where branches may be so large that too many are possible."""
    while wanted > 1 and count_combinations([wanted], widest) > CHOICES_MOST:
        wanted -= 1
    return wanted


def most_of(draft: Draft, linked: Mapping[int, Iterable[int]]) -> Aims:
    """What no plan for these could beat, at first sight."""
    places = draft.places
    new = [one for one in linked if not places.exists(one)]
    mates = sum(any(places.same_carrier(one, other) for other in linked[one]) for one in new)
    return Aims(len(new), mates, 0, 0)


def spare(draft: Draft, units: Sequence[int]) -> int:
    """How many units the existing branches among these may take in."""
    places = draft.places
    return sum(places.policy.max_units - places.weights[one] for one in units if places.exists(one))


def around(draft: Draft, seed: int, size: int) -> list[int]:
    """The organization and those around it, with the whole of their branches; those nearest come first."""
    window = list(draft.branch_of[seed] or (seed,))
    inside = set(window)
    for one in window:  # grows while it is read
        for other in draft.neighbours.near[one]:
            if other in inside:
                continue
            more = draft.branch_of[other] or (other,)
            if len(window) + len(more) > size:
                return window
            window += more
            inside.update(more)
    return window


def _nearest(draft: Draft, one: int, others: Iterable[int], count: int) -> list[int]:
    same = draft.places.same_carrier
    return sorted(others, key=lambda other: (not same(one, other), draft.apart(one, other), other))[:count]
