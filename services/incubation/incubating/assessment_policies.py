"""Policies on the yearly assessment of an incubator (`incubator_assessment.yaml`, 《考核评估指标》, H8)."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.incubation.incubating.policies import Parameters
from shared.field.policies import PolicyBook, read_or_shipped

ASSESSMENT_KIND = "incubator_assessment"
Points = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]
Text = Annotated[str, Field(min_length=1, max_length=300)]
WHOLE = Decimal(100)


class Said(Parameters):
    """A text in both languages."""

    zh: Text
    en: Text


class Indicator(Parameters):
    """What is done, how it is seen, and to what degree it gives its points (H14)."""

    code: Annotated[str, Field(pattern=r"^[A-Z][0-9]{1,2}$")]
    what: Said
    how: Said
    degree: Said
    points: Annotated[Points, Field(gt=0)]


class AssessmentGrade(Parameters):
    """A grade, and from which total on it is given."""

    grade: Annotated[str, Field(pattern=r"^[a-z_]{1,20}$")]
    at_least: Points


class AssessmentPolicy(Parameters):
    """The indicators, which add up to 100, and the grades, the highest first."""

    indicators: tuple[Indicator, ...] = Field(min_length=1, max_length=60)
    grades: tuple[AssessmentGrade, ...] = Field(min_length=1, max_length=10)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        codes = [one.code for one in self.indicators]
        if len(set(codes)) < len(codes):
            raise ValueError("a code stands twice among the indicators")
        if sum(one.points for one in self.indicators) != WHOLE:
            raise ValueError("the points of the indicators add up to 100")
        bounds = [one.at_least for one in self.grades]
        if bounds != sorted(set(bounds), reverse=True) or bounds[-1] != 0:
            raise ValueError("grades stand from the highest to one that begins at 0")
        return self

    def grade_of(self, total: Decimal) -> str:
        """The grade of a total: bounds are inclusive."""
        return next(one.grade for one in self.grades if total >= one.at_least)


AssessmentPolicies = PolicyBook[AssessmentPolicy]


def read_assessment_policies(folder: Path, shipped: Path) -> AssessmentPolicies:
    """Every policy on assessments of the active folder; of an older folder, the shipped ones.

    Raises as `read_policies` does.
    """
    return read_or_shipped(folder, shipped, ASSESSMENT_KIND, AssessmentPolicy)
