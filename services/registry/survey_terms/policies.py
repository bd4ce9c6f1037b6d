"""Policies on survey rounds (`surveys.yaml`, D7): from which year on, and which jump needs a word."""

from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from shared.field.policies import Policy, PolicyBook, read_or_shipped

SURVEYS_KIND = "surveys"


class SurveyPolicy(BaseModel):
    """The bound of a jump: both of its measures are passed.

    Read from authors' files only: no row keeps a copy of it, a return keeps the policy's id and the bound in its
    reasons.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    earliest_year: PositiveInt
    """Before it there is no round."""
    jump_bp: int = Field(ge=0, strict=True)
    """A change of more than this share of the last figure, in hundredths of a percent, …"""
    jump_least: PositiveInt
    """… and of at least this many persons."""


SurveyPolicies = PolicyBook[SurveyPolicy]


def read_survey_policies(folder: Path, shipped: Path) -> SurveyPolicies:
    """Those of the active folder; for one from before there were any, the shipped ones. Raises as `read_policies`."""
    return read_or_shipped(folder, shipped, SURVEYS_KIND, SurveyPolicy)


def survey_policy(policies: SurveyPolicies, division: str, on: date, today: date) -> Policy[SurveyPolicy]:
    """The policy of a day; for one before there was any, that of today. Raises NoPolicy."""
    return policies.of_day(division, on, today)
