"""What a simulation is asked, and what it answers: old and new beside each other."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.evaluation.policies import Ties, Together
from shared.problems.inputs import Body, DivisionPrefix, Note
from shared.problems.language import Language, Text
from shared.problems.reasons import ReasonOut

State = Literal["computing", "ready", "failed"]
Star = Annotated[int, Field(ge=1, le=5, strict=True)]
BasisPoints = Annotated[int, Field(ge=0, le=10_000, strict=True)]
Points = Annotated[Decimal, Field(ge=0, le=1000, decimal_places=2)]
Code = Annotated[str, Field(max_length=64)]


class CutoffBody(Body):
    """The lowest total of a star."""

    star: Star
    at_least: Points


class RulesBody(Body):
    """What differs from the policy; what is left out stays as it is, null switches off."""

    cutoffs: Annotated[list[CutoffBody], Field(min_length=1, max_length=5)] | None = None
    scale: Star | None = None
    bonus_cap: Points | None = None
    total_cap: Points | None = None
    quota_max_bp: Annotated[dict[Annotated[str, Field(pattern="^[1-5]$")], BasisPoints], Field(max_length=5)] | None = (
        None
    )
    ties: Ties | None = None
    laggards_min_bp: BasisPoints | None = None
    step_up_max: Star | None = None
    together: Annotated[list[Together], Field(max_length=2)] | None = None


class SimulationBody(Note):
    """Which closed cycle, or which year and division, and by what other rules."""

    cycle_id: UUID | None = None
    year: Annotated[int, Field(ge=2000, le=2100, strict=True)] | None = None
    division: DivisionPrefix | None = None
    policy: Annotated[str, Field(max_length=100)] | None = None
    """A policy in force or a profile beside them; without it, what each cycle froze."""
    rules: RulesBody | None = None
    weights: Annotated[
        dict[Code, Annotated[dict[Code, Annotated[Points, Field(gt=0)]], Field(min_length=1, max_length=200)]],
        Field(max_length=50, default_factory=dict),
    ]


class StarsOut(BaseModel):
    """How many hold a star before and after."""

    star: int
    before: int
    after: int


class EffectCountOut(BaseModel):
    """How many something follows for, before and after, and for how many that differs."""

    effect: str
    value: str
    before: int
    after: int
    differ: int


class SimulationOut(BaseModel):
    """A simulation: `state` is `computing` until a worker has rated everybody again, then `ready`, or `failed`.

    No record is touched by it. Its `rules` are kept as they were asked.
    """

    id: UUID
    year: int
    division: str
    cycle_ids: list[UUID]
    policy: str | None
    rules: dict[str, Any]
    weights: dict[str, dict[str, str]]
    effect_policies: list[str]
    """By which policies consequences and grants were compared."""
    state: State
    evaluations: int
    settled: int
    failure: str | None
    stars: list[StarsOut]
    changed: int
    risen: int
    fallen: int
    laggards_before: int
    laggards_after: int
    not_completed: int
    """Evaluations of these cycles that have no final rating."""
    not_reproduced: int
    """Whose recorded star the cycle's own rules, applied again, do not give: somebody was reopened or withdrawn."""
    effects: list[EffectCountOut]
    note: str | None
    created_at: datetime
    created_by: str
    finished_at: datetime | None


class EffectsOut(BaseModel):
    """What follows from a star: opinion, talk, nomination, best grade, procurement effect, grant (null: none)."""

    opinion: Literal["rectification", "improvement"] | None
    talk: bool
    advanced: bool
    ceiling: str | None
    procurement: str
    grant: Literal["held", "released"] | None


class SimulationChangeOut(BaseModel):
    """One evaluation whose star, or whose place among the laggards, would differ."""

    evaluation_id: UUID
    party_organization_id: UUID
    party_organization_name: str | None
    party_organization_kind: str | None
    evaluated_in: str
    type: str
    total_before: Decimal
    total_after: Decimal
    star_before: int
    star_after: int
    laggard_before: bool
    laggard_after: bool
    reproduced: bool
    before: EffectsOut
    after: EffectsOut
    reasons: list[ReasonOut]
    """Why the star is the new one."""


_FAILURES = {
    "given_up": Text(
        zh="测算进程多次中断，未能得出结果。请缩小范围后重试，或联系运维人员。",
        en="Computing ended several times without a result. Try a smaller division, or ask the operators.",
    ),
    "too_slow": Text(zh="测算超出时限。请缩小范围后重试。", en="The time limit was over. Try a smaller division."),
}
_NOTHING = {
    "stars": [],
    "changed": 0,
    "risen": 0,
    "fallen": 0,
    "laggards_before": 0,
    "laggards_after": 0,
    "not_completed": 0,
    "not_reproduced": 0,
    "effects": [],
}


def simulation_out(row: Mapping[str, Any], language: Language) -> SimulationOut:
    """A stored row in the reader's language."""
    asked, failure = row["asked"], row["failure"]
    said = None if failure is None else _FAILURES[failure]
    return SimulationOut.model_validate(
        {
            **_NOTHING,
            **row,
            **(row["result"] or {}),
            "cycle_ids": [one["id"] for one in asked["cycles"]],
            "policy": asked["policy"],
            "rules": asked["rules"],
            "weights": asked["weights"],
            "effect_policies": asked["effect_policies"],
            "failure": None if said is None else said.zh if language == "zh" else said.en,
        }
    )


def change_out(row: Mapping[str, Any]) -> SimulationChangeOut:
    """A stored change."""
    return SimulationChangeOut.model_validate(row)
