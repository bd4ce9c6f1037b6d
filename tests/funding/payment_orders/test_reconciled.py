"""What `shuangfu reconcile` asks of grants, however they went through their orders: what is missing alone is found."""

from services.funding.reconciliation import RECONCILIATION
from shuangfu.reconciliation.versions import Numbered, gaps
from tests.conftest import TokenFor
from tests.funding.conftest import Funding
from tests.funding.grants.settling.helpers import done, require, voucher
from tests.funding.payment_orders.helpers import bank, ordered, payable, take_return

_BEHIND = Numbered("grants", "id", "version").behind(RECONCILIATION.unannounced)


async def _differing(funding: Funding) -> set[str]:
    """The checks that find something."""
    statements = {one.name: one.violations for one in RECONCILIATION.invariants}
    statements |= {"gaps": gaps(RECONCILIATION.unannounced), "behind": _BEHIND}
    return {name for name, sql in statements.items() if await funding.rows(sql)}


async def _lead(funding: Funding, token_for: TokenFor) -> str:
    """A grant that was ordered, withdrawn, amended, refused by the bank, paid, reported and settled."""
    require(funding.app)
    [grant] = await payable(funding)
    order = await ordered(funding, [grant])
    other = {"Authorization": f"Bearer {token_for(subject='withdrawer')}"}
    path = f"/v1/payment-orders/{order['id']}/withdrawal"
    assert (await funding.http.post(path, json={"reason": "国库未接收"}, headers=other)).status_code == 200
    await done(funding, grant["id"], "amendment", amount_fen=280_000, reason="人数更正", reference="TZ-1")
    for step in ("review", "approval"):
        again = {"Idempotency-Key": f"{step} again"}
        grant = (await funding.http.post(f"/v1/grants/{grant['id']}/{step}", headers=again)).json()
    for result in ("失败", "成功"):
        order = await ordered(funding, [grant])
        row = (order["lines"][0]["reference"], result, "2800.00", "")
        assert (await take_return(funding, order, bank(row))).status_code == 201
    await done(funding, grant["id"], "use-report", vouchers=[voucher(amount_fen=200_000)])
    await done(funding, grant["id"], "settlement", used_fen=200_000, grade="良")
    return str(grant["id"])


async def test_reconcile__a_version_that_publishes_nothing_is_no_gap(funding: Funding, token_for: TokenFor) -> None:
    await _lead(funding, token_for)
    assert await _differing(funding) == set()


async def test_reconcile__an_amendment_after_payment_publishes_nothing_either(funding: Funding) -> None:
    [grant] = await funding.raised(1, "review", "approval", "payment")
    await done(funding, grant["id"], "amendment", amount_fen=280_000, reason="人数更正", reference="TZ-1")
    assert await _differing(funding) == set()


async def test_reconcile__a_step_whose_event_is_missing_is_found(funding: Funding, token_for: TokenFor) -> None:
    grant = await _lead(funding, token_for)
    await funding.change(f"DELETE FROM outbox WHERE subject = '{grant}' AND type LIKE '%.paid.v1'")
    assert await _differing(funding) == {"gaps"}


async def test_reconcile__a_version_that_no_step_explains_is_found(funding: Funding, token_for: TokenFor) -> None:
    grant = await _lead(funding, token_for)
    await funding.change(f"UPDATE grants SET version = version + 1 WHERE id = '{grant}'")
    assert await _differing(funding) == {"behind"}
