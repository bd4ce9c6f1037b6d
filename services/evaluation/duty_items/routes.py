"""GET duty items, POST their steps (S7)."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from services.evaluation.duty_items import actions, queries
from services.evaluation.duty_items.actions import Books
from services.evaluation.duty_items.answers import DutyItemOut, shown
from services.evaluation.duty_items.errors import NoAppraisingBody, NotTheAppraisingBody, NotTheDutyBody
from services.evaluation.duty_items.policies import current_year
from services.evaluation.duty_items.rules import Acting, State
from services.evaluation.duty_items.schemas import AppraisalBody, DutyReopeningBody, DutyReportBody
from shared.contracts.bodies import BodyLevel
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.field.calendar import china_day
from shared.problems.duties import SameHand
from shared.problems.inputs import Body
from shared.problems.problems import (
    BadCursor,
    IllegalTransition,
    InvalidInput,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
)
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import Actor
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems
from shared.web.steps import Caller

router = APIRouter(prefix="/duty-items", tags=["duty-items"], route_class=GuardedRoute)
BodyCode = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
Year = Annotated[int, Path(ge=2000, le=2100)]
_STEP = (NotFound, InvalidInput, IllegalTransition, PreconditionFailed)
_ABOVE = (*_STEP, NotTheAppraisingBody, NoAppraisingBody, SameHand)


@router.get(
    "",
    dependencies=[requires(Permission.EVALUATION_READ)],
    response_model=Page[DutyItemOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_duty_items(
    tx: Tx,
    caller: Caller,
    request: Request,
    year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
    state: State | None = None,
    overdue: bool | None = None,
    level: BodyLevel | None = None,
    body: Annotated[str | None, Query(max_length=40)] = None,
    division: DivisionFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Duty items of one year (the last one that may be reported), a page at a time; those of state `due` are missing.

    `body` is a code or an id.
    """
    books, today = _books(request), china_day(utc_now())
    rows = await queries.list_items(
        tx,
        books.items,
        current_year(books.items, today) if year is None else year,
        state=state,
        level=level,
        body=body,
        overdue=overdue,
        division=division,
        today=today,
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    return page(rows, limit, await shown(tx, caller, rows[:limit], books, today))


@router.get(
    "/{body}/{year}",
    dependencies=[requires(Permission.EVALUATION_READ)],
    response_model=DutyItemOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_duty_item(tx: Tx, caller: Caller, request: Request, body: BodyCode, year: Year) -> Response:
    """The duty item of a body and year, with its history and reasons."""
    return await _answer(tx, caller, _books(request), body, year)


@router.post(
    "/{body}/{year}/report",
    dependencies=[requires(Permission.DUTIES_REPORT)],
    response_model=DutyItemOut,
    responses=problems(*_STEP, NotTheDutyBody, PreconditionRequired),
)
async def report_duty_item(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    body: BodyCode,
    year: Year,
    if_match: IfMatch,
    content: DutyReportBody,
) -> Response:
    """Record that a body reported on its duty: day and document. Until it is appraised, it may be replaced."""

    return await once(
        _run(tx, caller, _books(request), (body, year), partial(actions.report, if_match=if_match), content)
    )


@router.post(
    "/{body}/{year}/appraisal",
    dependencies=[requires(Permission.DUTIES_APPRAISE)],
    response_model=DutyItemOut,
    responses=problems(*_ABOVE),
)
async def appraise_duty_item(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    body: BodyCode,
    year: Year,
    if_match: IfMatch,
    content: AppraisalBody,
) -> Response:
    """Grade the body, as the body above; not by who reported. A person is never graded here."""

    return await once(
        _run(tx, caller, _books(request), (body, year), partial(actions.appraise, if_match=if_match), content)
    )


@router.post(
    "/{body}/{year}/reopening",
    dependencies=[requires(Permission.DUTIES_APPRAISE)],
    response_model=DutyItemOut,
    responses=problems(*_ABOVE),
)
async def reopen_duty_item(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    body: BodyCode,
    year: Year,
    if_match: IfMatch,
    content: DutyReopeningBody,
) -> Response:
    """Take an appraisal back, with the reason, as the body above: the item is reported again or appraised again."""

    return await once(
        _run(tx, caller, _books(request), (body, year), partial(actions.reopen, if_match=if_match), content)
    )


def _run(
    tx: Transaction,
    caller: Actor,
    books: Books,
    item: tuple[str, int],
    step: Callable[..., Awaitable[None]],
    content: Body,
) -> Callable[[], Awaitable[Response]]:
    async def run() -> Response:
        await step(tx, *item, content, books, Acting(tx.access, caller.bodies), now=utc_now())
        return await _answer(tx, caller, books, *item)

    return run


async def _answer(tx: Transaction, caller: Actor, books: Books, body: str, year: int) -> Response:
    row = await queries.get(tx, books.items, body, year)
    if row is None:
        raise NotFound(what="duty item")
    show = await shown(tx, caller, [row], books, china_day(utc_now()))
    return answer(show(row), version=row["version"])


def _books(request: Request) -> Books:
    books: Books = request.app.state.duty_items
    return books
