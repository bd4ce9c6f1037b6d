"""Grants and decisions as clients see them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from services.funding.amount_rules import Trigger
from services.funding.grants.rules import ALL_DUTIES, OrderedState, SettlementState, Step
from services.funding.grants.settling.next_steps import chain_steps, following_steps
from services.funding.policies import Channel, Duty, Level
from shared.contracts.funding import GrantStateName
from shared.field.money import LIMIT_FEN
from shared.problems.inputs import Body, DivisionPrefix, Note, Prose
from shared.problems.problems import Problem
from shared.problems.reasons import ReasonOut
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import Actor
from shared.web.steps import NextStepOut, StepOut, steps_out

NEEDED: Mapping[str, Permission] = {
    "release": Permission.GRANTS_RELEASE,
    "review": Permission.GRANTS_REVIEW,
    "approval": Permission.GRANTS_APPROVE,
    "payment": Permission.GRANTS_PAY,
    "use_report": Permission.GRANTS_REPORT,
    "final_settlement": Permission.GRANTS_SETTLE,
    "balance_return": Permission.GRANTS_PAY,
    "bank_return": Permission.GRANTS_PAY,
    "amendment": Permission.GRANTS_AMEND,
    "reversal": Permission.GRANTS_REVERSE,
    "return": Permission.GRANTS_APPROVE,
}
"""The permission of each step, as its route asks for it."""

Outcome = Literal["raised", "held", "none", "unchanged"]


class Release(Body):
    """Why a grant is not held any longer."""

    note: Prose


class Payment(Note):
    """A payment's note; `reason` says why a grant is paid to a Party organization that was dissolved."""

    reason: Prose | None = None


class Together(Note):
    """Grants that take a step together: as many, and as much in all, as the caller says, or nothing happens."""

    ids: Annotated[list[UUID], Field(min_length=1, max_length=1000)]
    count: Annotated[int, Field(ge=1, le=1000, strict=True)]
    total_fen: Annotated[int, Field(ge=1, lt=LIMIT_FEN, strict=True)]


class TakenOut(BaseModel):
    """A grant after the step."""

    id: UUID
    recipient_id: UUID
    amount_fen: int
    state: GrantStateName
    version: int


class AppropriationLeftOut(BaseModel):
    """An appropriation after the step; nearly used up where the policy's part of it is committed."""

    code: str
    committed_fen: int
    left_fen: int
    nearly_used_up: bool


class TogetherOut(BaseModel):
    """Grants that took a step together, by id."""

    step: Literal["review", "approval", "public_notice"]
    count: int
    total_fen: int
    grants: list[TakenOut]
    appropriations: list[AppropriationLeftOut]


class GrantOut(BaseModel):
    """A grant, with how it came to be what it is."""

    id: UUID
    recipient_id: UUID
    recipient_name: str
    division: str
    scheme: str
    policy: str
    year: int
    amount_fen: int
    state: GrantStateName
    reasons: list[ReasonOut]
    evaluation_id: UUID | None
    version: int
    raised_at: AwareDatetime
    trigger: Trigger
    purpose: str
    level: Level
    channel: Channel
    period: str
    snapshot: dict[str, object] | None
    order_id: UUID | None
    order_state: OrderedState | None
    settlement_state: SettlementState | None
    use_report_due_on: date | None
    settlement_due_on: date | None
    return_due_fen: int
    return_due_on: date | None
    returned_fen: int
    amendments: int
    amends: UUID | None
    history: list[StepOut]
    next_steps: list[NextStepOut]


class DecisionOut(BaseModel):
    """A decision on an evaluation or of a run: `raised`, `held`, none, or `unchanged`: there was a grant."""

    id: UUID
    evaluation_id: UUID | None
    trigger: Trigger
    period: str | None
    recipient_id: UUID
    division: str
    year: int
    policy: str | None
    scheme: str | None
    outcome: Outcome
    amount_fen: int | None
    grant_id: UUID | None
    facts: dict[str, object]
    reasons: list[ReasonOut]
    as_of: AwareDatetime
    decided_at: AwareDatetime


class RedecisionIn(Body):
    """Which decisions that found no scheme are made again; of a dry run nothing is kept."""

    division: DivisionPrefix | None = None
    year: Annotated[int | None, Field(ge=1949, le=9999, strict=True)] = None
    dry_run: Annotated[bool, Field(strict=True)] = False


class RedecidedOut(BaseModel):
    """A decision that found no scheme (`before`), and what is decided now."""

    before: UUID
    evaluation_id: UUID
    recipient_id: UUID
    division: str
    year: int
    outcome: Outcome
    scheme: str | None
    policy: str | None
    amount_fen: int | None
    grant_id: UUID | None


class RedecisionOut(BaseModel):
    """What was decided again, or would be; `left` wait for the next run."""

    dry_run: bool
    decisions: list[RedecidedOut]
    left: int


def grant_out(
    grant: Mapping[str, Any],
    history: Sequence[Mapping[str, Any]],
    actors: Mapping[Step, str | None],
    caller: Actor,
    separate: Mapping[str, Collection[Duty]],
    beside: Mapping[UUID, UUID],
    barred: Mapping[UUID, Problem],
) -> GrantOut:
    """A grant, the steps that it took, and the caller's next ones; `actors` says who took which step last.

    `separate` are the duties that each scheme separates, by its policy; a policy that is not known separates all.
    `beside` are grants that an amendment granted beside one, by that one; `barred` is what keeps anybody from approving
    one.
    """
    duties = separate.get(grant["policy"], ALL_DUTIES)
    possible = chain_steps(grant, history, actors, caller.subject, duties, barred.get(grant["id"]))
    following = following_steps(grant, history, actors, caller.subject, beside.get(grant["id"]))
    if not grant["division"].startswith(tuple(caller.scope)):  # its recipient moved here: it accounts for it, no more
        possible, following = [], [one for one in following if one[0] == "use_report"]
    return GrantOut.model_validate(
        {
            **grant,
            "period": grant["period"] or str(grant["year"]),
            "history": [{**step, "by": step["taken_by"] or _known_actor(step["step"], actors)} for step in history],
            "next_steps": steps_out([*possible, *following], NEEDED, caller),
        }
    )


def _known_actor(step: str, actors: Mapping[Step, str | None]) -> str | None:
    """Who took a step that was recorded without an actor; who drafted is not kept once another releases."""
    return next((actor for known, actor in actors.items() if known == step), None)


def decision_out(row: Mapping[str, Any]) -> DecisionOut:
    """A stored decision as clients see it."""
    return DecisionOut.model_validate(dict(row))
