"""Components whose lists of neighbours are cut: what nobody may overlook who bounds them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from math import floor, sqrt

from services.incubation.joint_plans.search.draft import Aims, Draft
from services.incubation.joint_plans.search.solving.windows import most_of

Key = tuple[object, ...]
_AROUND = tuple(product((-1, 0, 1), repeat=3))


def join_cut(draft: Draft, components: Sequence[Sequence[int]]) -> list[list[int]]:
    """The components as groups: in one group whoever might share a branch though no list says so.

    Two organizations are in no list of each other only where both lists are cut. They might share a branch where they
    are in cells of the map beside each other, or on one street or in one building.
    """
    parents = list(range(len(components)))
    seen: dict[Key, int] = {}
    for number, component in enumerate(components):
        for one in component:
            if not draft.neighbours.complete[one]:
                for key in _keys(draft, one):
                    _join(parents, number, seen.setdefault(key, number))
    for key in tuple(seen):
        if key[0] == "cell":
            for beside in _beside(key):
                if beside in seen:
                    _join(parents, seen[key], seen[beside])
    groups: dict[int, list[int]] = defaultdict(list)
    for number, component in enumerate(components):
        groups[_root(parents, number)] += component
    return [sorted(group) for _, group in sorted(groups.items())]


def most_of_cut(draft: Draft, group: Iterable[int], useful: Sequence[set[int]]) -> Aims:
    """What no plan for these could beat, at first sight; a cut list may lack the others of the same building."""
    units = list(group)
    places = draft.places
    sharing = Counter(places.carriers)
    listed = most_of(draft, {one: useful[one] for one in units})
    unlisted = sum(
        not any(places.same_carrier(one, other) for other in useful[one])
        for one in units
        if not places.exists(one)
        if not draft.neighbours.complete[one]
        if places.carriers[one] is not None and sharing[places.carriers[one]] > 1
    )
    return listed._replace(together=listed.together + unlisted)


def _keys(draft: Draft, one: int) -> Iterator[Key]:
    places = draft.places
    if places.carriers[one] is not None:
        yield "carrier", places.carriers[one]
    if places.streets[one] is not None:
        yield "street", places.streets[one]
    point = places.points[one]
    if point is not None:
        size = sqrt(places.reach)
        yield ("cell", *(floor(coordinate / size) for coordinate in point))


def _beside(key: Key) -> Iterator[Key]:
    _, x, y, z = key
    assert isinstance(x, int)
    assert isinstance(y, int)
    assert isinstance(z, int)
    for east, north, up in _AROUND:
        yield "cell", x + east, y + north, z + up


def _root(parents: list[int], number: int) -> int:
    while parents[number] != number:
        parents[number] = number = parents[parents[number]]
    return number


def _join(parents: list[int], one: int, other: int) -> None:
    first, second = sorted((_root(parents, one), _root(parents, other)))
    parents[second] = first
