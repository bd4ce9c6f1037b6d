"""An unfinished plan: which branch each organization is in, and how two plans compare."""

from collections.abc import Iterable, Sequence
from itertools import combinations

from services.incubation.joint_plans.search.grouping import Search, Worth
from services.incubation.joint_plans.search.neighbours import Neighbours

Branch = tuple[int, ...]
WINDOW_MOST = 150  # organizations that one exact search takes at most
_PLACES = WINDOW_MOST + 1
_DISTANCES = 10**10  # decimetres: above every sum of distances in one window
_FARTHEST = 10**6


class Draft:
    """Disjoint branches; every change keeps each one within the policy."""

    def __init__(self, neighbours: Neighbours) -> None:
        self.neighbours = neighbours
        self.places = neighbours.places
        self.branch_of: list[Branch] = [()] * len(self.places.candidates)
        self._values: dict[Branch, int] = {}

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
        policy, members = self.places.policy, self.places.members
        return (
            2 <= len(branch) <= policy.max_units  # noqa: PLR2004
            and sum(members[index] for index in branch) >= policy.min_full_members
            and policy.holds(sum(self.places.totals[index] for index in branch))
            and all(self.neighbours.compatible(one, other) for one, other in combinations(branch, 2))
        )

    def value(self, branch: Branch) -> int:
        """The three aims in their order as one number: organizations, carriers, and short distances."""
        known = self._values.get(branch)
        if known is None:
            known = self._values[branch] = self._weigh(branch)
        return known

    def search(
        self, window: Sequence[int], steps: int, *, counts_only: bool, prefer: int | None = None
    ) -> tuple[int, int]:
        """Regroup a window (whole branches and unplaced ones) in the best way, where that is better than now.

        `prefer` (with `counts_only`): among plans that cover as many, one that covers this organization.
        Returns how many organizations of the window are covered then, and the steps used. Raises SearchTooLongError.
        """
        assert len(window) <= WINDOW_MOST
        ordered = sorted(window)
        value = (lambda group: 2 * len(group) + (prefer in group)) if counts_only else self.value
        shares = [2 + (i == prefer) if counts_only else self._share(i, ordered) for i in ordered]
        search = Search(
            self.links_among(ordered),
            [self.places.members[index] for index in ordered],
            [self.places.totals[index] for index in ordered],
            self.places.policy,
            Worth(lambda group: value(tuple(ordered[i] for i in sorted(group))), shares, counts_only),
            steps,
        )
        best, groups = search.best()
        if best > sum(value(branch) for branch in {self.branch_of[index] for index in window} if branch):
            self.settle(ordered, [tuple(ordered[i] for i in group) for group in groups])
        covered = sum(bool(self.branch_of[index]) for index in window)
        return covered, search.used + len(window) ** 2 // 16  # comparing all pairs is work as well

    def links_among(self, ordered: Sequence[int]) -> list[int]:
        """Compatible pairs of a window, as bits."""
        links = [0] * len(ordered)
        for one, other in combinations(range(len(ordered)), 2):
            if self.neighbours.compatible(ordered[one], ordered[other]):
                links[one] |= 1 << other
                links[other] |= 1 << one
        return links

    def _weigh(self, branch: Branch) -> int:
        same = self.places.same_carrier
        pairs = list(combinations(branch, 2))
        with_partner = sum(any(same(one, other) for other in branch if other != one) for one in branch)
        pure = len(branch) if all(same(one, other) for one, other in pairs) else 0
        distance = sum(min(self.places.distance_m(one, other) or 0, _FARTHEST) for one, other in pairs)
        return ((len(branch) * _PLACES + with_partner) * _PLACES + pure) * _DISTANCES - round(10 * distance)

    def _share(self, one: int, window: Sequence[int]) -> int:
        mates = any(self.places.same_carrier(one, other) for other in window if other != one)
        return ((_PLACES + mates) * _PLACES + mates) * _DISTANCES
