"""GET grants and decisions; POST the steps of the chain."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.funding.grants import actions, queries
from services.funding.grants.rules import Step
from services.funding.grants.schemas import DecisionOut, GrantOut, Release, decision_out, grant_out
from shared.contracts.funding import GrantStateName
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.problems.duties import SameHand
from shared.problems.inputs import Note
from shared.problems.problems import (
    BadCursor,
    IdempotencyKeyRequired,
    IllegalTransition,
    InvalidInput,
    NotFound,
    PreconditionFailed,
)
from shared.problems.versions import Preconditions
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import Actor
from shared.web.once import OnceOnly, OnceWithKey
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems
from shared.web.steps import Caller

router = APIRouter(prefix="/grants", tags=["grants"], route_class=GuardedRoute)

Year = Annotated[int | None, Query(ge=1949, le=9999)]
_STEP_PROBLEMS = (
    NotFound,
    IllegalTransition,
    SameHand,
    PreconditionFailed,
    InvalidInput,
)


@router.get(
    "",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=Page[GrantOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_grants(
    tx: Tx,
    caller: Caller,
    recipient: UUID | None = None,
    year: Year = None,
    state: GrantStateName | None = None,
    division: DivisionFilter = None,
    scheme: Annotated[str | None, Query(max_length=60)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Grants, a page at a time."""
    rows = await queries.list_grants(
        tx,
        recipient=recipient,
        year=year,
        state=state,
        division=division,
        scheme=scheme,
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    history = await queries.steps_of(tx, [row["id"] for row in rows[:limit]])
    return page(rows, limit, lambda row: grant_out(row, history[row["id"]], queries.actors_of(row), caller))


# Declared before /{grant_id}, which would take "decisions" for an id.
@router.get(
    "/decisions",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=Page[DecisionOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_grant_decisions(
    tx: Tx,
    recipient: UUID | None = None,
    year: Year = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Decisions on evaluations, those that raised no grant too, with their reasons."""
    rows = await queries.list_decisions(tx, recipient=recipient, year=year, after=decode_id_cursor(cursor), limit=limit)
    return page(rows, limit, decision_out)


@router.get(
    "/{grant_id}",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=GrantOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_grant(tx: Tx, caller: Caller, grant_id: UUID) -> Response:
    """One grant, with its history."""
    row = await queries.get(tx, grant_id)
    if row is None:
        raise NotFound(what="grant")
    history = await queries.steps_of(tx, [grant_id])
    return answer(grant_out(row, history[grant_id], queries.actors_of(row), caller), version=row["version"])


async def _take(
    tx: Transaction, caller: Actor, step: Step, grant_id: UUID, note: str | None, if_match: Preconditions | None
) -> Response:
    [grant] = await actions.take_step(tx, step, [grant_id], utc_now(), note=note, if_match=if_match)
    history = await queries.steps_of(tx, [grant_id])
    return answer(grant_out(vars(grant), history[grant_id], grant.actors, caller), version=grant.version)


@router.post(
    "/{grant_id}/release",
    dependencies=[requires(Permission.GRANTS_RELEASE)],
    response_model=GrantOut,
    responses=problems(*_STEP_PROBLEMS),
)
async def release_grant(
    tx: Tx, caller: Caller, once: OnceOnly, grant_id: UUID, body: Release, if_match: IfMatch = None
) -> Response:
    """Let go of a grant that is held (decision 5); the note says why."""
    return await once(lambda: _take(tx, caller, "release", grant_id, body.note, if_match))


@router.post(
    "/{grant_id}/review",
    dependencies=[requires(Permission.GRANTS_REVIEW)],
    response_model=GrantOut,
    responses=problems(*_STEP_PROBLEMS),
)
async def review_grant(
    tx: Tx, caller: Caller, once: OnceOnly, grant_id: UUID, body: Note | None = None, if_match: IfMatch = None
) -> Response:
    """Review a grant that is raised."""
    return await once(lambda: _take(tx, caller, "review", grant_id, _note(body), if_match))


@router.post(
    "/{grant_id}/approval",
    dependencies=[requires(Permission.GRANTS_APPROVE)],
    response_model=GrantOut,
    responses=problems(*_STEP_PROBLEMS),
)
async def approve_grant(
    tx: Tx, caller: Caller, once: OnceOnly, grant_id: UUID, body: Note | None = None, if_match: IfMatch = None
) -> Response:
    """Approve a grant that is reviewed: from now on it is owed, and the ledger says so."""
    return await once(lambda: _take(tx, caller, "approval", grant_id, _note(body), if_match))


@router.post(
    "/{grant_id}/payment",
    dependencies=[requires(Permission.GRANTS_PAY)],
    response_model=GrantOut,
    responses=problems(*_STEP_PROBLEMS, IdempotencyKeyRequired),
)
async def pay_grant(
    tx: Tx, caller: Caller, once: OnceWithKey, grant_id: UUID, body: Note | None = None, if_match: IfMatch = None
) -> Response:
    """Pay a grant that is approved. Needs an Idempotency-Key: a repeat never pays twice."""
    return await once(lambda: _take(tx, caller, "payment", grant_id, _note(body), if_match))


def _note(body: Note | None) -> str | None:
    return body.note if body else None
