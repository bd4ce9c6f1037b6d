"""GET the lists of schemes; POST entries, their confirmation and their end."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.funding.entries import actions, queries
from services.funding.entries.errors import (
    DeclarationMissing,
    EntryOver,
    ListedAlready,
    ListFull,
    SchemeNotActive,
    SchemeWithoutList,
)
from services.funding.entries.rules import Entry, EntryState
from services.funding.entries.schemas import SchemeEntryEnding, SchemeEntryIn, SchemeEntryOut, scheme_entry_out
from shared.db.base import new_id, utc_now
from shared.problems.duties import SameHand
from shared.problems.inputs import Day, Note
from shared.problems.problems import BadCursor, IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.problems.versions import check_version
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/scheme-entries", tags=["schemes"], route_class=GuardedRoute)

_LIST_PROBLEMS = (NotFound, InvalidInput, SchemeNotActive, SchemeWithoutList)


@router.get(
    "",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=Page[SchemeEntryOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_scheme_entries(
    tx: Tx,
    scheme: Annotated[str | None, Query(max_length=60)] = None,
    recipient: UUID | None = None,
    state: EntryState | None = None,
    division: DivisionFilter = None,
    on: Annotated[Day | None, Query(description="in force on this day")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Entries of schemes' lists, those that are not confirmed too."""
    rows = await queries.list_entries(
        tx,
        scheme=scheme,
        recipient=recipient,
        state=state,
        division=division,
        on=on,
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    return page(rows, limit, scheme_entry_out)


@router.get(
    "/{entry_id}",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=SchemeEntryOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_scheme_entry(tx: Tx, entry_id: UUID) -> Response:
    """One entry."""
    entry = await queries.get(tx, entry_id)
    if entry is None:
        raise NotFound(what="entry")
    return _answer(entry)


@router.post(
    "",
    status_code=201,
    dependencies=[requires(Permission.ENTRIES_WRITE)],
    response_model=SchemeEntryOut,
    responses=problems(*_LIST_PROBLEMS, PreconditionFailed),
)
async def enter_scheme_entry(
    tx: Tx, once: OnceOnly, request: Request, body: SchemeEntryIn, if_match: IfMatch = None
) -> Response:
    """Enter a recipient in a scheme's list; it counts once another person confirms it."""
    check_version(if_match, None)
    entry = Entry(
        **body.model_dump(),
        id=new_id(),
        recipient_name="",
        division="",
        state="entered",
        version=1,
        entered_by=tx.access.actor,
        entered_at=utc_now(),
    )

    async def run() -> Response:
        return _answer(await actions.enter(tx, entry, request.app.state.schemes), status=201)

    return await once(run)


@router.post(
    "/{entry_id}/confirmation",
    dependencies=[requires(Permission.ENTRIES_CONFIRM)],
    response_model=SchemeEntryOut,
    responses=problems(
        *_LIST_PROBLEMS,
        IllegalTransition,
        SameHand,
        PreconditionFailed,
        DeclarationMissing,
        ListedAlready,
        ListFull,
    ),
)
async def confirm_scheme_entry(
    tx: Tx, once: OnceOnly, request: Request, entry_id: UUID, body: Note | None = None, if_match: IfMatch = None
) -> Response:
    """Confirm an entry that somebody else entered."""
    schemes, note = request.app.state.schemes, body.note if body else None

    async def run() -> Response:
        return _answer(await actions.confirm_entry(tx, entry_id, utc_now(), schemes, if_match, note))

    return await once(run)


@router.post(
    "/{entry_id}/ending",
    dependencies=[requires(Permission.ENTRIES_CONFIRM)],
    response_model=SchemeEntryOut,
    responses=problems(NotFound, InvalidInput, IllegalTransition, SameHand, PreconditionFailed, EntryOver),
)
async def end_scheme_entry(
    tx: Tx, once: OnceOnly, entry_id: UUID, body: SchemeEntryEnding, if_match: IfMatch = None
) -> Response:
    """End an entry with its last day, or withdraw one that was not confirmed; the note says why."""

    async def run() -> Response:
        return _answer(await actions.end_entry(tx, entry_id, utc_now(), body.effective_to, body.note, if_match))

    return await once(run)


def _answer(entry: Entry, status: int = 200) -> Response:
    return answer(scheme_entry_out(vars(entry)), status=status, version=entry.version)
