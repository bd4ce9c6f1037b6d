"""Columns of the set partitioning: every branch that some units could form, with what it adds to each aim."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, islice
from math import comb

import numpy as np
import numpy.typing as npt

from services.incubation.joint_plans.search.draft import Branch, Draft

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_AT_ONCE = 400_000
"""Combinations that are examined at a time, so that memory stays bounded."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Branches by row of `units`, padded by -1 behind; the other arrays go by the same rows.

    `distance` is in decimetres; `created` is 0 where the branch exists already, and only takes units in.
    """

    units: Ints
    covered: Ints
    together: Ints
    created: Ints
    distance: Ints

    def __len__(self) -> int:
        return len(self.units)

    def only(self, kept: Flags | Ints) -> "Columns":
        """These rows alone."""
        return Columns(
            self.units[kept], self.covered[kept], self.together[kept], self.created[kept], self.distance[kept]
        )

    def find(self, branches: Sequence[Branch]) -> Flags:
        """Which rows are these branches."""
        wanted, width = set(branches), self.units.shape[1]
        found = np.zeros(len(self), dtype=bool)
        padded = [[*branch, *(-1,) * (width - len(branch))] for branch in branches if len(branch) <= width]
        if not padded:
            return found
        # One number for each row: only those that share it with a branch are compared.
        keys = np.arange(1, width + 1, dtype=np.int64) ** 5 * 1_000_003
        alike = np.flatnonzero(np.isin(self.units @ keys, np.array(padded, dtype=np.int64) @ keys))
        found[alike] = [self.branch(int(row)) in wanted for row in alike]
        return found

    def branch(self, row: int) -> Branch:
        """The units of a row."""
        return tuple(int(one) for one in self.units[row] if one >= 0)


def columns_of(draft: Draft, branches: Sequence[Branch]) -> Columns:
    """Columns of these branches."""
    width = draft.places.policy.max_units
    units = np.full((len(branches), width), -1, dtype=np.int64)
    for row, branch in enumerate(branches):
        units[row, : len(branch)] = branch
    aims = np.array([draft.aims(branch) for branch in branches], dtype=np.int64).reshape(len(branches), 4)
    return Columns(units, aims[:, 0], aims[:, 1], aims[:, 2], aims[:, 3])


def join(parts: Sequence[Columns]) -> Columns:
    """All of them, each branch once, in the order of their units."""
    units = np.concatenate([part.units for part in parts])
    rest = [
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("covered", "together", "created", "distance")
    ]
    order = np.lexsort((rest[3], *(units[:, place] for place in reversed(range(units.shape[1])))))
    units = units[order]
    first = np.ones(len(units), dtype=bool)
    first[1:] = (units[1:] != units[:-1]).any(axis=1)
    kept = order[first]
    return Columns(units[first], *(one[kept] for one in rest))


def count_combinations(degrees: Iterable[int], max_units: int) -> int:
    """How many combinations `list_columns` would examine for units with these many neighbours."""
    counted = Counter(degrees)
    return sum(count * _count_choices(degree, max_units) for degree, count in counted.items())


def list_columns(
    draft: Draft,
    units: Sequence[int],
    near: Mapping[int, Sequence[int]],
    linked: Mapping[int, Iterable[int]] | None = None,
) -> Columns:
    """Every branch of `units` in which each is in the list `near` of its centre, and every two are linked.

    `linked`: who may share a branch with whom, where `near` does not say it all. Each branch is found from each of its
    units as a centre, and the best centre gives its distance: its units are as near to that together as to no other.
    """
    facts = _Facts(draft, units, near, near if linked is None else linked)
    parts = []
    by_degree: dict[int, list[int]] = {}
    for one in units:
        if near[one]:
            by_degree.setdefault(len(near[one]), []).append(one)
    for degree in sorted(by_degree):
        centres = by_degree[degree]
        for choices in _choices(degree, draft.places.policy.max_units):
            size = max(1, _AT_ONCE // max(1, len(choices)))
            for start in range(0, len(centres), size):
                parts.append(facts.around(centres[start : start + size], choices))
    return join(parts) if parts else columns_of(draft, [])


def _count_choices(degree: int, max_units: int) -> int:
    return sum(comb(degree, size) for size in range(1, min(max_units - 1, degree) + 1))


def _choices(degree: int, max_units: int) -> Iterable[Ints]:
    """Every choice of up to `max_units - 1` of `degree` neighbours, by their places; -1 where fewer are chosen.

    In parts, where there are many.
    """
    if _count_choices(degree, max_units) <= _AT_ONCE:
        return (_few_choices(degree, max_units),)
    return _many_choices(degree, max_units)


@lru_cache(maxsize=64)
def _few_choices(degree: int, max_units: int) -> Ints:
    return np.concatenate([np.zeros((0, max(0, max_units - 1)), dtype=np.int64), *_many_choices(degree, max_units)])


def _many_choices(degree: int, max_units: int) -> Iterator[Ints]:
    width = max_units - 1
    for size in range(1, min(width, degree) + 1):
        chosen = combinations(range(degree), size)
        while part := list(islice(chosen, _AT_ONCE // 4)):
            rows = np.full((len(part), width), -1, dtype=np.int64)
            rows[:, :size] = part
            yield rows


class _Facts:
    """What columns are computed by: units as arrays, and pairs by their key."""

    def __init__(
        self,
        draft: Draft,
        units: Sequence[int],
        near: Mapping[int, Sequence[int]],
        linked: Mapping[int, Iterable[int]],
    ) -> None:
        places = draft.places
        self._near, self._policy, self._draft = near, places.policy, draft
        self._size = len(places.members) + 1
        self._members = np.array([*places.members, 0], dtype=np.int64)  # the last is for -1
        self._totals = np.array([*places.totals, 0], dtype=np.int64)
        self._weights = np.array([*places.weights, 0], dtype=np.int64)
        self._exists = np.array([*(one >= places.count for one in range(len(places.members))), False], dtype=np.int64)
        pairs = sorted({(min(one, other), max(one, other)) for one in units for other in linked[one]})
        self._keys = np.array([one * self._size + other for one, other in pairs], dtype=np.int64)
        self._metres = np.array([draft.apart(one, other) for one, other in pairs], dtype=np.int64)
        self._same = np.array([places.same_carrier(one, other) for one, other in pairs], dtype=bool)

    def around(self, centres: Sequence[int], choices: Ints) -> Columns:
        """Branches of these centres, all with as many neighbours, with each choice of them."""
        lists = np.array([self._near[one] for one in centres], dtype=np.int64)
        lists = np.concatenate([lists, np.full((len(centres), 1), -1, dtype=np.int64)], axis=1)
        leaves = lists[:, choices].reshape(-1, choices.shape[1])
        centre = np.repeat(np.array(centres, dtype=np.int64), len(choices))
        units = np.concatenate([centre[:, None], leaves], axis=1)
        exists = self._exists[units].sum(axis=1)
        kept = (
            (self._weights[units].sum(axis=1) <= self._policy.max_units)
            & ((self._members[units].sum(axis=1) >= self._policy.min_full_members) | (exists > 0))
            & (exists <= 1)
            # The centre of a branch that exists stays what it is.
            & ((exists == 0) | (self._exists[centre] > 0))
        )
        if self._policy.max_members is not None:
            kept &= self._totals[units].sum(axis=1) <= self._policy.max_members
        units, exists = units[kept], exists[kept]
        beside = np.zeros(units.shape, dtype=bool)
        distance = np.zeros(len(units), dtype=np.int64)
        fits = np.ones(len(units), dtype=bool)
        for first, second in combinations(range(units.shape[1]), 2):
            there = units[:, second] >= 0
            place, found = self._find(units[:, first], units[:, second])
            fits &= found | ~there
            same = self._same[place] & found & there
            beside[:, first] |= same
            beside[:, second] |= same
            if first == 0:
                distance += np.where(found & there, self._metres[place], 0)
        units, exists, beside = units[fits], exists[fits], beside[fits]
        new = (units >= 0) & (self._exists[units] == 0)
        order = np.argsort(np.where(units < 0, self._size, units), axis=1, kind="stable")
        return Columns(
            np.take_along_axis(units, order, axis=1),
            new.sum(axis=1),
            (beside & new).sum(axis=1),
            1 - exists,
            distance[fits],
        )

    def _find(self, ones: Ints, others: Ints) -> tuple[Ints, Flags]:
        keys = np.minimum(ones, others) * self._size + np.maximum(ones, others)
        if not len(self._keys):
            return np.zeros(len(keys), dtype=np.int64), np.zeros(len(keys), dtype=bool)
        place = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return place, self._keys[place] == keys
