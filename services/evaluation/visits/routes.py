"""POST samples, PUT what a team found on the spot; GET samples, and a team's sheet to be filled in."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.evaluation.cycles.errors import CycleNotOpen
from services.evaluation.deadlines.errors import FoundedInYear
from services.evaluation.evaluations import queries as evaluations
from services.evaluation.evaluations.answers import answer_evaluation
from services.evaluation.evaluations.schemas import EvaluationOut
from services.evaluation.exact_json import ExactJsonRoute
from services.evaluation.on_site import queries
from services.evaluation.on_site.errors import NoOnSiteChecks, NothingToDraw, SampleDrawn
from services.evaluation.visits import actions
from services.evaluation.visits.printing import on_site_sheet
from services.evaluation.visits.schemas import OnSiteBody, SampleBody, SampleOut
from shared.db.access import Access
from shared.db.base import utc_now
from shared.db.session import Database
from shared.documents.errors import CharacterMissing, FontsMissing, RenderingFailed
from shared.documents.rendering.process import MEDIA_TYPES, Renderer
from shared.problems.access import OutsideScope
from shared.problems.duties import ConflictOfInterest, SameHand
from shared.problems.problems import (
    BadCursor,
    IllegalTransition,
    InvalidInput,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
)
from shared.web.documents.answering import file_response
from shared.web.fields import DivisionFilter
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, decode_id_cursor, page, problems
from shared.web.routes import answer as respond
from shared.web.steps import Caller

router = APIRouter(tags=["on-site checks"], route_class=ExactJsonRoute)
# Generators of clients know no other type for a file.
_FILES: dict[str, dict[str, Any]] = {
    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
    **{kind: {} for kind in MEDIA_TYPES.values()},
}


@router.post(
    "/cycles/{cycle_id}/samples",
    dependencies=[requires(Permission.CYCLES_MANAGE)],
    status_code=201,
    response_model=SampleOut,
    responses=problems(NotFound, InvalidInput, CycleNotOpen, NoOnSiteChecks, NothingToDraw, SampleDrawn, OutsideScope),
)
async def draw_sample(tx: Tx, once: OnceOnly, cycle_id: UUID, body: SampleBody) -> Response:
    """Draw who is visited: the policy's share of those not decided yet, by a seed; once for a cycle and division."""

    async def run() -> Response:
        return respond(SampleOut.model_validate(await actions.draw_sample(tx, cycle_id, body, utc_now())), 201)

    return await once(run)


@router.get(
    "/samples",
    dependencies=[requires(Permission.EVALUATION_READ)],
    response_model=Page[SampleOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_samples(
    tx: Tx,
    cycle: UUID | None = None,
    division: DivisionFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Samples, a page at a time."""
    rows = await queries.list_samples(tx, cycle=cycle, division=division, after=decode_id_cursor(cursor), limit=limit)
    return page(rows, limit, SampleOut.model_validate)


@router.put(
    "/evaluations/{evaluation_id}/on-site-check",
    dependencies=[requires(Permission.RATINGS_WRITE)],
    response_model=EvaluationOut,
    responses=problems(
        FoundedInYear,
        SameHand,
        ConflictOfInterest,
        NotFound,
        IllegalTransition,
        CycleNotOpen,
        NoOnSiteChecks,
        PreconditionFailed,
        PreconditionRequired,
        InvalidInput,
    ),
)
async def put_on_site_check(
    tx: Tx, caller: Caller, evaluation_id: UUID, body: OnSiteBody, if_match: IfMatch
) -> Response:
    """Record what a team found at which indicator; by the policy it is flagged, or counts in place of the scores."""
    await actions.put_check(tx, evaluation_id, body, if_match=if_match, now=utc_now())
    return await answer_evaluation(tx, caller, evaluation_id)


@router.get(
    "/evaluations/{evaluation_id}/on-site-sheet",
    dependencies=[requires(Permission.EVALUATION_READ)],
    response_class=Response,
    responses=problems(
        NotFound,
        FontsMissing,
        CharacterMissing,
        RenderingFailed,
        InvalidInput,
        beside={200: {"content": _FILES, "description": "the sheet"}},
    ),
)
async def print_on_site_sheet(
    request: Request,
    evaluation_id: UUID,
    format: Annotated[Literal["pdf", "docx"], Query(description="pdf or docx")] = "pdf",  # noqa: A002 - its public name
) -> Response:
    """A team's sheet as a file, to fill in by hand. Nothing is stored."""
    database: Database = request.app.state.database
    access: Access = request.state.access
    async with database.transaction(access) as tx:
        row = await evaluations.get(tx, evaluation_id)
        if row is None:
            raise NotFound(what="evaluation")
        frozen = await evaluations.frozen_of(tx, row["cycle_id"], row["type"])
        assert frozen is not None
        sheets = (await evaluations.sheets(tx, [evaluation_id]))[evaluation_id]
        sample = await queries.sample_of(tx, evaluation_id)
    # No transaction is idle while the file is made.
    renderer: Renderer = request.app.state.renderer
    shown = on_site_sheet(row, frozen["content"], sheets, sample)
    return file_response(await renderer.render(shown, format), MEDIA_TYPES[format], f"{shown.content.title}.{format}")
