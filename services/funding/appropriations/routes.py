"""GET appropriations; PUT one or a change of it; POST that it is confirmed, and that its year is closed."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from services.funding.appropriations import actions, closing, queries
from services.funding.appropriations.errors import (
    AppropriationExists,
    BelowCommitted,
    EarlierYearOpen,
    NoSuccessor,
    YearNotOver,
)
from services.funding.appropriations.rules import AppropriationState
from services.funding.appropriations.schemas import (
    AppropriationIn,
    AppropriationOut,
    BudgetPolicyOut,
    appropriation_out,
)
from shared.db.base import utc_now
from shared.db.session import Record, Transaction
from shared.problems.access import OutsideScope, check_reach
from shared.problems.duties import SameHand
from shared.problems.inputs import Note
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
from shared.web.knowledge import create_policies
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/appropriations", tags=["appropriations"], route_class=GuardedRoute)
policy_router = create_policies("/budget-policies", "budgets", BudgetPolicyOut, Permission.GRANTS_READ)

Code = Annotated[str, Path(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,59}$")]


@router.get(
    "",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=Page[AppropriationOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_appropriations(
    tx: Tx,
    year: Annotated[int | None, Query(ge=1949, le=9999)] = None,
    division: DivisionFilter = None,
    source: Annotated[str | None, Query(max_length=40)] = None,
    purpose: Annotated[str | None, Query(max_length=60)] = None,
    state: AppropriationState | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Appropriations, with what is committed, paid and left of each."""
    rows = await queries.list_appropriations(
        tx,
        year=year,
        division=division,
        source=source,
        purpose=purpose,
        state=state,
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    changes = await queries.changes_of(tx, [row["id"] for row in rows[:limit]])
    return page(rows, limit, lambda row: appropriation_out(row, changes[row["id"]]))


@router.get(
    "/{code}",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=AppropriationOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_appropriation(tx: Tx, code: Code) -> Response:
    """One appropriation by its code (or its id), with how it changed."""
    row = await queries.get(tx, code)
    if row is None:
        raise NotFound(what="appropriation")
    return await _shown(tx, row)


@router.put(
    "/{code}",
    dependencies=[requires(Permission.BUDGETS_WRITE)],
    response_model=AppropriationOut,
    responses={
        201: {"model": AppropriationOut},
        **problems(
            NotFound,
            InvalidInput,
            OutsideScope,
            PreconditionRequired,
            PreconditionFailed,
            IllegalTransition,
            AppropriationExists,
            BelowCommitted,
        ),
    },
)
async def put_appropriation(
    tx: Tx, request: Request, code: Code, body: AppropriationIn, if_match: IfMatch = None
) -> Response:
    """Enter an appropriation, or propose another amount; it counts once somebody else has confirmed it.

    The amount that is in force takes a proposal back. Never below what is committed.
    """
    check_reach(tx.access, body.division)
    row, new = await actions.put(
        tx,
        code,
        body.line(),
        body.amount_fen,
        decided_on=body.decided_on,
        because=body.reason,
        now=utc_now(),
        charts=request.app.state.charts,
        policies=request.app.state.budgets,
        if_match=if_match,
    )
    return await _shown(tx, row, 201 if new else 200)


@router.post(
    "/{code}/confirmation",
    dependencies=[requires(Permission.BUDGETS_CONFIRM)],
    response_model=AppropriationOut,
    responses=problems(NotFound, InvalidInput, IllegalTransition, SameHand, PreconditionFailed, BelowCommitted),
)
async def confirm_appropriation(
    tx: Tx, once: OnceOnly, code: Code, body: Note | None = None, if_match: IfMatch = None
) -> Response:
    """Confirm the amount that somebody else proposed: from now on it counts."""
    note = body.note if body else None

    async def run() -> Response:
        return await _shown(tx, await actions.confirm(tx, code, note, utc_now(), if_match))

    return await once(run)


@router.post(
    "/{code}/closing",
    dependencies=[requires(Permission.BUDGETS_CONFIRM)],
    response_model=AppropriationOut,
    responses=problems(
        NotFound,
        InvalidInput,
        IllegalTransition,
        SameHand,
        PreconditionFailed,
        EarlierYearOpen,
        YearNotOver,
        NoSuccessor,
    ),
)
async def close_appropriation(
    tx: Tx, once: OnceOnly, request: Request, code: Code, body: Note | None = None, if_match: IfMatch = None
) -> Response:
    """Close an appropriation whose year is over: what is committed and not paid goes on with the next year's of the
    same line; the rest goes on, too, or lapses, as the policy says of its source.
    """
    note = body.note if body else None
    budgets = request.app.state.budgets

    async def run() -> Response:
        return await _shown(tx, await closing.close(tx, code, note, budgets, utc_now(), if_match))

    return await once(run)


async def _shown(tx: Transaction, row: Record, status: int = 200) -> Response:
    changes = await queries.changes_of(tx, [row["id"]])
    return answer(appropriation_out(row, changes[row["id"]]), status, version=row["version"])
