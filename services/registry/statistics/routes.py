"""Statistical reports: drawn up, listed, read as JSON, as a workbook and to print, computed again (D16)."""

import asyncio
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.registry.statistic_tables.policies import TableCode
from services.registry.statistics import actions, queries
from services.registry.statistics.answers import (
    ListedStatisticsOut,
    ReproductionOut,
    StatisticDifferenceOut,
    StatisticsOut,
    statistics_out,
)
from services.registry.statistics.errors import StatisticsExist
from services.registry.statistics.files.printing import printed_statistics
from services.registry.statistics.files.workbook import write_workbook
from services.registry.statistics.report import ReportState
from services.registry.statistics.schemas import ReportOpening
from services.registry.statistics.step_routes import answer_step
from shared.db.session import Record, Transaction
from shared.documents.errors import CharacterMissing, FontsMissing, RenderingFailed
from shared.documents.rendering.process import MEDIA_TYPES, Renderer
from shared.problems.access import OutsideScope, check_whole, check_within
from shared.problems.inputs import Day
from shared.problems.problems import BadCursor, InvalidInput, NotFound, PreconditionFailed
from shared.problems.versions import check_version
from shared.web.describing.answers import LOCATION
from shared.web.documents.answering import file_response
from shared.web.exports.exporting import KINDS
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems
from shared.web.steps import Caller

router = APIRouter(prefix="/statistics", tags=["statistics"], route_class=GuardedRoute)
_BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_FILE: dict[str, Any] = {KINDS["xlsx"][1]: _BINARY}
# Generators of clients know no other type for a file.
_PRINTED: dict[str, Any] = {"application/octet-stream": _BINARY, **{kind: {} for kind in MEDIA_TYPES.values()}}


async def _found(tx: Transaction, report_id: UUID) -> Record:
    row = await queries.get(tx, report_id)
    if row is None:
        raise NotFound(what="statistic_report")
    return row


@router.post(
    "",
    dependencies=[requires(Permission.STATISTICS_WRITE)],
    status_code=201,
    response_model=StatisticsOut,
    responses=problems(OutsideScope, InvalidInput, PreconditionFailed, StatisticsExist, beside={201: LOCATION}),
)
async def open_statistics(
    tx: Tx, caller: Caller, once: OnceOnly, request: Request, if_match: IfMatch, body: ReportOpening
) -> Response:
    """Draw up a table of a division as of a cut-off day; it is computed at once (D16)."""
    check_version(if_match, None)
    check_whole(tx.access)
    state = request.app.state
    return await answer_step(
        once,
        tx,
        request,
        caller,
        lambda now: actions.open_report(tx, body, state.statistic_tables, state.policies.working_days, now),
        201,
    )


@router.get(
    "",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[ListedStatisticsOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_statistics(
    tx: Tx,
    division: DivisionFilter = None,
    table: Annotated[TableCode | None, Query(description="the table's code")] = None,
    cut_off: Day | None = None,
    state: ReportState | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Statistical reports."""
    rows = await queries.list_reports(
        tx, division=division, table=table, cut_off=cut_off, state=state, after=decode_id_cursor(cursor), limit=limit
    )
    return page(rows, limit, ListedStatisticsOut.model_validate)


@router.get(
    "/{report_id}",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=StatisticsOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_statistics(tx: Tx, caller: Caller, report_id: UUID) -> Response:
    """One report: its figures, broken rules, changes since the last locked one, and who took which step."""
    row = await _found(tx, report_id)
    return answer(statistics_out(row, caller, reached=tx.access.reaches(row["division"])), version=row["version"])


@router.get(
    "/{report_id}/workbook",
    dependencies=[requires(Permission.REGISTRY_READ)],
    responses=problems(NotFound, InvalidInput, beside={200: {"content": _FILE}}),
)
async def get_statistics_workbook(tx: Tx, request: Request, report_id: UUID) -> Response:
    """The report as a workbook with its definitions: of the same report the same bytes."""
    row = await _found(tx, report_id)
    async with request.app.state.exports:
        content = await asyncio.to_thread(write_workbook, row)
    name = f"{row['table_code']}-{row['division']}-{row['cut_off']}.xlsx"
    return file_response(content, KINDS["xlsx"][1], name)


@router.get(
    "/{report_id}/sheet",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_class=Response,
    responses=problems(
        NotFound,
        InvalidInput,
        FontsMissing,
        CharacterMissing,
        RenderingFailed,
        beside={200: {"content": _PRINTED, "description": "the report"}},
    ),
)
async def print_statistics(
    request: Request,
    report_id: UUID,
    format: Annotated[Literal["pdf", "docx"], Query(description="pdf or docx")] = "pdf",  # noqa: A002 - its public name
) -> Response:
    """The report as a document in Chinese with its definitions, to sign and to seal. Nothing is stored."""
    async with request.app.state.database.transaction(request.state.access) as tx:
        row = await _found(tx, report_id)
    # No transaction is idle while the file is made.
    renderer: Renderer = request.app.state.renderer
    name = f"{row['table_code']}-{row['division']}-{row['cut_off']}.{format}"
    return file_response(await renderer.render(printed_statistics(row), format), MEDIA_TYPES[format], name)


@router.get(
    "/{report_id}/reproduction",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=ReproductionOut,
    responses=problems(NotFound, OutsideScope, InvalidInput),
)
async def reproduce_statistics(tx: Tx, report_id: UUID) -> Response:
    """Compute a report again from its cut-off day, storing nothing: whether it comes out the same."""
    row = await _found(tx, report_id)
    check_within(tx.access, row["division"])
    found = await actions.reproduce(tx, row)
    different = [StatisticDifferenceOut.model_validate(one) for one in found]
    return answer(ReproductionOut(id=report_id, same=not found, differences=different))
