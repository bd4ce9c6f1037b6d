"""GET the report of an import by row, or its file back with the reasons."""

import asyncio
import io
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.registry.imports import queries
from services.registry.imports.errors import FileGone
from services.registry.imports.results.reports import write_report
from services.registry.imports.routes import XLSX, workbook
from services.registry.imports.runner import open_stored
from services.registry.imports.schemas import ImportErrorOut, import_error_out
from shared.db.access import Access
from shared.db.session import Database
from shared.problems.problems import BadCursor, InvalidInput, NotFound
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Cursor, Lang, Limit, Page, decode_cursor, page, problems

router = APIRouter(prefix="/imports", tags=["imports"], route_class=GuardedRoute)

MAX_ROWS_SEEN = 2**31 - 1


@router.get(
    "/{import_id}/errors",
    dependencies=[requires(Permission.IMPORTS_WRITE)],
    response_model=Page[ImportErrorOut],
    responses=problems(NotFound, FileGone, InvalidInput, BadCursor, beside={200: {"content": {XLSX: {}}}}),
)
async def list_import_errors(
    request: Request,
    language: Lang,
    import_id: UUID,
    format: Annotated[  # noqa: A002 - the parameter's public name
        Literal["json", "xlsx"], Query(description="xlsx: the file back, with the reasons, whole")
    ] = "json",
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Refused rows with their reasons, and taken ones with warnings, in the order of the file; or the file itself
    with a column 原因.
    """
    after = _row_of(cursor)
    access: Access = request.state.access
    database: Database = request.app.state.database
    async with database.transaction(access) as tx:
        stored = await queries.get_file(tx, import_id) if format == "xlsx" else await queries.get(tx, import_id)
        if stored is None:
            raise NotFound(what="import")
        rows = await queries.list_errors(tx, import_id, after, None if format == "xlsx" else limit)
        sums = await queries.sum_faults(tx, import_id) if format == "xlsx" else []
    if format == "json":
        return page(rows, limit, lambda row: import_error_out(row, language), key="row_number")
    if stored["content"] is None:
        raise FileGone
    # No transaction is idle while the file is read.
    table = await open_stored(stored, request.app.state.import_words)
    target = io.BytesIO()
    await asyncio.to_thread(write_report, target, table, rows, sums, language)
    return workbook(target.getvalue(), f"{import_id}.xlsx")


def _row_of(cursor: str | None) -> int:
    key = decode_cursor(cursor, 1)
    if key is None:
        return 0
    try:
        row = int(key[0])
    except ValueError as error:
        raise BadCursor from error
    if not 0 <= row <= MAX_ROWS_SEEN:
        raise BadCursor
    return row
