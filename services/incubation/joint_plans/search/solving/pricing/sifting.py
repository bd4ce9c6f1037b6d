"""Linear programs of more branches than a solver takes at once: it gets those that could serve, and more by price."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.incubation.joint_plans.search.solving.clock import Clock
from services.incubation.joint_plans.search.solving.columns import Flags, Ints
from services.incubation.joint_plans.search.solving.partition import Floats
from services.incubation.joint_plans.search.solving.pricing.listed import Listed, Program
from services.incubation.joint_plans.search.solving.solver import new_solver

ROUNDS = 25
_EACH, _SLACK = 4, 1e-6
"""Columns of each unit that a round adds at most."""
_TOP = float("inf")


@dataclass(frozen=True, slots=True)
class Priced:
    """`bound`: what no choice of all the branches beats. `reduced`: what each costs beyond its units' prices.

    `used`: the branches that the program was solved with in the end.
    """

    bound: float
    prices: Floats
    reduced: Floats
    used: Flags


def sift(listed: Listed, program: Program, start: Flags, gap: float, clock: Clock) -> Priced:
    """The linear program's bound over all branches, to within `gap`.

    Sets out with the branches `start`. What is unfinished when rounds or time are over is a bound as well. The prices
    are from the middle of those that are best, which the interior point method finds: with those of a corner, as the
    simplex method gives them, it takes ten times as many rounds.
    """
    used = start.copy()
    solver = Master(listed, program, inner=True)
    solver.add(np.flatnonzero(used))
    prices = np.zeros(listed.count)
    best = Priced(*_bound(listed, program, prices, 0.0), used)
    for _ in range(ROUNDS):
        solved = solver.solve(clock)
        if solved is None:
            break
        found = Priced(*_bound(listed, program, solved.prices, solved.charge), used)
        if found.bound > best.bound:
            best = found
        more = cheapest(listed, np.arange(len(used)), np.where(used, 0.0, found.reduced), _EACH)
        if not len(more) or solved.value - best.bound <= gap:
            break
        used = used.copy()
        used[more] = True
        solver.add(more)
    return best


def _bound(listed: Listed, program: Program, prices: Floats, charge: float) -> tuple[float, Floats, Floats]:
    """The bound that follows from these prices, the prices, and what each branch costs beyond them.

    `charge` is that of a new branch. A branch that is still worth its price lowers the price of its first unit until
    it is not: so any prices give a bound.
    """
    prices = np.minimum(prices, program.missing)
    reduced = program.costs + charge * listed.columns.created - listed.gather(prices)
    lowered = np.zeros(listed.count + 1)
    np.minimum.at(lowered, listed.rows[:, 0], np.minimum(reduced, 0.0))
    value = float(prices.sum() + lowered.sum()) - charge * (program.limit or 0)
    return value, prices, reduced


def cheapest(listed: Listed, columns: Ints, reduced: Floats, each: int) -> Ints:
    """Of these branches (`reduced` goes by them) that are worth their price the cheapest of each unit."""
    order = np.flatnonzero(reduced < -_SLACK)
    worth = columns[order[np.argsort(reduced[order], kind="stable")]]
    return worth[first_of_each(listed.rows[worth], listed.count, each)]


def first_of_each(rows: Ints, count: int, each: int) -> Flags:
    """Which of these branches are among the first of one of their units."""
    kept = np.zeros(len(rows), dtype=bool)
    for place in range(rows.shape[1]):
        units = rows[:, place]
        order = np.argsort(units, kind="stable")
        ordered = units[order]
        rank = np.arange(len(ordered)) - np.searchsorted(ordered, ordered)
        kept[order[(rank < each) & (ordered < count)]] = True
    return kept


def nearest_of_each(listed: Listed) -> Flags:
    """Of each number of units the branches with the least distances of each unit."""
    sizes = (listed.rows < listed.count).sum(axis=1)
    kept = np.zeros(len(sizes), dtype=bool)
    for size in range(2, listed.rows.shape[1] + 1):
        these = np.flatnonzero(sizes == size)
        these = these[np.argsort(listed.columns.distance[these], kind="stable")]
        kept[these[first_of_each(listed.rows[these], listed.count, _EACH)]] = True
    return kept


@dataclass(frozen=True, slots=True)
class Solved:
    """The program with the branches that it has: its value, the units' prices, the charge of a new branch.

    `shares`: how far each branch is in use, by the order in which they were added.
    """

    value: float
    prices: Floats
    charge: float
    shares: Floats


class Master:
    """The program with some of its branches; more are added, and the simplex method goes on from what was solved.

    `inner`: the interior point method alone, which leaves no corner to go on from.
    """

    def __init__(self, listed: Listed, program: Program, *, inner: bool) -> None:
        self._listed, self._program = listed, program
        self.columns = np.zeros(0, dtype=np.int64)
        self._highs = highs = new_solver()
        highs.setOptionValue("presolve", "off")
        highs.setOptionValue("solver", "ipm")
        highs.setOptionValue("run_crossover", "off" if inner else "on")
        if inner:
            highs.setOptionValue("ipm_optimality_tolerance", 1e-4)
        none, nothing = np.zeros(0, dtype=np.int32), np.zeros(0)
        for _ in range(listed.count):
            highs.addRow(1.0, 1.0, 0, none, nothing)
        if program.limit is not None:
            highs.addRow(-_TOP, float(program.limit), 0, none, nothing)
        alone = np.arange(listed.count, dtype=np.int32)
        bottom, top = np.zeros(listed.count), np.full(listed.count, _TOP)
        highs.addCols(len(alone), program.missing, bottom, top, len(alone), alone, alone, np.ones(len(alone)))

    def add(self, columns: Ints) -> None:
        """Add these branches."""
        rows = self._listed.rows[columns]
        there = rows < self._listed.count
        if self._program.limit is not None:
            rows = np.concatenate([rows, np.full((len(rows), 1), self._listed.count)], axis=1)
            there = np.concatenate([there, self._listed.columns.created[columns][:, None] > 0], axis=1)
        starts = np.concatenate([[0], there.sum(axis=1).cumsum()])[:-1].astype(np.int32)
        entries = rows[there].astype(np.int32)
        bottom, top = np.zeros(len(columns)), np.full(len(columns), _TOP)
        costs, ones = self._program.costs[columns], np.ones(len(entries))
        self._highs.addCols(len(columns), costs, bottom, top, len(entries), starts, entries, ones)
        self.columns = np.concatenate([self.columns, columns])

    def restrict(self, places: Sequence[int], least: float, most: float) -> None:
        """Between which shares the branches at these places (by the order in which they were added) may be in use."""
        for place in places:
            self._highs.changeColBounds(self._listed.count + int(place), least, most)

    def go_on(self) -> None:
        """From now on by the simplex method."""
        self._highs.setOptionValue("solver", "simplex")

    def solve(self, clock: Clock) -> Solved | None:
        """The best use of the branches so far; None where the time is over or the program cannot be solved."""
        left = clock.left()
        if left < _TOP:
            self._highs.setOptionValue("time_limit", self._highs.getRunTime() + left)
        self._highs.run()
        found, count = self._highs.getSolution(), self._listed.count
        duals = np.array(found.row_dual)
        if clock.left() <= 0 or not found.dual_valid or not np.isfinite(duals).all():
            return None
        charge = max(0.0, -float(duals[count])) if self._program.limit is not None else 0.0
        value = float(self._highs.getInfo().objective_function_value)
        return Solved(value, duals[:count], charge, np.array(found.col_value)[count:])
