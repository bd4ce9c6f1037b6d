"""Who owes a duty item, by when, and what an appraisal may find: `policies/<region>/duty_items*.yaml` (S7). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.evaluation.policies import MonthDay
from shared.field.policies import PolicyBook
from shared.superiors.policies import Place

DUTY_ITEMS_KIND = "duty_items"


class GradeName(BaseModel):
    """What a grade is called."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: Annotated[str, Field(min_length=1, max_length=20)]
    en: Annotated[str, Field(min_length=1, max_length=40)]


class Grade(BaseModel):
    """A grade of a body, not of a person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, Field(pattern="^[a-z_]{1,40}$")]
    name: GradeName


class DutyItemPolicy(BaseModel):
    """The parameters of an author's file; an unknown one is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    owed_by: tuple[Place, ...] = Field(min_length=1)
    """The bodies that owe one: of each division and street, that of the kind which is named first."""
    reported_from: MonthDay
    """Of the year: earlier, it is not reported."""
    report_due: MonthDay
    """Of the next year."""
    appraisal_due: MonthDay
    """Of the next year."""
    grades: tuple[Grade, ...] = Field(min_length=2)
    """The best one first."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.report_due > self.appraisal_due:
            raise ValueError("the appraisal is due no earlier than the report")
        if len({grade.code for grade in self.grades}) < len(self.grades):
            raise ValueError("every grade has a code of its own")
        return self

    def grade(self, code: str | None) -> Grade | None:
        """The grade of a code."""
        return next((grade for grade in self.grades if grade.code == code), None)

    def terms(self, year: int) -> "Terms":
        """The days of a year's item."""
        return Terms(
            date.fromisoformat(f"{year}-{self.reported_from}"),
            date.fromisoformat(f"{year + 1}-{self.report_due}"),
            date.fromisoformat(f"{year + 1}-{self.appraisal_due}"),
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """From when on an item may be reported, and by when it is reported and appraised."""

    opens_on: date
    report_due: date
    appraisal_due: date


DutyItemPolicies = PolicyBook[DutyItemPolicy]


def reference_day(year: int) -> date:
    """Who exists on this day owes the year's item; the year goes by the policy of this day."""
    return date(year, 12, 31)


def current_year(policies: DutyItemPolicies, today: date) -> int:
    """The last year whose items may be reported somewhere by now."""
    begun: Sequence[bool] = [
        one.parameters.terms(today.year).opens_on <= today for one in policies.by_region(reference_day(today.year))
    ]
    return today.year if any(begun) else today.year - 1
