"""PUT what is counted of organizations, one or many as NDJSON; confirm it; GET it (D7)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import StreamingResponse

from services.registry.batches.results import Batches, BatchResponse, Results
from services.registry.batches.streams import Sender, answer_batch
from services.registry.organizations.queries import get_by_uscc_or_id
from services.registry.settings import Settings
from services.registry.surveys import queries, return_queries
from services.registry.surveys.answers import ReturnOut, ReturnResult, return_out
from services.registry.surveys.batch import Returns
from services.registry.surveys.entering import confirm, enter
from services.registry.surveys.errors import JumpUnexplained, NotSurveyed
from services.registry.surveys.routes import StreetFilter
from services.registry.surveys.schemas import ReturnBody, ReturnLine
from services.registry.surveys.survey import ConfirmedAs, ReturnState
from shared.db.base import utc_now
from shared.db.session import Record, Transaction
from shared.problems.inputs import Note
from shared.problems.problems import (
    BadCursor,
    IllegalTransition,
    InvalidInput,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
)
from shared.web.describing.answers import ndjson
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission, Role
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Lang, Limit, Page, Tx, answer, decode_id_cursor, page, problems
from shared.web.steps import Caller

router = APIRouter(prefix="/surveys/{survey_id}", tags=["surveys"], route_class=GuardedRoute)
BATCH_PATH = "/v1/surveys/{}/returns:batch"
Reference = Annotated[str, Path(description="id or unified social credit code of the organization", max_length=64)]


async def _survey(tx: Transaction, survey_id: UUID) -> Record:
    row = await queries.get(tx, survey_id)
    if row is None:
        raise NotFound(what="survey")
    return row


async def _one(tx: Transaction, survey: Mapping[str, Any], organization_id: UUID) -> ReturnOut:
    row = await return_queries.get_return(tx, survey, organization_id)
    if row is None:
        raise NotFound(what="survey return")
    [shown] = await _shown(tx, survey, [row])
    return shown


async def _shown(tx: Transaction, survey: Mapping[str, Any], rows: Sequence[Record]) -> list[ReturnOut]:
    """With the last round's figures beside what is missing."""
    missing = [row["organization_id"] for row in rows if row["version"] is None]
    last = await return_queries.last_figures(tx, survey, missing) if missing else {}
    return [return_out(row, last.get(row["organization_id"])) for row in rows]


@router.put(
    "/returns/{reference}",
    dependencies=[requires(Permission.SURVEYS_ENTER)],
    response_model=ReturnOut,
    responses={
        201: {"model": ReturnOut},
        **problems(NotFound, NotSurveyed, IllegalTransition, PreconditionFailed, PreconditionRequired, InvalidInput),
    },
)
async def put_return(
    tx: Tx, request: Request, survey_id: UUID, reference: Reference, if_match: IfMatch, body: ReturnBody
) -> Response:
    """Enter what is counted of an organization: 201 new, 200 changed or the same again.

    What was confirmed is entered again with If-Match only (428 without): that takes the confirmation back.
    """
    organization = await get_by_uscc_or_id(tx, reference)
    if organization is None:
        raise NotFound(what="organization")
    line = ReturnLine.model_construct(uscc=organization.uscc, version=None, **dict(body))
    [result] = await enter(tx, survey_id, [line], request.app.state.survey_policies, utc_now(), if_match=if_match)
    if result.problem is not None:
        raise result.problem
    assert result.entry is not None
    shown = await _one(tx, await _survey(tx, survey_id), organization.id)
    return answer(shown, 201 if result.new else 200, version=result.entry.version)


@router.put(
    "/returns:batch",
    dependencies=[requires(Permission.SURVEYS_ENTER)],
    response_class=StreamingResponse,
    responses={
        200: {"content": ndjson(ReturnResult, "a result per line, in order"), "description": "the results"},
        **problems(InvalidInput),
    },
    openapi_extra={"requestBody": {"required": True, "content": ndjson(ReturnLine, "a return per line")}},
)
async def put_returns(request: Request, language: Lang, survey_id: UUID) -> BatchResponse:
    """Enter many: NDJSON in (each line a return with its `uscc`), NDJSON out, a result per line.

    Lines are saved in chunks while they come; a line that is refused does not hold up the others.
    """
    settings: Settings = request.app.state.settings
    batches: Batches = request.app.state.batches
    results = Results(settings.batch_patience_seconds, batches)
    records = Returns(survey_id, request.app.state.survey_policies)
    sender = Sender(request.state.access, request.state.actor.expires_at, language, records)
    return BatchResponse(
        lambda: answer_batch(request.stream(), request.app.state.database, sender, results), results, batches
    )


@router.get(
    "/returns",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[ReturnOut],
    responses=problems(NotFound, InvalidInput, BadCursor),
)
async def list_returns(
    tx: Tx,
    survey_id: UUID,
    street: StreetFilter = None,
    state: ReturnState | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Whom a round is for, with what is entered; what is missing too, the last round's figures beside it."""
    survey = await _survey(tx, survey_id)
    rows = await return_queries.list_returns(
        tx, survey, street=street, state=state, after=decode_id_cursor(cursor), limit=limit
    )
    found = {one.organization_id: one for one in await _shown(tx, survey, rows[:limit])}
    return page(rows, limit, lambda row: found[row["organization_id"]], key="organization_id")


@router.get(
    "/returns/{reference}",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=ReturnOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_return(tx: Tx, survey_id: UUID, reference: Reference) -> Response:
    """What is entered of one organization: compared with the last round, with its reasons and its sources."""
    survey = await _survey(tx, survey_id)
    organization = await get_by_uscc_or_id(tx, reference)
    if organization is None:
        raise NotFound(what="survey return")
    shown = await _one(tx, survey, organization.id)
    return answer(shown, version=shown.version)


@router.post(
    "/returns/{reference}/confirmation",
    dependencies=[requires(Permission.SURVEYS_CONFIRM)],
    response_model=ReturnOut,
    responses=problems(NotFound, IllegalTransition, PreconditionFailed, InvalidInput, JumpUnexplained),
)
async def confirm_return(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    survey_id: UUID,
    reference: Reference,
    if_match: IfMatch,
    body: Note,
) -> Response:
    """Confirm what is entered: by the unit's own secretary, or by a street for the unit, which is recorded as such."""
    role: ConfirmedAs = "unit" if caller.units is not None and Role.SECRETARY in caller.roles else "street"

    async def work() -> Response:
        survey, found = await confirm(tx, survey_id, reference, role, body.note, utc_now(), if_match=if_match)
        shown = await _one(tx, survey, found)
        return answer(shown, version=shown.version)

    return await once(work)
