"""POST applications for an extension and their decisions; GET them, and the list of the late."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.evaluation.cycles.errors import CycleNotOpen
from services.evaluation.extensions import actions, queries
from services.evaluation.extensions.errors import ExtensionExists, ExtensionTooLate, NoExtension
from services.evaluation.extensions.rules import State
from services.evaluation.extensions.schemas import (
    ExtensionBody,
    ExtensionDecisionBody,
    ExtensionOut,
    LateOut,
    LateStageName,
)
from shared.db.base import utc_now
from shared.field.calendar import china_day
from shared.problems.duties import ConflictOfInterest, SameHand
from shared.problems.problems import BadCursor, IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, decode_id_cursor, page, problems
from shared.web.routes import answer as respond

router = APIRouter(tags=["deadlines"], route_class=GuardedRoute)


@router.post(
    "/evaluations/{evaluation_id}/extensions",
    dependencies=[requires(Permission.EXTENSIONS_APPLY)],
    status_code=201,
    response_model=ExtensionOut,
    responses=problems(
        NotFound,
        InvalidInput,
        IllegalTransition,
        CycleNotOpen,
        NoExtension,
        ExtensionTooLate,
        ExtensionExists,
        PreconditionFailed,
    ),
)
async def apply_for_extension(
    tx: Tx, once: OnceOnly, request: Request, evaluation_id: UUID, if_match: IfMatch, body: ExtensionBody
) -> Response:
    """Apply for more time for a stage, as the rated unit or its division; the day stays until it is granted."""

    async def run() -> Response:
        days = request.app.state.working_days
        row = await actions.apply(tx, evaluation_id, body, days=days, if_match=if_match, now=utc_now())
        return respond(ExtensionOut.model_validate(row), 201)

    return await once(run)


@router.post(
    "/evaluations/{evaluation_id}/extensions/{extension_id}/answer",
    dependencies=[requires(Permission.RATINGS_WRITE)],
    response_model=ExtensionOut,
    responses=problems(
        NotFound, InvalidInput, IllegalTransition, CycleNotOpen, SameHand, ConflictOfInterest, PreconditionFailed
    ),
)
async def decide_extension(
    tx: Tx, once: OnceOnly, evaluation_id: UUID, extension_id: UUID, if_match: IfMatch, body: ExtensionDecisionBody
) -> Response:
    """Grant or refuse an extension, with the reason; not by who applied for it."""

    async def run() -> Response:
        row = await actions.decide(tx, evaluation_id, extension_id, body, if_match=if_match, now=utc_now())
        return respond(ExtensionOut.model_validate(row))

    return await once(run)


@router.get(
    "/extensions",
    dependencies=[requires(Permission.EVALUATION_READ)],
    response_model=Page[ExtensionOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_extensions(
    tx: Tx,
    evaluation: UUID | None = None,
    state: State | None = None,
    division: DivisionFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Applications for an extension, a page at a time."""
    rows = await queries.list_extensions(
        tx, evaluation=evaluation, state=state, division=division, after=decode_id_cursor(cursor), limit=limit
    )
    return page(rows, limit, ExtensionOut.model_validate)


@router.get(
    "/late-evaluations",
    dependencies=[requires(Permission.EVALUATION_READ)],
    response_model=Page[LateOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_late_evaluations(
    tx: Tx,
    cycle: UUID | None = None,
    stage: LateStageName | None = None,
    division: DivisionFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """The late: evaluations with overdue stages that nobody submitted; the body above sees those of its divisions."""
    rows = await queries.list_late(
        tx,
        cycle=cycle,
        stage=stage,
        division=division,
        today=china_day(utc_now()),
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    return page(rows, limit, LateOut.model_validate)
