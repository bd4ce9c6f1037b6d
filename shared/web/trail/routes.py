"""GET the trail of one record, and who read what, for whoever may read the audit."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from shared.audit import catalog, entries
from shared.audit.catalog import Named
from shared.audit.entries import Key
from shared.db.session import Database, Record, Transaction
from shared.problems.inputs import Instant
from shared.problems.language import Text
from shared.problems.problems import BadCursor, FieldError, InvalidInput, NotFound
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import TRANSACTION, Cursor, Limit, Page, Tx, answer, decode_cursor, encode_cursor, problems
from shared.web.trail.schemas import ReadingOut, TrailPage, chain_out, entry_out

MOST_PARTS = 5_000
"""Rows that belong to a record and whose entries are shown with its own."""
_UNKNOWN_KIND = Text(
    zh="审计记录中没有名为“{kind}”的记录种类，可用：{known}。",
    en="The trail has no kind of record called '{kind}'; known: {known}.",
)
_TOO_MANY = Text(
    zh="从属于该记录的行超过 {most} 条，不能一并列出，请用“parts=false”只查本记录。",
    en="More than {most} rows belong to the record, too many to show with it: ask with parts=false.",
)
_NO_INTERVAL = Text(zh="起始时间不能晚于截止时间。", en="The interval ends before it begins.")
# No id and no code has it: what has two parts in the trail (a contact's organization and role) comes in one segment.
_SEPARATOR = "~"


def create_trail() -> APIRouter:
    """The trail of a service."""
    router = APIRouter(tags=["audit"], route_class=GuardedRoute)
    may = [requires(Permission.AUDIT_READ)]

    @router.get(
        "/trail/{record}",
        response_model=TrailPage,
        dependencies=may,
        responses=problems(NotFound, InvalidInput, BadCursor),
    )
    async def list_trail(
        request: Request,
        tx: Tx,
        record: Annotated[
            str,
            Path(max_length=120, description="id or code; of an id with two parts, ~ between them"),
        ],
        kind: Annotated[str | None, Query(max_length=63, description="only entries of this kind of record")] = None,
        operation: Annotated[
            Literal["insert", "update", "delete", "read"] | None, Query(description="only what was done so")
        ] = None,
        parts: Annotated[bool, Query(description="with the entries of the rows that belong to it")] = True,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Response:
        """Who did what to a record, the newest first, before and after. That it was read, and by whom, is audited."""
        after = _after(cursor)
        kinds = await catalog.audited_kinds(tx)
        if kind is not None and kind not in kinds:
            raise InvalidInput(
                [FieldError("/query/kind", _UNKNOWN_KIND, (("kind", kind), ("known", ", ".join(kinds))))]
            )
        found = await _find(tx, kinds, record)
        belonging = await catalog.parts_of(tx, kinds, found, most=MOST_PARTS) if parts else []
        if len(belonging) > MOST_PARTS:
            raise InvalidInput([FieldError("/query/parts", _TOO_MANY, (("most", MOST_PARTS),))])
        wanted = {one for one in (*found, *belonging) if kind in (None, one[0])}
        rows = await entries.list_entries(tx, wanted, operation=operation, after=after, limit=limit)
        shown = rows[:limit]
        last: dict[str, int] = {}
        for row in shown:
            last[row["chain"]] = max(row["number"], last.get(row["chain"], 0))
        states = {one.chain: one for one in await entries.verify_up_to(tx, last)}
        await _record(request, tx, found, shown, cursor)
        items = [entry_out(row, states[row["chain"]]) for row in shown]
        chains = [chain_out(one) for one in states.values()]
        return answer(TrailPage(items=items, next_cursor=_following(rows, limit), chains=chains))

    @router.get(
        "/readings",
        response_model=Page[ReadingOut],
        dependencies=may,
        responses=problems(InvalidInput, BadCursor),
    )
    async def list_readings(
        tx: Tx,
        kind: Annotated[str | None, Query(max_length=63, description="of this kind of record")] = None,
        record: Annotated[str | None, Query(max_length=120, description="of this record, by its id")] = None,
        actor: Annotated[str | None, Query(max_length=255, description="by this subject")] = None,
        since: Annotated[Instant | None, Query(description="from this instant on")] = None,
        until: Annotated[Instant | None, Query(description="before this instant")] = None,
        division: DivisionFilter = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Response:
        """Who read what is sealed or closed (contacts, accounts, talks, payment files), and trails; newest first."""
        if since is not None and until is not None and since > until:
            raise InvalidInput([FieldError("/query/until", _NO_INTERVAL)])
        filters = {"kind": kind, "record": record, "actor": actor, "since": since, "until": until}
        after = _after(cursor)
        rows = await entries.list_readings(tx, filters, division=division, after=after, limit=limit)
        items = [ReadingOut(**row) for row in rows[:limit]]
        return answer(Page(items=items, next_cursor=_following(rows, limit)))

    return router


async def _find(tx: Transaction, kinds: Sequence[str], record: str) -> list[Named]:
    """Raises NotFound where the caller's divisions have nothing under an id or a code."""
    asked = "/".join(map(_written, record.strip().split(_SEPARATOR)))
    found = await entries.in_trail(tx, kinds, asked) or await catalog.by_code(tx, kinds, record.strip())
    if not found:
        raise NotFound(what="record")
    return found


def _written(part: str) -> str:
    """An id as the trail has it."""
    try:
        return str(UUID(part))
    except ValueError:
        return part


async def _record(
    request: Request, tx: Transaction, found: Sequence[Named], shown: Sequence[Record], cursor: str | None
) -> None:
    """Every page that is answered is a reading; a file of all pages is one."""
    if not shown:
        return
    record, division = found[0], shown[0]["division"]
    if getattr(request.state, TRANSACTION, None) is None:
        await entries.record_reading(tx, record, division)
    elif cursor is None:
        # A file is read from one snapshot, in which nothing can be written. Few are made at once, so that there is a
        # connection for each.
        database: Database = request.app.state.database
        async with database.transaction(request.state.access) as own:
            await entries.record_reading(own, record, division)


def _following(rows: Sequence[Record], limit: int) -> str | None:
    if len(rows) <= limit:
        return None
    last = rows[limit - 1]
    return encode_cursor(last["at"].isoformat(), last["chain"], str(last["number"]))


def _after(cursor: str | None) -> Key | None:
    key = decode_cursor(cursor, 3)
    if key is None:
        return None
    try:
        at, number = datetime.fromisoformat(key[0]), int(key[2])
    except ValueError as error:
        raise BadCursor from error
    if at.tzinfo is None or not 0 <= number < 2**63 or "\0" in key[1]:
        raise BadCursor
    return at, key[1], number
