"""What is measured of areas, and its goals."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """The bodies of a measurement, and its seconds; every one of them has its area, or it is not reached."""

    name: str
    bodies: int
    areas: int
    placed: int
    seconds: float
    goal: float

    @property
    def reached(self) -> bool:
        """Whether the goal is reached."""
        return self.placed == self.bodies and self.seconds <= self.goal
