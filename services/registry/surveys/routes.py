"""POST survey rounds, lock and reopen them; GET them with their progress, and what was locked (D7)."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from services.registry.surveys import actions, queries, return_queries
from services.registry.surveys.answers import ListedSurveyOut, LockedReturnOut, SurveyOut, survey_out
from services.registry.surveys.errors import ReferenceDayAhead, SurveyExists, SurveyIncomplete
from services.registry.surveys.schemas import Period, SurveyLocking, SurveyOpening, SurveyReopening
from services.registry.surveys.survey import SurveyState
from shared.db.base import utc_now
from shared.db.session import Record, Transaction
from shared.problems.access import OutsideScope
from shared.problems.problems import BadCursor, IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.problems.versions import check_version
from shared.web.describing.answers import LOCATION
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems
from shared.web.steps import Caller

router = APIRouter(prefix="/surveys", tags=["surveys"], route_class=GuardedRoute)
StreetFilter = Annotated[str | None, Query(description="the street of the organization", max_length=200)]


async def shown(tx: Transaction, row: Record, caller: Caller) -> SurveyOut:
    """A round with its progress and its lockings."""
    # To a single unit its own rows would be the whole round.
    whole = row["state"] == "open" and tx.access.units is None
    progress = await queries.progress(tx, row) if whole else None
    reached = tx.access.reaches(row["division"])
    return survey_out(row, progress, await queries.lockings(tx, row["id"]), caller, reached=reached)


async def _answered(
    once: OnceOnly,
    tx: Transaction,
    request: Request,
    caller: Caller,
    run: Callable[[datetime], Awaitable[Record]],
    status: int = 200,
) -> Response:
    async def work() -> Response:
        row = await run(utc_now())
        response = answer(await shown(tx, row, caller), status, version=row["version"])
        if status == 201:  # noqa: PLR2004 - created
            response.headers["Location"] = f"{request.scope.get('root_path', '')}/v1/surveys/{row['id']}"
        return response

    return await once(work)


@router.post(
    "",
    dependencies=[requires(Permission.SURVEYS_MANAGE)],
    status_code=201,
    response_model=SurveyOut,
    responses=problems(OutsideScope, InvalidInput, PreconditionFailed, SurveyExists, beside={201: LOCATION}),
)
async def open_survey(
    tx: Tx, caller: Caller, once: OnceOnly, request: Request, if_match: IfMatch, body: SurveyOpening
) -> Response:
    """Open a round of a period (2026, 2026H1, 2026Q3) in a division: one of a period, whatever lies in it (D7)."""
    check_version(if_match, None)
    policies = request.app.state.survey_policies
    return await _answered(once, tx, request, caller, lambda now: actions.open_survey(tx, body, policies, now), 201)


@router.get(
    "",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[ListedSurveyOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_surveys(
    tx: Tx,
    division: DivisionFilter = None,
    state: SurveyState | None = None,
    period: Annotated[Period | None, Query(description="2026, 2026H1 or 2026Q3")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Rounds, those of a wider division that holds the one asked for included."""
    rows = await queries.list_surveys(
        tx, division=division, state=state, period=period, after=decode_id_cursor(cursor), limit=limit
    )
    return page(rows, limit, ListedSurveyOut.model_validate)


@router.get(
    "/{survey_id}",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=SurveyOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_survey(tx: Tx, caller: Caller, survey_id: UUID) -> Response:
    """One round: how many returns are missing, entered, confirmed, or jump without a word; the sums; its lockings."""
    row = await queries.get(tx, survey_id)
    if row is None:
        raise NotFound(what="survey")
    return answer(await shown(tx, row, caller), version=row["version"])


@router.post(
    "/{survey_id}/locking",
    dependencies=[requires(Permission.SURVEYS_MANAGE)],
    response_model=SurveyOut,
    responses=problems(
        NotFound,
        OutsideScope,
        IllegalTransition,
        PreconditionFailed,
        InvalidInput,
        SurveyIncomplete,
        ReferenceDayAhead,
    ),
)
async def lock_survey(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    survey_id: UUID,
    if_match: IfMatch,
    body: SurveyLocking,
) -> Response:
    """Lock a round: 409 with the counts while jumps lack a word, and without one for what is missing or unconfirmed."""
    return await _answered(
        once,
        tx,
        request,
        caller,
        lambda now: actions.lock_survey(tx, survey_id, body.word, now, if_match=if_match),
    )


@router.post(
    "/{survey_id}/reopening",
    dependencies=[requires(Permission.SURVEYS_MANAGE)],
    response_model=SurveyOut,
    responses=problems(NotFound, OutsideScope, IllegalTransition, PreconditionFailed, InvalidInput),
)
async def reopen_survey(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    survey_id: UUID,
    if_match: IfMatch,
    body: SurveyReopening,
) -> Response:
    """Open a locked round again, with a reason; what was locked is kept."""
    return await _answered(
        once,
        tx,
        request,
        caller,
        lambda now: actions.reopen_survey(tx, survey_id, body.reason, now, if_match=if_match),
    )


@router.get(
    "/{survey_id}/lockings/{number}/returns",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[LockedReturnOut],
    responses=problems(NotFound, InvalidInput, BadCursor),
)
async def list_locked_returns(
    tx: Tx,
    survey_id: UUID,
    number: Annotated[int, Path(ge=1, le=10_000, description="which locking of the round")],
    street: StreetFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """What was locked then, whatever was entered after a reopening."""
    if await queries.get(tx, survey_id) is None:
        raise NotFound(what="survey")
    rows = await return_queries.list_locked(
        tx, survey_id, number, street=street, after=decode_id_cursor(cursor), limit=limit
    )
    return page(rows, limit, LockedReturnOut.model_validate, key="organization_id")
