"""Any list as a file: `?format=xlsx` or `csv`, under the list's own filters, from one snapshot.

The list's own endpoint is asked for page after page in one transaction, so a file shows what the list shows and no
list needs anything for it. The file is complete before its first byte is sent: what fails is a problem document, never
half a file.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Annotated, Any, BinaryIO, Literal
from urllib.parse import quote, urlencode

import orjson
from fastapi import Depends, Query, Request, Response
from fastapi.params import Depends as Dependency
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from shared.db.base import utc_now
from shared.db.paging import keep_one_snapshot
from shared.db.session import Database, Transaction
from shared.field.calendar import china_day
from shared.problems.language import Text, current_language
from shared.problems.problems import FieldError, InvalidInput, Problem
from shared.web.exports.columns import columns_of
from shared.web.exports.sheets import MAX_SHEET_ROWS, CsvSheet, Sheet, XlsxSheet
from shared.web.routes import MAX_PAGE, TRANSACTION

KINDS: Mapping[str, tuple[type[CsvSheet] | type[XlsxSheet], str]] = {
    "csv": (CsvSheet, "text/csv; charset=utf-8"),
    "xlsx": (XlsxSheet, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
_CHUNK_BYTES = 256 * 1024
_IN_MEMORY_BYTES = 1024 * 1024
_WHOLE = Text(zh="导出文件包含整个列表，不能分页。", en="A file holds the whole list: it has no pages.")
_PAGING = ("cursor", "limit")


class TooManyRows(Problem):
    """A workbook's sheet cannot hold the list."""

    slug, status = "too-many-rows", 422
    title = Text(zh="行数过多", en="Too many rows")
    detail = Text(
        zh="一张工作表最多 {limit} 行，请缩小筛选范围，或导出为 csv。",
        en="A sheet has at most {limit} rows: narrow the filters, or take csv.",
    )


def _format(
    _: Annotated[
        Literal["json", "xlsx", "csv"],
        Query(alias="format", description="xlsx or csv: the whole list under its filters, as a file"),
    ] = "json",
) -> None: ...


EXPORTED: Dependency = Depends(_format)
"""The dependency that documents `format`, and refuses another one."""


async def export(
    request: Request, kind: str, item: type[BaseModel], ask: Callable[[Request], Awaitable[Response]]
) -> Response:
    """The list that `ask` answers, as a file of a kind. Raises InvalidInput, TooManyRows, and what the list raises."""
    given = request.query_params.multi_items()
    if paging := [name for name, _ in given if name in _PAGING]:
        raise InvalidInput([FieldError(f"/query/{name}", _WHOLE) for name in paging])
    filters = [(name, value) for name, value in given if name != "format"]
    language, columns = current_language.get(), columns_of(item)
    writer, media_type = KINDS[kind]
    database: Database = request.app.state.database
    target = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115 - closed after the answer
    try:
        async with request.app.state.exports:
            sheet: Sheet = writer(target, [column.headings[language] for column in columns])  # type: ignore[arg-type]
            written = 1
            try:
                async with database.transaction(request.state.access) as tx:
                    await keep_one_snapshot(tx)
                    async for items in _pages(request, filters, ask, tx):
                        written += len(items)
                        if kind == "xlsx" and written > MAX_SHEET_ROWS:
                            raise TooManyRows(limit=MAX_SHEET_ROWS)
                        rows = ([column.cell(one, language) for column in columns] for one in items)
                        await asyncio.to_thread(sheet.write, rows)
            except BaseException:
                sheet.abandon()
                raise
            await asyncio.to_thread(sheet.close)
    except BaseException:
        target.close()
        raise
    name = f"{request.url.path.rstrip('/').rpartition('/')[2]}-{china_day(utc_now())}.{kind}"
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Content-Length": str(target.tell()),
    }
    return StreamingResponse(_read(target), headers=headers, media_type=media_type)  # type: ignore[arg-type]


async def _pages(
    request: Request, filters: list[tuple[str, str]], ask: Callable[[Request], Awaitable[Response]], tx: Transaction
) -> AsyncIterator[list[dict[str, Any]]]:
    paged = request.scope["route"].pages
    cursor: str | None = None
    while True:
        paging = [("limit", str(MAX_PAGE))] if paged else []
        paging += [("cursor", cursor)] if cursor is not None else []
        scope = dict(request.scope)
        scope["query_string"] = urlencode([*filters, *paging]).encode()
        scope["state"] = {**request.scope["state"], TRANSACTION: tx}
        page = orjson.loads((await ask(Request(scope, request.receive))).body)
        yield page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return


async def _read(target: BinaryIO) -> AsyncIterator[bytes]:
    try:
        target.seek(0)
        while chunk := await asyncio.to_thread(target.read, _CHUNK_BYTES):
            yield chunk
    finally:
        target.close()
