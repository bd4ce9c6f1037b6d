"""What is measured of ratings, and its goals."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rated:
    """The evaluations of a measurement, how many of them came out, its figure, and what that is in."""

    name: str
    evaluations: int
    done: int
    figure: float
    goal: float
    unit: str = "s"

    @property
    def reached(self) -> bool:
        """Whether the goal is reached."""
        return self.done == self.evaluations and self.figure <= self.goal
