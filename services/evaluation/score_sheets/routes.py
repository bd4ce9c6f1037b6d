"""GET a workbook of score sheets to fill in offline, POST it back."""

import asyncio
from pathlib import PurePath
from typing import Annotated, get_args
from uuid import UUID

from fastapi import APIRouter, File, Form, Path, Query, Request, Response, UploadFile

from services.evaluation.cycles.errors import CycleNotOpen
from services.evaluation.evaluations import queries as evaluations
from services.evaluation.evaluations import together
from services.evaluation.evaluations.rules import TRANSITIONS
from services.evaluation.evaluations.schemas import NEEDED
from services.evaluation.policies import Stage
from services.evaluation.score_sheets.actions import import_sheets
from services.evaluation.score_sheets.errors import NoMethods, OutdatedSheet, TooManySheets, UnreadableSheet
from services.evaluation.score_sheets.layout import Head
from services.evaluation.score_sheets.preparing import blocks_of, lines_of, texts_of
from services.evaluation.score_sheets.reading import NoScoreSheet, read_head, read_rows
from services.evaluation.score_sheets.schemas import SheetReportOut, report_out
from services.evaluation.score_sheets.writing import write_workbook
from shared.db.base import utc_now
from shared.db.session import Database
from shared.field.files.process import read_file
from shared.field.files.tables import TableError
from shared.problems.problems import InvalidInput, NotFound
from shared.problems.transitions import states_before
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import check_permission, requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Lang, answer, problems
from shared.web.steps import Caller

router = APIRouter(prefix="/score-sheets", tags=["score sheets"], route_class=GuardedRoute)

SHEETS_PATH = "/v1/score-sheets"
WORKBOOK_PATH = f"{SHEETS_PATH}/{{}}"
MOST_EVALUATIONS = 500
MAX_FILE_BYTES = 16 * 1024 * 1024
MAX_UPLOAD_BYTES = MAX_FILE_BYTES + 1024 * 1024
"""The file and the multipart form around it."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get(
    "/{type}.xlsx",
    dependencies=[requires(Permission.SCORES_WRITE)],
    response_class=Response,
    responses={
        200: {"content": {XLSX: {}}, "description": "a workbook to fill in"},
        **problems(NotFound, NoMethods, TooManySheets, InvalidInput),
    },
)
async def get_score_sheets(
    request: Request,
    caller: Caller,
    language: Lang,
    system_type: Annotated[str, Path(alias="type", max_length=64)],
    cycle: Annotated[UUID, Query(description="whose evaluations")],
    stage: Annotated[Stage, Query(description="which stage is filled in")] = "committee",
    division: DivisionFilter = None,
) -> Response:
    """Score sheets of a type: every evaluation of the cycle that the caller sees and that is not completed.

    Facts that the stage has already are in it. All is locked but the entries; the running total is a formula.
    """
    check_permission(caller, NEEDED[stage])
    states, most = states_before(TRANSITIONS, "scoring"), MOST_EVALUATIONS
    database: Database = request.app.state.database
    # Ends before the workbook is written, so that no transaction is idle meanwhile.
    async with database.transaction(request.state.access) as tx:
        frozen = await evaluations.frozen_of(tx, cycle, system_type)
        rows = await together.list_rated(tx, cycle, system_type, states, division, most + 1)
        if frozen is None or not rows:
            raise NotFound(what="evaluation")
        if len(rows) > most:
            raise TooManySheets(most=most)
        system, parameters = frozen["system"], frozen["policy"].parameters
        if any(one.method is None for one in system.indicators()):
            raise NoMethods(system=system.type, version=system.version)
        blocks = await blocks_of(tx, rows, stage, system, parameters.bonus_cap)
    lines = lines_of(system, texts_of(frozen["content"], language), language)
    head = Head(cycle, system.type, system.version, stage, utc_now().isoformat())
    content = await asyncio.to_thread(
        write_workbook, head, lines, blocks, total_cap=parameters.total_cap, language=language
    )
    name = f"{system.type}-{rows[0]['year']}-{stage}.xlsx"
    return Response(content, media_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.post(
    "",
    dependencies=[requires(Permission.SCORES_WRITE)],
    response_model=SheetReportOut,
    responses=problems(NotFound, CycleNotOpen, OutdatedSheet, NoMethods, UnreadableSheet, InvalidInput),
)
async def import_score_sheets(
    request: Request,
    caller: Caller,
    file: Annotated[UploadFile, File(description="the workbook, filled in and saved as xlsx")],
    cycle: Annotated[UUID | None, Form(description="where given, the workbook must be of this cycle")] = None,
    dry_run: Annotated[bool, Form(description="check only; nothing is written")] = False,
) -> Response:
    """Take a filled-in workbook in: a report by row; of an evaluation with faults nothing is saved, all others are.

    Points are worked out here; what formulas show is not read. The same file again changes nothing.
    """
    filename = PurePath(file.filename or "upload").name[:200]
    content = await file.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise UnreadableSheet(filename=filename, reason="file_too_large")
    try:
        sheets = await read_file(content, "xlsx")
        head = read_head(sheets)
    except TableError as broken:
        raise UnreadableSheet(filename=filename, reason=broken.reason) from broken
    except NoScoreSheet as broken:
        raise UnreadableSheet(filename=filename, reason=str(broken)) from broken
    if head.stage not in get_args(Stage):
        raise UnreadableSheet(filename=filename, reason="damaged_hidden_sheet")
    check_permission(caller, NEEDED[head.stage])
    database: Database = request.app.state.database
    # Opened only now, so that no transaction is idle while the file is read.
    async with database.transaction(request.state.access) as tx:
        frozen = await evaluations.frozen_of(tx, head.cycle, head.type)
        if frozen is None:
            raise NotFound(what="cycle")
        system = frozen["system"]
        if head.version != system.version or cycle not in (None, head.cycle):
            raise OutdatedSheet(
                given_cycle=str(head.cycle),
                cycle=str(cycle or head.cycle),
                system=head.type,
                given=head.version,
                version=system.version,
            )
        methods = {one.code: one.method for one in system.indicators() if one.method is not None}
        given = await asyncio.to_thread(read_rows, sheets, methods)
        report = await import_sheets(tx, head, given, frozen, bodies=caller.bodies, dry_run=dry_run, now=utc_now())
    return answer(report_out(head, report, dry_run=dry_run))
