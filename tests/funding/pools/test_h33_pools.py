"""Award pools (H33): from certified dues, in rounds, never more than there is."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.conftest import TokenFor
from tests.funding.conftest import Funding, party_news
from tests.funding.dues.helpers import allow_refunds, certified, pooled
from tests.funding.grants.settling.helpers import done
from tests.funding.ledger.helpers import problem

BIG = {"collected_fen": 100_000, "remitted_fen": 80, "retained_fen": 99_920, "interest_fen": 80}
"""A base of 100,000 fen: a pool of 10,000."""


async def recipients(funding: Funding, count: int, **changes: Any) -> list[UUID]:
    found = [uuid4() for _ in range(count)]
    await funding.deliver(*(party_news(one, uuid4(), **changes) for one in found))
    return found


async def distribute(
    funding: Funding, pool_id: str, weights: dict[UUID, int], key: str | None = None, **more: Any
) -> httpx.Response:
    given = [{"recipient_id": str(one), "weight": weight} for one, weight in weights.items()]
    return await funding.http.post(
        f"/v1/award-pools/{pool_id}/distribution",
        json={"recipients": given, **more},
        headers={"Idempotency-Key": key or str(uuid4())},
    )


async def test_h33_several_rounds_split_all_of_it(funding: Funding) -> None:
    allow_refunds(funding.app)
    pool = await pooled(funding, (await certified(funding, **BIG))["id"])
    assert (pool["base_fen"], pool["amount_fen"], pool["left_fen"]) == (100_000, 10_000, 10_000)
    three = await recipients(funding, 3)
    first = (await distribute(funding, pool["id"], dict.fromkeys(three, 1), amount_fen=1_000)).json()
    assert sorted(one["amount_fen"] for one in first["awards"]) == [333, 333, 334]
    too_much = await distribute(funding, pool["id"], {three[0]: 1}, amount_fen=9_001)
    assert (problem(too_much), too_much.json()["left_fen"]) == ((409, "pool-exceeded"), 9_000)
    rest = (await distribute(funding, pool["id"], {three[0]: 1, three[1]: 2}, note="第二批")).json()
    assert (rest["rounds"], rest["left_fen"], rest["distributed_fen"]) == (2, 0, 10_000)
    assert sorted(one["amount_fen"] for one in rest["awards"] if one["round"] == 2) == [3_000, 6_000]
    assert [one["rule"] for one in rest["reasons"]] == ["H33", "R-pool-split", "R-pool-split"]
    assert problem(await distribute(funding, pool["id"], {three[0]: 1})) == (409, "pool-exceeded")
    assert await funding.get(f"/v1/award-pools/{pool['id']}") == rest


async def test_h33_twenty_rounds_at_once_never_give_more_than_the_pool(funding: Funding) -> None:
    allow_refunds(funding.app)
    pool = await pooled(funding, (await certified(funding, **BIG))["id"])
    some = await recipients(funding, 7)
    weights = {one: n + 1 for n, one in enumerate(some)}
    turned = dict(reversed(weights.items()))
    answers = await asyncio.gather(
        *(distribute(funding, pool["id"], turned if n % 2 else weights, amount_fen=900) for n in range(20))
    )
    assert sorted(one.status_code for one in answers) == [200] * 11 + [409] * 9
    found = await funding.get(f"/v1/award-pools/{pool['id']}")
    assert (found["distributed_fen"], found["left_fen"]) == (9_900, 100)
    assert sum(one["amount_fen"] for one in found["awards"]) == 9_900


async def test_h33_the_same_request_again_is_one_round(funding: Funding) -> None:
    allow_refunds(funding.app)
    pool = await pooled(funding, (await certified(funding, **BIG))["id"])
    [one] = await recipients(funding, 1)
    answers = [await distribute(funding, pool["id"], {one: 1}, "k", amount_fen=900) for _ in range(2)]
    assert answers[0].text == answers[1].text
    assert (await funding.get(f"/v1/award-pools/{pool['id']}"))["rounds"] == 1


async def test_h33_who_set_it_aside_does_not_distribute_it(funding: Funding, token_for: TokenFor) -> None:
    allow_refunds(funding.app)
    year = await certified(funding, **BIG)
    headers = {"Authorization": f"Bearer {token_for(['district_officer', 'approver'], subject='甲')}"}
    made = await funding.http.post(
        "/v1/award-pools", json={"dues_id": year["id"], "share_bp": 500}, headers=headers, auth=None
    )
    [one] = await recipients(funding, 1)
    refused = await funding.http.post(
        f"/v1/award-pools/{made.json()['id']}/distribution",
        json={"recipients": [{"recipient_id": str(one), "weight": 1}]},
        headers={**headers, "Idempotency-Key": "k"},
        auth=None,
    )
    assert problem(refused) == (403, "same-hand")


@pytest.mark.parametrize("fault", ["unknown", "dissolved", "moved", "twice"])
async def test_h33_only_who_is_there_receives_and_once_a_round(funding: Funding, fault: str) -> None:
    allow_refunds(funding.app)
    pool = await pooled(funding, (await certified(funding, **BIG))["id"])
    [good, other] = await recipients(funding, 2)
    if fault == "dissolved":
        await funding.deliver(party_news(other, sequence=2))
    elif fault == "moved":
        await funding.deliver(party_news(other, uuid4(), sequence=2, division="330110"))
    wrong = {"unknown": uuid4(), "twice": good}.get(fault, other)
    given = [{"recipient_id": str(one), "weight": 1} for one in (good, wrong)]
    path = f"/v1/award-pools/{pool['id']}/distribution"
    refused = await funding.http.post(path, json={"recipients": given}, headers={"Idempotency-Key": "k"})
    assert problem(refused) == (422, "invalid-input")
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/recipients/1/recipient_id"]
    assert await funding.rows("SELECT round FROM awards") == []


async def test_h33_one_pool_a_year_and_none_before_it_is_certified(funding: Funding) -> None:
    allow_refunds(funding.app)
    year = await certified(funding, **BIG)
    body = {"dues_id": year["id"], "share_bp": 1000}
    answers = await asyncio.gather(*(funding.http.post("/v1/award-pools", json=body) for _ in range(5)))
    assert sorted(one.status_code for one in answers) == [201] + [409] * 4
    assert {problem(one)[1] for one in answers if one.status_code == 409} == {"pool-exists"}
    other = await certified(funding, **BIG)
    await funding.http.post(f"/v1/dues/{other['id']}/reopening", json={"reason": "漏记"})
    refused = await funding.http.post("/v1/award-pools", json={**body, "dues_id": other["id"]})
    assert problem(refused) == (409, "dues-not-certified")


async def test_h33_a_pool_keeps_its_base_and_stands_in_the_way_of_a_correction_while_it_is_open(
    funding: Funding,
) -> None:
    allow_refunds(funding.app)
    year = await certified(funding, **BIG)
    pool = await pooled(funding, year["id"])
    path = f"/v1/dues/{year['id']}/reopening"
    refused = await funding.http.post(path, json={"reason": "漏记"})
    assert (problem(refused), refused.json()["used_by"]) == ((409, "dues-in-use"), pool["id"])
    closed = (await funding.http.post(f"/v1/award-pools/{pool['id']}/closing")).json()
    assert (closed["state"], closed["left_fen"]) == ("closed", 10_000)
    assert (await funding.http.post(path, json={"reason": "漏记"})).json()["state"] == "open"
    [one] = await recipients(funding, 1)
    assert problem(await distribute(funding, pool["id"], {one: 1})) == (409, "illegal-transition")
    assert (await funding.get(f"/v1/award-pools/{pool['id']}"))["base_fen"] == 100_000


async def test_h33_what_a_round_gave_is_a_grant_that_takes_the_usual_steps(funding: Funding) -> None:
    allow_refunds(funding.app)
    year = await certified(funding, **BIG)
    pool = await pooled(funding, year["id"])
    first, second = await recipients(funding, 2)
    given = (await distribute(funding, pool["id"], {first: 2, second: 1}, amount_fen=900)).json()
    grants = {one["recipient_id"]: one for one in await funding.grants()}
    assert {one["recipient_id"]: one["grant_id"] for one in given["awards"]} == {
        recipient: one["id"] for recipient, one in grants.items()
    }
    grant = grants[str(first)]
    assert (grant["amount_fen"], grant["trigger"], grant["channel"], grant["period"], grant["state"]) == (
        600,
        "pool_distribution",
        "dues",
        f"{pool['id']}/1",
        "raised",
    )
    reason = grant["reasons"][0]
    assert (reason["rule"], reason["outcome"], reason["facts"]["weight"]) == ("H33", "due", 2)
    await funding.take(grant["id"], "review", "approval", "payment")
    assert await funding.balance("4602") == -600
    again = (await distribute(funding, pool["id"], {first: 1}, amount_fen=100)).json()
    assert len({one["grant_id"] for one in again["awards"]}) == 3
    await funding.http.post(f"/v1/award-pools/{pool['id']}/closing")
    refused = await funding.http.post(f"/v1/dues/{year['id']}/reopening", json={"reason": "漏记"})
    assert (problem(refused), refused.json()["used_by"]) == ((409, "dues-in-use"), pool["id"])


async def test_h33_who_distributes_does_not_review_the_grants(funding: Funding, token_for: TokenFor) -> None:
    allow_refunds(funding.app)
    pool = await pooled(funding, (await certified(funding, **BIG))["id"])
    [one] = await recipients(funding, 1)
    [award] = (await distribute(funding, pool["id"], {one: 1})).json()["awards"]
    same = {"Authorization": f"Bearer {token_for(subject=award['awarded_by'])}"}
    refused = await funding.http.post(f"/v1/grants/{award['grant_id']}/review", headers=same, auth=None)
    assert problem(refused) == (403, "same-hand")


async def test_h33_without_a_scheme_awards_raise_no_grants_and_nothing_is_no_grant(funding: Funding) -> None:
    allow_refunds(funding.app)
    where = {"division": "310101"}
    pool = await pooled(funding, (await certified(funding, **BIG, **where))["id"])
    [one] = await recipients(funding, 1, **where)
    [award] = (await distribute(funding, pool["id"], {one: 1})).json()["awards"]
    assert (award["amount_fen"], award["grant_id"]) == (10_000, None)
    pool = await pooled(funding, (await certified(funding, **BIG))["id"])
    big, small = await recipients(funding, 2)
    awards = (await distribute(funding, pool["id"], {big: 1_000_000, small: 1}, amount_fen=9)).json()["awards"]
    assert [(one["amount_fen"], one["grant_id"] is None) for one in awards] == [(9, False), (0, True)]


async def test_h33_what_comes_back_of_awards_is_left_and_distributed_again(funding: Funding) -> None:
    allow_refunds(funding.app)
    year = await certified(funding, **BIG)
    pool = await pooled(funding, year["id"])
    first, second, third = await recipients(funding, 3)
    given = (await distribute(funding, pool["id"], {first: 7, second: 3})).json()
    assert [(one["amount_fen"], one["grant_state"]) for one in given["awards"]] == [
        (7_000, "raised"),
        (3_000, "raised"),
    ]
    grants = {one["recipient_id"]: one["grant_id"] for one in given["awards"]}
    why = {"reason": "不符合条件", "reference": "CX-2026-1"}
    await funding.take(grants[str(first)], "review", "approval", "payment")
    await done(funding, grants[str(first)], "reversal", **why)
    assert problem(await distribute(funding, pool["id"], {third: 1})) == (409, "pool-exceeded"), "not back yet"
    back = {"amount_fen": 4_000, "reference": "B-1", "returned_on": "2026-11-01"}
    await done(funding, grants[str(first)], "balance-return", **back)
    await done(funding, grants[str(second)], "reversal", **why)
    found = await funding.get(f"/v1/award-pools/{pool['id']}")
    assert (found["distributed_fen"], found["reversed_fen"], found["left_fen"]) == (10_000, 7_000, 7_000)
    assert [(one["grant_state"], one["back_fen"]) for one in found["awards"]] == [
        ("reversed", 4_000),
        ("reversed", 3_000),
    ]
    answers = await asyncio.gather(
        *(distribute(funding, pool["id"], {third: 1, second: 1}, amount_fen=3_000) for _ in range(5))
    )
    assert sorted(one.status_code for one in answers) == [200] * 2 + [409] * 3
    found = await funding.get(f"/v1/award-pools/{pool['id']}")
    assert (found["distributed_fen"], found["left_fen"], found["reasons"][-1]["facts"]["reversed_fen"]) == (
        16_000,
        1_000,
        7_000,
    )
    [listed] = (await funding.get("/v1/award-pools"))["items"]
    assert listed == found


async def test_h33_a_closed_pool_that_has_everything_back_lets_its_year_be_corrected(funding: Funding) -> None:
    allow_refunds(funding.app)
    year = await certified(funding, **BIG)
    pool = await pooled(funding, year["id"])
    [one] = await recipients(funding, 1)
    [award] = (await distribute(funding, pool["id"], {one: 1})).json()["awards"]
    closed = (await funding.http.post(f"/v1/award-pools/{pool['id']}/closing")).json()
    assert (closed["left_fen"], closed["reversed_fen"]) == (0, 0)
    path = f"/v1/dues/{year['id']}/reopening"
    assert problem(await funding.http.post(path, json={"reason": "漏记"})) == (409, "dues-in-use")
    await done(funding, award["grant_id"], "reversal", reason="不符合条件", reference="CX-2026-1")
    assert (await funding.get(f"/v1/award-pools/{pool['id']}"))["left_fen"] == 10_000
    assert problem(await distribute(funding, pool["id"], {one: 1})) == (409, "illegal-transition")
    assert (await funding.http.post(path, json={"reason": "漏记"})).json()["state"] == "open"
    certified_again = await funding.http.post(f"/v1/dues/{year['id']}/certification")
    assert certified_again.status_code == 200, certified_again.text
    answered = await funding.http.post("/v1/award-pools", json={"dues_id": year["id"], "share_bp": 500})
    assert answered.status_code == 201, answered.text
    again = answered.json()
    assert (again["id"], again["state"], again["amount_fen"], again["left_fen"]) == (pool["id"], "open", 5_000, 5_000)
    assert (again["version"], [reason["outcome"] for reason in again["reasons"]][-1]) == (4, "set_aside")
    standing = await funding.http.post("/v1/award-pools", json={"dues_id": year["id"], "share_bp": 500})
    assert (problem(standing), standing.json()["pool"]) == ((409, "pool-exists"), pool["id"])
    assert problem(await distribute(funding, pool["id"], {one: 1}, amount_fen=5_001)) == (409, "pool-exceeded")
    assert (await distribute(funding, pool["id"], {one: 1})).json()["left_fen"] == 0
