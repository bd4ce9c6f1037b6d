"""What may follow a payment, and what bars the caller from it: as the steps themselves answer."""

from typing import Any

from tests.conftest import TokenFor
from tests.funding.conftest import Funding
from tests.funding.grants.settling.helpers import done, paid, reported, slug, voucher
from tests.funding.grants.settling.test_settling import REASON

ROLES = ["reviewer", "payer", "approver", "district_officer"]
BODIES: dict[str, tuple[str, dict[str, Any]]] = {
    "use_report": ("use-report", {"vouchers": [voucher("V-9", 1)]}),
    "final_settlement": ("settlement", {"used_fen": 1, "grade": "优"}),
    "balance_return": ("balance-return", {"amount_fen": 1, "reference": "B-9", "returned_on": "2026-11-01"}),
    "amendment": ("amendment", {"amount_fen": 310_000, **REASON}),
    "reversal": ("reversal", REASON),
    "bank_return": ("bank-return", {"reference": "TP-9", "returned_on": "2026-11-01", "reason": "已销户"}),
}


async def shown(funding: Funding, token_for: TokenFor, grant: str, actor: str) -> dict[str, str | None]:
    """The steps and what bars each; one that is barred is tried, and refused by the same problem and sentence."""
    headers = {"Authorization": f"Bearer {token_for(ROLES, ['33'], actor)}"}
    found = await funding.http.get(f"/v1/grants/{grant}", headers=headers)
    assert found.status_code == 200, found.text
    steps = found.json()["next_steps"]
    for one in steps:
        if one["step"] in BODIES and not one["allowed"]:
            path, body = BODIES[one["step"]]
            key = {"Idempotency-Key": f"{actor}{grant}{one}"[:200].encode().hex()[:100]}
            refused = await funding.http.post(f"/v1/grants/{grant}/{path}", json=body, headers=headers | key)
            assert (slug(refused)[1], refused.json()["detail"]) == (one["problem"], one["reason"]), one
    return {one["step"]: one["problem"] for one in steps}


async def test_t35_next_steps__after_a_payment_say_what_bars_the_caller(funding: Funding, token_for: TokenFor) -> None:
    grant = await paid(funding)
    assert await shown(funding, token_for, grant, "hand-payment") == {
        "use_report": None,
        "final_settlement": "use-not-reported",
        "bank_return": "same-hand",
        "amendment": "same-hand",
        "reversal": "same-hand",
    }
    await reported(funding, grant, voucher(amount_fen=200_000))
    assert (await shown(funding, token_for, grant, "hand-use-report"))["final_settlement"] == "same-hand"
    assert (await shown(funding, token_for, grant, "other"))["final_settlement"] is None
    await done(funding, grant, "amendment", amount_fen=250_000, **REASON)
    assert (await shown(funding, token_for, grant, "hand-amendment"))["balance_return"] == "same-hand"
    await done(funding, grant, "settlement", used_fen=200_000, grade="良")
    assert await shown(funding, token_for, grant, "hand-settlement") == {
        "balance_return": "same-hand",
        "reversal": None,
    }
    await done(funding, grant, "reversal", **{**REASON, "reference": "CX-9"})
    assert await shown(funding, token_for, grant, "hand-reversal") == {"balance_return": "same-hand"}
    assert await shown(funding, token_for, grant, "other") == {"balance_return": None}


async def test_t35_next_steps__while_more_is_granted_beside_name_that_grant(
    funding: Funding, token_for: TokenFor
) -> None:
    grant = await paid(funding)
    await done(funding, grant, "amendment", amount_fen=320_000, **REASON)
    found = await shown(funding, token_for, grant, "other")
    assert (found["amendment"], found["reversal"]) == ("amended-beside", "amended-beside")
    [listed] = [one for one in await funding.grants() if one["id"] == grant]
    assert [one["problem"] for one in listed["next_steps"]][-2:] == ["amended-beside"] * 2
    [beside] = [one for one in await funding.grants() if one["amends"] == grant]
    assert await shown(funding, token_for, beside["id"], "other") == dict.fromkeys(("review", "amendment", "reversal"))
