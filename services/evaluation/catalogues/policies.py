"""What beside the indicators adds points or bars stars, per region: `policies/<region>/rating_catalogue*.yaml` (D5).

As with evaluation policies there are two models: that of authors' files refuses an unknown parameter, that of a cycle's
frozen copy ignores it.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.evaluation.indicator_systems.methods import Positive
from services.evaluation.indicator_systems.rules import Basis
from services.evaluation.indicator_systems.texts import Bilingual
from services.evaluation.policies import ItemCode, Star

CATALOGUE_KIND = "rating_catalogue"
Months = Annotated[int, Field(ge=1, le=120, strict=True)]


class _Lenient(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class BonusItem(_Lenient):
    """What adds points, and how often it counts; `look_back_months` ends on the cycle's reference date."""

    code: str
    what: Bilingual
    points: Positive
    look_back_months: int
    times_max: int = 1


class VetoItem(_Lenient):
    """What leaves no star, or no more than `star_max`."""

    code: str
    what: Bilingual
    look_back_months: int
    effect: str
    star_max: int | None = None

    @property
    def ceiling(self) -> int:
        """The most stars that it leaves; an effect that a later release knows leaves none."""
        return self.star_max if self.effect == "ceiling" and self.star_max is not None else 0


class RatingCatalogue(_Lenient):
    """The bonus and veto items in one version."""

    version: str
    bonuses: Sequence[BonusItem]
    vetoes: Sequence[VetoItem]


class FrozenCatalogue(RatingCatalogue):
    """The catalogue of a cycle, with the id of the policy that it was."""

    id: str


class AuthoredBonus(BonusItem):
    """A bonus item in an author's file."""

    model_config = ConfigDict(extra="forbid")

    code: ItemCode
    look_back_months: Months
    times_max: Annotated[int, Field(ge=1, le=20, strict=True)] = 1
    evidence: Bilingual
    """What is handed in."""
    basis: Basis


class AuthoredVeto(VetoItem):
    """A veto item in an author's file."""

    model_config = ConfigDict(extra="forbid")

    code: ItemCode
    look_back_months: Months
    effect: Literal["no_star", "ceiling"]
    star_max: Star | None = None
    evidence: Bilingual
    """What is handed in; without it no veto is recorded."""
    basis: Basis

    @model_validator(mode="after")
    def _says_how_many(self) -> Self:
        if (self.effect == "ceiling") != (self.star_max is not None):
            raise ValueError(f"{self.code}: star_max stands beside the effect 'ceiling', and only there")
        return self


class AuthoredCatalogue(RatingCatalogue):
    """The parameters of an author's file; an unknown one is refused."""

    model_config = ConfigDict(extra="forbid")

    version: Annotated[str, Field(min_length=1, max_length=40)]
    bonuses: Annotated[Sequence[AuthoredBonus], Field(min_length=1)]
    vetoes: Annotated[Sequence[AuthoredVeto], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        codes = [one.code for one in self.bonuses] + [one.code for one in self.vetoes]
        twice = sorted(code for code, times in Counter(codes).items() if times > 1)
        if twice:
            raise ValueError(f"codes stand twice: {', '.join(twice)}")
        return self
