"""An unfinished plan: which branch each organization is in, and how two plans compare."""

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

from services.incubation.joint_plans.search.neighbours import Neighbours

Branch = tuple[int, ...]
_FARTHEST_M = 10**6


class Aims(NamedTuple):
    """What branches add to the four aims, in the aims' order.

    Organizations covered; those of them beside another of their own carrier; branches to create; and decimetres
    between each branch's units and its centre, where a unit of another sector counts as farther away.
    """

    covered: int = 0
    together: int = 0
    created: int = 0
    distance: int = 0

    def plus(self, other: "Aims") -> "Aims":
        """Both together."""
        return Aims(*(a + b for a, b in zip(self, other, strict=True)))

    def rank(self) -> tuple[int, int, int, int]:
        """Smaller is better."""
        return -self.covered, -self.together, self.created, self.distance


class Draft:
    """Disjoint branches; every change keeps each one within the policy."""

    def __init__(self, neighbours: Neighbours) -> None:
        self.neighbours = neighbours
        self.places = neighbours.places
        self.branch_of: list[Branch] = [()] * len(self.places.candidates)
        self._aims: dict[Branch, Aims] = {}
        self._apart: dict[tuple[int, int], int] = {}

    def branches(self) -> list[Branch]:
        """All branches, by the USCC of their first organization."""
        return sorted({branch for branch in self.branch_of if branch})

    def settle(self, organizations: Iterable[int], branches: Iterable[Branch]) -> None:
        """Put the organizations (whole branches and unplaced ones) into these branches instead."""
        for index in organizations:
            self.branch_of[index] = ()
        for branch in branches:
            ordered = tuple(sorted(branch))
            for index in ordered:
                self.branch_of[index] = ordered

    def fits(self, branch: Sequence[int]) -> bool:
        """S13: enough members and not too many, between two and the most units, and every pair compatible."""
        places = self.places
        members = sum(places.members[index] for index in branch)
        enough = bool(branch) and (places.exists(max(branch)) or members >= places.policy.min_full_members)
        return enough and len(branch) >= 2 and self.may_share(branch)  # noqa: PLR2004

    def may_share(self, units: Sequence[int]) -> bool:
        """Whether these may be in one branch, which may still lack members."""
        places = self.places
        return (
            sum(places.weights[index] for index in units) <= places.policy.max_units
            and places.policy.holds(sum(places.totals[index] for index in units))
            and all(self.neighbours.compatible(one, other) for one, other in combinations(units, 2))
        )

    def aims(self, branch: Branch) -> Aims:
        """What the branch adds to each aim."""
        known = self._aims.get(branch)
        if known is None:
            known = self._aims[branch] = self._weigh(branch)
        return known

    def reached(self, units: Iterable[int]) -> Aims:
        """What the branches of these units add."""
        total = Aims()
        for branch in {self.branch_of[index] for index in units}:
            if branch:
                total = total.plus(self.aims(branch))
        return total

    def centre(self, branch: Branch) -> int:
        """The unit to which the others are nearest; the branch itself, where it exists."""
        if self.places.exists(branch[-1]):
            return branch[-1]
        return min(branch, key=lambda one: (sum(self.apart(one, other) for other in branch if other != one), one))

    def apart(self, one: int, other: int) -> int:
        """Decimetres between the two; 0 where a location is missing. Another sector counts as farther away."""
        key = (one, other) if one < other else (other, one)
        known = self._apart.get(key)
        if known is None:
            places = self.places
            metres = min(places.distance_m(one, other) or 0, _FARTHEST_M)
            sectors = places.candidates[one].sector, places.candidates[other].sector
            if None not in sectors and sectors[0] != sectors[1]:
                metres += places.policy.other_sector_m
            known = self._apart[key] = round(10 * metres)
        return known

    def _weigh(self, branch: Branch) -> Aims:
        places = self.places
        new = [one for one in branch if not places.exists(one)]
        together = sum(any(places.same_carrier(one, other) for other in branch if other != one) for one in new)
        centre = self.centre(branch)
        distance = sum(self.apart(centre, other) for other in branch if other != centre)
        return Aims(len(new), together, int(len(new) == len(branch)), distance)
