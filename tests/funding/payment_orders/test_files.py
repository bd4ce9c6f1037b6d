"""The file of an order: its columns are those of the policy of its day."""

from dataclasses import replace
from datetime import date

from services.funding.payment_orders.policies import PaymentParameters
from shared.field.policies import PolicyBook
from tests.funding.conftest import Funding
from tests.funding.payment_orders.helpers import ordered, payable


async def test_file__is_of_the_policy_of_its_day_in_china(funding: Funding) -> None:
    """Where the policy of the order is not known any more, that of the day: 1 January begins at 16:00 of UTC."""
    order = await ordered(funding, await payable(funding))
    [before] = funding.app.state.payments.policies
    changed = before.parameters.model_dump()
    changed["layouts"][order["layout"]][0]["name"] = "新列名"
    after = replace(
        before,
        id="new",
        effective_from=date(2026, 1, 1),
        parameters=PaymentParameters.model_validate(changed),
    )
    funding.app.state.payments = PolicyBook([replace(before, id="old"), after])
    await funding.change(
        "ALTER TABLE payment_orders DISABLE TRIGGER USER",
        "UPDATE payment_orders SET ordered_at = '2025-12-31T17:00:00Z'",
        "ALTER TABLE payment_orders ENABLE TRIGGER USER",
    )
    answered = await funding.http.get(f"/v1/payment-orders/{order['id']}/file", params={"format": "csv"})
    assert answered.text.lstrip("\ufeff").startswith("新列名,")
