"""Policies on what Party organizations do beside forming (`activities.yaml`): kinds of activities, their figures."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt, StrictBool

from shared.contracts.bodies import BodyKind, BodyLevel
from shared.field.policies import PolicyBook, read_or_shipped

ACTIVITIES_KIND = "activities"
KindCode = Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,39}$")]
Content = Literal["partner", "place", "field", "participants", "service"]
"""What an activity may have to say of itself: the partner, where it is, the field of an alliance, how many took part,
what was done."""


class _Parameters(BaseModel):
    """Read from authors' files only: no row keeps a copy of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ActivityName(_Parameters):
    """What a kind is called."""

    zh: str
    en: str


class ActivityKind(_Parameters):
    """One kind of activity: the rule that it is of, its form, and what it must say."""

    rule: Annotated[str, Field(pattern=r"^[A-Z]-?[A-Za-z0-9-]{1,40}$")]
    name: ActivityName
    lasting: StrictBool
    """Whether it goes on until it is ended (a pairing), or was on one day."""
    parties_min: NonNegativeInt
    """Party organizations that take part, at least."""
    needs: tuple[Content, ...] = ()
    participants_min: PositiveInt | None = None
    """Fewer make it fall short, and bar nothing."""
    yearly_min: PositiveInt | None = None
    """How many of the kind a Party organization is to have had in a year; none where the source names no figure."""


class ActivitiesPolicy(_Parameters):
    """Kinds of activities, and what belongs together (S23)."""

    kinds: Mapping[KindCode, ActivityKind]
    both: tuple[KindCode, ...]
    """Kinds of which a Party organization must have each in a year: check-in and report (S23)."""
    station_committee_kinds: tuple[BodyKind, ...] = Field(min_length=1)
    """Whose stations they are (H11)."""
    territory_levels: tuple[BodyLevel, ...] = Field(min_length=1)
    """Levels of bodies that manage members beside a station's committee, as those of the territory (H11)."""


ActivitiesPolicies = PolicyBook[ActivitiesPolicy]


def read_activities_policies(folder: Path, shipped: Path) -> ActivitiesPolicies:
    """Every policy on activities of the active folder; of an older folder, the shipped ones.

    Raises as `read_policies` does.
    """
    return read_or_shipped(folder, shipped, ACTIVITIES_KIND, ActivitiesPolicy)
