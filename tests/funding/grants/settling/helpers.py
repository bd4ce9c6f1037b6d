"""A scheme whose grants are accounted for, and paid grants of it."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

import httpx
from fastapi import FastAPI

from services.funding.requirements import AfterPayment
from shared.field.policies import PolicyBook
from tests.funding.conftest import Funding

ANNUAL = "hz-2013-annual"
AFTER = AfterPayment(
    requires=("use_report", "settlement"),
    use_report_days=180,
    settlement_days=270,
    return_days=30,
    grades=("优", "良", "中", "差"),
)
PAID = 300_000


def require(app: FastAPI, **changes: Any) -> None:
    """The annual scheme of Hangzhou requires reports of use and a settlement from now on."""
    scheme = next(one for one in app.state.schemes.policies if one.parameters.scheme == ANNUAL)
    after = AfterPayment.model_validate(AFTER.model_dump() | changes)
    changed = replace(scheme, parameters=scheme.parameters.model_copy(update={"after_payment": after}))
    others = [one for one in app.state.schemes.policies if one.id != scheme.id]
    app.state.schemes = PolicyBook([*others, changed])


async def paid(funding: Funding, **changes: Any) -> str:
    """A paid grant of 3,000 yuan that is to be accounted for."""
    require(funding.app, **changes)
    [grant] = await funding.raised(1, "review", "approval", "payment")
    return str(grant["id"])


def voucher(reference: str = "V-1", amount_fen: int = PAID, **changes: Any) -> dict[str, Any]:
    """A voucher of the use."""
    return {"reference": reference, "on": "2026-09-01", "amount_fen": amount_fen, "purpose": "党员教育培训", **changes}


async def send(funding: Funding, grant_id: str, step: str, **body: Any) -> httpx.Response:
    """A step after the payment."""
    key = {"Idempotency-Key": sha256(repr((grant_id, step, sorted(body.items()))).encode()).hexdigest()}
    return await funding.http.post(f"/v1/grants/{grant_id}/{step}", json=body, headers=key)


async def done(funding: Funding, grant_id: str, step: str, **body: Any) -> dict[str, Any]:
    """A step that must succeed."""
    response = await send(funding, grant_id, step, **body)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def reported(funding: Funding, grant_id: str, *vouchers: dict[str, Any]) -> dict[str, Any]:
    """A report of the use."""
    return await done(funding, grant_id, "use-report", vouchers=list(vouchers) or [voucher()])


def slug(response: httpx.Response) -> tuple[int, str]:
    """Status and kind of a problem."""
    return response.status_code, response.json()["type"].rpartition(":")[2]
