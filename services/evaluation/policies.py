"""How a total becomes a star, and who is rated by which system: `policies/<region>/evaluation*.yaml`.

Two models of the same parameters: an author's file may hold nothing that nobody reads; what a cycle froze may, because
a later version may have frozen it, and going back to this one must not keep that cycle from being completed.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.base import Form

Stage = Literal["self", "group", "committee"]
Points = Annotated[Decimal, Field(ge=0, decimal_places=2)]


class Cutoff(BaseModel):
    """The lowest total of a star, itself included."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    star: int
    at_least: Decimal


class RatingParameters(BaseModel):
    """What rules read (decision 1: all of it is data, none of it is in the code); unknown parameters are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    cutoffs: Sequence[Cutoff]
    bonus_cap: Decimal
    total_cap: Decimal
    deciding_stage: Stage
    rated_forms: Sequence[str]
    default_types: Mapping[str, str]
    fallback_type: str


class AuthoredCutoff(Cutoff):
    """A cut-off in an author's file."""

    model_config = ConfigDict(extra="forbid")

    star: Annotated[int, Field(ge=1, le=5)]
    at_least: Points


class EvaluationParameters(RatingParameters):
    """The parameters of an author's file; an unknown one is refused."""

    model_config = ConfigDict(extra="forbid")

    cutoffs: Sequence[AuthoredCutoff]
    bonus_cap: Points
    total_cap: Points
    rated_forms: Sequence[Form]
