"""The eleven indicator systems as data (H14-H16): what makes one valid, and which is in force. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StrictInt, field_validator, model_validator

from services.evaluation.indicator_systems.methods import Method, Ratio, find_fault
from services.evaluation.indicator_systems.scoring import (
    AppliesTo,
    ScoringIndicator,
    ScoringLevel,
    ScoringSystem,
    ScoringVeto,
)
from services.evaluation.indicator_systems.texts import Bilingual, Part
from services.evaluation.indicator_systems.wording import Wording, reword
from services.evaluation.stage_policies import Points
from shared.contracts.base import Form, PartyOrganizationKind

LEAST_INDICATORS = 20
"""Of a system that says how its points are earned."""
_EARNED_BY = ("method", "evidence", "basis", "owner")
"""What each indicator of such a system has."""
Units = Annotated[StrictInt, Field(ge=1)]


class Basis(Part):
    """Why it is judged (依据): a document, or what is done in the field."""

    kind: Literal["document", "practice"]
    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class AuthoredAppliesTo(AppliesTo):
    """Whom an indicator is for, in an author's file."""

    forms: Annotated[Sequence[Form], Field(min_length=1)] | None = None
    kinds: Annotated[Sequence[PartyOrganizationKind], Field(min_length=1)] | None = None
    units_min: Units | None = None
    units_max: Units | None = None

    @model_validator(mode="after")
    def _excludes_somebody(self) -> Self:
        if not self.model_dump(exclude_none=True):
            raise ValueError("applies_to says for whom")
        if self.units_min is not None and self.units_max is not None and self.units_min > self.units_max:
            raise ValueError("units_min is above units_max: it is for nobody")
        return self


class Indicator(ScoringIndicator):
    """What is done, how that is found out, and to what degree it earns its points (H14)."""

    what: Bilingual
    how: Bilingual
    degree: Bilingual
    points: Points
    method: Method | None = None
    evidence: Sequence[Bilingual] = ()
    """What is handed in."""
    basis: Basis | None = None
    owner: Bilingual | None = None
    """Who answers questions about it, and checks it."""
    applies_to: AuthoredAppliesTo | None = None

    @field_validator("method", mode="before")
    @classmethod
    def _known(cls, given: Any) -> Any:
        return given  # here an unknown method is refused

    @model_validator(mode="after")
    def _earns(self) -> Self:
        fault = None if self.method is None else find_fault(self.method, self.points)
        if fault is not None:
            raise ValueError(f"indicator {self.code}: {fault}")
        missing = [name for name in _EARNED_BY if not getattr(self, name)]
        if missing and len(missing) < len(_EARNED_BY):
            raise ValueError(f"indicator {self.code}: {', '.join(missing)} missing beside the others of {_EARNED_BY}")
        return self


class Level(ScoringLevel):
    """A first-level heading; its points are those of its indicators."""

    code: str
    name: Bilingual
    points: Points
    indicators: Sequence[Indicator]


class Veto(ScoringVeto):
    """A veto with its text."""

    what: Bilingual


class IndicatorSystem(ScoringSystem):
    """One type's system in one version, in force from a year to a year (the last one included), in one region."""

    region: Annotated[str, Field(pattern=r"^[0-9]{0,6}$")] = ""
    year_from: StrictInt
    year_to: StrictInt | None = None
    source: Annotated[str | None, Field(exclude=True)] = None
    file: Annotated[str | None, Field(exclude=True)] = None
    """Where it stands in the folder of policies; set by who reads it."""
    name: Bilingual
    owner: Bilingual
    uscc_prefixes: Sequence[str]
    levels: Sequence[Level]
    vetoes: Sequence[Veto]
    wording: Annotated[Sequence[Wording], Field(exclude=True)] = ()
    """What was called otherwise in earlier years."""

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        for level in self.levels:
            if sum(indicator.points for indicator in level.indicators) != level.points:
                raise ValueError(f"{self.type}: the indicators of level {level.code} do not sum to {level.points}")
        doubled = [code for code, n in Counter(indicator.code for indicator in self.indicators()).items() if n > 1]
        if doubled:
            raise ValueError(f"{self.type}: indicator codes stand twice: {doubled}")
        with_method = [indicator.method is not None for indicator in self.indicators()]
        if any(with_method) and not all(with_method):
            raise ValueError(f"{self.type}: some indicators have a method and some have none")
        # A share of nothing is left out, too.
        if all(one.applies_to or one.absent_when or isinstance(one.method, Ratio) for one in self.indicators()):
            raise ValueError(f"{self.type}: no indicator is for everybody")
        if any(with_method) and len(with_method) < LEAST_INDICATORS:
            raise ValueError(f"{self.type}: {len(with_method)} indicators, fewer than {LEAST_INDICATORS}")
        return self

    def in_force(self, year: int) -> bool:
        """Whether evaluations of the year use it."""
        return self.year_from <= year and (self.year_to is None or year <= self.year_to)

    def as_called_in(self, year: int) -> "IndicatorSystem":
        """The same with the names of a year: what was 工商 in 2013 is 市场监管 in 2026."""
        return reword(self, self.wording, year)


@dataclass(frozen=True, slots=True)
class SystemBook:
    """All systems; one version for each type, region and year (H16)."""

    systems: Sequence[IndicatorSystem]

    def of_year(self, year: int, division: str = "") -> list[IndicatorSystem]:
        """The systems in force in a year, by type: of a division, those of the most particular region."""
        found = self._of_year(year, division)
        return [found[code].as_called_in(year) for code in sorted(found)]

    def get(self, system_type: str, year: int, division: str = "") -> IndicatorSystem | None:
        """One type's system of a year."""
        found = self._of_year(year, division).get(system_type)
        return None if found is None else found.as_called_in(year)

    def _of_year(self, year: int, division: str) -> dict[str, IndicatorSystem]:
        """By type, with the names that the files have."""
        found: dict[str, IndicatorSystem] = {}
        for system in self.systems:
            if system.in_force(year) and division.startswith(system.region):
                known = found.get(system.type)
                if known is None or len(known.region) < len(system.region):
                    found[system.type] = system
        return found
