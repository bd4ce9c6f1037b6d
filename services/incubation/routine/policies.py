"""Policies on what is done regularly: which meetings are due how often, and when one counts (`meetings.yaml`)."""

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt, StrictBool, model_validator

from shared.contracts.bodies import BodyKind
from shared.field.policies import PolicyBook, read_or_shipped

MEETINGS_KIND = "meetings"
MeetingLevel = Literal["city", "district", "street", "conference"]
"""The three levels of regular meetings (H7), and the joint conference of a city (S4)."""
Topic = Literal["organizations", "party_organizations", "party_building", "other"]
"""Incubating organizations; incubating their Party organizations; Party building in the field; anything else."""


class _Parameters(BaseModel):
    """Read from authors' files only: no row keeps a copy of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Round(_Parameters):
    """The regular meetings of one level: who convenes them, how often one is due, and on what it must have been."""

    level: MeetingLevel
    kinds: tuple[BodyKind, ...] = ()
    """Kinds of bodies of the level that convene, first to last; a joint conference is convened by its lead."""
    months: PositiveInt | None
    """One is due this number of months after the last that counted; none where there is no figure."""
    topics: tuple[Topic, ...] = Field(min_length=1)
    """All of these must have been discussed, or the meeting does not count."""

    @model_validator(mode="after")
    def _convened(self) -> Self:
        if (self.level == "conference") == bool(self.kinds):
            raise ValueError("a joint conference is convened by its lead, every other meeting by bodies of some kinds")
        return self


class MeetingsPolicy(_Parameters):
    """The regular meetings of a region (H7, S4)."""

    rounds: tuple[Round, ...]
    remind_days: NonNegativeInt
    """How long before it is due a meeting is among the tasks."""
    conference_lead_present: StrictBool
    """Whether a joint conference without its lead counts for nothing."""
    conference_min_bodies: PositiveInt
    """Bodies of a joint conference, the lead included: fewer are named, and bar nothing."""

    @model_validator(mode="after")
    def _once(self) -> Self:
        levels = [one.level for one in self.rounds]
        if len({*levels}) < len(levels):
            raise ValueError("a level has one round of meetings")
        return self

    def round_of(self, level: MeetingLevel) -> Round | None:
        """The round of a level, None where the region has none."""
        return next((one for one in self.rounds if one.level == level), None)


MeetingsPolicies = PolicyBook[MeetingsPolicy]


def read_meetings_policies(folder: Path, shipped: Path) -> MeetingsPolicies:
    """Every policy on meetings of the active folder; for one from before there were any, the shipped ones.

    Raises as `read_policies` does.
    """
    return read_or_shipped(folder, shipped, MEETINGS_KIND, MeetingsPolicy)
