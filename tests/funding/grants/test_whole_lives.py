"""Every scheme that is shipped, from its trigger to the last entry: paid by an order, accounted for, taken back."""

import csv
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.funding.ledger.verifying import CHECKS
from services.funding.policies import Scheme
from services.funding.reconciliation import RECONCILIATION
from shared.db.sealing import FieldKeys
from shuangfu.embedded.field_keys import embedded_account_keys
from tests.conftest import ALL_ROLES, PROVINCES, TokenFor
from tests.funding.appropriations.helpers import appropriated, budget_policy, confirm, left, put
from tests.funding.conftest import Funding, completed, party_news
from tests.funding.dues.helpers import allow_refunds, certified, claim, pooled
from tests.funding.grants.noticing.test_noticing import AFTER, Clock, clock
from tests.funding.grants.settling.helpers import done, reported, send, slug, voucher
from tests.funding.helpers import H31, activated, listed, load, organization_news, run, scheme_of
from tests.funding.payment_orders.helpers import bank, pay_into
from tests.funding.pools.test_h33_pools import BIG, distribute
from tests.funding.runs.test_other_schemes import example

__all__ = ["clock"]

LONG_AGO: dict[str, Any] = {"established_on": date(2020, 1, 1), "on": date(2020, 1, 1)}
MONTH: dict[str, Any] = {"month": "2026-03"}
Trigger = Callable[[Funding, list[UUID]], Awaitable[None]]


async def founded(funding: Funding, parties: list[UUID], **changes: Any) -> None:
    for party in parties:
        organization = uuid4()
        await funding.deliver(
            organization_news(organization, 40, 10, as_of=date(2024, 6, 1), division=changes.get("division", "330106")),
            party_news(party, organization, **LONG_AGO | changes),
        )


async def rated(funding: Funding, parties: list[UUID]) -> None:
    await founded(funding, parties)
    await funding.deliver(*(completed(party_organization_id=one, star=4) for one in parties))


async def key_committees(funding: Funding, parties: list[UUID]) -> None:
    await founded(funding, parties, kind="COMMITTEE")
    for party in parties:
        await listed(funding, H31, party, amount_fen=5_000_003)
    await run(funding, H31, year=2026, division="3301")


def by_list(code: str, category: str) -> Trigger:
    async def draw(funding: Funding, parties: list[UUID]) -> None:
        await founded(funding, parties)
        for party in parties:
            await listed(funding, code, party, category=category, not_civil_servant=True)
        assert (await run(funding, code, **MONTH, division="3301"))["raised"] == len(parties)
        assert (await run(funding, code, **MONTH, division="3301"))["unchanged"] == len(parties)

    return draw


async def accepted(funding: Funding, parties: list[UUID]) -> None:
    await founded(funding, parties)
    for party in parties:
        await listed(funding, "project-award", party, amount_fen=8_000_001, effective_from="2026-05-04")
    await run(funding, "project-award", year=2026, division="3301")


def by_run(code: str) -> Trigger:
    async def draw(funding: Funding, parties: list[UUID]) -> None:
        await founded(funding, parties)
        assert (await run(funding, code, year=2026, division="3301"))["raised"] == len(parties)

    return draw


async def established(funding: Funding, parties: list[UUID]) -> None:
    for party in parties:
        await funding.deliver(party_news(party, uuid4()))


async def claimed(funding: Funding, parties: list[UUID]) -> None:
    for party in parties:
        year = await certified(funding, holder_id=str(party), collected_fen=100, remitted_fen=80)
        assert (await claim(funding, year["id"], 80)).status_code == 201


async def awarded(funding: Funding, parties: list[UUID]) -> None:
    await founded(funding, parties)
    allow_refunds(funding.app)
    pool = await pooled(funding, (await certified(funding, **BIG))["id"])
    weights = dict.fromkeys(parties, 1)
    assert (await distribute(funding, pool["id"], weights, amount_fen=1_000)).status_code == 200


@dataclass(frozen=True)
class Life:
    """A scheme, how its grants come about, how much each is, and from which line they are paid."""

    code: str
    trigger: Trigger
    amounts: list[int]
    level: str = "city"
    channel: str = "fiscal"
    source: str = "fiscal"
    changes: dict[str, Any] = field(default_factory=dict)


LIVES = [
    Life("hz-2013-annual", rated, [300_000] * 3),
    Life(H31, key_committees, [5_000_003] * 3),
    Life("hz-2013-awards", awarded, [333, 333, 334], "district", "dues", "dues"),
    Life("sh-2015-dues-refund", claimed, [80] * 3, "city", "dues", "dues"),
    Life("sh-2015-members", by_run("sh-2015-members"), [50 * 20_000] * 3, "district"),
    Life(
        *("sh-2015-larger", by_run("sh-2015-larger"), [5_000_000] * 3, "city", "dues", "city_dues"),
        {"basis": {"only_larger": True, "larger_from_members": 50}},
    ),
    Life(
        *("sh-2015-secretaries", by_list("sh-2015-secretaries", "part_time"), [10_001] * 3, "district"),
        changes={"amount": {"rule": "monthly", "monthly_fen": {"full_time": 20_000, "part_time": 10_001}}},
    ),
    Life(
        *("sh-2015-start-up", established, [200_000] * 3, "district"),
        changes={"amount": {"rule": "one_off", "fen": 200_000}},
    ),
    Life("star-award", rated, [300_000] * 3, "district"),
    Life("secretary-allowance", by_list("secretary-allowance", "full_time"), [200_000] * 3, "district"),
    Life("instructor-allowance", by_list("instructor-allowance", "instructor"), [50_000] * 3, "district"),
    Life("project-award", accepted, [8_000_001] * 3),
]


def in_force(funding: Funding, life: Life) -> Scheme:
    """The scheme as it is shipped, for Hangzhou, with what it lacks."""
    codes = {one.parameters.scheme for one in funding.app.state.schemes.policies}
    if life.code not in codes:
        found = example(life.code, "3301")
    elif life.changes:
        found = activated(funding, life.code, **life.changes)
    else:
        found = scheme_of(funding, life.code)
    return replace(found, region="3301") if life.code != "sh-2015-dues-refund" else found


async def whole(funding: Funding) -> None:
    for one in RECONCILIATION.invariants:
        assert await funding.rows(one.violations) == [], one.name
    for name, check in CHECKS.items():
        assert await funding.rows(check) == [], name


async def order_all(office: "Office", life: Life, grants: list[dict[str, Any]]) -> None:
    """Ordered by a payer; the bank refuses the first, which is ordered and paid again."""
    for some, refused in ((grants, grants[0]["id"]), (grants[:1], None)):
        order = await office.order(life, some)
        paper = await office.funding.http.get(f"/v1/payment-orders/{order['id']}/file", params={"format": "csv"})
        printed = [cell for row in csv.reader(paper.text.splitlines()) for cell in row]
        rows = []
        for line in order["lines"]:
            yuan = f"{line['amount_fen'] // 100}.{line['amount_fen'] % 100:02d}"
            assert yuan in printed, printed
            failed = line["grant_id"] == refused
            rows.append((line["reference"], "失败" if failed else "成功", yuan, "户名不符" if failed else ""))
        taken = [await office.take_return(order, bank(*rows)) for _ in range(2)]
        assert [one.status_code for one in taken] == [201, 200], "the same file again changes nothing"
        assert taken[0].json()["version"] == taken[1].json()["version"]


async def raised(funding: Funding, life: Life, scheme: Scheme) -> list[dict[str, Any]]:
    """What the trigger raises for three recipients, with verified accounts; every figure has its reason."""
    parties = [uuid4() for _ in range(3)]
    await life.trigger(funding, parties)
    grants = sorted(await funding.grants(scheme=life.code), key=lambda one: (one["amount_fen"], one["id"]))
    assert [one["amount_fen"] for one in grants] == life.amounts
    assert {one["recipient_id"] for one in grants} == {str(one) for one in parties}
    for one in grants:
        assert (one["level"], one["channel"], one["state"]) == (life.level, life.channel, "raised")
        assert all(reason["text"] for reason in one["reasons"])
        assert scheme.parameters.rule in {reason["rule"] for reason in one["reasons"]}
        assert (one["snapshot"]["amount_fen"], one["snapshot"]["policy"]) == (one["amount_fen"], scheme.id)
        await pay_into(funding, one["recipient_id"])
    return grants


@dataclass(frozen=True)
class Office:
    """Takes bulk steps, each by somebody else."""

    funding: Funding
    token_for: TokenFor

    async def send(self, step: str, **body: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token_for(ALL_ROLES, PROVINCES, f'hand-{step}')}"}
        return await self.funding.http.post(f"/v1/grants:{step}", json=body, headers=headers)

    @property
    def payer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token_for(ALL_ROLES, PROVINCES, 'hand-order')}"}

    async def take_return(self, order: dict[str, Any], content: bytes) -> httpx.Response:
        path, files = f"/v1/payment-orders/{order['id']}/returns", {"file": ("return.csv", content)}
        return await self.funding.http.post(path, files=files, headers=self.payer)

    async def order(self, life: Life, grants: list[dict[str, Any]]) -> dict[str, Any]:
        headers = {**self.payer, "Idempotency-Key": str(uuid4())}
        total = sum(one["amount_fen"] for one in grants)
        body = {"ids": [one["id"] for one in grants], "count": len(grants), "total_fen": total}
        whole = {**body, "division": "330106", "channel": life.channel}
        answered = await self.funding.http.post("/v1/payment-orders", json=whole, headers=headers)
        assert answered.status_code == 201, answered.text
        found: dict[str, Any] = answered.json()
        return found

    async def take(self, step: str, **body: Any) -> None:
        answered = await self.send(step, **body)
        assert answered.status_code == 200, answered.text


async def approve(office: Office, clock: Clock, life: Life, scheme: Scheme, grants: list[dict[str, Any]]) -> None:
    """Reviewed, published where the scheme asks for it, and approved from a line that has just enough."""
    total = sum(life.amounts)
    together: dict[str, Any] = {"ids": [one["id"] for one in grants], "count": 3, "total_fen": total}
    assert slug(await office.send("review", **{**together, "total_fen": total - 1})) == (409, "summary-differs")
    await office.take("review", **together)
    if scheme.parameters.public_notice:
        assert slug(await office.send("approve", **together)) == (409, "notice-missing")
        await office.take("publish", **together, started_on="2026-09-18", place="区委网站")
        assert slug(await office.send("approve", **together)) == (409, "grant-notice-running")
        clock.now = AFTER
    assert slug(await office.send("approve", **together)) == (409, "no-appropriation")
    purpose = scheme.parameters.purpose
    line: dict[str, Any] = {"source": life.source, "purpose": purpose, "level": life.level, "year": 2026}
    await appropriated(office.funding, total - 1, **line)
    assert slug(await office.send("approve", **together)) == (409, "budget-exceeded")
    found = await office.funding.get("/v1/appropriations/B-1")
    assert (await put(office.funding, version=found["version"], amount_fen=total, **line)).status_code == 200
    await confirm(office.funding)
    await office.take("approve", **together)


@pytest.mark.parametrize("life", LIVES, ids=lambda one: one.code)
async def test_scheme__from_its_trigger_to_the_last_entry(
    funding: Funding, clock: Clock, life: Life, token_for: TokenFor, tmp_path: Any
) -> None:
    funding.app.state.account_keys = FieldKeys(embedded_account_keys(tmp_path))
    if life.code == "sh-2015-dues-refund":
        allow_refunds(funding.app)
    scheme = in_force(funding, life)
    load(funding, scheme)
    accounts, total = scheme.parameters.accounts, sum(life.amounts)
    budget_policy(funding.app, required_sources=["fiscal", "dues", "city_dues"])
    grants = await raised(funding, life, scheme)
    office = Office(funding, token_for)
    await approve(office, clock, life, scheme, grants)
    assert await left(funding) == (total, 0, 0)
    await order_all(office, life, grants)
    assert await left(funding) == (total, total, 0)
    assert await funding.balance(accounts.appropriation) == -total
    assert await funding.balance(accounts.appropriation, source=life.source) == -total, "whose money it is"
    await whole(funding)
    unspent = await account_for(funding, grants, required=scheme.parameters.after_payment is not None)
    third = grants[-1]
    await done(funding, third["id"], "reversal", reason="不符合条件", reference="CX-1")
    assert await left(funding) == (total, total, 0), "what was paid is not back yet"
    back = {"reference": "HD-3", "returned_on": "2026-11-02"}
    await done(funding, third["id"], "balance-return", amount_fen=third["amount_fen"], **back)
    kept = total - third["amount_fen"]
    assert await left(funding) == (kept, kept, third["amount_fen"])
    assert await funding.balance(accounts.appropriation, source=life.source) == unspent - kept
    assert await funding.balance(accounts.expense, source=life.source) == kept - unspent
    assert await funding.balance(accounts.payable) == 0
    await whole(funding)
    for one in grants:
        statement = await funding.get(f"/v1/statements/{one['recipient_id']}")
        for shown in statement["summary"]["accounts"]:
            assert shown["closing_fen"] == await funding.balance(shown["account"], recipient=one["recipient_id"])
        assert all(not line["by"] or line["duty"] for line in statement["items"])


async def account_for(funding: Funding, grants: list[dict[str, Any]], *, required: bool) -> int:
    """The use of two is reported and settled, where the scheme requires it; what of it came back."""
    first, second, _ = grants
    if not required:
        refused = await send(funding, first["id"], "settlement", used_fen=1, grade="优")
        assert slug(refused) == (409, "nothing-required")
        return 0
    for one in (first, second):
        await reported(funding, one["id"], voucher(amount_fen=one["amount_fen"]))
    await done(funding, first["id"], "settlement", used_fen=first["amount_fen"], grade="优")
    await done(funding, second["id"], "settlement", used_fen=second["amount_fen"] - 7, grade="差")
    back = {"reference": "HD-7", "returned_on": "2026-11-02"}
    await done(funding, second["id"], "balance-return", amount_fen=7, **back)
    states = [(await funding.get(f"/v1/grants/{one['id']}"))["settlement_state"] for one in grants]
    assert states == ["closed", "closed", "open"]
    return 7
