"""Quarters of dues, years that are certified, and claims for their refund."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI

from services.funding.dues.policies import DuesParameters
from services.funding.policies import SchemeParameters
from shared.field.calendar import china_day
from shared.field.policies import Policy, PolicyBook
from tests.funding.conftest import Funding, party_news

YEAR = china_day(datetime.now(UTC)).year - 1
HOST = "0190a000-0000-7000-8000-00000000a0a0"
HOLDER = "0190a000-0000-7000-8000-00000000b0b0"
CODE = "sh-2015-dues-refund"
AMOUNT = {"rule": "refund", "remit_until": "12-31", "claim_until": "12-31"}
PAPERS = {"list_reference": "QD-1", "slip_reference": "HD-1", "host_id": HOST}


def allow_refunds(app: FastAPI) -> None:
    """Refunds as Shanghai has them, also in Zhejiang, of a year of one quarter, and claimed in all of the next."""
    parameters = DuesParameters.model_validate({"quarters_needed": 1, "interest_in_base": True})
    app.state.dues = PolicyBook([Policy("test-dues", "3", date(2013, 1, 1), None, "tests", parameters)])
    found = next(one for one in app.state.schemes.policies if one.parameters.scheme == CODE)
    content = {**found.parameters.model_dump(), "amount": AMOUNT}
    scheme = replace(found, id="test-refund", region="3", parameters=SchemeParameters.model_validate(content))
    others = [one for one in app.state.schemes.policies if one.parameters.scheme != CODE]
    app.state.schemes = PolicyBook([*others, scheme])


def quarter(number: int = 4, **changes: Any) -> dict[str, Any]:
    """A quarter in which 100 fen were collected, 80 remitted, and 20 retained."""
    collected, remitted = changes.get("collected_fen", 100), changes.get("remitted_fen", 80)
    on = date(YEAR, 3 * number, 28).isoformat()
    voucher = {
        "kind": "voucher",
        "of": "collected",
        "reference": f"JZ-{number}",
        "on": on,
        "amount_fen": max(collected, 1),
    }
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
        "papers": [voucher, *([line] if remitted else [])],
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


async def pooled(funding: Funding, dues_id: str, share: int = 1000) -> dict[str, Any]:
    """A pool of certified dues."""
    response = await funding.http.post("/v1/award-pools", json={"dues_id": dues_id, "share_bp": share})
    assert response.status_code == 201, response.text
    pool: dict[str, Any] = response.json()
    return pool
