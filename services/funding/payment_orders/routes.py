"""GET payment orders; POST one, and its withdrawal."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.funding.grants.errors import (
    GrantOrdered,
    PayeesNotVerified,
    PaymentContradicted,
    RecipientDissolved,
    SummaryDiffers,
)
from services.funding.payees.errors import PayeeBroken, PayeesUnavailable
from services.funding.payment_orders import actions, queries
from services.funding.payment_orders.errors import OrderAnswered, OtherChannel
from services.funding.payment_orders.rules import OrderState
from services.funding.payment_orders.schemas import (
    OrderEntry,
    OrderIn,
    OrderOut,
    OrderWithdrawalBody,
    PaymentPolicyOut,
    order_entry,
    order_out,
)
from services.funding.policies import Channel
from shared.db.base import utc_now
from shared.db.sealing import FieldKeys
from shared.db.session import Record, Transaction
from shared.problems.access import OutsideScope, check_reach
from shared.problems.duties import SameHand
from shared.problems.problems import (
    BadCursor,
    IdempotencyKeyRequired,
    IllegalTransition,
    InvalidInput,
    NotFound,
    PreconditionFailed,
)
from shared.problems.versions import check_version
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.knowledge import create_policies
from shared.web.once import OnceOnly, OnceWithKey
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/payment-orders", tags=["payment-orders"], route_class=GuardedRoute)
policy_router = create_policies("/payment-policies", "payments", PaymentPolicyOut, Permission.GRANTS_READ)


def keys_of(request: Request) -> FieldKeys:
    """The keys that accounts are sealed with. Raises PayeesUnavailable."""
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
    return await show_order(tx, await find_order(tx, order_id))


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
        PreconditionFailed,
        SameHand,
        SummaryDiffers,
        RecipientDissolved,
        GrantOrdered,
        PaymentContradicted,
        OtherChannel,
        PayeesNotVerified,
        PayeesUnavailable,
        PayeeBroken,
    ),
)
async def create_payment_order(
    tx: Tx, once: OnceWithKey, request: Request, body: OrderIn, if_match: IfMatch = None
) -> Response:
    """Order the payment of approved grants, all or none, to their verified accounts. Needs an Idempotency-Key.

    By somebody else than drafted, reviewed or approved any of them. Nothing is posted yet: the bank's return pays.
    """
    check_reach(tx.access, body.division)
    check_version(if_match, None)
    keys = keys_of(request)

    async def run() -> Response:
        state = request.app.state
        row = await actions.order(
            tx, body.asked(), keys=keys, schemes=state.schemes, policies=state.payments, now=utc_now()
        )
        return await show_order(tx, row, 201)

    return await once(run)


@router.post(
    "/{order_id}/withdrawal",
    dependencies=[requires(Permission.GRANTS_PAY)],
    response_model=OrderOut,
    responses=problems(NotFound, InvalidInput, PreconditionFailed, IllegalTransition, SameHand, OrderAnswered),
)
async def withdraw_payment_order(
    tx: Tx, once: OnceOnly, order_id: UUID, body: OrderWithdrawalBody, if_match: IfMatch = None
) -> Response:
    """Take an order back of which the bank never took the file, with a reason, by somebody else than who ordered it.

    Its grants can be ordered or paid again, and no file of it is made any more. What the bank reports as paid all the
    same waits in the order again, unless the grant is ordered or paid elsewhere by then.
    """

    async def run() -> Response:
        return await show_order(tx, await actions.withdraw(tx, order_id, body.reason, utc_now(), if_match))

    return await once(run)


async def find_order(tx: Transaction, order_id: UUID) -> Record:
    """The order's row. Raises NotFound."""
    row = await queries.get(tx, order_id)
    if row is None:
        raise NotFound(what="payment order")
    return row


async def show_order(tx: Transaction, row: Record, status: int = 200) -> Response:
    """The order with its lines and returns."""
    lines, returns = await queries.lines_of(tx, [row["id"]]), await queries.returns_of(tx, [row["id"]])
    return answer(order_out(row, lines[row["id"]], returns[row["id"]]), status, version=row["version"])
