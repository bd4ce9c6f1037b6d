"""A statement shows each step with the amount that it was taken at, whatever became of the grant since."""

from typing import Any

from tests.funding.conftest import Funding
from tests.funding.grants.settling.helpers import done, paid, reported, voucher

WHY = {"reason": "核减", "reference": "TZ-1"}


async def steps_of(funding: Funding, grant: dict[str, Any]) -> list[tuple[str, int]]:
    lines = (await funding.get(f"/v1/statements/{grant['recipient_id']}"))["items"]
    return [
        (one["what"], one["amount_fen"]) for one in lines if (one["kind"], one["grant_id"]) == ("step", grant["id"])
    ]


async def test_statement__earlier_steps_keep_their_amount_after_an_amendment(funding: Funding) -> None:
    [grant] = await funding.raised(1, "review", "approval")
    await done(funding, grant["id"], "amendment", amount_fen=280_000, **WHY)
    for step in ("review", "approval"):
        assert (await funding.http.post(f"/v1/grants/{grant['id']}/{step}")).status_code == 200
    await done(funding, grant["id"], "amendment", amount_fen=290_000, **WHY)
    for step in ("review", "approval", "payment"):
        key = {"Idempotency-Key": f"again-{step}"}
        assert (await funding.http.post(f"/v1/grants/{grant['id']}/{step}", headers=key)).status_code == 200
    assert await steps_of(funding, grant) == [
        ("raised", 300_000),
        ("review", 300_000),
        ("approval", 300_000),
        ("amendment", 280_000),
        ("review", 280_000),
        ("approval", 280_000),
        ("amendment", 290_000),
        ("review", 290_000),
        ("approval", 290_000),
        ("payment", 290_000),
    ]


async def test_statement__a_payment_that_came_back_was_of_the_amount_before(funding: Funding) -> None:
    [grant] = await funding.raised(1, "review", "approval", "payment")
    await done(funding, grant["id"], "amendment", amount_fen=250_000, **WHY)
    await done(funding, grant["id"], "bank-return", reference="TP-1", returned_on="2026-11-02", reason="账号不符")
    assert await steps_of(funding, grant) == [
        ("raised", 300_000),
        ("review", 300_000),
        ("approval", 300_000),
        ("payment", 300_000),
        ("amendment", 250_000),
        ("bank_return", 250_000),
    ]


async def test_statement__what_follows_a_payment_has_its_own_amount(funding: Funding) -> None:
    grant = await funding.get(f"/v1/grants/{await paid(funding)}")
    await reported(funding, grant["id"], voucher(amount_fen=299_000))
    await done(funding, grant["id"], "settlement", used_fen=290_000, grade="良")
    back = {"reference": "HD-1", "returned_on": "2026-11-02"}
    await done(funding, grant["id"], "balance-return", amount_fen=9_999, **back)
    assert await steps_of(funding, grant) == [
        ("raised", 300_000),
        ("review", 300_000),
        ("approval", 300_000),
        ("payment", 300_000),
        ("use_report", 299_000),
        ("final_settlement", 290_000),
        ("balance_return", 9_999),
    ]
