"""A plan from a linear program: branches that it uses most are fixed, and it is solved again for whoever is left."""

from collections.abc import Sequence

import numpy as np

from services.incubation.joint_plans.search.draft import Aims, Branch, Draft
from services.incubation.joint_plans.search.solving.clock import Clock
from services.incubation.joint_plans.search.solving.columns import Flags, Ints
from services.incubation.joint_plans.search.solving.partition import Effort, Floats, Partition
from services.incubation.joint_plans.search.solving.pricing.listed import Listed, Program
from services.incubation.joint_plans.search.solving.pricing.sifting import Master, Solved, cheapest
from services.incubation.joint_plans.search.solving.windows import most_of, spare

_SHARE, _FEWEST, _SURE, _UNUSED = 0.05, 5, 0.9, 1e-3
"""Of the units left those that a step fixes, at least; the share in use from which it fixes all branches; none."""
_LAST = 30
"""Units left whose branches are chosen by an integer program."""
_LAST_COLUMNS = 2_000
_RISE, _REFUSED = 1.2, 200
"""By how many branches a step may make the program dearer; how often it may not."""
_ROUNDS, _EACH = 4, 2
_TOP = float("inf")


def dive(draft: Draft, listed: Listed, program: Program, used: Flags, clock: Clock) -> list[Branch] | None:
    """Branches nearly as good as the program's value; `used`: those that it was solved with. None without time."""
    search = _Dive(listed, program, used, clock)
    if not search.begin():
        return None
    while search.left() > _LAST and search.step():
        pass
    return sorted([*search.branches(), *_finish(draft, search, clock)])


def _finish(draft: Draft, search: "_Dive", clock: Clock) -> list[Branch]:
    """The best branches of the units that are left."""
    rows = search.open_columns(_LAST_COLUMNS)
    if not len(rows):
        return []
    units = search.units()
    columns = search.listed.columns.only(rows)
    most = most_of(draft, draft.neighbours.among(units))
    found = Partition(columns, [], clock, Effort(nodes=5, columns=600, roughly=True)).solve(
        Aims(most.covered, most.together), spare=spare(draft, units), widest=draft.places.policy.max_units
    )
    return found.branches


class _Dive:
    def __init__(self, listed: Listed, program: Program, used: Flags, clock: Clock) -> None:
        self.listed, self._program, self._clock = listed, program, clock
        self._free = np.ones(listed.count + 1, dtype=bool)
        self._open = np.arange(len(listed.rows))
        self._in_use = used.copy()
        self._settled = np.zeros(len(used), dtype=bool)  # fixed, or refused
        self._fixed: list[int] = []
        self._refused = 0
        self._master = Master(listed, program, inner=False)
        self._master.add(np.flatnonzero(used))
        self._now: Solved | None = None

    def begin(self) -> bool:
        """Solve the program; whether that came to an end."""
        self._now = self._price(self._open)
        return self._now is not None

    def left(self) -> int:
        """How many units are in no branch yet."""
        return int(self._free[:-1].sum())

    def units(self) -> list[int]:
        """Those units."""
        return [int(one) for one in self.listed.units[self._free[:-1]]]

    def branches(self) -> list[Branch]:
        """The branches that are fixed."""
        return [self.listed.columns.branch(row) for row in self._fixed]

    def open_columns(self, most: int) -> Ints:
        """Branches of units that are left, at most `most`: those that cost least."""
        rows = self._open
        if len(rows) > most and self._now is not None:
            reduced = self._reduced(rows, self._now)
            rows = np.sort(rows[np.argsort(reduced, kind="stable")[:most]])
        return rows

    def step(self) -> bool:
        """Fix some branches more; False where none can be."""
        batch = self._choose()
        while batch and self._refused < _REFUSED:
            if self._fix(batch):
                return True
            if self._clock.left() <= 0:
                return False
            self._refused += 1
            if len(batch) > 1:
                batch = batch[: max(1, len(batch) // 3)]
                continue
            self._master.restrict(batch, 0.0, 0.0)
            self._settled[self._master.columns[batch]] = True
            self._now = self._price(self._open)
            batch = self._choose()
        return False

    def _choose(self) -> list[int]:
        """The branches that are in use most, by their places in the program."""
        if self._now is None:
            return []
        columns = self._master.columns
        shares = np.where(self._settled[columns], 0.0, self._now.shares)
        wanted = max(_FEWEST, int(_SHARE * self.left()))
        free, batch, units = self._free.copy(), [], 0
        for place in np.argsort(-shares, kind="stable"):
            if shares[place] < _UNUSED or (shares[place] < _SURE and units >= wanted):
                break
            rows = self._members(int(columns[place]))
            if free[rows].all():
                free[rows] = False
                batch.append(int(place))
                units += len(rows)
        return batch

    def _fix(self, batch: Sequence[int]) -> bool:
        """Fix these; not where that makes the program too dear."""
        columns = [int(self._master.columns[place]) for place in batch]
        free = self._free.copy()
        for column in columns:
            free[self._members(column)] = False
        still = self._open[free[self.listed.rows[self._open]].all(axis=1)]
        self._master.restrict(batch, 1.0, _TOP)
        found = self._price(still)
        if self._now is None or found is None or found.value > self._now.value + _RISE:
            self._master.restrict(batch, 0.0, _TOP)
            return False
        self._free, self._open, self._now = free, still, found
        self._fixed += columns
        self._settled[columns] = True
        return True

    def _price(self, columns: Ints) -> Solved | None:
        """Solve the program, with those of these branches that are worth their price."""
        found = self._master.solve(self._clock)
        self._master.go_on()
        for _ in range(_ROUNDS):
            if found is None:
                return None
            reduced = np.where(self._in_use[columns], 0.0, self._reduced(columns, found))
            more = cheapest(self.listed, columns, reduced, _EACH)
            if not len(more):
                break
            self._in_use[more] = True
            self._master.add(more)
            found = self._master.solve(self._clock)
        return found

    def _reduced(self, columns: Ints, found: Solved) -> Floats:
        reduced: Floats = self._program.costs[columns] - self.listed.gather(found.prices, columns)
        return reduced

    def _members(self, column: int) -> Ints:
        rows = self.listed.rows[column]
        members: Ints = rows[rows < self.listed.count]
        return members
