"""What a rating policy says of stages: by when each is due, what follows from a missing one, extensions, satisfaction.

As in `policies.py`, an author's file is read strictly, a cycle's frozen copy leniently.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.contracts.bodies import AffiliationKind

DueStage = Literal["self", "group", "satisfaction", "first_check", "committee", "session", "supplement"]
"""What may be due: the stages in their order, the session, and what was returned to be supplemented."""
StageName = Annotated[str, Field(pattern=f"^({'|'.join(get_args(DueStage))})$")]
OnSiteEffect = Literal["flags", "replaces"]
Missing = Literal["waits", "goes_on"]
"""Whether the deciding stage waits for one that was not submitted, or goes on once that is no longer due."""
WorkingDayCount = Annotated[int, Field(ge=1, le=250, strict=True)]
BasisPoints = Annotated[int, Field(ge=0, le=10_000, strict=True)]
Points = Annotated[Decimal, Field(ge=0, decimal_places=2)]
_Type = Annotated[str, Field(pattern="^T(0[1-9]|1[01])$")]


class StageDeadline(BaseModel):
    """By when a stage is due, in working days after the opening; for who joins later, after the enrolment."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    working_days: int
    by_type: Mapping[str, int] = {}
    """Other terms of single types of indicator systems."""
    missing: Missing | None = None
    """None: nobody waits for it, and nothing follows."""
    missing_deducts: Decimal = Decimal(0)
    """Points that the total loses where it was not submitted and the rating went on."""


class ExtensionRules(BaseModel):
    """Extensions that are granted on application."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    working_days: int
    """At most, after the day by which the stage is due."""
    times: int = 1
    """How often one stage of an evaluation is extended at most."""


class FirstCheckRules(BaseModel):
    """The industry's first check: whose Party organizations have one, by the kind of their affiliation (H18, D4)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    affiliations: Sequence[str]

    def concerns(self, affiliated_as: str | None) -> bool:
        """Whether Party organizations that are affiliated in this way have one."""
        return affiliated_as in self.affiliations


class OnSiteRules(BaseModel):
    """On-site checks: how many are drawn, how large a team is, and what its findings change."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    sample_bp: int
    """Of those not decided yet, in basis points, rounded up."""
    at_least: int = 1
    team_min: int = 2
    findings: OnSiteEffect = "flags"
    """Whether a leaf that was found otherwise is flagged in the rating's reasons, or counts as it was found."""


class NoticeRules(BaseModel):
    """The public notice of what a session decided, during which the rated object."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    working_days: int
    answer_working_days: int | None = None
    """By when an objection is answered; None: no day is set."""


class SatisfactionRules(BaseModel):
    """The points that the mass satisfaction test's counts make, out of a hundred (D4)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    good: Decimal
    fair: Decimal
    poor: Decimal
    returned_min_bp: int = 0
    """How many of the sheets sent out are returned at least, in basis points; with fewer there are no points."""


class AuthoredDeadline(StageDeadline):
    """A stage's deadline in an author's file."""

    model_config = ConfigDict(extra="forbid")

    working_days: WorkingDayCount
    by_type: Mapping[_Type, WorkingDayCount] = {}
    missing_deducts: Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)] = Decimal(0)


class AuthoredExtension(ExtensionRules):
    """Extensions in an author's file."""

    model_config = ConfigDict(extra="forbid")

    working_days: WorkingDayCount
    times: Annotated[int, Field(ge=1, le=12, strict=True)] = 1


class AuthoredFirstCheck(FirstCheckRules):
    """A first check in an author's file."""

    model_config = ConfigDict(extra="forbid")

    affiliations: Annotated[Sequence[AffiliationKind], Field(min_length=1, max_length=4)]


class AuthoredOnSite(OnSiteRules):
    """On-site checks in an author's file."""

    model_config = ConfigDict(extra="forbid")

    sample_bp: BasisPoints
    at_least: Annotated[int, Field(ge=0, le=10_000, strict=True)] = 1
    team_min: Annotated[int, Field(ge=2, le=20, strict=True)] = 2


class AuthoredNotice(NoticeRules):
    """A notice in an author's file."""

    model_config = ConfigDict(extra="forbid")

    working_days: WorkingDayCount
    answer_working_days: WorkingDayCount | None = None


class AuthoredSatisfaction(SatisfactionRules):
    """A satisfaction test in an author's file."""

    model_config = ConfigDict(extra="forbid")

    good: Points
    fair: Points
    poor: Points
    returned_min_bp: BasisPoints = 0

    @model_validator(mode="after")
    def _falls(self) -> Self:
        if not self.good >= self.fair >= self.poor:
            raise ValueError("good is worth no less than fair, and fair no less than poor")
        return self
