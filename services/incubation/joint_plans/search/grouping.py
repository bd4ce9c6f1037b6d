"""The exact search: the best set of branches among a few organizations.

Organizations are bits of an integer here. The search settles the one with the fewest neighbours first, takes
parts that no longer hang together one by one, remembers every set that it has solved, and stops at a bound.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from services.incubation.joint_plans.search.candidates import JointPolicy


class SearchTooLongError(Exception):
    """The allowance of steps was used up before the best answer was proven."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What branches are worth: a value for each group, and for each organization at most its share."""

    of_group: Callable[[tuple[int, ...]], int]
    at_most: Sequence[int]  # by organization
    # Whether only the count matters: then organizations that look alike are tried once, and a branch that
    # two could replace is not tried at all.
    counts_only: bool


class Search:
    """Finds the most valuable disjoint groups: cliques of `links`, within the policy's sizes."""

    def __init__(
        self,
        links: Sequence[int],
        members: Sequence[int],
        totals: Sequence[int],
        policy: JointPolicy,
        worth: Worth,
        steps: int,
    ) -> None:
        self._links, self._members, self._totals, self._policy, self._worth = links, members, totals, policy, worth
        self._steps = steps
        self.used = 0
        self._solved: dict[int, tuple[int, int]] = {}
        self._wanted = sum(1 << i for i, most in enumerate(worth.at_most) if most > 0)
        shares = {most for most in worth.at_most if most > 0}
        self._even_share = shares.pop() if len(shares) == 1 else 0  # counting bits is quicker than adding
        self._alike_before = self._find_alike() if worth.counts_only else [0] * len(links)

    def best(self) -> tuple[int, list[tuple[int, ...]]]:
        """The greatest value and groups that reach it. Raises SearchTooLongError."""
        everyone = (1 << len(self._links)) - 1
        value = self._solve(everyone)
        groups = []
        pending = [everyone]
        while pending:
            here = pending.pop()
            for part in self._parts(here):
                group = self._solved[part][1]
                if group.bit_count() > 1:
                    groups.append(tuple(_bits(group)))
                pending.append(part & ~group)
        return value, sorted(groups)

    def _solve(self, here: int) -> int:
        return sum(self._solve_part(part) for part in self._parts(here))

    def _solve_part(self, part: int) -> int:
        known = self._solved.get(part)
        if known is not None:
            return known[0]
        scarce = min(_bits(part & self._wanted), key=lambda i: ((self._links[i] & part).bit_count(), i))
        best, choice = -1, 1 << scarce
        most = self._most(part)
        for group in self._groups_with(scarce, part):
            self._step()
            mask = sum(1 << i for i in group)
            rest = part & ~mask
            value = self._worth.of_group(group)
            if value + self._most(rest) <= best:
                continue
            value += self._solve(rest)
            if value > best:
                best, choice = value, mask
                if best >= most:
                    break
        rest = part & ~(1 << scarce)
        if self._most(rest) > best:
            value = self._solve(rest)
            if value > best:
                best, choice = value, 1 << scarce
        self._solved[part] = (best, choice)
        return best

    def _parts(self, here: int) -> Iterator[int]:
        """The connected parts in which a group with an organization that counts is still possible."""
        while here:
            part = front = here & -here
            while front:
                bit = front & -front
                reached = self._links[bit.bit_length() - 1] & here & ~part
                part |= reached
                front = (front ^ bit) | reached
            here &= ~part
            if part & self._wanted and part.bit_count() > 1:
                yield part

    def _most(self, here: int) -> int:
        here &= self._wanted
        at_most = self._worth.at_most
        if self._even_share:
            return here.bit_count() * self._even_share
        return sum(at_most[i] for i in _bits(here))

    def _groups_with(self, one: int, here: int) -> Iterator[tuple[int, ...]]:
        """Every group that holds this organization, the small ones first."""
        members, policy, links, alike = self._members, self._policy, self._links, self._alike_before
        totals = self._totals
        layer: list[tuple[tuple[int, ...], int, int, int, int]] = [
            ((one,), 1 << one, links[one] & here, members[one], totals[one])
        ]
        for size in range(2, policy.max_units + 1):
            grown = []
            for group, mask, common, counted, total in layer:
                last = group[-1] if size > 2 else -1  # noqa: PLR2004  (only those after `one` stand in order)
                for other in _bits(common >> (last + 1) << (last + 1)):
                    if alike[other] & here & ~mask:
                        continue  # one that looks the same stands before it and is tried
                    self._step()
                    bigger = (*group, other)
                    if not policy.holds(total + totals[other]):
                        continue
                    sums = counted + members[other]
                    if self._worth.counts_only and _splits(
                        tuple(sorted(members[i] for i in bigger)), policy.min_full_members
                    ):
                        continue
                    grown.append((bigger, mask | 1 << other, common & links[other], sums, total + totals[other]))
                    if sums >= policy.min_full_members:
                        yield bigger
            layer = grown

    def _find_alike(self) -> list[int]:
        """By organization, those before it with the same neighbours, members and worth, linked to it."""
        same: dict[tuple[int, int, int, int], int] = {}
        before = []
        for i, links in enumerate(self._links):
            key = (links | 1 << i, self._members[i], self._totals[i], self._worth.at_most[i])
            before.append(same.get(key, 0))
            same[key] = before[-1] | 1 << i
        return before

    def _step(self) -> None:
        self.used += 1
        if self.used > self._steps:
            raise SearchTooLongError


@cache
def _splits(members: tuple[int, ...], enough: int) -> bool:
    """Whether these are enough for two branches; what grows from a group that splits, splits as well."""
    total = sum(members)
    for size in range(2, len(members) - 1):
        for part in combinations(members, size):
            if sum(part) >= enough and total - sum(part) >= enough:
                return True
    return False


def _bits(mask: int) -> Iterator[int]:
    while mask:
        bit = mask & -mask
        yield bit.bit_length() - 1
        mask ^= bit
