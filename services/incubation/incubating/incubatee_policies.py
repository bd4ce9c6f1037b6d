"""Policies on incubatees (`incubatees.yaml`): terms, visits, the moments in step (D15), and when one is mature (H8)."""

from pathlib import Path
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from services.incubation.incubating.policies import Count, Parameters
from shared.field.policies import PolicyBook, read_or_shipped

INCUBATEES_KIND = "incubatees"
Track = Literal["organization", "party_organization"]
"""The two that are incubated in step (H2)."""
Moment = Literal["registration", "entry", "management", "inspection", "change_of_term", "selection"]
"""What both tracks go through together (D15)."""
Fact = Literal["registered", "visited", "covered_as_due", "led", "in_step"]
"""What the service knows by itself: registered; every visit made that was due; covered in the form that it is due; the
leadership of its Party organization approved; no track behind the other."""
Service = Literal["party_building", "capability", "people", "support", "guidance", "ability_assessment", "follow_up"]
"""The seven services of an incubator (D15)."""
SERVICES: tuple[Service, ...] = get_args(Service)
TRACKS: tuple[Track, ...] = ("organization", "party_organization")
Line = Annotated[str, Field(min_length=1, max_length=200)]


class Wording(Parameters):
    """A text in both languages."""

    zh: Line
    en: Line


class MaturityItem(Parameters):
    """One thing that maturity asks for: a `fact` that the service knows, or else what an officer assesses."""

    code: Annotated[str, Field(pattern=r"^[A-Z][0-9]{1,2}$")]
    what: Wording
    fact: Fact | None = None


class MaturityLists(Parameters):
    """When a social organization, and when its Party organization, is mature (H8)."""

    organization: tuple[MaturityItem, ...] = Field(min_length=1, max_length=40)
    party_organization: tuple[MaturityItem, ...] = Field(min_length=1, max_length=40)

    @model_validator(mode="after")
    def _codes_differ(self) -> Self:
        codes = [one.code for one in (*self.organization, *self.party_organization)]
        if twice := sorted({code for code in codes if codes.count(code) > 1}):
            raise ValueError(f"{twice[0]} stands twice in the maturity lists")
        return self

    def of(self, track: Track) -> tuple[MaturityItem, ...]:
        """The list of a track."""
        found: tuple[MaturityItem, ...] = getattr(self, track)
        return found


class IncubateePolicy(Parameters):
    """The incubation of one organization: months, days, and the two maturity lists."""

    decision_days: Count
    """Calendar days from an application to the panel's decision."""
    panel_min: Count
    """How many of the panel must be present."""
    term_max_months: Count
    extension_max_months: Count
    visit_every_months: Count
    """A visit each quarter: by how many months the next one follows."""
    end_reminder_months: Count
    """How long before the end of the agreement one is reminded."""
    follow_up_months: Count
    follow_up_every_months: Count
    """How long one that graduated is followed up (D15), and how often it is visited then."""
    lag_days: Count
    """By how many days one track may be behind the other at a moment."""
    moments: tuple[Moment, ...] = Field(min_length=1)
    maturity: MaturityLists


IncubateePolicies = PolicyBook[IncubateePolicy]


def read_incubatee_policies(folder: Path, shipped: Path) -> IncubateePolicies:
    """Every policy on incubatees of the active folder; of an older folder, the shipped ones.

    Raises as `read_policies` does.
    """
    return read_or_shipped(folder, shipped, INCUBATEES_KIND, IncubateePolicy)
