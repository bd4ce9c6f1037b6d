"""Every branch of a component with its units as rows of a program, and what is sought of them at least cost."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.incubation.joint_plans.search.draft import Aims, Draft
from services.incubation.joint_plans.search.solving.columns import Columns, Ints
from services.incubation.joint_plans.search.solving.partition import Floats

LEFT_OUT, APART = 50.0, 10.0
"""How many branches it counts as that a unit is left out, or has none of its own carrier beside it."""
BRANCH_DM = 100_000
"""The decimetres that a branch counts as where both are sought together."""


@dataclass(frozen=True, slots=True)
class Program:
    """What is sought at least cost: `costs` by branch, `missing` by unit that is in none.

    `limit`: how many branches are created at most.
    """

    costs: Floats
    missing: Floats
    limit: int | None = None


class Listed:
    """The branches; `rows` are their units by place in the component, `count` where there are fewer."""

    def __init__(self, draft: Draft, component: Sequence[int], columns: Columns) -> None:
        places, near = draft.places, draft.neighbours.near
        self.columns = columns
        self.units = np.array(sorted(component), dtype=np.int64)
        self.count = len(self.units)
        place = np.full(int(self.units.max()) + 2, self.count, dtype=np.int64)
        place[self.units] = np.arange(self.count)
        self.rows = place[columns.units]  # that of -1 is the last: nobody
        self._new = np.array([not places.exists(int(one)) for one in self.units], dtype=float)
        self._mates = self._new * [any(places.same_carrier(int(one), two) for two in near[one]) for one in self.units]

    def gather(self, by_unit: Floats, columns: Ints | None = None) -> Floats:
        """The sum over the units of each of these branches, of all where none are given."""
        rows = self.rows if columns is None else self.rows[columns]
        padded = np.append(by_unit, 0.0)
        total = np.zeros(len(rows))
        for place in range(rows.shape[1]):
            total += padded[rows[:, place]]
        return total

    def together(self) -> Program:
        """The most units beside others of their carrier, coverage first."""
        return Program(self._apart(1.0), self._missing(LEFT_OUT, 1.0))

    def covered(self) -> Program:
        """The fewest units left out."""
        return Program(np.zeros(len(self.rows)), self._new)

    def created(self) -> Program:
        """The fewest new branches, the aims before them first."""
        return Program(self._apart(APART) + self.columns.created, self._missing(LEFT_OUT, APART))

    def both(self) -> Program:
        """The fewest new branches and short distances, the aims before them first."""
        created = self.created()
        return Program(created.costs + self.columns.distance / BRANCH_DM, created.missing)

    def distance(self, limit: int) -> Program:
        """The shortest distances in `limit` branches at most, the aims before them first."""
        costs = self._apart(APART) + self.columns.distance / BRANCH_DM
        return Program(costs, self._missing(LEFT_OUT, APART), limit)

    def earlier(self, reached: Aims, left_out: float, apart: float) -> float:
        """What the first two aims cost in a plan that reaches these."""
        uncovered = float(self._new.sum()) - reached.covered
        return left_out * uncovered + apart * (float(self._mates.sum()) - reached.together)

    def most_together(self) -> int:
        """Units that have somebody of their carrier near."""
        return int(self._mates.sum())

    def _apart(self, each: float) -> Floats:
        apart: Floats = each * (self.gather(self._mates) - self.columns.together)
        return apart

    def _missing(self, left_out: float, apart: float) -> Floats:
        missing: Floats = left_out * self._new + apart * self._mates
        return missing
