"""POST that a grant is paid by itself, without a payment order."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.funding.grants.errors import GrantOrdered, PayeesNotVerified, PaymentContradicted, RecipientDissolved
from services.funding.grants.routes import STEP_PROBLEMS, note_of, take
from services.funding.grants.schemas import GrantOut, Payment
from services.funding.ledger.errors import NotInChart
from shared.problems.problems import IdempotencyKeyRequired
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceWithKey
from shared.web.routes import IfMatch, Tx, problems
from shared.web.steps import Caller

router = APIRouter(prefix="/grants", tags=["grants"], route_class=GuardedRoute)


@router.post(
    "/{grant_id}/payment",
    dependencies=[requires(Permission.GRANTS_PAY)],
    response_model=GrantOut,
    responses=problems(
        *STEP_PROBLEMS,
        IdempotencyKeyRequired,
        RecipientDissolved,
        GrantOrdered,
        PaymentContradicted,
        PayeesNotVerified,
        NotInChart,
    ),
)
async def pay_grant(
    tx: Tx,
    caller: Caller,
    once: OnceWithKey,
    request: Request,
    grant_id: UUID,
    body: Payment | None = None,
    if_match: IfMatch = None,
) -> Response:
    """Pay a grant that is approved. Needs an Idempotency-Key: a repeat never pays twice.

    A grant of a Party organization that was dissolved needs a reason, too; one that is in a payment order is paid by
    what the bank returns.
    """
    reason = body.reason if body else None

    async def run() -> Response:
        await request.app.state.check_payee(tx, grant_id, request.app.state.payments)
        return await take(tx, caller, request, "payment", grant_id, note_of(body), if_match, reason)

    return await once(run)
