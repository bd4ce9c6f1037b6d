"""Linear programs of more branches than a solver takes at once: it gets those that could serve, and more by price."""

from dataclasses import dataclass

import highspy
import numpy as np

from services.incubation.joint_plans.search.solving.clock import Clock
from services.incubation.joint_plans.search.solving.columns import Columns, Flags, Ints
from services.incubation.joint_plans.search.solving.partition import Floats
from services.incubation.joint_plans.search.solving.solver import new_solver

ROUNDS = 60
NO_ROWS, NO_VALUES = np.zeros(0, dtype=np.int32), np.zeros(0)
_EACH, _SMOOTH, _SLACK = 3, 0.4, 1e-6
"""Columns of each unit that a round adds; the share of the best prices so far in those that choose them."""


@dataclass(frozen=True, slots=True)
class Priced:
    """`bound`: what no choice of all the columns beats. `reduced`: what each costs beyond its units' best prices.

    `used`: the columns that the program was solved with in the end.
    """

    bound: float
    reduced: Floats
    used: Flags


@dataclass(frozen=True, slots=True)
class Program:
    """What is sought at least cost, no unit twice."""

    columns: Columns
    costs: Floats

    def reduced(self, prices: Floats) -> tuple[Floats, float]:
        """What each column costs beyond these prices, and the bound that follows from them.

        `prices` are by unit, the last that of -1. A column that is still worth its price lowers the price of its
        first unit until it is not: so any prices give a bound.
        """
        units = self.columns.units
        reduced = self.costs.copy()
        for place in range(units.shape[1]):
            reduced -= prices[units[:, place]]
        missing = np.zeros(len(prices) - 1)
        np.minimum.at(missing, units[:, 0], np.minimum(reduced, 0.0))
        return reduced, float(prices.sum() + missing.sum())


def sift(program: Program, start: Flags, gap: float, clock: Clock) -> Priced:
    """The linear program's bound over all columns, to within `gap`.

    Sets out with the columns `start`. What is unfinished when rounds or time are over is a bound as well.
    """
    columns, used = program.columns, start.copy()
    solver = _Solver(program)
    solver.add(np.flatnonzero(used))
    prices = np.zeros(solver.units + 1)
    reduced, bound = program.reduced(prices)
    best = Priced(bound, reduced, used)
    for turn in range(ROUNDS):
        found = solver.solve(clock)
        if found is None:
            break
        value, now = found
        more = np.zeros(0, dtype=np.int64)
        for share in (_SMOOTH, 0.0) if turn else (0.0,):
            mixed = share * prices + (1 - share) * now
            reduced, bound = program.reduced(mixed)
            if bound > best.bound or not turn:
                best, prices = Priced(bound, reduced, used), mixed
            more = _cheapest(columns, np.where(used, 0.0, reduced))
            if len(more):
                break
        if not len(more) or value - best.bound <= gap:
            break
        used[more] = True
        solver.add(more)
    return best


class _Solver:
    """The program with some of its columns; more are added, and what was solved before is gone on from."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self.units = int(program.columns.units.max(initial=-1)) + 1
        self._highs = new_solver()
        self._highs.setOptionValue("presolve", "off")
        for _ in range(self.units):
            self._highs.addRow(-highspy.kHighsInf, 1.0, 0, NO_ROWS, NO_VALUES)

    def add(self, rows: Ints) -> None:
        """Add these columns."""
        units = self._program.columns.units[rows]
        there = units >= 0
        starts = np.concatenate([[0], there.sum(axis=1).cumsum()[:-1]]).astype(np.int32)
        none, top = np.zeros(len(rows)), np.full(len(rows), highspy.kHighsInf)
        entries = units[there].astype(np.int32)
        values = np.ones(len(entries))
        self._highs.addCols(len(rows), self._program.costs[rows], none, top, len(entries), starts, entries, values)

    def solve(self, clock: Clock) -> tuple[float, Floats] | None:
        """The value with these columns alone, and the prices that it gives; None where the time is over."""
        left = clock.left()
        if left < float("inf"):
            self._highs.setOptionValue("time_limit", self._highs.getRunTime() + left)
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        duals = np.minimum(np.array(self._highs.getSolution().row_dual), 0.0)
        return float(self._highs.getInfo().objective_function_value), np.append(duals, 0.0)


def _cheapest(columns: Columns, reduced: Floats) -> Ints:
    """Of the columns that are worth their price the cheapest of each unit."""
    worth = np.flatnonzero(reduced < -_SLACK)
    worth = worth[np.argsort(reduced[worth], kind="stable")]
    kept = np.zeros(len(worth), dtype=bool)
    for place in range(columns.units.shape[1]):
        units = columns.units[worth, place]
        order = np.argsort(units, kind="stable")
        ordered = units[order]
        starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(ordered) else order
        rank = np.arange(len(ordered)) - np.repeat(starts, np.diff([*starts, len(ordered)]))
        kept[order[(rank < _EACH) & (ordered >= 0)]] = True
    return worth[kept]
