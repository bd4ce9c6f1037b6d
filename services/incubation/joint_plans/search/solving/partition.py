"""Set partitioning by HiGHS: of many possible branches, those that reach the four aims in their order.

One thread, a fixed seed, and effort in nodes of the search: the same columns give the same answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt

from services.incubation.joint_plans.search.draft import Aims, Branch
from services.incubation.joint_plans.search.solving.clock import Clock
from services.incubation.joint_plans.search.solving.columns import Columns, Flags, Ints
from services.incubation.joint_plans.search.solving.solver import new_solver

COVERED, TOGETHER, CREATED, DISTANCE = range(4)
_SLACK = 1e-4  # by which a linear program's value may miss a whole number
_HALF = 0.5
_UNKNOWN = -(10**15)
_SENSES = (-1, -1, 1, 1)
# Decimetres that a branch counts as where the last two aims are sought together: more than a window's distances.
_CREATED_COUNTS = 3_000_000
_SHARES = {2: 0.1, 3: 0.15, 4: 0.25}  # of the columns that are kept at most, by how many units they have

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to search: nodes of the tree, and columns that it sets out with, None where all are wanted.

    `roughly`: the last two aims are sought in one program, with weights, which bounds neither of them.
    """

    nodes: int = 200
    columns: int | None = None
    roughly: bool = False


@dataclass(frozen=True, slots=True)
class Partitioned:
    """The best branches found, and for each aim what none could beat that reaches the aims before it as well."""

    branches: list[Branch]
    reached: Aims
    bound: Aims


class Partition:
    """The columns of some units as an integer program."""

    def __init__(self, columns: Columns, start: Sequence[Branch], clock: Clock, effort: Effort) -> None:
        """`start`: branches that are among the columns, from which the search sets out."""
        self._clock, self._effort = clock, effort
        self._columns = columns
        self._chosen = columns.find(start)
        self._limits: list[int] = []

    def solve(self, most: Aims, *, spare: int = 0, widest: int = 1) -> Partitioned:
        """Reach one aim after the other; `most`: what no plan could beat, as far as known before.

        Branches that exist may take `spare` units in; a new one holds `widest` of them.
        """
        bound = list(most)
        for aim in range(4):
            if aim == CREATED:
                bound[aim] = max(bound[aim], -(-(self._value(COVERED) - spare) // widest))
            low = _SENSES[aim] * bound[aim]
            if self._effort.roughly and aim == CREATED and self._value(aim) > low:
                self._improve(None)
                break
            if self._value(aim) > low:
                low = max(low, self._improve(aim))
            bound[aim] = _SENSES[aim] * min(low, self._value(aim))
            self._limits.append(self._value(aim))
        chosen = [self._columns.branch(int(row)) for row in np.flatnonzero(self._chosen)]
        return Partitioned(sorted(chosen), Aims(*(s * self._value(a) for a, s in enumerate(_SENSES))), Aims(*bound))

    def cover(self) -> int:
        """The most organizations that any choice of the columns covers."""
        low = self._improve(COVERED)
        return -low if low > _UNKNOWN else len(np.unique(self._columns.units))

    def relax(self, aim: int, limits: Sequence[int]) -> float | None:
        """The linear program's value of an aim, where the aims before it reach these values; None when it failed."""
        self._limits = [sense * limit for sense, limit in zip(_SENSES, limits, strict=False)]
        self._run(solver := self._load(aim))
        solved = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return _SENSES[aim] * solver.getInfo().objective_function_value if solved else None

    def _costs(self, aim: int | None) -> Ints:
        columns = self._columns
        if aim is None:
            return columns.distance + _CREATED_COUNTS * columns.created
        return _SENSES[aim] * (columns.covered, columns.together, columns.created, columns.distance)[aim]

    def _value(self, aim: int | None) -> int:
        return int(self._costs(aim)[self._chosen].sum())

    def _improve(self, aim: int | None) -> int:
        """Find better branches by this aim; returns what none could beat. Columns that are of no use are dropped."""
        solver = self._load(aim)
        self._run(solver)
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return _UNKNOWN
        value, relaxed = self._value(aim), solver.getInfo().objective_function_value
        low = int(np.ceil(relaxed - _SLACK))
        reduced = np.array(solver.getSolution().col_dual)
        if low < value:
            rows = np.flatnonzero((reduced <= value - relaxed + _SLACK) | self._chosen)
            rows = self._most_useful(rows, reduced[rows])
            whole, chosen = self._columns, self._chosen
            self._columns, self._chosen = whole.only(rows), chosen[rows]
            low = max(low, min(self._branch(aim), value))
            value = self._value(aim)
            # The columns that were left aside may still serve the next aim.
            chosen = np.zeros(len(whole), dtype=bool)
            chosen[rows] = self._chosen
            self._columns, self._chosen = whole, chosen
        rows = np.flatnonzero((reduced <= value - relaxed + _SLACK) | self._chosen)
        self._columns, self._chosen = self._columns.only(rows), self._chosen[rows]
        return low

    def _most_useful(self, rows: Ints, reduced: Floats) -> Ints:
        """The columns of each size with the least reduced costs, and those chosen; all where no number is set."""
        most = self._effort.columns
        if most is None or len(rows) <= most:
            return rows
        kept = self._chosen[rows].copy()
        sizes = (self._columns.units[rows] >= 0).sum(axis=1)
        order = np.lexsort((self._columns.distance[rows], reduced.round(3)))
        widest = self._columns.units.shape[1]
        for size in range(2, widest + 1):
            these = order[sizes[order] == size]
            share = _SHARES.get(size, 0.5) if size < widest else 0.5
            kept[these[: int(most * share)]] = True
        return rows[kept]

    def _branch(self, aim: int | None) -> int:
        solver = self._load(aim)
        count = len(self._columns)
        kinds = np.full(count, int(highspy.HighsVarType.kInteger), dtype=np.uint8)
        solver.changeColsIntegrality(count, np.arange(count, dtype=np.int32), kinds)
        start = highspy.HighsSolution()
        start.col_value = self._chosen.astype(float).tolist()
        solver.setSolution(start)
        # A fifth quicker without, and HiGHS 1.16 answers with the start where its presolve alone finds a better one.
        solver.setOptionValue("presolve", "off")
        self._run(solver)
        self._take(solver, aim)
        bound = solver.getInfo().mip_dual_bound
        return int(np.ceil(bound - _SLACK)) if np.isfinite(bound) else _UNKNOWN

    def _take(self, solver: highspy.Highs, aim: int | None) -> None:
        """Take the solution over where there is one that is better."""
        if solver.getInfo().primal_solution_status != int(highspy.SolutionStatus.kSolutionStatusFeasible):
            return
        chosen = np.array(solver.getSolution().col_value) > _HALF
        value = int(self._costs(aim)[chosen].sum())
        if value < self._value(aim) and self._holds(chosen):
            self._chosen = chosen

    def _holds(self, chosen: Flags) -> bool:
        """No unit twice, and the aims before as they were: rounding must not have decided."""
        units = self._columns.units[chosen]
        placed = units[units >= 0]
        kept = all(int(self._costs(aim)[chosen].sum()) <= limit for aim, limit in enumerate(self._limits))
        return kept and len(np.unique(placed)) == len(placed)

    def _run(self, solver: highspy.Highs) -> None:
        left = self._clock.left()
        if left < float("inf"):
            solver.setOptionValue("time_limit", left)
        solver.run()
        self._clock.left()  # notes whether the time was over before the program was solved

    def _load(self, aim: int | None) -> highspy.Highs:
        columns, limits = self._columns, self._limits
        count, width = columns.units.shape
        present = columns.units >= 0
        units, index = np.unique(columns.units[present], return_inverse=True)
        rows = np.full((count, width + len(limits)), -1, dtype=np.int64)
        values = np.ones(rows.shape)
        rows[:, :width][present] = index
        for before in range(len(limits)):
            costs = self._costs(before)
            values[:, width + before] = costs
            rows[:, width + before] = np.where(costs != 0, len(units) + before, -1)
        used = rows >= 0
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = count, len(units) + len(limits)
        program.col_cost_ = self._costs(aim).astype(float)
        program.col_lower_, program.col_upper_ = np.zeros(count), np.ones(count)
        program.row_lower_ = np.full(program.num_row_, -highspy.kHighsInf)
        program.row_upper_ = np.array([1.0] * len(units) + [float(limit) for limit in limits])
        program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        program.a_matrix_.start_ = np.concatenate([[0], used.sum(axis=1).cumsum()]).astype(np.int32)
        program.a_matrix_.index_ = rows[used].astype(np.int32)
        program.a_matrix_.value_ = values[used]
        solver = new_solver()
        options: dict[str, Any] = {
            "mip_rel_gap": 0.0,
            "mip_abs_gap": 0.999,
            "mip_max_nodes": self._effort.nodes,
        }
        for name, option in options.items():
            solver.setOptionValue(name, option)
        if solver.passModel(program) != highspy.HighsStatus.kOk:
            raise RuntimeError("HiGHS refused the program")
        return solver
