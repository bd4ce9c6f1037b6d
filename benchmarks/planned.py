"""What is measured of a joint plan, and its goals."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Division:
    """Invented organizations all over a square; goals where they are held: branches, distance, seconds."""

    name: str
    organizations: int
    side_m: float
    branches: float | None
    distance: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Planned:
    """One plan: each aim as a ratio to its bound, and the processor's seconds."""

    division: Division
    organizations: int
    """As many as were planned for: a quick run takes fewer than the division has."""
    coverage: float
    branches: float
    distance: float
    seconds: float

    @property
    def reached(self) -> bool:
        """Whether every goal is reached."""
        wanted = self.division
        return (
            self.coverage >= 1
            and self.branches <= (wanted.branches or self.branches)
            and self.distance <= (wanted.distance or self.distance)
            and self.seconds <= wanted.seconds
        )
