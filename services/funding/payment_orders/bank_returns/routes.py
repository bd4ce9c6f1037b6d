"""POST that the bank sent a grant's payment back."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.funding.grants.errors import PaymentUsed
from services.funding.grants.routes import STEP_PROBLEMS, grant_shown
from services.funding.grants.schemas import GrantOut
from services.funding.ledger.errors import PeriodShut
from services.funding.payment_orders.bank_returns.actions import take_bank_return
from services.funding.payment_orders.bank_returns.schemas import BankReturnIn
from shared.db.base import utc_now
from shared.problems.problems import IdempotencyKeyRequired
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceWithKey
from shared.web.routes import IfMatch, Tx, problems
from shared.web.steps import Caller

router = APIRouter(prefix="/grants", tags=["grants"], route_class=GuardedRoute)


@router.post(
    "/{grant_id}/bank-return",
    dependencies=[requires(Permission.GRANTS_PAY)],
    response_model=GrantOut,
    responses=problems(*STEP_PROBLEMS, IdempotencyKeyRequired, PaymentUsed, PeriodShut),
)
async def return_grant_payment(
    tx: Tx,
    caller: Caller,
    once: OnceWithKey,
    request: Request,
    grant_id: UUID,
    body: BankReturnIn,
    if_match: IfMatch = None,
) -> Response:
    """Record by the bank's slip that a payment came back. Needs an Idempotency-Key; by another than who paid it.

    The posting of the payment is taken back by one that names it; the grant is owed again, and can be ordered, paid or
    amended. One whose use was reported is not.
    """

    async def run() -> Response:
        grant = await take_bank_return(tx, grant_id, utc_now(), **body.model_dump(), if_match=if_match)
        return await grant_shown(tx, caller, request.app.state.schemes, grant)

    return await once(run)
