"""GET payment orders and their files; POST one, and what the bank returned of it."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, Query, Request, Response, UploadFile

from services.funding.grants.errors import GrantOrdered, PayeesNotVerified, RecipientDissolved, SummaryDiffers
from services.funding.ledger.errors import NotInChart, PeriodShut
from services.funding.payees.errors import PayeeBroken, PayeesUnavailable
from services.funding.payment_orders import actions, queries, returning
from services.funding.payment_orders.errors import TOO_LARGE, OtherChannel
from services.funding.payment_orders.files import MEDIA_TYPES, FileFormat, write_file
from services.funding.payment_orders.rules import OrderState
from services.funding.payment_orders.schemas import (
    OrderEntry,
    OrderIn,
    OrderOut,
    PaymentPolicyOut,
    order_entry,
    order_out,
)
from services.funding.policies import Channel
from shared.db.base import utc_now
from shared.db.sealing import FieldKeys
from shared.db.session import Database, Record, Transaction
from shared.problems.access import OutsideScope, check_reach
from shared.problems.duties import SameHand
from shared.problems.problems import (
    BadCursor,
    FieldError,
    IdempotencyKeyRequired,
    IllegalTransition,
    InvalidInput,
    NotFound,
)
from shared.web.documents.answering import file_response
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.knowledge import create_policies
from shared.web.once import OnceWithKey
from shared.web.routes import Cursor, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/payment-orders", tags=["payment-orders"], route_class=GuardedRoute)
policy_router = create_policies("/payment-policies", "payments", PaymentPolicyOut, Permission.GRANTS_READ)

_CONTENTS: dict[str, dict[str, Any]] = {
    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
    **{kind: {} for kind in MEDIA_TYPES.values()},
}


def _keys(request: Request) -> FieldKeys:
    keys: FieldKeys | None = request.app.state.account_keys
    if keys is None:
        raise PayeesUnavailable
    return keys


@router.get(
    "",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=Page[OrderEntry],
    responses=problems(InvalidInput, BadCursor),
)
async def list_payment_orders(
    tx: Tx,
    channel: Channel | None = None,
    state: OrderState | None = None,
    division: DivisionFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Payment orders, with how many of their lines were paid, failed, or are open."""
    after = decode_id_cursor(cursor)
    rows = await queries.list_orders(tx, channel=channel, state=state, division=division, after=after, limit=limit)
    return page(rows, limit, order_entry)


@router.get(
    "/{order_id}",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=OrderOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_payment_order(tx: Tx, order_id: UUID) -> Response:
    """One payment order: its lines, and what the bank returned of them."""
    return await _shown(tx, await _found(tx, order_id))


@router.post(
    "",
    status_code=201,
    dependencies=[requires(Permission.GRANTS_PAY)],
    response_model=OrderOut,
    responses=problems(
        NotFound,
        InvalidInput,
        OutsideScope,
        IdempotencyKeyRequired,
        IllegalTransition,
        SameHand,
        SummaryDiffers,
        RecipientDissolved,
        GrantOrdered,
        OtherChannel,
        PayeesNotVerified,
        PayeesUnavailable,
        PayeeBroken,
    ),
)
async def create_payment_order(tx: Tx, once: OnceWithKey, request: Request, body: OrderIn) -> Response:
    """Order the payment of approved grants, all or none, to their verified accounts. Needs an Idempotency-Key.

    By somebody else than drafted, reviewed or approved any of them. Nothing is posted yet: the bank's return pays.
    """
    check_reach(tx.access, body.division)
    keys = _keys(request)

    async def run() -> Response:
        state = request.app.state
        row = await actions.order(
            tx, body.asked(), keys=keys, schemes=state.schemes, policies=state.payments, now=utc_now()
        )
        return await _shown(tx, row, 201)

    return await once(run)


@router.get(
    "/{order_id}/file",
    dependencies=[requires(Permission.GRANTS_PAY)],
    response_class=Response,
    responses={
        200: {"content": _CONTENTS},
        **problems(NotFound, InvalidInput, PayeesUnavailable, PayeeBroken),
    },
)
async def get_payment_file(
    tx: Tx,
    request: Request,
    order_id: UUID,
    file_format: Annotated[FileFormat, Query(alias="format", description="xlsx or csv")] = "xlsx",
) -> Response:
    """The order for the treasury or the bank, with its totals. The accounts stand in it: each reading is audited."""
    keys = _keys(request)
    row = await _found(tx, order_id)
    lines = await queries.sealed_lines(tx, order_id)
    accounts = [actions.open_line(keys, line) for line in lines]
    await queries.note_reading(tx, row)
    policies = request.app.state.payments
    policy = next((one for one in policies.policies if one.id == row["policy"]), None) or policies.get(
        row["division"], row["ordered_at"].date()
    )
    columns = policy.parameters.layouts[row["layout"]]
    content = await asyncio.to_thread(write_file, row, lines, accounts, columns, file_format)
    return file_response(content, MEDIA_TYPES[file_format], f"{row['number']}.{file_format}")


@router.post(
    "/{order_id}/returns",
    status_code=201,
    dependencies=[requires(Permission.GRANTS_PAY)],
    response_model=OrderOut,
    responses=problems(
        NotFound,
        InvalidInput,
        IllegalTransition,
        SameHand,
        GrantOrdered,
        NotInChart,
        PeriodShut,
        beside={200: {"model": OrderOut}},
    ),
)
async def return_payment_order(
    request: Request,
    order_id: UUID,
    file: Annotated[UploadFile, File(description="csv or xlsx, at most 1,000,000 bytes; the first row names columns")],
) -> Response:
    """Take over what the bank returned: 201 new, 200 the same file again, which changes nothing.

    What it paid is posted, once; what it refused can be ordered again. A row of another amount, and one that nobody
    ordered, are kept and shown.
    """
    content = await file.read(returning.MOST_BYTES + 1)
    if len(content) > returning.MOST_BYTES:
        raise InvalidInput([FieldError("/file", TOO_LARGE, (("limit", returning.MOST_BYTES),))])
    table = await returning.read_table(content, file.filename or "")
    state, access = request.app.state, request.state.access
    database: Database = state.database
    # Opened only now, so that no transaction is idle while the file is read.
    async with database.transaction(access) as tx:
        row, new = await returning.take_over(
            tx,
            order_id,
            content,
            table,
            policies=state.payments,
            schemes=state.schemes,
            charts=state.charts,
            now=utc_now(),
        )
        return await _shown(tx, row, 201 if new else 200)


async def _found(tx: Transaction, order_id: UUID) -> Record:
    row = await queries.get(tx, order_id)
    if row is None:
        raise NotFound(what="payment order")
    return row


async def _shown(tx: Transaction, row: Record, status: int = 200) -> Response:
    lines, returns = await queries.lines_of(tx, [row["id"]]), await queries.returns_of(tx, [row["id"]])
    return answer(order_out(row, lines[row["id"]], returns[row["id"]]), status, version=row["version"])
