"""POST a file, follow its import, read the row-level report."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePath
from typing import Annotated, BinaryIO
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from services.registry.imports import queries
from services.registry.imports.errors import FileTooLarge, MissingColumns, UnreadableFile
from services.registry.imports.rules import match_columns
from services.registry.imports.runner import CHANNEL
from services.registry.imports.schemas import ImportErrorOut, ImportOut, import_error_out, import_out
from shared.db.access import Access
from shared.db.base import new_id
from shared.db.session import Database
from shared.field.errors import FieldError as BrokenValue
from shared.field.files.spreadsheets import read_table
from shared.problems.language import Text
from shared.problems.problems import BadCursor, FieldError, InvalidInput, NotFound
from shared.web.describing.answers import LOCATION
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Cursor, Lang, Limit, Page, Tx, answer, decode_cursor, page, problems

router = APIRouter(prefix="/imports", tags=["imports"], route_class=GuardedRoute)

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_UPLOAD_BYTES = MAX_FILE_BYTES + 1024 * 1024
"""The file and the multipart form around it."""
MAX_ROWS_SEEN = 2**31 - 1
_READER = ThreadPoolExecutor(1, "import-reader")
"""One file at a time: each may take some 200 MiB while it is read."""
_LACKING = Text(zh="缺少列“{column}”。", en="Column '{column}' is missing.")


@router.post(
    "",
    dependencies=[requires(Permission.REGISTRATIONS_WRITE)],
    status_code=202,
    response_model=ImportOut,
    responses=problems(UnreadableFile, MissingColumns, FileTooLarge, InvalidInput, beside={202: LOCATION}),
)
async def create_import(
    request: Request,
    file: Annotated[UploadFile, File(description="xlsx, csv or ndjson")],
    dry_run: Annotated[bool, Form()] = False,
) -> Response:
    """Take a file in: its heading is checked at once, its rows in the background. 202 with the import."""
    given = PurePath(file.filename or "upload")
    filename = given.stem[:180] + given.suffix[:20]
    kind = (given.suffix.removeprefix(".") or filename).lower()
    try:
        content, columns, rows_total = await asyncio.get_running_loop().run_in_executor(
            _READER, _read_file, file.file, filename
        )
    except BrokenValue as broken:
        raise UnreadableFile(
            [FieldError("/file", Text(zh=broken.reason, en=broken.reason))], filename=filename, reason=broken.reason
        ) from broken
    _, missing = match_columns(columns)
    if missing:
        raise MissingColumns(
            [FieldError(f"/columns/{name}", _LACKING, (("column", name),)) for name in missing],
            columns=", ".join(missing),
        )
    import_id = new_id()
    access: Access = request.state.access
    database: Database = request.app.state.database
    # Opened only now, so that no transaction is idle while the file is read.
    async with database.transaction(access) as tx:
        await queries.insert_waiting(
            tx,
            {
                "id": import_id,
                "filename": filename,
                "format": kind,
                "dry_run": dry_run,
                "content": content,
                "rows_total": rows_total,
                "created_by": access.actor,
                "scope": ",".join(access.scope),
                "authority": access.authority,
            },
        )
        stored = await queries.get(tx, import_id)
        assert stored is not None
        tx.channels.add(CHANNEL)
    response = answer(import_out(stored), 202)
    response.headers["Location"] = f"{request.scope.get('root_path', '')}/v1/imports/{import_id}"
    return response


def _read_file(file: BinaryIO, filename: str) -> tuple[bytes, list[str], int]:
    """The content, its columns, and how many rows; the rows themselves are read again in the background."""
    content = file.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise FileTooLarge(limit=MAX_FILE_BYTES)
    table = read_table(content, filename)
    return content, table.columns, len(table.rows)


@router.get(
    "/{import_id}",
    dependencies=[requires(Permission.REGISTRATIONS_WRITE)],
    response_model=ImportOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_import(tx: Tx, import_id: UUID) -> Response:
    """State and counts."""
    stored = await queries.get(tx, import_id)
    if stored is None:
        raise NotFound(what="import")
    return answer(import_out(stored))


@router.get(
    "/{import_id}/errors",
    dependencies=[requires(Permission.REGISTRATIONS_WRITE)],
    response_model=Page[ImportErrorOut],
    responses=problems(NotFound, InvalidInput, BadCursor),
)
async def list_import_errors(
    tx: Tx, language: Lang, import_id: UUID, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """Refused rows with their reasons, in the order of the file."""
    if await queries.get(tx, import_id) is None:
        raise NotFound(what="import")
    rows = await queries.list_errors(tx, import_id, _row_of(cursor), limit)
    return page(rows, limit, lambda row: import_error_out(row, language), key="row_number")


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
