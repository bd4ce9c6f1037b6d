"""How a total becomes a star, and who is rated by which system: `policies/<region>/evaluation*.yaml`.

There are two models of the parameters. That of authors' files refuses an unknown parameter as misspelt. That of a
cycle's frozen copy ignores it: a later release may have frozen it, and after going back to this release the cycle must
still be completed.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.evaluation.stage_policies import (
    AuthoredDeadline,
    AuthoredExtension,
    AuthoredFirstCheck,
    AuthoredNotice,
    AuthoredOnSite,
    AuthoredSatisfaction,
    BasisPoints,
    ExtensionRules,
    FirstCheckRules,
    NoticeRules,
    OnSiteRules,
    Points,
    SatisfactionRules,
    StageDeadline,
    StageName,
)
from shared.contracts.base import Form


def _check_month_day(given: str) -> str:
    date.fromisoformat(f"2001-{given}")
    return given


Stage = Literal["self", "group", "first_check", "committee"]
Duty = Literal["opening", "rating", "completion"]
MonthDay = Annotated[str, Field(pattern=r"^[0-9]{2}-[0-9]{2}$"), AfterValidator(_check_month_day)]
"""A day of any year, `10-01`."""
Ties = Literal["in", "out"]
FoundedInYear = Literal["rated", "not_rated"]
ItemCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,59}$")]
"""Of an item in a rating catalogue."""
Star = Annotated[int, Field(ge=1, le=5, strict=True)]
Together = Literal["type", "division"]
"""What splits the evaluations of a cycle into those that are rated together."""


class Cutoff(BaseModel):
    """The lowest total of a star, itself included."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    star: int
    at_least: Decimal


class SessionRules(BaseModel):
    """How a session of the committee decides all stars of those that are rated together."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    together: Sequence[str] = ()
    """Beside the cycle: those of one type, of one division. None: the whole cycle."""
    quorum_bp: int = 0
    """How many of its members are present at least, in basis points; for an evaluation, those who may decide it."""


class RatingParameters(BaseModel):
    """What rules read, all of it data (decision 1); unknown parameters are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    cutoffs: Sequence[Cutoff]
    bonus_cap: Decimal
    total_cap: Decimal
    deciding_stage: Stage
    rated_forms: Sequence[str]
    default_types: Mapping[str, str]
    fallback_type: str
    separate_duties: Sequence[str] = ()
    """Duties of one cycle that different people take; a cycle that was opened before there were any has none."""
    cadence_years: int = 1
    """Every how many years a division's cycle opens (D1)."""
    opened_from: str = "10-01"
    """Of the rated year: its cycle opens on this day at the earliest."""
    opened_until: str = "06-30"
    """Of the year after: its cycle opens later only with a reason."""
    scale: int | None = None
    """The highest star; None: that of the highest cut-off."""
    quota_max_bp: Mapping[int, int] = {}
    """Star → the most who may hold it, in basis points of those rated together."""
    ties: Ties = "out"
    """Whether equal totals at a quota's edge all hold the star or all fall (D2)."""
    laggards_min_bp: int = 0
    """How many are laggards at least, in basis points of those rated together (D14)."""
    step_up_max: int | None = None
    """Stars above the last rating at most; None: as many as the total reaches."""
    step_up_waived_by: Sequence[str] = ()
    """Bonus items of the catalogue, such as a city's honour, with one of which it may rise by more (D1)."""
    founded_in_year: str = "rated"
    """Whether who was founded in the rated year is rated, or only assesses itself (D3)."""
    city_first: bool = True
    """Whether a district's cycle opens only under an opened one of its city or province (H17)."""
    session: SessionRules | None = None
    """None: evaluations are completed one by one, unless there are quotas or laggards."""
    notice: NoticeRules | None = None
    """None: what was decided is final without a public notice."""

    satisfaction: SatisfactionRules | None = None
    """None: counts are recorded, and make no points."""
    divergence_max: Decimal | None = None
    """Points by which two stages' totals may differ without a word of the later one; None: by any."""
    calendar: Mapping[str, str] = {}
    """By which day of the year after each stage is due; a stage without a day has none."""
    deadlines: Mapping[str, StageDeadline] = {}
    """By when each stage is due in working days, in place of a day of the calendar."""
    extension: ExtensionRules | None = None
    """None: no deadline is extended."""
    first_check: FirstCheckRules | None = None
    """The industry's first check before the committee (D4); None: there is none."""
    on_site: OnSiteRules | None = None

    def session_rules(self) -> SessionRules | None:
        """How a session decides; None where none does. Quotas and laggards compare all, and need one (D1, D14)."""
        if self.session is None and (self.quota_max_bp or self.laggards_min_bp):
            return SessionRules()
        return self.session


class AuthoredCutoff(Cutoff):
    """A cut-off in an author's file."""

    model_config = ConfigDict(extra="forbid")

    star: Annotated[int, Field(ge=1, le=5, strict=True)]
    at_least: Points


class AuthoredSession(SessionRules):
    """A session in an author's file."""

    model_config = ConfigDict(extra="forbid")

    together: Annotated[Sequence[Together], Field(max_length=2)] = ()
    quorum_bp: BasisPoints = 0


class EvaluationParameters(RatingParameters):
    """The parameters of an author's file; an unknown one is refused."""

    model_config = ConfigDict(extra="forbid")

    cutoffs: Sequence[AuthoredCutoff]
    bonus_cap: Points
    total_cap: Points
    rated_forms: Sequence[Form]
    separate_duties: Sequence[Duty] = ("opening", "rating", "completion")
    cadence_years: Annotated[int, Field(ge=1, le=5, strict=True)] = 1
    opened_from: MonthDay = "10-01"
    opened_until: MonthDay = "06-30"
    scale: Star | None = None
    quota_max_bp: Mapping[Annotated[int, Field(ge=1, le=5)], BasisPoints] = {}
    laggards_min_bp: BasisPoints = 0
    step_up_max: Star | None = None
    step_up_waived_by: Annotated[Sequence[ItemCode], Field(max_length=20)] = ()
    founded_in_year: FoundedInYear = "rated"
    session: AuthoredSession | None = None
    notice: AuthoredNotice | None = None
    satisfaction: AuthoredSatisfaction | None = None
    divergence_max: Points | None = None
    calendar: Mapping[Annotated[str, Field(pattern="^(self|committee|session)$")], MonthDay] = {}
    deadlines: Mapping[StageName, AuthoredDeadline] = {}
    extension: AuthoredExtension | None = None
    first_check: AuthoredFirstCheck | None = None
    on_site: AuthoredOnSite | None = None

    @model_validator(mode="after")
    def _one_day_each(self) -> Self:
        if twice := sorted({*self.calendar} & {*self.deadlines}):
            raise ValueError(f"due by the calendar and in working days: {twice}")
        if self.deciding_stage == "first_check" and self.first_check is None:
            raise ValueError("the first check decides, and there is none: name first_check")
        after = {"committee", "session", "supplement", self.deciding_stage}
        if waiting := sorted(stage for stage in after & {*self.deadlines} if self.deadlines[stage].missing):
            raise ValueError(f"nothing follows from these where they are missing: {waiting}")
        return self

    @model_validator(mode="after")
    def _notice_follows_a_session(self) -> Self:
        if self.notice is not None and self.session_rules() is None:
            raise ValueError("a notice publishes what a session decided: name a session")
        return self

    @model_validator(mode="after")
    def _fits_the_scale(self) -> Self:
        by_star = sorted(self.cutoffs, key=lambda cutoff: cutoff.star)
        stars, totals = [one.star for one in by_star], [one.at_least for one in by_star]
        scale = self.scale or max(stars, default=1)
        if stars != list(range(1, scale + 1)):
            raise ValueError(f"cutoffs name each star from 1 to {scale} once")
        if any(lower >= higher for lower, higher in pairwise(totals)):
            raise ValueError("a higher star has a higher cut-off")
        if totals[-1] > self.total_cap:
            raise ValueError(f"nobody reaches {totals[-1]}: the total is capped at {self.total_cap}")
        beyond = sorted(star for star in self.quota_max_bp if star > scale)
        if beyond:
            raise ValueError(f"quotas of stars beyond the scale: {beyond}")
        return self
