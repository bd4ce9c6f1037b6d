"""The input of a joint plan: the organizations that may share a branch, and the policy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from uuid import UUID

from shared.field import geo
from shared.field.places import place_key


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
    sector: str | None = None  # units of one sector are preferred beside each other
    all_full_members: int | None = None  # wherever they are employed; None: as many as are counted


@dataclass(frozen=True, slots=True)
class Existing:
    """A joint branch that exists, and may take units in."""

    id: UUID
    units: tuple[Candidate, ...]
    division: str = ""
    """Its own, which may not be that of all units."""


@dataclass(frozen=True, slots=True)
class JointPolicy:
    """The region's figures: members that a branch needs, units that it may join, metres between neighbours.

    `max_members` is the most members, full and probationary, that it may have; None where there is no limit.
    """

    min_full_members: int
    max_units: int
    neighbour_distance_m: int
    max_members: int | None = None
    other_sector_m: int = 0
    """The metres by which a unit of another sector than its centre's counts as farther away."""

    def holds(self, total_members: int) -> bool:
        """Whether a joint branch may have this number of members, full and probationary."""
        return self.max_members is None or total_members <= self.max_members


class Places:
    """The candidates in the order of their USCC, with their places made comparable.

    From here on an organization is known by its position in that order. Behind the candidates, from `count` on, stand
    the branches that exist, each as the one of its units that is nearest to the others.
    """

    def __init__(self, candidates: Sequence[Candidate], policy: JointPolicy, existing: Sequence[Existing] = ()) -> None:
        self.policy = policy
        self.existing = sorted(existing, key=lambda one: one.id.int)
        self.count = len(candidates)
        ordered = [sorted(one.units, key=_by_code) for one in self.existing]
        centres = [_centre(units) for units in ordered]
        self.candidates = [*sorted(candidates, key=_by_code), *centres]
        groups = [[one] for one in self.candidates[: self.count]] + ordered
        self.members = [sum(one.full_members for one in group) for group in groups]
        self.totals = [sum(map(_total, group)) for group in groups]
        self.full = [sum(map(_full, group)) for group in groups]
        """Full members wherever they are employed; `members` are those that the region counts."""
        self.weights = [len(group) for group in groups]
        """How many units each stands for."""
        self.large = [index for index, total in enumerate(self.totals) if not policy.holds(2 * total)]
        self.fellows: dict[int, list[int]] = {}
        """By existing branch, the positions of its other units in the lists that follow."""
        placed = list(self.candidates)
        for index, (units, centre) in enumerate(zip(ordered, centres, strict=True), self.count):
            others = [one for one in units if one is not centre]
            self.fellows[index] = [len(placed) + offset for offset in range(len(others))]
            placed += others
        self.streets = [place_key(one.street) for one in placed]
        self.carriers = [place_key(one.carrier) for one in placed]
        self.points = [_point(one) for one in placed]
        # A millimetre of grace, so that rounding never decides about neighbours at the very distance.
        self.reach = geo.chord_m(policy.neighbour_distance_m + 0.001) ** 2
        """Greatest square of the chord (m²) between neighbours."""

    def exists(self, one: int) -> bool:
        """Whether this is a branch that exists."""
        return one >= self.count

    def same_carrier(self, one: int, other: int) -> bool:
        """Whether both sit in one building, park or market; one name on two streets is two buildings."""
        if self.fellows:
            pairs = product((one, *self.fellows.get(one, ())), (other, *self.fellows.get(other, ())))
            return any(self._one_carrier(a, b) for a, b in pairs)
        return self._one_carrier(one, other)

    def _one_carrier(self, one: int, other: int) -> bool:
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

        And not with more members, or units, than it may have; and no two branches that exist become one.
        """
        if self.weights[one] + self.weights[other] > max(self.policy.max_units, 2) or min(one, other) >= self.count:
            return False
        return self.policy.holds(self.totals[one] + self.totals[other]) and self.near(one, other)

    def crowding(self, one: int) -> Iterator[int]:
        """Those with whom it would have too many members: one of such a pair has more than half of the limit."""
        others = range(len(self.candidates)) if not self.policy.holds(2 * self.totals[one]) else self.large
        for other in others:
            if other != one and not self.policy.holds(self.totals[one] + self.totals[other]):
                yield other

    def near(self, one: int, other: int) -> bool:
        """Whether their places let the two share a branch."""
        if self.fellows:
            pairs = product((one, *self.fellows.get(one, ())), (other, *self.fellows.get(other, ())))
            return all(self._near(a, b) for a, b in pairs)
        return self._near(one, other)

    def _near(self, one: int, other: int) -> bool:
        if self._one_carrier(one, other):
            return True
        square = self.squared_chord(one, other)
        return self.same_street(one, other) if square is None else square <= self.reach


def _by_code(one: Candidate) -> tuple[str, int]:
    return one.uscc, one.id.int


def _total(one: Candidate) -> int:
    return one.full_members if one.total_members is None else one.total_members


def _full(one: Candidate) -> int:
    return one.full_members if one.all_full_members is None else one.all_full_members


def _centre(units: Sequence[Candidate]) -> Candidate:
    """The unit whose place is nearest to those of the others."""
    points = [_point(one) for one in units]

    def metres(index: int) -> float:
        here = points[index]
        if here is None:
            return float("inf")
        return sum(geo.distance_m(geo.squared_chord(here, there)) for there in points if there is not None)

    return units[min(range(len(units)), key=lambda index: (metres(index), index))]


def _point(candidate: Candidate) -> geo.Point | None:
    if candidate.lon is None or candidate.lat is None or candidate.lon == candidate.lat == 0:
        return None  # 0, 0 is what a map shows before anybody has chosen a place
    return geo.to_point(candidate.lon, candidate.lat)
