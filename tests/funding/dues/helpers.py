"""Quarters of dues, years that are certified, and claims for their refund."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI

from services.funding.dues.policies import DuesParameters
from shared.field.calendar import china_day
from shared.field.policies import Policy, PolicyBook
from tests.funding.conftest import Funding, party_news

YEAR = china_day(datetime.now(UTC)).year - 1
HOST = "0190a000-0000-7000-8000-00000000a0a0"
HOLDER = "0190a000-0000-7000-8000-00000000b0b0"
PAPERS = {"list_reference": "QD-1", "slip_reference": "HD-1", "host_id": HOST}


def allow_refunds(app: FastAPI) -> None:
    """Refunds as Shanghai has them, of one quarter, and claimed on any day of two years."""
    refund = {"share_bp": 10_000, "remit_until": "12-31", "claim_from": "01-01", "claim_until": "12-31"}
    parameters = DuesParameters.model_validate({"quarters_needed": 1, "interest_in_base": True, "refund": refund})
    app.state.dues = PolicyBook([Policy("test-dues", "33", date(2013, 1, 1), None, "tests", parameters)])


def quarter(number: int = 4, **changes: Any) -> dict[str, Any]:
    """A quarter in which 100 fen were collected, 80 remitted, and 20 retained."""
    remitted = changes.get("remitted_fen", 80)
    on = date(YEAR, 3 * number, 28).isoformat()
    line = {"kind": "bank_line", "of": "remitted", "reference": f"YH-{number}", "on": on, "amount_fen": remitted}
    return {
        "holder_id": HOLDER,
        "holder_kind": "party_organization",
        "holder_name": "中共西湖区蓝天社工服务中心支部",
        "division": "330106",
        "year": YEAR,
        "quarter": number,
        "collected_fen": 100,
        "remitted_fen": remitted,
        "retained_fen": 100 - remitted,
        "interest_fen": 1,
        "papers": [line] if remitted else [],
        **changes,
    }


async def record(funding: Funding, given: dict[str, Any]) -> httpx.Response:
    """Send a quarter."""
    return await funding.http.post("/v1/dues", json=given)


async def recorded(funding: Funding, *given: dict[str, Any]) -> dict[str, Any]:
    """The year after these quarters."""
    for one in given:
        response = await record(funding, one)
        assert response.status_code == 201, response.text
    year: dict[str, Any] = response.json()
    return year


async def certified(funding: Funding, *, known: bool = True, **changes: Any) -> dict[str, Any]:
    """A year of one quarter, certified; its holder covers an organization, where the registry's news are `known`."""
    holder = changes.setdefault("holder_id", str(uuid4()))
    if known:
        await funding.deliver(party_news(holder, uuid4(), division=changes.get("division", "330106")))
    year = await recorded(funding, quarter(4, **changes))
    done = await funding.http.post(f"/v1/dues/{year['id']}/certification")
    assert done.status_code == 200, done.text
    found: dict[str, Any] = done.json()
    return found


async def claim(funding: Funding, dues_id: str, amount: int, **changes: Any) -> httpx.Response:
    """Claim a year's refund."""
    body = {"dues_id": dues_id, "amount_fen": amount, "list_reference": "QD-1", "slip_reference": "HD-1", **changes}
    return await funding.http.post("/v1/dues-refunds", json=body, headers={"Idempotency-Key": str(uuid4())})


async def step(funding: Funding, claim_id: str, name: str) -> httpx.Response:
    """Take a claim a step further."""
    body = {} if name == "acceptance" else {"reason": "清单有误"}
    return await funding.http.post(f"/v1/dues-refunds/{claim_id}/{name}", json=body)


async def pooled(funding: Funding, dues_id: str, share: int = 1000) -> dict[str, Any]:
    """A pool of certified dues."""
    response = await funding.http.post("/v1/award-pools", json={"dues_id": dues_id, "share_bp": share})
    assert response.status_code == 201, response.text
    pool: dict[str, Any] = response.json()
    return pool
