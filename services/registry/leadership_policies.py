"""Policies on leaderships (`leadership.yaml`): how they are elected (domain 4.3), their terms, when one is reminded."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.contracts.base import PartyOrganizationKind
from shared.field.policies import Policy, PolicyBook

LEADERSHIP_KIND = "leadership"
Count = Annotated[int, Field(gt=0, strict=True)]
Share = Annotated[int, Field(ge=0, le=10_000, strict=True)]
"""Hundredths of a percent."""
Fault = Literal[
    "no_quorum", "team_too_small", "team_large", "team_too_large", "margin_small", "members_differ", "approval_late"
]
"""What is hardly right about a leadership: a warning, or a refusal where the region's policy says so."""


class _Parameters(BaseModel):
    """Read from authors' files only: no row keeps a copy of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TermLength(_Parameters):
    """The years of a term, and which other numbers an approval may name."""

    years: Count
    allowed: tuple[Count, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _usual_is_allowed(self) -> "TermLength":
        if self.years not in self.allowed:
            raise ValueError("the usual years are among those allowed")
        return self


class TeamSize(_Parameters):
    """How many a leadership normally has, `least` to `most`, and how many it may have."""

    least: Count
    most: Count
    maximum: Count

    @model_validator(mode="after")
    def _in_order(self) -> "TeamSize":
        if not self.least <= self.most <= self.maximum:
            raise ValueError("least, most and maximum are in order")
        return self


class LeadershipPolicy(_Parameters):
    """Elections, terms and reminders of a region."""

    terms: Mapping[PartyOrganizationKind, TermLength]
    quorum_bp: Share
    """How many of those due must be present."""
    committee_from: Count
    """A branch with this many full members elects a committee; with fewer, a secretary and perhaps a deputy."""
    small: TeamSize
    committees: Mapping[PartyOrganizationKind, TeamSize]
    margin_bp: Share
    """By how much the candidates of a committee exceed the elected."""
    refuse: frozenset[Fault]
    """What is refused instead of warned of."""
    reminder_months: tuple[Count, ...] = Field(min_length=1)
    """How many months before the end of a term one is reminded."""
    extension_max_months: Count
    first_election_days: Count
    approval_days: Count
    """Calendar days, from the founding to the first election and from a report to its approval."""

    @model_validator(mode="after")
    def _names_every_kind(self) -> "LeadershipPolicy":
        kinds = {"BRANCH", "GENERAL", "COMMITTEE"}
        if set(self.terms) != kinds or set(self.committees) != kinds:
            raise ValueError("terms and committees name every kind")
        return self


LeadershipPolicies = PolicyBook[LeadershipPolicy]


def leadership_policy(policies: LeadershipPolicies, division: str, on: date, today: date) -> Policy[LeadershipPolicy]:
    """The policy of a day; for one before there was any, that of today. Raises NoPolicy."""
    return policies.of_day(division, on, today)
