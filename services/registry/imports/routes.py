"""POST a file, follow one's imports, read the report by row or as the file back."""

import asyncio
from pathlib import PurePath
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile

from services.registry.claim_terms.parts import DataSource
from services.registry.import_forms import SubjectName
from services.registry.import_words import DEFAULT_SUBJECT, ImportWords, WordBook
from services.registry.imports import queries
from services.registry.imports.errors import (
    FileTooLarge,
    MissingColumns,
    SeveralSheets,
    UnclearColumns,
    UnreadableFile,
    storable,
)
from services.registry.imports.given import read_given
from services.registry.imports.mapping.rules import MAX_TEXT, check_found, read_mapping, with_mapping
from services.registry.imports.opening import OpenTable, open_table
from services.registry.imports.runner import CHANNEL
from services.registry.imports.schemas import ImportOut, import_out
from services.registry.imports.subjects.known import SUBJECTS
from services.registry.imports.subjects.template import write_template
from shared.db.access import Access
from shared.db.base import new_id, utc_now
from shared.db.session import Database
from shared.field.calendar import china_day
from shared.field.datums import Datum
from shared.field.files.process import read_file
from shared.field.files.reading import KINDS, kind_of
from shared.field.files.tables import TableError
from shared.problems.access import OutsideScope
from shared.problems.problems import BadCursor, InvalidInput, NotFound
from shared.web.describing.answers import LOCATION
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import check_permission, requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Cursor, Lang, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/imports", tags=["imports"], route_class=GuardedRoute)

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_UPLOAD_BYTES = MAX_FILE_BYTES + 1024 * 1024
"""The file and the multipart form around it."""
_REFUSALS = (UnreadableFile, MissingColumns, UnclearColumns, SeveralSheets, FileTooLarge, OutsideScope, InvalidInput)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.post(
    "",
    dependencies=[requires(Permission.IMPORTS_WRITE)],
    status_code=202,
    response_model=ImportOut,
    responses=problems(*_REFUSALS, beside={202: LOCATION}),
)
async def create_import(
    request: Request,
    language: Lang,
    file: Annotated[UploadFile, File(description=", ".join(KINDS))],
    dry_run: Annotated[bool, Form(description="check only; nothing is written")] = False,
    as_of: Annotated[
        str | None, Form(max_length=40, description="the day or instant of the data, where a row has none")
    ] = None,
    division: Annotated[
        str | None, Form(max_length=40, description="code or name, where a row has none; rows lie within it")
    ] = None,
    sheet: Annotated[str | None, Form(max_length=100, description="name or number of the sheet to read")] = None,
    datum: Annotated[
        Datum | None, Form(description="in which positions are given, where a row does not say; default: WGS84")
    ] = None,
    data_source: Annotated[
        DataSource | None, Form(description="where the data come from, where a row does not say")
    ] = None,
    subject: Annotated[SubjectName, Form(description="what the rows are records of")] = DEFAULT_SUBJECT,
    mapping: Annotated[
        str | None, Form(max_length=MAX_TEXT, description='JSON: the field of each heading; "" of one that is not read')
    ] = None,
) -> Response:
    """Take a file in: its heading is checked at once, its rows in the background. 202 with the import.

    Its subject asks for the permission that one record of it asks for.
    """
    check_permission(request.state.actor, SUBJECTS[subject].permission)
    access: Access = request.state.access
    given, stored_given = read_given(
        as_of, division, sheet, access, china_day(utc_now()), datum=datum, data_source=data_source
    )
    path = PurePath(file.filename or "upload")
    filename = path.stem[:180] + path.suffix[:20]
    content = await file.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise FileTooLarge(limit=MAX_FILE_BYTES)
    found, policies = _words(request, given.division or next(iter(access.scope), ""), subject)
    mapped = read_mapping(mapping, found)
    if mapped:
        found, stored_given["mapping"] = with_mapping(found, mapped), mapped
    try:
        kind = kind_of(filename)
        sheets = await read_file(content, kind)
    except TableError as broken:
        raise UnreadableFile(filename, broken) from broken
    table: OpenTable = await asyncio.to_thread(
        open_table, sheets, filename, kind, found, given, sheet=stored_given["sheet"], today=china_day(utc_now())
    )
    check_found(mapped, found, (column.heading for column in table.reader.heading.columns))
    import_id = new_id()
    database: Database = request.app.state.database
    # Opened only now, so that no transaction is idle while the file is read.
    async with database.transaction(access) as tx:
        await queries.insert_waiting(
            tx,
            {
                "id": import_id,
                "subject": subject,
                "filename": filename,
                "format": kind,
                "dry_run": dry_run,
                "content": content,
                "rows_total": table.rows_total,
                "records": len(table.records),
                "given": stored_given,
                "report": storable(table.report(policies)),
                "created_by": access.actor,
                "scope": ",".join(access.scope),
                "authority": access.authority,
            },
        )
        stored = await queries.get(tx, import_id)
        assert stored is not None
        tx.channels.add(CHANNEL)
    response = answer(import_out(stored, language), 202)
    response.headers["Location"] = f"{request.scope.get('root_path', '')}/v1/imports/{import_id}"
    return response


def _words(request: Request, division: str, subject: str) -> tuple[ImportWords, list[str]]:
    book: WordBook = request.app.state.import_words
    return book.words(division, china_day(utc_now()), subject)


@router.get(
    "",
    dependencies=[requires(Permission.IMPORTS_WRITE)],
    response_model=Page[ImportOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_imports(request: Request, tx: Tx, language: Lang, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """One's own imports, the newest first."""
    access: Access = request.state.access
    rows = await queries.list_of(tx, access.actor, decode_id_cursor(cursor), limit)
    return page(rows, limit, lambda row: import_out(row, language, listed=True))


@router.get(
    "/template.xlsx",
    dependencies=[requires(Permission.IMPORTS_WRITE)],
    response_class=Response,
    responses={200: {"content": {XLSX: {}}, "description": "a workbook to fill in"}},
)
async def get_import_template(
    request: Request,
    language: Lang,
    subject: Annotated[SubjectName, Query(description="what the rows are records of")] = DEFAULT_SUBJECT,
) -> Response:
    """A workbook to fill in: drop-downs, notes, and an example that lies in the caller's division."""
    access: Access = request.state.access
    words, _ = _words(request, next(iter(access.scope), ""), subject)
    content = await asyncio.to_thread(write_template, words, access.scope, china_day(utc_now()), language)
    return workbook(content, "template.xlsx")


def workbook(content: bytes, filename: str) -> Response:
    """An answer that is a file to be saved."""
    return Response(content, media_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{filename}"'})


@router.get(
    "/{import_id}",
    dependencies=[requires(Permission.IMPORTS_WRITE)],
    response_model=ImportOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_import(tx: Tx, language: Lang, import_id: UUID) -> Response:
    """State, counts, how the file was understood, and once it is finished its faults in sums."""
    stored = await queries.get(tx, import_id)
    if stored is None:
        raise NotFound(what="import")
    finished = stored["state"] in ("completed", "failed")
    return answer(import_out(stored, language, await queries.sum_faults(tx, import_id) if finished else None))
