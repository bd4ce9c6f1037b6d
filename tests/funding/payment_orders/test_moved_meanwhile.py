"""A recipient that moves or is merged between approval and payment: who pays, whom, and what stands of it."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.funding.reconciliation import RECONCILIATION
from tests.conftest import TokenFor
from tests.funding.appropriations.helpers import appropriated, left
from tests.funding.conftest import Funding, completed, party_news
from tests.funding.grants.settling.helpers import done, require, voucher
from tests.funding.helpers import ACCOUNT, AGAIN
from tests.funding.ledger.helpers import problem
from tests.funding.payment_orders.helpers import SUBSIDY, bank, grant_of, pay_into, payable

[TO_DISSOLVED] = [one.violations for one in RECONCILIATION.invariants if "dissolved" in one.name]
OLD, NEW = "330106", "330105"
ROLES = ["reviewer", "approver", "payer", "district_officer"]


async def _move(funding: Funding, grant: dict[str, Any]) -> None:
    await funding.deliver(party_news(UUID(grant["recipient_id"]), uuid4(), sequence=2, division=NEW))


async def _sound(funding: Funding) -> None:
    for one in RECONCILIATION.invariants:
        assert await funding.rows(one.violations) == [], one.name


class Offices:
    """Both districts' offices, and the unit's secretary."""

    def __init__(self, funding: Funding, tokens: TokenFor) -> None:
        self.funding, self.tokens = funding, tokens

    async def ask(self, division: str, method: str, path: str, subject: str = "office", **more: Any) -> httpx.Response:
        token = self.tokens(ROLES, [division], f"{division}-{subject}")
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}
        return await self.funding.http.request(method, path, headers=headers, **more)

    async def unit(self, grant: dict[str, Any], method: str, path: str, **more: Any) -> httpx.Response:
        token = self.tokens("secretary", [NEW], "the-unit", units=(grant["recipient_id"],))
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}
        return await self.funding.http.request(method, path, headers=headers, **more)


def _order(grant: dict[str, Any], division: str) -> dict[str, Any]:
    return {"division": division, "channel": "fiscal", "ids": [grant["id"]], "count": 1, "total_fen": SUBSIDY}


async def test_t50_approved_then_moved__is_paid_by_who_approved_it_from_its_own_money(
    funding: Funding, token_for: TokenFor
) -> None:
    await appropriated(funding, 2 * SUBSIDY)
    [grant] = await payable(funding)
    await _move(funding, grant)
    offices = Offices(funding, token_for)
    assert problem(await offices.ask(NEW, "POST", "/v1/payment-orders", json=_order(grant, NEW)))[0] == 404
    ordered = await offices.ask(OLD, "POST", "/v1/payment-orders", json=_order(grant, OLD))
    assert ordered.status_code == 201, ordered.text
    order = ordered.json()
    content = bank((order["lines"][0]["reference"], "成功", "3000.00", ""))
    answered = await offices.ask(
        OLD, "POST", f"/v1/payment-orders/{order['id']}/returns", files={"file": ("return.csv", content)}
    )
    assert answered.status_code == 201, answered.text
    paid = await grant_of(funding, grant)
    assert (paid["state"], paid["division"]) == ("paid", OLD)
    assert await left(funding) == (SUBSIDY, SUBSIDY, SUBSIDY)
    entries = (await funding.get("/v1/ledger/entries", grant=grant["id"]))["items"]
    assert {one["division"] for one in entries} == {OLD}
    statement = await funding.get(f"/v1/statements/{grant['recipient_id']}")
    assert statement["summary"]["totals"]["paid_fen"] == SUBSIDY
    await _sound(funding)


async def test_t50_paid_then_moved__the_unit_accounts_for_it_from_where_it_is(
    funding: Funding, token_for: TokenFor
) -> None:
    require(funding.app)
    [grant] = await payable(funding)
    await funding.take(grant["id"], "payment")
    await _move(funding, grant)
    offices, path = Offices(funding, token_for), f"/v1/grants/{grant['id']}"
    asked = {"recipient": grant["recipient_id"]}
    for seen in (
        await offices.unit(grant, "GET", path),
        await offices.ask(NEW, "GET", path),
    ):
        assert seen.status_code == 200, seen.text
        assert (seen.json()["division"], len(seen.json()["history"])) == (OLD, 4)
        assert [one["step"] for one in seen.json()["next_steps"]] == ["use_report"]
    for listed in (
        await offices.unit(grant, "GET", "/v1/grants", params=asked),
        await offices.ask(NEW, "GET", "/v1/grants", params=asked),
    ):
        assert [one["id"] for one in listed.json()["items"]] == [grant["id"]]
    assert (await offices.ask(NEW, "GET", "/v1/grants")).json()["items"] == [], "it is not among those of its division"
    body = {"vouchers": [voucher(amount_fen=200_000)]}
    reported = await offices.unit(grant, "POST", f"{path}/use-report", json=body)
    assert (reported.status_code, reported.json()["settlement_state"]) == (200, "use_reported"), reported.text
    assert (await offices.unit(grant, "GET", f"{path}/settlement")).json() == reported.json()
    settlement = {"used_fen": 200_000, "grade": "良"}
    assert problem(await offices.ask(NEW, "POST", f"{path}/settlement", json=settlement)) == (404, "not-found")
    assert problem(await offices.ask("330108", "GET", path)) == (404, "not-found")
    other = {**grant, "recipient_id": str(uuid4())}
    for refused in (
        await offices.unit(other, "GET", path),
        await offices.unit(other, "POST", f"{path}/use-report", json=body),
        await offices.ask("330108", "POST", f"{path}/use-report", json=body),
    ):
        assert problem(refused) == (404, "not-found")
    settled = await offices.ask(OLD, "POST", f"{path}/settlement", subject="second", json=settlement)
    assert (settled.status_code, settled.json()["return_due_fen"]) == (200, 100_000), settled.text
    await _sound(funding)


async def test_t50_moved__its_statement_is_whole_where_it_is_and_what_was_decided_here_where_it_was(
    funding: Funding, token_for: TokenFor
) -> None:
    [grant] = await payable(funding)
    await funding.take(grant["id"], "payment")
    await _move(funding, grant)
    rated = completed(party_organization_id=UUID(grant["recipient_id"]), year=2027, division=NEW)
    await funding.deliver(rated)
    offices, path = Offices(funding, token_for), f"/v1/statements/{grant['recipient_id']}"
    found = {}
    for name, answered in {
        OLD: await offices.ask(OLD, "GET", path),
        NEW: await offices.ask(NEW, "GET", path),
        "unit": await offices.unit(grant, "GET", path),
        "city": await offices.ask("3301", "GET", path),
    }.items():
        totals = answered.json()["summary"]["totals"]
        kinds = {one["kind"] for one in answered.json()["items"]}
        found[name] = (totals["grants"], totals["paid_fen"], totals["decisions"], "posting" in kinds)
    assert found[NEW] == found["unit"] == found["city"] == (2, SUBSIDY, 2, True)
    assert found[OLD] == (1, SUBSIDY, 1, True)
    assert problem(await offices.ask("330108", "GET", path)) == (404, "not-found")


async def test_t50_moved__whoever_owes_it_corrects_the_account_that_the_bank_refused(
    funding: Funding, token_for: TokenFor
) -> None:
    [grant] = await payable(funding)
    await _move(funding, grant)
    offices = Offices(funding, token_for)
    order = (await offices.ask(OLD, "POST", "/v1/payment-orders", json=_order(grant, OLD))).json()
    content = bank((order["lines"][0]["reference"], "失败", "3000.00", "账号不存在"))
    path = f"/v1/payment-orders/{order['id']}/returns"
    assert (await offices.ask(OLD, "POST", path, files={"file": ("r.csv", content)})).status_code == 201
    payee = f"/v1/payees/{grant['recipient_id']}"
    assert await _tasks(offices) == ["grant.payment", "payee.correction"]
    before = await offices.ask(OLD, "GET", payee)
    assert before.status_code == 200, before.text
    account = {**ACCOUNT, "account_number": "3301000000000028"}
    token = token_for(ROLES, [OLD], f"{OLD}-office")
    headers = {"Authorization": f"Bearer {token}", "If-Match": before.headers["ETag"]}
    entered = await funding.http.put(payee, json=account, headers=headers)
    assert (entered.status_code, entered.json()["division"]) == (200, NEW), entered.text
    assert await _tasks(offices) == ["grant.payment", "payee.verification"]
    typed = {name: account[name] for name in ("bank_code", "account_number")}
    assert (await offices.ask(OLD, "POST", f"{payee}/verification", "second", json=typed)).status_code == 200
    assert await _tasks(offices) == ["grant.payment"]
    assert problem(await offices.ask("330108", "GET", payee)) == (404, "not-found")
    await funding.take(grant["id"], "payment")
    assert (await offices.ask(OLD, "GET", payee)).status_code == 404, "nothing is owed from here any more"
    assert (await offices.ask(NEW, "GET", payee)).status_code == 200


async def _tasks(offices: Offices) -> list[str]:
    found = (await offices.ask(OLD, "GET", "/v1/tasks")).json()["items"]
    return sorted({one["kind"] for one in found})


async def _merged(funding: Funding, year: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two approved grants of a year; the first's recipient is dissolved since, its organization is the second's."""
    first, second, organization, other = uuid4(), uuid4(), uuid4(), uuid4()
    since: dict[str, Any] = {"established_on": date(2024, 3, 4), "on": date(2024, 3, 4)}
    await funding.deliver(party_news(first, organization, **since), party_news(second, other, **since))
    for party in (first, second):
        await funding.deliver(completed(party_organization_id=party, year=year))
        await pay_into(funding, str(party))
    by = {one["recipient_id"]: one for one in await funding.grants()}
    for party in (first, second):
        await funding.take(by[str(party)]["id"], "review", "approval")
    at: dict[str, Any] = {"sequence": 2, "on": date(2026, 10, 1), "at": datetime.now(UTC)}
    await funding.deliver(party_news(first, **at))
    await funding.deliver(party_news(second, other, organization, **at | {"established_on": date(2024, 3, 4)}))
    gone, stays = [await grant_of(funding, by[str(party)]) for party in (first, second)]
    assert (gone["state"], stays["state"], stays["amount_fen"]) == ("approved", "approved", SUBSIDY), "both are owed"
    return gone, stays


async def test_t01_merged_after_the_rated_year__both_are_owed_and_the_one_that_is_gone_is_paid_with_a_reason(
    funding: Funding,
) -> None:
    await appropriated(funding, 2 * SUBSIDY)
    gone, stays = await _merged(funding, 2025)
    assert [one["example"] for one in await funding.rows(TO_DISSOLVED)] == [f"{gone['id']} (approved)"]
    key = {"Idempotency-Key": uuid4().hex}
    both = {**_order(gone, OLD), "ids": [gone["id"], stays["id"]], "count": 2, "total_fen": 2 * SUBSIDY}
    refused = await funding.http.post("/v1/payment-orders", json=both, headers=key)
    assert problem(refused) == (409, "recipient-dissolved")
    key = {"Idempotency-Key": uuid4().hex}
    ordered = await funding.http.post("/v1/payment-orders", json={**both, "reason": "并入前应拨"}, headers=key)
    assert ordered.status_code == 201, ordered.text
    order = ordered.json()
    # The bank closed its account: it goes to the one above, in trust, with the grounds.
    one, two = (line["reference"] for line in order["lines"])
    path = f"/v1/payment-orders/{order['id']}/returns"
    content = bank((one, "失败", "3000.00", "账户已销户"), (two, "成功", "3000.00", ""))
    assert (await funding.http.post(path, files={"file": ("r.csv", content)})).status_code == 201
    payee = f"/v1/payees/{gone['recipient_id']}"
    trust = {"holder": "西湖区委社会工作部", "held_by": "superior", "grounds": "党组织已并入，由上级代管"}
    before = (await funding.http.get(payee)).headers["ETag"]
    entered = await funding.http.put(payee, json={**ACCOUNT, **trust}, headers={"If-Match": before})
    assert entered.status_code == 200, entered.text
    assert (await funding.http.post(f"{payee}/verification", json=AGAIN)).status_code == 200
    key = {"Idempotency-Key": uuid4().hex}
    body = {**_order(gone, OLD), "reason": "并入前应拨"}
    again = (await funding.http.post("/v1/payment-orders", json=body, headers=key)).json()
    content = bank((again["lines"][0]["reference"], "成功", "3000.00", ""))
    path = f"/v1/payment-orders/{again['id']}/returns"
    assert (await funding.http.post(path, files={"file": ("r.csv", content)})).status_code == 201
    for grant in (gone, stays):
        statement = await funding.get(f"/v1/statements/{grant['recipient_id']}")
        assert statement["summary"]["totals"]["paid_fen"] == SUBSIDY
    reasons = [one["outcome"] for one in (await grant_of(funding, gone))["reasons"]]
    assert "paid_all_the_same" in reasons
    assert await left(funding) == (2 * SUBSIDY, 2 * SUBSIDY, 0)
    await _sound(funding)


async def test_t01_merged_within_the_rated_year__reconcile_names_both_and_the_one_that_is_gone_is_taken_back(
    funding: Funding,
) -> None:
    await appropriated(funding, 2 * SUBSIDY)
    gone, stays = await _merged(funding, 2026)
    [twice] = [one.violations for one in RECONCILIATION.invariants if "one grant a year" in one.name]
    [found] = await funding.rows(twice)
    assert gone["id"] in found["example"]
    assert stays["id"] in found["example"]
    await done(funding, gone["id"], "reversal", reason="并入他支部，以年末覆盖为准", reference="CX-1")
    assert await left(funding) == (SUBSIDY, 0, SUBSIDY)
    await funding.take(stays["id"], "payment")
    assert await left(funding) == (SUBSIDY, SUBSIDY, SUBSIDY)
    await _sound(funding)
