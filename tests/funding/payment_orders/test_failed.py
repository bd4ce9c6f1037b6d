"""What becomes of a grant whose payment failed: paid past its order, or the bank says otherwise later."""

from services.funding.reconciliation import RECONCILIATION
from tests.funding.conftest import Funding
from tests.funding.payment_orders.helpers import bank, grant_of, ordered, payable, take_return

[_ORDERS_OFF] = [one.violations for one in RECONCILIATION.invariants if one.table == "payment_order_lines"]


async def test_failed__paid_by_itself_is_paid_by_no_order(funding: Funding) -> None:
    [grant] = await payable(funding)
    order = await ordered(funding, [grant])
    [line] = order["lines"]
    await take_return(funding, order, bank((line["reference"], "失败", "3000.00", "户名不符")))
    await funding.take(grant["id"], "payment")
    found = await grant_of(funding, grant)
    assert (found["state"], found["order_id"], found["order_state"]) == ("paid", None, None)
    assert [one["step"] for one in found["history"]][-3:] == ["ordering", "payment_failed", "payment"]
    assert order["number"] in found["history"][-3]["note"]
    assert await funding.rows(_ORDERS_OFF) == []
    await funding.change(
        "ALTER TABLE grants DISABLE TRIGGER USER",
        f"UPDATE grants SET order_id = '{order['id']}', order_state = 'failed'",
        "ALTER TABLE grants ENABLE TRIGGER USER",
    )
    assert len(await funding.rows(_ORDERS_OFF)) == 1
