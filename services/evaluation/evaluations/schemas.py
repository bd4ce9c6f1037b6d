"""What a stage puts, and how an evaluation is shown."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, WithJsonSchema

from services.evaluation.evaluations.rules import State
from services.evaluation.policies import Stage
from shared.problems.inputs import Body
from shared.problems.reasons import ReasonOut

# Values are checked by `sheets.read_sheet`, which reports every fault of a sheet at once.
PointsIn = Annotated[
    Any,
    WithJsonSchema(
        {"anyOf": [{"type": "string", "pattern": r"^[0-9]+(\.[0-9]{1,2})?$"}, {"type": "number", "minimum": 0}]}
    ),
]
Sentence = Annotated[str, Field(max_length=2000)]


class BonusBody(Body):
    """Points beside the system, and what for."""

    reason: Sentence
    points: PointsIn


class VetoBody(Body):
    """A veto by its code or slug, with reason and evidence."""

    code: Annotated[str, Field(max_length=100)]
    reason: Sentence
    evidence: Sentence


class ScoresBody(Body):
    """One stage's scores by indicator code, as decimal strings; not all of them at once, if need be."""

    scores: Annotated[dict[str, PointsIn], Field(max_length=500)]
    bonus: Annotated[list[BonusBody], Field(max_length=100, default_factory=list)]
    vetoes: Annotated[list[VetoBody], Field(max_length=100, default_factory=list)]


class BonusOut(BaseModel):
    """Points beside the system, and what for."""

    reason: str
    points: str


class VetoOut(BaseModel):
    """A veto with reason and evidence."""

    code: str
    reason: str
    evidence: str


class SheetOut(BaseModel):
    """What a stage gave."""

    scores: dict[str, str]
    bonus: list[BonusOut]
    vetoes: list[VetoOut]


class StageOut(SheetOut):
    """What a stage gave, and when."""

    put_at: datetime


class BasisOut(SheetOut):
    """What the rating was based on: frozen when it was completed."""

    stage: Stage
    type: str
    system_version: str
    policy: str


class StagesOut(BaseModel):
    """The stages, in their order."""

    self: StageOut | None = None
    group: StageOut | None = None
    committee: StageOut | None = None


class EvaluationOut(BaseModel):
    """A Party organization's rating of a year; without a star it is not rated, with star 0 it has none (H19)."""

    id: UUID
    cycle_id: UUID
    year: int
    party_organization_id: UUID
    party_organization_name: str
    division: str
    type: str
    state: State
    total: str | None
    star: int | None
    reasons: list[ReasonOut]
    stages: StagesOut
    basis: BasisOut | None
    note: str | None
    enrolled_at: datetime
    completed_at: datetime | None
    withdrawn_at: datetime | None
    version: int


def evaluation_out(row: Mapping[str, Any], sheets: Iterable[Mapping[str, Any]]) -> EvaluationOut:
    """A stored row and its stages' sheets."""
    return EvaluationOut.model_validate(
        {
            **row,
            "total": None if row["total"] is None else f"{row['total']:.2f}",
            "stages": {sheet["stage"]: dict(sheet) for sheet in sheets},
        }
    )
