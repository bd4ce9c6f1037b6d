"""POST a forecast of a year's need; GET it, its lines, what no appropriation pays, and what it was computed of."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.funding.forecasts import actions, queries
from services.funding.forecasts.schemas import (
    ForecastFundOut,
    ForecastIn,
    ForecastInputOut,
    ForecastLineOut,
    ForecastOut,
    forecast_out,
    fund_out,
    input_out,
    line_out,
)
from shared.contracts.base import PartyOrganizationKind
from shared.db.base import utc_now
from shared.db.session import Record, Transaction
from shared.problems.access import OutsideScope, check_reach
from shared.problems.problems import BadCursor, InvalidInput, NotFound
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, Limit, Page, Tx, answer, decode_cursor, decode_id_cursor, page, problems

router = APIRouter(prefix="/forecasts", tags=["forecasts"], route_class=GuardedRoute)
_DIGITS = 9

SchemeFilter = Annotated[str | None, Query(max_length=60)]
SourceFilter = Annotated[str | None, Query(max_length=40)]


@router.post(
    "",
    status_code=201,
    dependencies=[requires(Permission.BUDGETS_WRITE)],
    response_model=ForecastOut,
    responses=problems(InvalidInput, OutsideScope),
)
async def create_forecast(tx: Tx, once: OnceOnly, request: Request, body: ForecastIn) -> Response:
    """Compute what grants of a year need, by the schemes in force then or by others, of what is known or assumed.

    It is kept with all that it was computed of. No grant is raised by it.
    """
    check_reach(tx.access, body.division)
    state = request.app.state

    async def run() -> Response:
        books = actions.Books(state.schemes, state.budgets, state.award_pools)
        return answer(forecast_out(await actions.forecast(tx, body, books, utc_now())), 201)

    return await once(run)


@router.get(
    "",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=Page[ForecastOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_forecasts(
    tx: Tx,
    year: Annotated[int | None, Query(ge=1949, le=9999)] = None,
    division: DivisionFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Forecasts, the newest first."""
    before = decode_id_cursor(cursor)
    rows = await queries.list_forecasts(tx, year=year, division=division, before=before, limit=limit)
    return page(rows, limit, forecast_out)


@router.get(
    "/{forecast_id}",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=ForecastOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_forecast(tx: Tx, forecast_id: UUID) -> Response:
    """One forecast: totals by scheme and source, by which policies, and what was left out."""
    return answer(forecast_out(await _found(tx, forecast_id)))


@router.get(
    "/{forecast_id}/lines",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=Page[ForecastLineOut],
    responses=problems(NotFound, InvalidInput, BadCursor),
)
async def list_forecast_lines(
    tx: Tx,
    forecast_id: UUID,
    division: DivisionFilter = None,
    scheme: SchemeFilter = None,
    source: SourceFilter = None,
    kind: PartyOrganizationKind | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """What each scheme needs in each division for each kind, with reasons."""
    after = _read(cursor)
    await _found(tx, forecast_id)
    rows = await queries.list_lines(
        tx, forecast_id, division=division, scheme=scheme, source=source, kind=kind, after=after, limit=limit
    )
    return page(rows, limit, line_out, key="number")


@router.get(
    "/{forecast_id}/funds",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=Page[ForecastFundOut],
    responses=problems(NotFound, InvalidInput, BadCursor),
)
async def list_forecast_funds(
    tx: Tx,
    forecast_id: UUID,
    division: DivisionFilter = None,
    source: SourceFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """What is needed of each line of the budget, what is left of its appropriation, and what is unfunded."""
    after = _read(cursor)
    await _found(tx, forecast_id)
    rows = await queries.list_funds(tx, forecast_id, division=division, source=source, after=after, limit=limit)
    return page(rows, limit, fund_out, key="number")


@router.get(
    "/{forecast_id}/inputs",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=Page[ForecastInputOut],
    responses=problems(NotFound, InvalidInput, BadCursor),
)
async def list_forecast_inputs(tx: Tx, forecast_id: UUID, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """What the forecast was computed of: counts, entries of lists, dues, as they were known or given then."""
    after = _read(cursor)
    await _found(tx, forecast_id)
    rows = await queries.list_inputs(tx, forecast_id, after, limit)
    return page(rows, limit, input_out, key="number")


def _read(cursor: str | None) -> int:
    """The number that a page ends with; 0 for the first page. Raises BadCursor (422)."""
    key = decode_cursor(cursor, 1)
    if key is None:
        return 0
    if not (key[0].isascii() and key[0].isdigit() and len(key[0]) <= _DIGITS):
        raise BadCursor
    return int(key[0])


async def _found(tx: Transaction, forecast_id: UUID) -> Record:
    row = await queries.get(tx, forecast_id)
    if row is None:
        raise NotFound(what="forecast")
    return row
