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

from shared.contracts.base import Form


def _check_month_day(given: str) -> str:
    date.fromisoformat(f"2001-{given}")
    return given


Stage = Literal["self", "group", "committee"]
Duty = Literal["opening", "rating", "completion"]
MonthDay = Annotated[str, Field(pattern=r"^[0-9]{2}-[0-9]{2}$"), AfterValidator(_check_month_day)]
"""A day of any year, `10-01`."""
Ties = Literal["in", "out"]
BasisPoints = Annotated[int, Field(ge=0, le=10_000, strict=True)]
Star = Annotated[int, Field(ge=1, le=5, strict=True)]
Points = Annotated[Decimal, Field(ge=0, decimal_places=2)]


class Cutoff(BaseModel):
    """The lowest total of a star, itself included."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    star: int
    at_least: Decimal


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
    city_first: bool = True
    """Whether a district's cycle opens only under an opened one of its city or province (H17)."""


class AuthoredCutoff(Cutoff):
    """A cut-off in an author's file."""

    model_config = ConfigDict(extra="forbid")

    star: Annotated[int, Field(ge=1, le=5, strict=True)]
    at_least: Points


class EvaluationParameters(RatingParameters):
    """The parameters of an author's file; an unknown one is refused."""

    model_config = ConfigDict(extra="forbid")

    cutoffs: Sequence[AuthoredCutoff]
    bonus_cap: Points
    total_cap: Points
    rated_forms: Sequence[Form]
    separate_duties: Sequence[Duty] = ("opening", "rating", "completion")
    opened_from: MonthDay = "10-01"
    opened_until: MonthDay = "06-30"
    scale: Star | None = None
    quota_max_bp: Mapping[Annotated[int, Field(ge=1, le=5)], BasisPoints] = {}
    laggards_min_bp: BasisPoints = 0
    step_up_max: Star | None = None

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
