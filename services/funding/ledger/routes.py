"""GET accounts, entries, and the ledger's check of itself."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from services.funding.ledger import queries
from services.funding.ledger.charts import accounts_on, name_accounts
from services.funding.ledger.schemas import AccountOut, CheckOut, EntryOut, account_out, entry_out
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.field.calendar import china_day
from shared.problems.inputs import Day
from shared.problems.problems import BadCursor, InvalidInput, NotFound
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Cursor, Lang, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/ledger", tags=["ledger"], route_class=GuardedRoute)

Code = Annotated[str, Path(max_length=20)]
On = Annotated[Day | None, Query(description="as of the end of this day")]
Source = Annotated[str | None, Query(max_length=40, description="of this source alone")]
Purpose = Annotated[str | None, Query(max_length=60, description="of this purpose alone")]


@router.get(
    "/accounts",
    dependencies=[requires(Permission.LEDGER_READ)],
    response_model=Page[AccountOut],
    responses=problems(InvalidInput),
)
async def list_ledger_accounts(
    tx: Tx,
    request: Request,
    language: Lang,
    division: DivisionFilter = None,
    on: On = None,
    source: Source = None,
    recipient: UUID | None = None,
    purpose: Purpose = None,
) -> Response:
    """Every account, with its balance in the division, at the end of a day, of one source, recipient or purpose."""
    rows = await queries.list_accounts(
        tx, division=division, on=on, source=source, recipient=recipient, purpose=purpose
    )
    accounts = name_accounts(rows, accounts_on(request.app.state.charts, division, on or china_day(utc_now())))
    return answer(Page(items=[account_out(row, language, on) for row in accounts], next_cursor=None))


@router.get(
    "/accounts/{code}",
    dependencies=[requires(Permission.LEDGER_READ)],
    response_model=AccountOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_ledger_account(
    tx: Tx,
    request: Request,
    language: Lang,
    code: Code,
    division: DivisionFilter = None,
    on: On = None,
    source: Source = None,
    recipient: UUID | None = None,
    purpose: Purpose = None,
) -> Response:
    """One account, with its balance in the division, at the end of a day, of one source, recipient or purpose."""
    rows = await queries.list_accounts(
        tx, division=division, code=code, on=on, source=source, recipient=recipient, purpose=purpose
    )
    chart = accounts_on(request.app.state.charts, division, on or china_day(utc_now()))
    found = name_accounts(rows, {known: one for known, one in chart.items() if known == code})
    if not found:
        raise NotFound(what="ledger account")
    return answer(account_out(found[0], language, on))


@router.get(
    "/accounts/{code}/entries",
    dependencies=[requires(Permission.LEDGER_READ)],
    response_model=Page[EntryOut],
    responses=problems(NotFound, InvalidInput, BadCursor),
)
async def list_ledger_account_entries(
    tx: Tx, request: Request, code: Code, division: DivisionFilter = None, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """Entries of one account, in the order of posting."""
    chart = accounts_on(request.app.state.charts, None, china_day(utc_now()))
    if code not in chart and not await queries.list_accounts(tx, division=None, code=code):
        raise NotFound(what="ledger account")
    return await _page(tx, cursor, limit, account=code, division=division)


@router.get(
    "/entries",
    dependencies=[requires(Permission.LEDGER_READ)],
    response_model=Page[EntryOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_ledger_entries(
    tx: Tx,
    account: Annotated[str | None, Query(max_length=20)] = None,
    transaction: UUID | None = None,
    grant: UUID | None = None,
    division: DivisionFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Entries of an account, a transaction or a grant."""
    return await _page(tx, cursor, limit, account=account, transaction=transaction, grant=grant, division=division)


@router.get(
    "/check",
    dependencies=[requires(Permission.LEDGER_READ)],
    response_model=CheckOut,
)
async def check_ledger(tx: Tx) -> Response:
    """Recompute all from the entries: transactions that do not sum to zero, balances that are not their fold."""
    return answer(CheckOut.model_validate(await queries.check(tx)))


async def _page(
    tx: Transaction,
    cursor: str | None,
    limit: int,
    *,
    account: str | None,
    division: str | None,
    transaction: UUID | None = None,
    grant: UUID | None = None,
) -> Response:
    rows = await queries.list_entries(
        tx,
        account=account,
        transaction=transaction,
        grant=grant,
        division=division,
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    return page(rows, limit, entry_out)
