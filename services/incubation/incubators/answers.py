"""Incubators as clients see them."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from services.incubation.incubating.policies import Grade
from services.incubation.incubators.incubator import IncubatorState
from services.incubation.incubators.rules import Checked, missing_of, next_steps
from services.incubation.incubators.supports.schemas import SupportKind
from shared.db.session import Record
from shared.problems.reasons import ReasonOut
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import Actor
from shared.web.steps import NextStepOut, StepOut, steps_out

NEEDED: Mapping[str, Permission] = dict.fromkeys(("activation", "closing"), Permission.INCUBATORS_DECIDE)


class OperatorOut(BaseModel):
    """Who runs an incubator."""

    name: str
    outside: bool
    uscc: str | None
    grade: Grade | None


class PremisesOut(BaseModel):
    """Where an incubator is, and how large it is."""

    address: str
    area_m2: int


class IncubatorOut(BaseModel):
    """An incubator: `committee` is a body's code; it works from `activated_on` to before `closed_on`. Whether it has
    now what it needs: `missing` are the rules that ask for what it lacks."""

    id: UUID
    code: str
    name: str
    division: str
    street: str | None
    state: IncubatorState
    committee: str | None
    operator: OperatorOut | None
    premises: PremisesOut | None
    capacity: int
    social_workers: int
    party_social_workers: int
    activated_on: date | None
    closed_on: date | None
    version: int
    ready: bool
    missing: list[str]


class SupportSumOut(BaseModel):
    """What an incubator gave of one kind."""

    kind: SupportKind
    count: int
    amount_fen: int


class IncubatorDetailOut(IncubatorOut):
    """The same; what it needs, met or missing, and why it was activated."""

    needs: list[ReasonOut]
    reasons: list[ReasonOut]
    policy: str | None
    supports: list[SupportSumOut]
    created_at: AwareDatetime
    history: list[StepOut]
    next_steps: list[NextStepOut]


class DistrictIncubatorsOut(BaseModel):
    """A district with its incubators that work, those of its streets apart, and those that are being prepared."""

    division: str
    division_name: str
    active: int
    of_streets: int
    preparing: int


class IncubatorCoverageOut(BaseModel):
    """How many districts there are, how many have an incubator that works, and which have none (H3)."""

    division: str
    on: date
    expected: int
    present: int
    missing: list[str]
    divisions: list[DistrictIncubatorsOut]
    reasons: list[ReasonOut]


def incubator_out(row: Record, checked: Sequence[Checked]) -> IncubatorOut:
    """A stored incubator, and what it lacks."""
    return IncubatorOut.model_validate({**row, **_lacks(checked)})


def incubator_detail_out(
    row: Record, checked: Sequence[Checked], sums: Sequence[Record], caller: Actor
) -> IncubatorDetailOut:
    """A stored incubator, what it needs, what it gave, and the caller's next steps."""
    unready = missing_of(checked)
    possible = next_steps(row["state"], row["steps"], caller.subject, unready)
    return IncubatorDetailOut.model_validate(
        {
            **row,
            **_lacks(checked),
            "needs": [ReasonOut.model_validate(one.reason) for one in checked],
            "supports": sums,
            "history": row["steps"],
            "next_steps": steps_out(possible, NEEDED, caller),
        }
    )


def _lacks(checked: Sequence[Checked]) -> Record:
    unready = missing_of(checked)
    return {"ready": unready is None, "missing": [] if unready is None else unready.facts["missing"]}
