"""S13: who may share a branch with whom, as short lists of neighbours instead of all pairs."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from services.incubation.joint_plans.search.candidates import Places
from services.incubation.joint_plans.search.nearest import NearestTree
from shared.field import geo

# An organization with more neighbours keeps only the nearest: enough to place it, and the work stays proportional to
# the number of organizations. With fewer, nothing is left out, and exact answers rely on that.
NEIGHBOURS_KEPT = 32
NEIGHBOURS_WHOLE = 64
"""Up to this number all are kept: with buildings a town has some such, and its bounds rest on whole lists."""
FEWEST_KEPT, MOST_SEEN = 8, 2048
"""Neighbours for which more than the nearest are looked through, and how many at most."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """By organization: its neighbours, nearest first; and whether the list holds all of them.

    `known_m`: the metres within which it does. `order`: all organizations, so that those near each other on the map
    stand near each other.
    """

    places: Places
    near: list[list[int]]
    linked: list[set[int]]
    complete: list[bool]
    known_m: list[float]
    order: list[int]

    def compatible(self, one: int, other: int) -> bool:
        """Whether the two may share a branch; where a list is complete, it has the answer."""
        if other in self.linked[one]:
            return True
        if self.complete[one] or self.complete[other]:
            return False
        return self.places.compatible(one, other)

    def among(self, units: Sequence[int]) -> dict[int, list[int]]:
        """By unit, those of these that may share a branch with it."""
        return {one: [other for other in units if other != one and self.compatible(one, other)] for one in units}


def find_neighbours(places: Places) -> Neighbours:
    """All neighbours of each organization, or its nearest ones where there are many."""
    count = len(places.candidates)
    linked: list[set[int]] = [set() for _ in range(count)]
    complete = [True] * count
    known_m = [float("inf")] * count
    located = {index: point for index, point in enumerate(places.points[:count]) if point is not None}
    tree = NearestTree(located)
    for index in located:
        kept = NEIGHBOURS_KEPT
        if len(tree.nearest(index, NEIGHBOURS_WHOLE + 1, places.reach)) <= NEIGHBOURS_WHOLE:
            kept = NEIGHBOURS_WHOLE
        while True:
            found = tree.nearest(index, kept + 1, places.reach)
            complete[index] = len(found) <= kept
            partners = {other for _, other in found[:kept] if places.compatible(index, other)}
            # Where those nearest have too many members, whoever it may join is farther away.
            if complete[index] or len(partners) >= FEWEST_KEPT or kept >= MOST_SEEN:
                break
            kept *= 4
        if not complete[index]:
            known_m[index] = geo.distance_m(found[-1][0])
        linked[index].update(partners)
    # Near each other on the map comes near each other in the lists below; the unlocated by street, then USCC.
    order = tree.order + [index for index in range(count) if index not in located]
    whole = [True] * count
    _link_carriers(places, order, linked, whole)
    _link_streets(places, order, linked, whole)
    for index in range(count):
        if not whole[index]:
            complete[index], known_m[index] = False, 0.0
    for index in range(count):
        for other in tuple(linked[index]):
            linked[other].add(index)
    near = [_nearest_first(places, i, linked[i]) for i in range(count)]
    return Neighbours(places, near, linked, complete, known_m, order)


def drop_idle_links(neighbours: Neighbours) -> list[set[int]]:
    """The links that some branch could use: two organizations that no branch could ever hold do not count.

    Example: of three that have one member each, in a row, no two share a third, so nothing links them.
    """
    places = neighbours.places
    members, policy = places.members, places.policy
    useful: list[set[int]] = [set() for _ in members]
    for one, others in enumerate(neighbours.near):
        for other in others:
            if other < one:
                continue
            enough = (
                members[one] + members[other] >= policy.min_full_members or places.exists(one) or places.exists(other)
            )
            if (enough and policy.max_units >= 2) or _may_grow(neighbours, (one, other)):  # noqa: PLR2004
                useful[one].add(other)
                useful[other].add(one)
    return useful


def _may_grow(neighbours: Neighbours, group: tuple[int, ...]) -> bool:
    """Whether some branch holds the group and more; also True where lists are cut, so that it is not known."""
    members, policy = neighbours.places.members, neighbours.places.policy
    if sum(neighbours.places.weights[index] for index in group) >= policy.max_units:
        return False
    if not any(neighbours.complete[index] for index in group):
        return True
    known = min((i for i in group if neighbours.complete[i]), key=lambda i: (len(neighbours.linked[i]), i))
    have = sum(members[index] for index in group)
    total = sum(neighbours.places.totals[index] for index in group)
    for other in neighbours.near[known]:
        if other in group or not all(neighbours.compatible(other, index) for index in group):
            continue
        if not policy.holds(total + neighbours.places.totals[other]):
            continue
        if (
            neighbours.places.exists(other)
            or have + members[other] >= policy.min_full_members
            or _may_grow(neighbours, (*group, other))
        ):
            return True
    return False


def _link_carriers(places: Places, order: list[int], linked: list[set[int]], complete: list[bool]) -> None:
    by_carrier: dict[str, list[int]] = defaultdict(list)
    for index in order:
        carrier = places.carriers[index]
        if carrier is not None:
            by_carrier[carrier].append(index)
    for carrier in sorted(by_carrier):
        group = sorted(by_carrier[carrier], key=lambda i: places.streets[i] or "")  # stable: keeps map order
        _link_ring(places, group, group, linked, complete)


def _link_streets(places: Places, order: list[int], linked: list[set[int]], complete: list[bool]) -> None:
    """Only the unlocated match by street, with everybody there."""
    by_street: dict[str, list[int]] = defaultdict(list)
    for index in order:
        street = places.streets[index]
        if street is not None:
            by_street[street].append(index)
    for street in sorted(by_street):
        group = by_street[street]
        unlocated = [index for index in group if places.points[index] is None]
        located = [index for index in group if places.points[index] is not None]
        _link_ring(places, unlocated, unlocated, linked, complete)
        _link_ring(places, unlocated, located, linked, complete)


def _link_ring(
    places: Places, ones: list[int], others: list[int], linked: list[set[int]], complete: list[bool]
) -> None:
    """Link each one with the others; where both are many, each with a different stretch of them."""
    many = len(others) > NEIGHBOURS_KEPT + 1 and len(ones) > NEIGHBOURS_KEPT
    if many:
        for index in (*ones, *others):
            complete[index] = False
    for position, one in enumerate(ones):
        stretch = others
        if many:
            start = position * len(others) // len(ones) - NEIGHBOURS_KEPT // 2
            stretch = [others[(start + step) % len(others)] for step in range(NEIGHBOURS_KEPT + 1)]
        linked[one].update(other for other in stretch if other != one and places.compatible(one, other))


def _nearest_first(places: Places, index: int, others: set[int]) -> list[int]:
    """Same carrier, then by distance, the unlocated of the same street last; equal ones by USCC."""

    def rank(other: int) -> tuple[bool, float, int]:
        square = places.squared_chord(index, other)
        return (not places.same_carrier(index, other), float("inf") if square is None else square, other)

    return sorted(others, key=rank)
