"""GET grants and decisions; POST the steps of the chain."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.funding.appropriations.errors import BudgetExceeded, NoAppropriation
from services.funding.grants import actions, queries
from services.funding.grants.errors import OrganizationsCounted
from services.funding.grants.noticing.actions import bars_of
from services.funding.grants.recipients.reach import all_of, of_own
from services.funding.grants.rules import Grant, Step
from services.funding.grants.schemas import (
    GrantOut,
    Release,
    grant_out,
)
from services.funding.grants.settling.queries import beside_of
from services.funding.ledger.errors import NotInChart
from services.funding.policies import Schemes
from shared.contracts.funding import GrantStateName
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.problems.duties import SameHand
from shared.problems.inputs import Note
from shared.problems.problems import (
    BadCursor,
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
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems
from shared.web.steps import Caller

router = APIRouter(prefix="/grants", tags=["grants"], route_class=GuardedRoute)

Year = Annotated[int | None, Query(ge=1949, le=9999)]
STEP_PROBLEMS = (
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
    request: Request,
    caller: Caller,
    recipient: UUID | None = None,
    year: Year = None,
    state: GrantStateName | None = None,
    division: DivisionFilter = None,
    scheme: Annotated[str | None, Query(max_length=60)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Grants, a page at a time; of one recipient that is here now, those too that were decided elsewhere."""
    async with all_of(tx, recipient):
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
        beside = await beside_of(tx, [row["id"] for row in rows[:limit]])
        barred = await bars_of(tx, rows[:limit], request.app.state.schemes, utc_now())
    separate = actions.separate_duties(request.app.state.schemes)
    return page(
        rows,
        limit,
        lambda row: grant_out(row, history[row["id"]], queries.actors_of(row), caller, separate, beside, barred),
    )


@router.get(
    "/{grant_id}",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=GrantOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_grant(tx: Tx, request: Request, caller: Caller, grant_id: UUID) -> Response:
    """One grant, with its history."""
    async with of_own(tx, grant_id):
        row = await queries.get(tx, grant_id)
        if row is None:
            raise NotFound(what="grant")
        history = await queries.steps_of(tx, [grant_id])
        separate, beside = actions.separate_duties(request.app.state.schemes), await beside_of(tx, [grant_id])
        barred = await bars_of(tx, [row], request.app.state.schemes, utc_now())
    shown = grant_out(row, history[grant_id], queries.actors_of(row), caller, separate, beside, barred)
    return answer(shown, version=row["version"])


async def take(
    tx: Transaction,
    caller: Actor,
    request: Request,
    step: Step,
    grant_id: UUID,
    note: str | None,
    if_match: Preconditions | None,
    reason: str | None = None,
) -> Response:
    """Take a step of one grant, and answer with it as it then is."""
    schemes: Schemes = request.app.state.schemes
    [grant] = await actions.take_step(
        tx,
        step,
        [grant_id],
        utc_now(),
        note=note,
        reason=reason,
        if_match=if_match,
        schemes=schemes,
        charts=request.app.state.charts,
        budgets=request.app.state.budgets,
    )
    return await grant_shown(tx, caller, schemes, grant)


async def grant_shown(tx: Transaction, caller: Actor, schemes: Schemes, grant: Grant) -> Response:
    """A grant after a step, as GET shows it."""
    history, beside = await queries.steps_of(tx, [grant.id]), await beside_of(tx, [grant.id])
    separate = actions.separate_duties(schemes)
    barred = await bars_of(tx, [vars(grant)], schemes, utc_now())
    shown = grant_out(vars(grant), history[grant.id], grant.actors, caller, separate, beside, barred)
    return answer(shown, version=grant.version)


@router.post(
    "/{grant_id}/release",
    dependencies=[requires(Permission.GRANTS_RELEASE)],
    response_model=GrantOut,
    responses=problems(*STEP_PROBLEMS, OrganizationsCounted),
)
async def release_grant(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    grant_id: UUID,
    body: Release,
    if_match: IfMatch = None,
) -> Response:
    """Let go of a grant that is held (decision 5); the note says why."""
    return await once(lambda: take(tx, caller, request, "release", grant_id, body.note, if_match))


@router.post(
    "/{grant_id}/review",
    dependencies=[requires(Permission.GRANTS_REVIEW)],
    response_model=GrantOut,
    responses=problems(*STEP_PROBLEMS),
)
async def review_grant(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    grant_id: UUID,
    body: Note | None = None,
    if_match: IfMatch = None,
) -> Response:
    """Review a grant that is raised."""
    return await once(lambda: take(tx, caller, request, "review", grant_id, note_of(body), if_match))


@router.post(
    "/{grant_id}/approval",
    dependencies=[requires(Permission.GRANTS_APPROVE)],
    response_model=GrantOut,
    responses=problems(*STEP_PROBLEMS, OrganizationsCounted, NotInChart, NoAppropriation, BudgetExceeded),
)
async def approve_grant(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    grant_id: UUID,
    body: Note | None = None,
    if_match: IfMatch = None,
) -> Response:
    """Approve a grant that is reviewed: from now on it is owed, and the ledger says so.

    It takes its amount of the appropriation of its line, where there is one; the reasons say how much is left.
    """
    return await once(lambda: take(tx, caller, request, "approval", grant_id, note_of(body), if_match))


def note_of(body: Note | None) -> str | None:
    """The note, where there is one."""
    return body.note if body else None
