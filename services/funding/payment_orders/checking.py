"""Whether a grant that is paid by itself has a verified account, where its region asks for one."""

from uuid import UUID

from services.funding.grants.errors import PayeesNotVerified
from services.funding.grants.queries import get
from services.funding.payees.queries import verified_of
from services.funding.payment_orders.policies import PaymentPolicies
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.field.calendar import china_day


async def check_payee(tx: Transaction, grant_id: UUID, policies: PaymentPolicies) -> None:
    """Raises PayeesNotVerified (409)."""
    grant = await get(tx, grant_id)
    policy = None if grant is None else policies.in_force(grant["division"], china_day(utc_now()))
    if grant is None or policy is None or not policy.parameters.verified_payee_for_single_payment:
        return
    async with tx.system_scope():
        verified = await verified_of(tx, [grant["recipient_id"]])
    if not verified:
        raise PayeesNotVerified(count=1, recipient=grant["recipient_id"])
