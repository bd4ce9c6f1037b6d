"""Policies on what Party organizations do beside forming (`activities.yaml`): kinds of activities, their figures."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt, StrictBool, model_validator

from shared.contracts.bodies import BodyKind, BodyLevel
from shared.field.policies import Policy, PolicyBook, read_or_shipped

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


class Regularly(_Parameters):
    """What a Party organization does again and again: its kind, and by how many months the next one follows."""

    kind: KindCode
    months: PositiveInt
    remind_days: NonNegativeInt
    """How long before it is due it is among the tasks."""


class ActivitiesPolicy(_Parameters):
    """Kinds of activities, what belongs together (S23), and what is done regularly (S22)."""

    kinds: Mapping[KindCode, ActivityKind]
    both: tuple[KindCode, ...]
    """Kinds of which a Party organization must have each in a year (S23): check-in and report, its own and its
    members'."""
    communication: Regularly | None = None
    """How a Party organization talks with the staff (S22); None: the region names no interval."""
    station_committee_kinds: tuple[BodyKind, ...] = Field(min_length=1)
    """Whose stations they are (H11)."""
    territory_levels: tuple[BodyLevel, ...] = Field(min_length=1)
    """Levels of bodies that manage members beside a station's committee, as those of the territory (H11)."""

    @model_validator(mode="after")
    def _known(self) -> Self:
        regular = () if self.communication is None else (self.communication.kind,)
        if unknown := [code for code in (*self.both, *regular) if code not in self.kinds]:
            raise ValueError(f"no kind of activity: {', '.join(unknown)}")
        if lasting := [code for code in self.both if self.kinds[code].lasting]:
            raise ValueError(f"what is counted by the year (S23) is of one day, not lasting: {', '.join(lasting)}")
        return self


ActivitiesPolicies = PolicyBook[ActivitiesPolicy]


def policy_of(policies: ActivitiesPolicies, division: str, day: date, today: date) -> Policy[ActivitiesPolicy]:
    """The policy of an activity's day; for one before there was any, that of today. Raises NoPolicy."""
    return policies.of_day(division, day, today)


def asked_since(policies: ActivitiesPolicies, division: str, policy: Policy[ActivitiesPolicy]) -> date:
    """Since when communication with the staff has been asked for without a break, up to a division's policy (S22).

    A later version of a policy, or a region's own, does not begin the interval again.
    """
    since = policy.effective_from
    while True:
        before = policies.in_force(division, since - timedelta(days=1))
        if before is None or before.parameters.communication is None:
            return since
        since = before.effective_from


def read_activities_policies(folder: Path, shipped: Path) -> ActivitiesPolicies:
    """Every policy on activities of the active folder; of an older folder, the shipped ones.

    Raises as `read_policies` does.
    """
    return read_or_shipped(folder, shipped, ACTIVITIES_KIND, ActivitiesPolicy)
