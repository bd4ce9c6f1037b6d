"""GET the statement of one recipient: from the first event to the last entry, as JSON or to print."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.funding.ledger.charts import accounts_on
from services.funding.statements import queries
from services.funding.statements.errors import TooManyLines
from services.funding.statements.printing import printed_statement
from services.funding.statements.queries import Place
from services.funding.statements.schemas import StatementPage, line_out, summary_out
from shared.db.access import Access
from shared.db.base import utc_now
from shared.db.paging import keep_one_snapshot
from shared.db.session import Record, Transaction
from shared.documents.errors import CharacterMissing, FontsMissing, RenderingFailed
from shared.documents.rendering.process import MEDIA_TYPES, Renderer
from shared.field.calendar import china_day
from shared.problems.inputs import Day
from shared.problems.language import Text
from shared.problems.problems import BadCursor, FieldError, InvalidInput, NotFound
from shared.web.documents.answering import file_response
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Cursor, Lang, Limit, Tx, answer, decode_cursor, encode_cursor, problems

router = APIRouter(prefix="/statements", tags=["statements"], route_class=GuardedRoute)

MOST_LINES = 2_000
"""Some eighty pages; more are narrowed by days, or taken as xlsx."""
# Generators of clients know no other type for a file.
FILES: dict[str, dict[str, Any]] = {
    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
    **{kind: {} for kind in MEDIA_TYPES.values()},
}
_TURNED = Text(zh="起始日期晚于截止日期。", en="The first day is after the last one.")


@router.get(
    "/{recipient}",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=StatementPage,
    responses=problems(NotFound, InvalidInput, BadCursor),
)
async def get_statement(
    tx: Tx,
    request: Request,
    language: Lang,
    recipient: UUID,
    since: Annotated[Day | None, Query(alias="from", description="from this day on; by default from the first")] = None,
    until: Annotated[Day | None, Query(alias="to", description="to this day; by default to the last")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """A recipient's statement in the caller's divisions: decisions with reasons, steps with who took them, postings
    with running balances, claims, awards. A unit reads its own."""
    first, last = _period(since, until)
    known = await _known(tx, recipient)
    after = _read(cursor)
    rows = await queries.list_lines(tx, recipient, first, last, after, limit)
    summary = None
    if after is None:
        chart = accounts_on(request.app.state.charts, known["division"], china_day(utc_now()))
        summed = await queries.sum_up(tx, recipient, first, last)
        summary = summary_out(recipient, known, (since, until), summed, chart, language)
    following = _written(queries.place_of(rows[limit - 1])) if len(rows) > limit else None
    return answer(StatementPage(items=[line_out(row) for row in rows[:limit]], next_cursor=following, summary=summary))


@router.get(
    "/{recipient}/sheet",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_class=Response,
    responses=problems(
        NotFound,
        InvalidInput,
        TooManyLines,
        FontsMissing,
        CharacterMissing,
        RenderingFailed,
        beside={200: {"content": FILES, "description": "the statement"}},
    ),
)
async def print_statement(
    request: Request,
    recipient: UUID,
    since: Annotated[Day | None, Query(alias="from", description="from this day on; by default from the first")] = None,
    until: Annotated[Day | None, Query(alias="to", description="to this day; by default to the last")] = None,
    format: Annotated[Literal["pdf", "docx"], Query(description="pdf or docx")] = "pdf",  # noqa: A002 - its public name
) -> Response:
    """A recipient's statement as a document in Chinese, whole, with sums that are the ledger's. Nothing is stored."""
    first, last = _period(since, until)
    access: Access = request.state.access
    today = china_day(utc_now())
    async with request.app.state.database.transaction(access) as tx:
        await keep_one_snapshot(tx)
        known = await _known(tx, recipient)
        rows = await queries.list_lines(tx, recipient, first, last, None, MOST_LINES)
        if len(rows) > MOST_LINES:
            raise TooManyLines(limit=MOST_LINES)
        summed = await queries.sum_up(tx, recipient, first, last)
    # No transaction is idle while the file is made.
    chart = accounts_on(request.app.state.charts, known["division"], today)
    summary = summary_out(recipient, known, (since, until), summed, chart, "zh")
    shown = printed_statement(summary, [line_out(row) for row in rows], today)
    renderer: Renderer = request.app.state.renderer
    name = f"statement-{recipient}-{today}.{format}"
    return file_response(await renderer.render(shown, format), MEDIA_TYPES[format], name)


def _period(since: date | None, until: date | None) -> tuple[date, date]:
    first, last = since or date.min, until or date.max
    if first > last:
        raise InvalidInput([FieldError("/query/from", _TURNED)])
    return first, last


async def _known(tx: Transaction, recipient: UUID) -> Record:
    known = await queries.get_recipient(tx, recipient)
    if known is None:
        raise NotFound(what="recipient")
    return known


def _written(place: Place) -> str:
    return encode_cursor(place.day.isoformat(), place.at.isoformat(), str(place.rank), place.ref)


def _read(cursor: str | None) -> Place | None:
    key = decode_cursor(cursor, 4)
    if key is None:
        return None
    try:
        place = Place(date.fromisoformat(key[0]), datetime.fromisoformat(key[1]), int(key[2]), key[3])
    except ValueError as error:
        raise BadCursor from error
    if place.at.tzinfo is None or "\0" in place.ref or not 0 <= place.rank <= 9:  # noqa: PLR2004 - a rank's one digit
        raise BadCursor
    return place
