"""What grew by how much, and whether that is more than n log n. Pure: no I/O, so that it can be tested."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

NOISE = 1.5
"""How much more than n log n is still taken for noise: figures of a few milliseconds, on a machine with two cores."""
LEAST_MS = 5.0
"""A question that takes less at the end is not judged: most of that is the way over HTTP and back."""


@dataclass(frozen=True, slots=True)
class Grown:
    """A figure by the number of organizations: what all took together, or what one question takes among that many."""

    name: str
    unit: str
    figures: Mapping[int, float]
    judged_from: float = 0.0
    """What is not more than this at the end is not judged."""

    @property
    def exponent(self) -> float:
        """The power of n by which it grew, from the smallest number to the largest."""
        (few, first), (many, last) = self._ends()
        return math.log(last / first) / math.log(many / few) if first > 0 and last > 0 else 0.0

    @property
    def reached(self) -> bool:
        """Whether it grew no faster than n log n."""
        (few, first), (many, last) = self._ends()
        allowed = many * math.log(many) / (few * math.log(few))
        return last <= self.judged_from or last <= first * allowed * NOISE

    def _ends(self) -> tuple[tuple[int, float], tuple[int, float]]:
        few, many = min(self.figures), max(self.figures)
        return (few, self.figures[few]), (many, self.figures[many])
