"""A survey round, and what was entered of an organization, as they are stored."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Literal, Self
from uuid import UUID

from services.registry.survey_terms.figures import FIGURES

SurveyState = Literal["open", "locked"]
SurveyStep = Literal["entry", "confirmation", "locking", "reopening"]
ReturnState = Literal["missing", "entered", "confirmed", "jump"]
"""`jump`: over the bound and without a word; `entered`: complete, and not confirmed yet."""
RETURN_STATES: tuple[ReturnState, ...] = ("missing", "entered", "confirmed", "jump")
ConfirmedAs = Literal["unit", "street"]
"""By the unit itself, or by a street for it."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted of an organization: persons. Full members in all may be more than those who work there."""

    full_time_staff: int
    full_members_full_time: int
    full_members_part_time: int
    full_members: int
    probationary_members: int
    applicants: int

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Those of a stored row."""
        return cls(*[row[name] for name in FIGURES])

    def plain(self) -> dict[str, int]:
        """By name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True)
class LastFigures:
    """Those of the last round that was locked."""

    survey_id: UUID
    period: str
    reference_day: date
    figures: Figures

    def plain(self) -> dict[str, Any]:
        """As it is kept with a return."""
        named = {"survey_id": str(self.survey_id), "period": self.period}
        return {**named, "reference_day": self.reference_day.isoformat(), **self.figures.plain()}


@dataclass(frozen=True, slots=True)
class Return:
    """What was entered of an organization for a round, compared with the last."""

    id: UUID
    survey_id: UUID
    organization_id: UUID
    division: str
    figures: Figures
    word: str | None
    jump: bool
    compared: dict[str, Any] | None
    policy: str
    reasons: list[Any]
    entered_by: str
    entered_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None
    confirmed_as: ConfirmedAs | None
    steps: list[Any]
    version: int = 1

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """The return of a stored row."""
        return cls(figures=Figures.of(row), **{name: row[name] for name in cls.__slots__ if name != "figures"})

    @property
    def state(self) -> ReturnState:
        """How far it is."""
        if self.jump and self.word is None:
            return "jump"
        return "entered" if self.confirmed_at is None else "confirmed"

    def columns(self) -> dict[str, Any]:
        """Its values by column."""
        own = {name: getattr(self, name) for name in self.__slots__ if name != "figures"}
        return own | self.figures.plain()


def parts_of(progress: Mapping[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    """Counts by state, and the sums of the figures."""
    return {name: progress[name] for name in ("due", *RETURN_STATES)}, {name: progress[name] for name in FIGURES}
