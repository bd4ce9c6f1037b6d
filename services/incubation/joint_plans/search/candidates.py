"""The input of a joint plan: the organizations that may share a branch, and the policy."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.field import geo


@dataclass(frozen=True, slots=True)
class Candidate:
    """An organization with too few full members for a branch of its own; a place that is unknown is None."""

    id: UUID
    uscc: str
    full_members: int
    street: str | None = None
    carrier: str | None = None  # the building, park or market that it sits in
    lon: float | None = None  # degrees
    lat: float | None = None  # degrees
    total_members: int | None = None  # full and probationary; None: as many as are counted


@dataclass(frozen=True, slots=True)
class JointPolicy:
    """The region's figures: members that a branch needs, units that it may join, metres between neighbours.

    `max_members` is the most members, full and probationary, that it may have; None where there is no limit.
    """

    min_full_members: int
    max_units: int
    neighbour_distance_m: int
    max_members: int | None = None

    def holds(self, total_members: int) -> bool:
        """Whether a joint branch may have this number of members, full and probationary."""
        return self.max_members is None or total_members <= self.max_members


class Places:
    """The candidates in the order of their USCC, with their places made comparable.

    From here on an organization is known by its position in that order.
    """

    __slots__ = ("candidates", "carriers", "large", "members", "points", "policy", "reach", "streets", "totals")

    def __init__(self, candidates: Sequence[Candidate], policy: JointPolicy) -> None:
        self.policy = policy
        self.candidates = sorted(candidates, key=lambda one: (one.uscc, one.id.int))
        self.members = [one.full_members for one in self.candidates]
        self.totals = [one.full_members if one.total_members is None else one.total_members for one in self.candidates]
        self.large = [index for index, total in enumerate(self.totals) if not policy.holds(2 * total)]
        self.streets = [_fold(one.street) for one in self.candidates]
        self.carriers = [_fold(one.carrier) for one in self.candidates]
        self.points = [_point(one) for one in self.candidates]
        # A millimetre of grace, so that rounding never decides about neighbours at the very distance.
        self.reach = geo.chord_m(policy.neighbour_distance_m + 0.001) ** 2
        """Greatest square of the chord (m²) between neighbours."""

    def same_carrier(self, one: int, other: int) -> bool:
        """Whether both sit in one building, park or market; one name on two streets is two buildings."""
        if self.carriers[one] is None or self.carriers[one] != self.carriers[other]:
            return False
        street, other_street = self.streets[one], self.streets[other]
        return street is None or other_street is None or street == other_street

    def same_street(self, one: int, other: int) -> bool:
        """Whether both give the same street."""
        return self.streets[one] is not None and self.streets[one] == self.streets[other]

    def squared_chord(self, one: int, other: int) -> float | None:
        """Square of the straight line between the two (m²); None where a location is missing."""
        a, b = self.points[one], self.points[other]
        return None if a is None or b is None else geo.squared_chord(a, b)

    def distance_m(self, one: int, other: int) -> float | None:
        """Great-circle distance in metres; None where a location is missing."""
        square = self.squared_chord(one, other)
        return None if square is None else geo.distance_m(square)

    def compatible(self, one: int, other: int) -> bool:
        """S13: the two may share a branch: one carrier, or near each other, or (no location) one street.

        And not with more members than it may have.
        """
        return self.policy.holds(self.totals[one] + self.totals[other]) and self.near(one, other)

    def crowding(self, one: int) -> Iterator[int]:
        """Those with whom it would have too many members: one of such a pair has more than half of the limit."""
        others = range(len(self.candidates)) if not self.policy.holds(2 * self.totals[one]) else self.large
        for other in others:
            if other != one and not self.policy.holds(self.totals[one] + self.totals[other]):
                yield other

    def near(self, one: int, other: int) -> bool:
        """Whether their places let the two share a branch."""
        if self.same_carrier(one, other):
            return True
        square = self.squared_chord(one, other)
        return self.same_street(one, other) if square is None else square <= self.reach


def _fold(name: str | None) -> str | None:
    """A name as it is compared: width, case and outer blanks do not matter; an empty one is unknown."""
    if name is None:
        return None
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip() or None


def _point(candidate: Candidate) -> geo.Point | None:
    if candidate.lon is None or candidate.lat is None:
        return None
    return geo.to_point(candidate.lon, candidate.lat)
