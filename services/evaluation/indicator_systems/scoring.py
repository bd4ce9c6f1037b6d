"""The part of an indicator system that scoring reads, and what of it concerns a Party organization. Pure.

A cycle's frozen copy is read by these models, leniently: what a later release froze beside them is ignored.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import field_validator

from services.evaluation.indicator_systems.methods import KINDS, Method
from services.evaluation.indicator_systems.texts import Bilingual, Part
from shared.contracts.base import Reason


@dataclass(frozen=True, slots=True)
class Rated:
    """What an indicator's `applies_to` asks of a Party organization; `units`: how many organizations it covers."""

    form: str
    kind: str
    units: int | None


def rated_as(form: str, kind: str, reasons: Iterable[Reason]) -> Rated:
    """What indicators ask of a Party organization that was enrolled for these reasons: what it was then.

    `form` and `kind`, which it has now, are those of an enrolment that the version before recorded without them.
    """
    was = next((one.facts for one in reasons if one.rule == "H16" and "organizations" in one.facts), {})
    units = was.get("organizations")
    return Rated(str(was.get("form") or form), str(was.get("kind") or kind), units if isinstance(units, int) else None)


class AppliesTo(Part):
    """Whom an indicator is for: forms, kinds (a branch has few members, a committee many), numbers of units."""

    forms: Sequence[str] | None = None
    kinds: Sequence[str] | None = None
    units_min: int | None = None
    units_max: int | None = None

    def includes(self, rated: Rated) -> bool:
        """Whether a Party organization is judged by it; a number of units that is unknown excludes nobody."""
        units = rated.units
        return (
            (self.forms is None or rated.form in self.forms)
            and (self.kinds is None or rated.kind in self.kinds)
            and (units is None or self.units_min is None or units >= self.units_min)
            and (units is None or self.units_max is None or units <= self.units_max)
        )


class ScoringIndicator(Part):
    """An indicator, the most that it earns, how facts earn it, and whom it is for."""

    code: str
    points: Decimal
    method: Method | None = None
    applies_to: AppliesTo | None = None
    absent_when: Bilingual | None = None

    @field_validator("method", mode="before")
    @classmethod
    def _known(cls, given: Any) -> Any:
        # A later release may have frozen a method of its own: that indicator is then scored without facts.
        kind = given.get("kind") if isinstance(given, dict) else None
        return None if isinstance(given, dict) and kind not in KINDS else given


class ScoringLevel(Part):
    """The indicators of a first-level heading."""

    indicators: Sequence[ScoringIndicator]


class ScoringVeto(Part):
    """A fact that forces the star to 0."""

    code: str
    slug: str


class ScoringSystem(Part):
    """The part of an indicator system that scoring reads; a cycle's frozen copy needs no more."""

    type: str
    version: str
    levels: Sequence[ScoringLevel]
    vetoes: Sequence[ScoringVeto]

    def indicators(self) -> Iterator[ScoringIndicator]:
        """Every indicator, in the order of the system."""
        for level in self.levels:
            yield from level.indicators

    def points(self) -> dict[str, Decimal]:
        """The most that each indicator earns, by code."""
        return {indicator.code: indicator.points for indicator in self.indicators()}

    def veto_codes(self) -> dict[str, str]:
        """Each veto's code, by its code and by its slug."""
        return {name: veto.code for veto in self.vetoes for name in (veto.code, veto.slug)}

    def not_for(self, rated: Rated) -> frozenset[str]:
        """The codes of the indicators that a Party organization is not judged by."""
        return frozenset(
            one.code for one in self.indicators() if one.applies_to is not None and not one.applies_to.includes(rated)
        )


@dataclass(frozen=True, slots=True)
class Base:
    """The points before bonus: what was earned, of what, and what that is of 100."""

    earned: Decimal
    of: Decimal
    full: Decimal
    points: Decimal


def scale(points: Mapping[str, Decimal], scores: Mapping[str, Decimal], left_out: Collection[str]) -> Base:
    """Take out what does not apply and scale the rest to the full points; exact where nothing is taken out.

    All points of what applies are all points of the system, whatever was taken out. Raises ValueError where everything
    was.
    """
    full = sum(points.values(), Decimal(0))
    of = sum((most for code, most in points.items() if code not in left_out), Decimal(0))
    earned = sum((scored for code, scored in scores.items() if code not in left_out), Decimal(0))
    if not of:
        raise ValueError("no indicator applies")
    return Base(earned, of, full, earned if of == full else earned * full / of)
