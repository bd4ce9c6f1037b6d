"""Every branch of a component, each found once: cliques grown unit by unit, where `list_columns` would try too many."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from services.incubation.joint_plans.search.draft import Draft
from services.incubation.joint_plans.search.solving.columns import Columns, Flags, Ints

CLIQUES_MOST = 1_500_000
"""Cliques of one size up to which all of a component are listed."""
UNITS_MOST = 4_000
"""Units of which all pairs are held in memory."""
WIDEST = 8
"""Units of a branch up to which cliques are listed: each more would multiply them, and the memory that they take."""


def list_cliques(draft: Draft, component: Sequence[int]) -> Columns | None:
    """Every branch of a component, all of whose neighbours are known; None where there are too many."""
    if len(component) > UNITS_MOST or draft.places.policy.max_units > WIDEST:
        return None
    pairs = _Pairs(draft, component)
    groups = np.arange(len(component))[:, None]
    parts = []
    for _ in range(1, draft.places.policy.max_units):
        grown = pairs.grow(groups)
        if grown is None:
            return None
        groups = grown
        if not len(groups):
            break
        parts.append(pairs.columns(groups))
    empty = pairs.columns(np.zeros((0, 1), dtype=np.int64))
    return Columns(*(np.concatenate([getattr(one, name) for one in [empty, *parts]]) for name in Columns.__slots__))


class _Pairs:
    """What cliques are grown by: units by their places in the sorted component, and facts of every two."""

    def __init__(self, draft: Draft, component: Sequence[int]) -> None:
        places, ordered = draft.places, sorted(component)
        self._policy = places.policy
        self._units = np.array(ordered, dtype=np.int64)
        self._members = np.array([places.members[one] for one in ordered], dtype=np.int64)
        self._totals = np.array([places.totals[one] for one in ordered], dtype=np.int64)
        self._weights = np.array([places.weights[one] for one in ordered], dtype=np.int64)
        self._exists = np.array([places.exists(one) for one in ordered], dtype=bool)
        place = {one: at for at, one in enumerate(ordered)}
        shape = (len(ordered), len(ordered))
        self._linked, self._same = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
        self._metres = np.zeros(shape, dtype=np.int32)
        for at, one in enumerate(ordered):
            for other in draft.neighbours.near[one]:
                if other > one and other in place:
                    there = place[other]
                    self._linked[at, there] = self._linked[there, at] = True
                    self._same[at, there] = self._same[there, at] = places.same_carrier(one, other)
                    self._metres[at, there] = self._metres[there, at] = draft.apart(one, other)
        later = [np.flatnonzero(self._linked[at, at + 1 :]) + at + 1 for at in range(len(ordered))]
        self._counts = np.array([len(one) for one in later], dtype=np.int64)
        self._starts = np.concatenate([[0], self._counts.cumsum()])[:-1].astype(np.int64)
        self._later = np.concatenate([np.zeros(0, dtype=np.int64), *later])

    def grow(self, groups: Ints) -> Ints | None:
        """The groups with one unit more, behind their last; None where they are too many."""
        last = groups[:, -1]
        counts = self._counts[last]
        if counts.sum() > 2 * CLIQUES_MOST:
            return None
        rows = np.repeat(np.arange(len(groups)), counts)
        within = np.arange(len(rows)) - np.repeat(counts.cumsum() - counts, counts)
        added = self._later[self._starts[last][rows] + within]
        kept = np.ones(len(rows), dtype=bool)
        for column in range(groups.shape[1] - 1):
            kept &= self._linked[groups[rows, column], added]
        grown = np.concatenate([groups[rows[kept]], added[kept][:, None]], axis=1)
        grown = grown[self._holds(grown)]
        return None if len(grown) > CLIQUES_MOST else grown

    def _holds(self, groups: Ints) -> Flags:
        kept: Flags = self._weights[groups].sum(axis=1) <= self._policy.max_units
        if self._policy.max_members is not None:
            kept &= self._totals[groups].sum(axis=1) <= self._policy.max_members
        return kept

    def columns(self, groups: Ints) -> Columns:
        """Those groups that are branches, with what they add to each aim."""
        exists = self._exists[groups]
        enough = (self._members[groups].sum(axis=1) >= self._policy.min_full_members) | exists.any(axis=1)
        groups, exists = groups[enough], exists[enough]
        size = groups.shape[1]
        beside = np.zeros(groups.shape, dtype=bool)
        around = np.zeros(groups.shape, dtype=np.int64)
        for first, second in combinations(range(size), 2):
            one, other = groups[:, first], groups[:, second]
            same, metres = self._same[one, other], self._metres[one, other]
            beside[:, first] |= same
            beside[:, second] |= same
            around[:, first] += metres
            around[:, second] += metres
        units = np.full((len(groups), self._policy.max_units), -1, dtype=np.int64)
        units[:, :size] = self._units[groups]
        least = around.min(axis=1, initial=2**60)
        # The centre of a branch that exists stays what it is.
        distance = np.where(exists.any(axis=1), np.where(exists, around, 0).sum(axis=1), least)
        return Columns(units, (~exists).sum(axis=1), (beside & ~exists).sum(axis=1), 1 - exists.any(axis=1), distance)
