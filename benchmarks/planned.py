"""What is measured of a joint plan, and its goals."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Division:
    """Invented organizations all over a square; goals where they are held: branches, distance, seconds.

    `in_carriers` is the share of them that sits in buildings of some eight units each. `coverage` and `together` (units
    beside others of their own carrier) are the least shares of their bounds.
    """

    name: str
    organizations: int
    side_m: float
    branches: float | None
    distance: float | None
    seconds: float
    in_carriers: float = 0.0
    coverage: float = 1.0
    together: float = 1.0


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
    together: float = 1.0
    """1 where nobody could sit beside another one of the same carrier."""

    @property
    def reached(self) -> bool:
        """Whether every goal is reached."""
        wanted = self.division
        return (
            self.coverage >= wanted.coverage
            and self.together >= wanted.together
            and self.branches <= (wanted.branches or self.branches)
            and self.distance <= (wanted.distance or self.distance)
            and self.seconds <= wanted.seconds
        )
