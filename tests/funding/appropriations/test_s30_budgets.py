"""Budgets (domain section 5, S30): approval takes of an appropriation, never more than is left of it."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from services.funding.appropriations.charging import settle_all, weigh_settling
from services.funding.appropriations.errors import BudgetExceeded
from services.funding.grants.actions import take_step
from shared.db.base import utc_now
from tests.conftest import ALL_ROLES, PROVINCES, TokenFor
from tests.funding.appropriations.helpers import (
    YEAR,
    appropriated,
    budget_policy,
    confirm,
    left,
    outcomes,
    put,
)
from tests.funding.conftest import APPROVER, Funding
from tests.funding.ledger.helpers import problem

SUBSIDY = 300_000


async def approve(funding: Funding, grant: dict[str, Any]) -> Any:
    return await funding.http.post(f"/v1/grants/{grant['id']}/approval")


async def test_s30_approval_commits_and_payment_is_the_actual(funding: Funding) -> None:
    await appropriated(funding, 1_000_000)
    [grant] = await funding.raised(1, "review")
    approved = (await approve(funding, grant)).json()
    [reason] = [one for one in approved["reasons"] if one["rule"] == "R-budget"]
    assert reason["outcome"] == "committed"
    assert reason["facts"]["appropriation"] == "B-1"
    assert reason["facts"]["left_fen"] == 700_000
    assert reason["text"]
    assert await left(funding) == (SUBSIDY, 0, 700_000)
    await funding.take(grant["id"], "payment")
    assert await left(funding) == (SUBSIDY, SUBSIDY, 700_000)


async def test_s30_at_the_limit_it_is_refused_and_below_it_warns(funding: Funding) -> None:
    await appropriated(funding, 3 * SUBSIDY + SUBSIDY - 1)
    grants = await funding.raised(4, "review")
    taken = [(await approve(funding, one)).json() for one in grants[:3]]
    assert [outcomes(one)[-1] for one in taken] == ["committed", "committed", "committed"]
    refused = await approve(funding, grants[3])
    assert problem(refused) == (409, "budget-exceeded")
    facts = refused.json()
    assert (facts["appropriation"], facts["left_fen"], facts["asked_fen"]) == ("B-1", SUBSIDY - 1, SUBSIDY)
    assert [one["state"] for one in await funding.grants(state="reviewed")] == ["reviewed"]
    raised = await put(funding, version=await version_of(funding), amount_fen=4 * SUBSIDY)
    assert raised.status_code == 200, raised.text
    assert problem(await approve(funding, grants[3])) == (409, "budget-exceeded")  # not confirmed yet
    await confirm(funding)
    assert outcomes((await approve(funding, grants[3])).json())[-1] == "nearly_used_up"
    assert await left(funding) == (4 * SUBSIDY, 0, 0)


async def version_of(funding: Funding, code: str = "B-1") -> int:
    return int((await funding.get(f"/v1/appropriations/{code}"))["version"])


@pytest.mark.parametrize("steps", [("review", "approval"), ("review", "approval", "payment")])
async def test_s30_what_is_withdrawn_is_given_back_once(funding: Funding, steps: tuple[str, ...]) -> None:
    await appropriated(funding, 3 * SUBSIDY)
    kept, withdrawn = await funding.raised(2, *steps)
    paid = SUBSIDY if "payment" in steps else 0
    assert await left(funding) == (2 * SUBSIDY, 2 * paid, SUBSIDY)
    for _ in range(2):
        async with funding.database.transaction(APPROVER) as tx:
            await settle_all(tx, await weigh_settling(tx, released=[UUID(withdrawn["id"])]), utc_now())
        assert await left(funding) == (SUBSIDY, paid, 2 * SUBSIDY)
    assert kept["state"] == ("paid" if paid else "approved")


async def test_s30_a_list_is_approved_whole_or_not_at_all(funding: Funding, token_for: TokenFor) -> None:
    budget_policy(funding.app, warn_from_bp=6_000)
    await appropriated(funding, 3 * SUBSIDY)
    ids = [one["id"] for one in await funding.raised(4, "review")]

    async def send(some: list[str]) -> Any:
        body = {"ids": some, "count": len(some), "total_fen": len(some) * SUBSIDY}
        headers = {"Authorization": f"Bearer {token_for(ALL_ROLES, PROVINCES, '丙')}"}
        return await funding.http.post("/v1/grants:approve", json=body, headers=headers)

    assert problem(await send(ids)) == (409, "budget-exceeded")
    assert await left(funding) == (0, 0, 3 * SUBSIDY)
    approved = (await send(ids[:2])).json()
    assert approved["appropriations"] == [
        {"code": "B-1", "committed_fen": 2 * SUBSIDY, "left_fen": SUBSIDY, "nearly_used_up": True}
    ]


async def test_s30_fifty_writers_take_exactly_what_there_is(funding: Funding) -> None:
    """Each approves two grants of two appropriations, in either order."""
    budgets = {"330106": "B-1", "330102": "B-2"}
    for division, code in budgets.items():
        await appropriated(funding, 20 * SUBSIDY, code, division=division)
    many: dict[str, list[UUID]] = {}
    for division in budgets:
        many[division] = [UUID(one["id"]) for one in await funding.raised(50, division=division)]
    await funding.change("UPDATE grants SET state = 'reviewed', version = 2")

    async def approve_two(number: int) -> bool:
        pair = [many["330106"][number], many["330102"][number]]
        try:
            async with funding.database.transaction(APPROVER) as tx:
                await take_step(tx, "approval", pair[:: 1 if number % 2 else -1], utc_now())
        except BudgetExceeded:
            return False
        return True

    answers = await asyncio.gather(*(approve_two(number) for number in range(50)))
    assert sum(answers) == 20
    for code in budgets.values():
        assert await left(funding, code) == (20 * SUBSIDY, 0, 0)
    assert len(await funding.rows("SELECT grant_id FROM commitments")) == 40


async def test_s30_the_nearest_division_of_the_line_pays(funding: Funding) -> None:
    await appropriated(funding, 10 * SUBSIDY, "CITY")
    await appropriated(funding, SUBSIDY, "DISTRICT", division="330106")
    await appropriated(funding, SUBSIDY, "LEVEL", division="330106", level="district")
    await appropriated(funding, SUBSIDY, "OTHER", division="330106", purpose="award")
    [here, elsewhere] = [*await funding.raised(1, "review"), *await funding.raised(1, "review", division="330102")]
    for grant in (here, elsewhere):
        assert (await approve(funding, grant)).status_code == 200
    assert [(await left(funding, code))[0] for code in ("CITY", "DISTRICT", "LEVEL", "OTHER")] == [
        SUBSIDY,
        SUBSIDY,
        0,
        0,
    ]


@pytest.mark.parametrize("required", [[], ["fiscal"]])
async def test_s30_the_policy_says_whether_one_is_required(funding: Funding, required: list[str]) -> None:
    budget_policy(funding.app, required_sources=required)
    [grant] = await funding.raised(1, "review")
    answered = await approve(funding, grant)
    if required:
        assert problem(answered) == (409, "no-appropriation")
        assert answered.json()["source"] == "fiscal"
    else:
        assert outcomes(answered.json()) == ["not_required"]


async def test_s30_an_amount_counts_once_another_person_has_confirmed_it(funding: Funding, token_for: TokenFor) -> None:
    async def ask(method: str, subject: str, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {token_for(ALL_ROLES, PROVINCES, subject)}"} | more.pop("headers", {})
        path = "/v1/appropriations/B-1" + ("" if method == "PUT" else "/confirmation")
        return await funding.http.request(method, path, headers=headers, **more)

    body = {
        "division": "3301",
        "year": YEAR,
        "source": "fiscal",
        "purpose": "annual",
        "amount_fen": SUBSIDY,
        "decided_on": "2026-01-20",
        "reason": "年初预算批复",
    }
    assert (await ask("PUT", "甲", json=body)).status_code == 201
    assert problem(await ask("POST", "甲")) == (403, "same-hand")
    entered = (await ask("POST", "乙")).json()
    assert (entered["state"], entered["amount_fen"], entered["proposal"]) == ("open", SUBSIDY, None)
    assert problem(await ask("POST", "乙")) == (409, "illegal-transition")
    assert problem(await ask("PUT", "甲", json=body)) == (428, "precondition-required")
    current = {"If-Match": f'"{entered["version"]}"'}
    other = await ask("PUT", "甲", json=body | {"purpose": "award"}, headers=current)
    assert (other.status_code, other.json()["errors"][0]["pointer"]) == (422, "/purpose")
    [grant] = await funding.raised(1, "review")
    assert (await approve(funding, grant)).status_code == 200
    lower = body | {"amount_fen": SUBSIDY - 1, "reason": "预算调减"}
    found = await funding.get("/v1/appropriations/B-1")
    refused = await ask("PUT", "甲", json=lower, headers={"If-Match": f'"{found["version"]}"'})
    assert problem(refused) == (409, "below-committed")
    assert [(one["kind"], one["after_fen"], one["proposed_by"], one["confirmed_by"]) for one in found["changes"]] == [
        ("entered", SUBSIDY, "甲", "乙")
    ]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"decided_on": "2999-01-01"}, "/decided_on"),
        ({"source": "lottery"}, "/source"),
        ({"amount_fen": -1}, "/amount_fen"),
    ],
)
async def test_s30_what_is_entered_is_checked(funding: Funding, wrong: dict[str, Any], pointer: str) -> None:
    refused = await put(funding, **wrong)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_s30_a_line_has_one_appropriation(funding: Funding) -> None:
    await appropriated(funding, SUBSIDY)
    assert problem(await put(funding, "B-2")) == (409, "appropriation-exists")


async def test_s30_tasks_show_what_is_nearly_and_all_used_up(funding: Funding) -> None:
    await appropriated(funding, 3 * SUBSIDY)
    await put(funding, "B-2", purpose="award")

    async def waiting() -> list[str]:
        found = (await funding.get("/v1/tasks"))["items"]
        return sorted(one["kind"] for one in found if one["kind"].startswith("appropriation."))

    assert await waiting() == ["appropriation.confirmation"]
    budget_grants = await funding.raised(3, "review")
    for grant in budget_grants[:2]:
        await approve(funding, grant)
    await funding.change("UPDATE appropriations SET warn_from_bp = 6000 WHERE code = 'B-1'")
    assert await waiting() == ["appropriation.confirmation", "appropriation.low"]
    await approve(funding, budget_grants[2])
    assert await waiting() == ["appropriation.confirmation", "appropriation.exhausted"]
