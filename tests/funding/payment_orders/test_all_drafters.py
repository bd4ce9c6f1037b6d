"""Apart by person: who drafted a grant once did so, whatever seat he has now and whoever drafted since."""

from typing import Any

import httpx
import pytest

from services.funding.grants.rules import advance, find_bar
from shared.problems.duties import SameHand
from tests.conftest import TokenFor
from tests.funding.conftest import COMPLETED_AT, Funding, a_grant
from tests.funding.ledger.helpers import problem

SEATS = ["reviewer", "approver", "payer", "district_officer"]


class People:
    """Persons, each with every seat."""

    def __init__(self, funding: Funding, tokens: TokenFor) -> None:
        self.funding, self.tokens = funding, tokens

    async def ask(self, who: str, method: str, path: str, **body: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.tokens(SEATS, ['3301'], who)}", "Idempotency-Key": f"{who}{path}"}
        headers["Idempotency-Key"] = headers["Idempotency-Key"].encode().hex()[:200] + str(len(str(body)))
        return await self.funding.http.request(method, path, headers=headers, json=body or None)

    async def done(self, who: str, path: str, **body: Any) -> dict[str, Any]:
        answered = await self.ask(who, "POST", path, **body)
        assert answered.status_code == 200, answered.text
        found: dict[str, Any] = answered.json()
        return found


@pytest.mark.parametrize("step", ["review", "approval", "payment"])
def test_four_hands__whoever_drafted_before_somebody_else_did_is_barred_as_well(step: Any) -> None:
    states = {"review": "raised", "approval": "reviewed", "payment": "approved"}
    grant = a_grant(state=states[step], actors={"amendment": "乙"}, drafted_by=("甲", "乙"))
    for who in ("甲", "乙", "甲 "):
        with pytest.raises(SameHand) as refused:
            advance(grant, step, who, COMPLETED_AT)
        assert refused.value.facts["earlier"] == "drafting"
    assert advance(grant, step, "丙", COMPLETED_AT).actors[step] == "丙"
    assert advance(grant, step, "甲", COMPLETED_AT, separate=("review", "approval", "payment")).actors[step] == "甲"


def test_four_hands__whoever_released_once_may_release_again() -> None:
    assert find_bar({}, "release", "甲", raised_by=None, drafted_by=("甲",)) is None


async def test_four_hands__two_amendments_have_two_drafters(funding: Funding, token_for: TokenFor) -> None:
    [grant] = await funding.raised(1, "review", "approval")
    people, path = People(funding, token_for), f"/v1/grants/{grant['id']}"
    await people.done("甲", f"{path}/amendment", amount_fen=900_000, reason="甲拟", reference="TZ-1")
    await people.done("乙", f"{path}/amendment", amount_fen=899_900, reason="乙拟", reference="TZ-2")
    for who in ("甲", "乙"):
        refused = await people.ask(who, "POST", f"{path}/review")
        assert (problem(refused), refused.json()["earlier"]) == ((403, "same-hand"), "drafting"), who
        [review] = [one for one in (await people.ask(who, "GET", path)).json()["next_steps"] if one["step"] == "review"]
        assert review["allowed"] is False
        assert await _mine(people, who) == [], who
    assert await _mine(people, "丙") == ["grant.review"]
    await people.done("丙", f"{path}/review")
    for who in ("甲", "乙", "丙"):
        assert problem(await people.ask(who, "POST", f"{path}/approval")) == (403, "same-hand"), who
        assert await _mine(people, who) == [], who
    await people.done("丁", f"{path}/approval")
    body = {"division": "330106", "channel": "fiscal", "ids": [grant["id"]], "count": 1, "total_fen": 899_900}
    for who in ("甲", "乙", "丙", "丁"):
        assert problem(await people.ask(who, "POST", f"{path}/payment")) == (403, "same-hand"), who
        assert problem(await people.ask(who, "POST", "/v1/payment-orders", **body)) == (403, "same-hand"), who
    assert (await people.done("戊", f"{path}/payment"))["state"] == "paid"


async def _mine(people: People, who: str) -> list[str]:
    found = (await people.ask(who, "GET", "/v1/tasks?mine=true")).json()["items"]
    return [one["kind"] for one in found if one["kind"] in ("grant.review", "grant.approval", "grant.payment")]
