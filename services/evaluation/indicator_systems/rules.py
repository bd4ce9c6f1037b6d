"""The eleven indicator systems as data (H14-H16): what makes one valid, and which is in force. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StrictInt, model_validator

from services.evaluation.policies import Points
from shared.problems.language import Language


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class ScoringIndicator(_Part):
    """An indicator, and the most that it earns."""

    code: str
    points: Decimal


class ScoringLevel(_Part):
    """The indicators of a first-level heading."""

    indicators: Sequence[ScoringIndicator]


class ScoringVeto(_Part):
    """A fact that forces the star to 0."""

    code: str
    slug: str


class ScoringSystem(_Part):
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


class Bilingual(_Part):
    """The same text in both languages."""

    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    def say(self, language: Language) -> str:
        """The text in one language."""
        return self.zh if language == "zh" else self.en


class Indicator(ScoringIndicator):
    """What is done, how that is found out, and to what degree it earns its points (H14)."""

    what: Bilingual
    how: Bilingual
    degree: Bilingual
    points: Points


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
    """One type's system in one version, in force from a year to a year (the last one included)."""

    year_from: StrictInt
    year_to: StrictInt | None = None
    source: Annotated[str | None, Field(exclude=True)] = None
    name: Bilingual
    owner: Bilingual
    uscc_prefixes: Sequence[str]
    levels: Sequence[Level]
    vetoes: Sequence[Veto]

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        for level in self.levels:
            if sum(indicator.points for indicator in level.indicators) != level.points:
                raise ValueError(f"{self.type}: the indicators of level {level.code} do not sum to {level.points}")
        doubled = [code for code, n in Counter(indicator.code for indicator in self.indicators()).items() if n > 1]
        if doubled:
            raise ValueError(f"{self.type}: indicator codes stand twice: {doubled}")
        return self

    def in_force(self, year: int) -> bool:
        """Whether evaluations of the year use it."""
        return self.year_from <= year and (self.year_to is None or year <= self.year_to)


@dataclass(frozen=True, slots=True)
class SystemBook:
    """All systems; one version for each type and year (H16)."""

    systems: Sequence[IndicatorSystem]

    def of_year(self, year: int) -> list[IndicatorSystem]:
        """The systems in force in a year, by type."""
        return [system for system in self.systems if system.in_force(year)]

    def get(self, system_type: str, year: int) -> IndicatorSystem | None:
        """One type's system of a year."""
        return next((system for system in self.of_year(year) if system.type == system_type), None)
