"""Appropriations that were entered and confirmed, and regions that ask for one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
from fastapi import FastAPI

from services.funding.appropriations.policies import BudgetParameters
from shared.field.calendar import china_day
from shared.field.policies import PolicyBook
from tests.funding.conftest import Funding

YEAR = china_day(datetime.now(UTC)).year


def appropriation(amount_fen: int = 1_000_000, **changes: Any) -> dict[str, Any]:
    """What pays the annual subsidies of Hangzhou this year."""
    return {
        "division": "3301",
        "year": YEAR,
        "source": "fiscal",
        "purpose": "annual",
        "amount_fen": amount_fen,
        "decided_on": "2026-01-20",
        "reason": "年初预算批复",
        **changes,
    }


async def put(funding: Funding, code: str = "B-1", version: int | None = None, **content: Any) -> httpx.Response:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    return await funding.http.put(f"/v1/appropriations/{code}", json=appropriation(**content), headers=headers)


async def confirm(funding: Funding, code: str = "B-1", status: int = 200) -> dict[str, Any]:
    answered = await funding.http.post(f"/v1/appropriations/{code}/confirmation")
    assert answered.status_code == status, answered.text
    found: dict[str, Any] = answered.json()
    return found


async def appropriated(funding: Funding, amount_fen: int, code: str = "B-1", **changes: Any) -> dict[str, Any]:
    """An appropriation that is in force."""
    entered = await put(funding, code, amount_fen=amount_fen, **changes)
    assert entered.status_code == 201, entered.text
    return await confirm(funding, code)


async def left(funding: Funding, code: str = "B-1") -> tuple[int, int, int]:
    """What is committed, paid and left."""
    found = await funding.get(f"/v1/appropriations/{code}")
    return found["committed_fen"], found["paid_fen"], found["left_fen"]


def budget_policy(app: FastAPI, **changes: Any) -> None:
    """Another policy everywhere."""
    [found] = app.state.budgets.policies
    parameters = BudgetParameters.model_validate(found.parameters.model_dump() | changes)
    app.state.budgets = PolicyBook([replace(found, parameters=parameters)])


def outcomes(grant: dict[str, Any], rule: str = "R-budget") -> Sequence[str]:
    return [one["outcome"] for one in grant["reasons"] if one["rule"] == rule]
