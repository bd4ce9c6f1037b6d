"""Many grants are reviewed and approved together: as many and as much as the caller says, or none."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.field.policies import PolicyBook
from tests.conftest import ALL_ROLES, PROVINCES, TokenFor
from tests.funding.conftest import Funding


async def send(funding: Funding, token_for: TokenFor, step: str, subject: str, **body: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token_for(ALL_ROLES, PROVINCES, subject)}"}
    return await funding.http.post(f"/v1/grants:{step}", json=body, headers=headers)


def slug(response: httpx.Response) -> str:
    return str(response.json()["type"]).rpartition(":")[2]


async def test_a_list_is_reviewed_and_approved_and_the_ledger_says_so(funding: Funding, token_for: TokenFor) -> None:
    ids = [one["id"] for one in await funding.raised(3)]
    whole: dict[str, Any] = {"ids": ids, "count": 3, "total_fen": 900_000}
    reviewed = await send(funding, token_for, "review", "乙", **whole)
    assert (reviewed.status_code, reviewed.json()["count"], reviewed.json()["total_fen"]) == (200, 3, 900_000)
    assert {one["state"] for one in reviewed.json()["grants"]} == {"reviewed"}
    approved = await send(funding, token_for, "approve", "丙", **whole, note="会议同意")
    assert {one["state"] for one in approved.json()["grants"]} == {"approved"}
    assert await funding.balance("2307") == -900_000


@pytest.mark.parametrize("wrong", [{"count": 2}, {"total_fen": 899_999}, {"total_fen": 900_001}, {"count": 4}])
async def test_a_summary_that_differs_changes_nothing(
    funding: Funding, token_for: TokenFor, wrong: dict[str, int]
) -> None:
    ids = [one["id"] for one in await funding.raised(3)]
    refused = await send(funding, token_for, "review", "乙", **{"ids": ids, "count": 3, "total_fen": 900_000} | wrong)
    assert (refused.status_code, slug(refused)) == (409, "summary-differs")
    assert {one["state"] for one in await funding.grants()} == {"raised"}


async def test_a_grant_named_twice_is_not_two(funding: Funding, token_for: TokenFor) -> None:
    [grant] = await funding.raised(1)
    twice = await send(funding, token_for, "review", "乙", ids=[grant["id"]] * 2, count=2, total_fen=600_000)
    assert (twice.status_code, slug(twice)) == (409, "summary-differs")
    once = await send(funding, token_for, "review", "乙", ids=[grant["id"]] * 2, count=1, total_fen=300_000)
    assert slug(once) == "summary-differs"


async def test_one_that_may_not_take_the_step_holds_all_back(funding: Funding, token_for: TokenFor) -> None:
    ids = [one["id"] for one in await funding.raised(2)]
    [done] = await funding.raised(1, "review")
    refused = await send(funding, token_for, "review", "乙", ids=[*ids, done["id"]], count=3, total_fen=900_000)
    assert (refused.status_code, slug(refused)) == (409, "illegal-transition")
    unknown = await send(funding, token_for, "review", "乙", ids=[*ids, str(uuid4())], count=3, total_fen=900_000)
    assert unknown.status_code == 404
    assert {one["state"] for one in await funding.grants(state="raised")} == {"raised"}
    assert len(await funding.grants(state="raised")) == 2


async def test_four_hands_apart__who_reviewed_does_not_approve(funding: Funding, token_for: TokenFor) -> None:
    ids = [one["id"] for one in await funding.raised(2)]
    whole: dict[str, Any] = {"ids": ids, "count": 2, "total_fen": 600_000}
    await send(funding, token_for, "review", "乙", **whole)
    refused = await send(funding, token_for, "approve", "乙", **whole)
    assert (refused.status_code, slug(refused)) == (403, "same-hand")
    assert (await send(funding, token_for, "approve", "丙", **whole)).status_code == 200


async def test_a_list_is_approved_on_accounts_of_the_chart_alone(funding: Funding, token_for: TokenFor) -> None:
    ids = [one["id"] for one in await funding.raised(2, "review")]
    funding.app.state.charts = PolicyBook([])
    refused = await send(funding, token_for, "approve", "丙", ids=ids, count=2, total_fen=600_000)
    assert (refused.status_code, slug(refused), refused.json()["code"]) == (409, "not-in-chart", "5001")
    assert {one["state"] for one in await funding.grants()} == {"reviewed"}
