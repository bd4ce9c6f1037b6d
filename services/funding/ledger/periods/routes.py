"""GET months; POST that one is closed, locked, or opened again."""

import re
from typing import Annotated

from fastapi import APIRouter, Path, Response

from services.funding.ledger.errors import PeriodNotOver
from services.funding.ledger.periods import actions, queries
from services.funding.ledger.periods.rules import PeriodState, PeriodStep
from services.funding.ledger.periods.schemas import PeriodOut, Reopening, period_out
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.problems.access import OutsideScope, check_reach
from shared.problems.duties import SameHand
from shared.problems.inputs import DivisionPrefix, Note
from shared.problems.problems import BadCursor, IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.problems.versions import Preconditions
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_cursor, encode_cursor, problems

router = APIRouter(prefix="/ledger/periods", tags=["ledger"], route_class=GuardedRoute)

_MONTH = r"[0-9]{4}-(0[1-9]|1[0-2])"
Month = Annotated[str, Path(pattern=f"^{_MONTH}$", description="a month, 2026-01")]
# No path has a division with a slash in it: 404.
_STEP_PROBLEMS = (NotFound, InvalidInput, OutsideScope, SameHand, PeriodNotOver, IllegalTransition, PreconditionFailed)


@router.get(
    "",
    dependencies=[requires(Permission.LEDGER_READ)],
    response_model=Page[PeriodOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_ledger_periods(
    tx: Tx,
    division: DivisionFilter = None,
    state: PeriodState | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Months that were closed once, by month and division; any other is open."""
    after = decode_cursor(cursor, 2)
    if after is not None and not (re.fullmatch(_MONTH, after[0]) and re.fullmatch(r"[0-9]{2,6}", after[1])):
        raise BadCursor
    rows = await queries.list_periods(tx, division=division, state=state, after=after, limit=limit)
    more = encode_cursor(rows[limit - 1]["month"], rows[limit - 1]["division"]) if len(rows) > limit else None
    return answer(Page(items=[period_out(row) for row in rows[:limit]], next_cursor=more))


async def _take(
    tx: Transaction, division: str, month: str, step: PeriodStep, reason: str | None, if_match: Preconditions | None
) -> Response:
    check_reach(tx.access, division)
    period = await actions.take_step(tx, division, month, step, utc_now(), reason=reason, if_match=if_match)
    return answer(period_out(period), version=period["version"])


@router.post(
    "/{division}/{month}/closing",
    dependencies=[requires(Permission.LEDGER_POST)],
    response_model=PeriodOut,
    responses=problems(*_STEP_PROBLEMS),
)
async def close_ledger_period(
    tx: Tx, once: OnceOnly, division: DivisionPrefix, month: Month, body: Note | None = None, if_match: IfMatch = None
) -> Response:
    """Close a month that is over: nothing more is posted into it, in the division and all inside it."""
    return await once(lambda: _take(tx, division, month, "closing", body.note if body else None, if_match))


@router.post(
    "/{division}/{month}/locking",
    dependencies=[requires(Permission.LEDGER_CONTROL)],
    response_model=PeriodOut,
    responses=problems(*_STEP_PROBLEMS),
)
async def lock_ledger_period(
    tx: Tx, once: OnceOnly, division: DivisionPrefix, month: Month, body: Note | None = None, if_match: IfMatch = None
) -> Response:
    """Lock a closed month for ever, by somebody else than who closed it; its balances are kept."""
    return await once(lambda: _take(tx, division, month, "locking", body.note if body else None, if_match))


@router.post(
    "/{division}/{month}/reopening",
    dependencies=[requires(Permission.LEDGER_CONTROL)],
    response_model=PeriodOut,
    responses=problems(*_STEP_PROBLEMS),
)
async def reopen_ledger_period(
    tx: Tx, once: OnceOnly, division: DivisionPrefix, month: Month, body: Reopening, if_match: IfMatch = None
) -> Response:
    """Open a month again that is closed and not locked; the reason is kept."""
    return await once(lambda: _take(tx, division, month, "reopening", body.reason, if_match))
