"""How a total becomes a star, and who is rated by which system: `policies/<region>/evaluation*.yaml`."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.base import Form

Stage = Literal["self", "group", "committee"]
Points = Annotated[Decimal, Field(ge=0, decimal_places=2)]


class Cutoff(BaseModel):
    """The lowest total of a star, itself included."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    star: Annotated[int, Field(ge=1, le=5)]
    at_least: Points


class EvaluationParameters(BaseModel):
    """Decision 1: all of it is data, none of it is in the code."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cutoffs: Sequence[Cutoff]
    bonus_cap: Points
    total_cap: Points
    deciding_stage: Stage
    rated_forms: Sequence[Form]
    default_types: Mapping[str, str]
    fallback_type: str
