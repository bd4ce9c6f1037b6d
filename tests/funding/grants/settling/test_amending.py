"""Another amount for a grant: both are kept, before payment and after it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from services.funding.grants.errors import GrantOrdered
from services.funding.grants.settling.amending import Amended, amend
from services.funding.grants.settling.errors import AmendedBeside, PaidFromDues
from services.funding.reconciliation import RECONCILIATION
from shared.db.base import new_id
from shared.problems.duties import SameHand
from shared.problems.problems import IllegalTransition, InvalidInput, Problem
from tests.conftest import TokenFor
from tests.funding.appropriations.helpers import appropriated, left
from tests.funding.conftest import Funding, a_grant
from tests.funding.grants.settling.helpers import AFTER, done, paid, reported, send, slug, voucher

NOW = datetime(2026, 11, 30, 4, tzinfo=UTC)
APPROVED = a_grant(actors={"release": "system", "review": "丙", "approval": "甲"})
PAID = replace(APPROVED, state="paid", settlement_state="open", actors={**APPROVED.actors, "payment": "乙"})
WHY = {"reason": "核减不合格项目", "reference": "TZ-2026-1"}


def amended(
    grant: Any = APPROVED,
    amount_fen: int = 250_000,
    actor: str = "丁",
    reported_fen: int = 0,
    beside: UUID | None = None,
    **more: Any,
) -> Amended:
    return amend(
        grant,
        amount_fen=amount_fen,
        reported_fen=reported_fen,
        beside=beside,
        paper={},
        after=AFTER,
        actor=actor,
        difference_id=new_id(),
        now=NOW,
        **more,
    )


def test_d11_before_payment_an_amended_grant_is_reviewed_again() -> None:
    for before, state in (("held", "held"), ("raised", "raised"), ("reviewed", "raised"), ("approved", "raised")):
        found = amended(replace(APPROVED, state=before)).grant
        assert (found.state, found.amount_fen, found.amendments, found.version) == (state, 250_000, 1, 4)
        assert found.actors == {"release": "system", "review": None, "approval": None, "amendment": "丁"}
        assert {"from_fen": 300_000, "to_fen": 250_000}.items() <= found.reasons[-1].facts.items()


def test_d11_after_payment_the_difference_is_granted_or_to_be_returned() -> None:
    less = amended(PAID)
    assert (less.grant.state, less.grant.amount_fen, less.grant.return_due_fen) == ("paid", 300_000, 50_000)
    assert (less.reduced_fen, less.difference) == (50_000, None)
    more = amended(PAID, 320_000)
    assert (more.grant.amount_fen, more.grant.return_due_fen, more.reduced_fen) == (300_000, 0, 0)
    beside = more.difference
    assert beside is not None
    assert (beside.amount_fen, beside.state, beside.amends, beside.raised_by) == (20_000, "raised", PAID.id, "丁")
    assert (beside.period, beside.counted_as) == ("2026/amendment-1", ("annual/2026/amendment-1", 2026))


@pytest.mark.parametrize(
    ("refused", "given"),
    [
        (IllegalTransition, {"grant": replace(APPROVED, state="reversed")}),
        (IllegalTransition, {"grant": replace(PAID, settlement_state="closed")}),
        (GrantOrdered, {"grant": replace(APPROVED, order_state="ordered")}),
        (PaidFromDues, {"grant": replace(APPROVED, channel="dues")}),
        (AmendedBeside, {"grant": PAID, "beside": new_id()}),
        (SameHand, {"actor": "甲"}),
        (SameHand, {"grant": PAID, "actor": "乙"}),
        (InvalidInput, {"amount_fen": 300_000}),
        (InvalidInput, {"grant": PAID, "reported_fen": 250_001}),
    ],
)
def test_d11_what_is_not_amended(refused: type[Problem], given: dict[str, Any]) -> None:
    with pytest.raises(refused):
        amended(**given)


async def not_posted(funding: Funding) -> list[Any]:
    [found] = [one.violations for one in RECONCILIATION.invariants if one.name == "grants are posted"]
    return list(await funding.rows(found))


async def test_d11_an_approved_grant_is_amended_posted_and_committed_again(
    funding: Funding, token_for: TokenFor
) -> None:
    await appropriated(funding, 600_000)
    [grant] = await funding.raised(1, "review", "approval")
    found = await done(funding, grant["id"], "amendment", amount_fen=250_000, **WHY)
    assert (found["state"], found["amount_fen"], found["history"][-1]["step"]) == ("raised", 250_000, "amendment")
    assert (await funding.balance("5001"), await left(funding)) == (0, (0, 0, 600_000))
    tasks = (await funding.get("/v1/tasks"))["items"]
    assert [one["kind"] for one in tasks if one["kind"].startswith("grant.")] == ["grant.review"]
    headers = {"Authorization": f"Bearer {token_for(['reviewer'], ['33'], 'hand-amendment')}"}
    refused = await funding.http.post(f"/v1/grants/{grant['id']}/review", headers=headers)
    assert (refused.status_code, refused.json()["earlier"]) == (403, "drafting")
    for step in ("review", "approval", "payment"):
        await done(funding, grant["id"], step, note="再次办理")
    assert [await funding.balance(code) for code in ("5001", "2307", "4001")] == [250_000, 0, -250_000]
    assert (await left(funding), await not_posted(funding)) == ((250_000, 250_000, 350_000), [])
    [kept] = (await funding.get(f"/v1/grants/{grant['id']}/settlement"))["amendments"]
    assert (kept["from_fen"], kept["to_fen"], kept["state_before"]) == (300_000, 250_000, "approved")


async def test_d11_a_paid_grant_is_amended_by_what_is_granted_beside_it_and_by_what_comes_back(
    funding: Funding,
) -> None:
    grant = await paid(funding)
    await reported(funding, grant, voucher(amount_fen=200_000))
    await done(funding, grant, "amendment", amount_fen=320_000, **WHY)
    [beside] = [one for one in await funding.grants() if one["amends"] == grant]
    assert (beside["amount_fen"], beside["state"], beside["year"]) == (20_000, "raised", 2026)
    await funding.take(beside["id"], "review", "approval", "payment")
    # The two together are its amount: another one beside would grant the first addition twice.
    for step, body in (("amendment", {"amount_fen": 330_000, **WHY}), ("reversal", WHY)):
        refused = await send(funding, grant, step, **body)
        assert (slug(refused), refused.json()["beside"]) == ((409, "amended-beside"), beside["id"])
    assert len([one for one in await funding.grants() if one["amends"] == grant]) == 1
    gone = await done(funding, beside["id"], "reversal", **WHY)
    assert (gone["state"], gone["return_due_fen"]) == ("reversed", 20_000)
    await done(funding, beside["id"], "balance-return", amount_fen=20_000, reference="B-1", returned_on="2026-11-01")
    less = await done(funding, grant, "amendment", amount_fen=280_000, **WHY)
    assert (less["amount_fen"], less["return_due_fen"], less["amendments"]) == (300_000, 20_000, 2)
    await done(funding, grant, "balance-return", amount_fen=20_000, reference="B-1", returned_on="2026-11-01")
    settled = await done(funding, grant, "settlement", used_fen=200_000, grade="中")
    assert (settled["settlement_state"], settled["settlement"]["unspent_fen"]) == ("evaluated", 80_000)
    assert [await funding.balance(code) for code in ("5001", "2307", "4001")] == [200_000, 80_000, -280_000]
    assert (await not_posted(funding), (await funding.get("/v1/ledger/check"))["accounts_drifting"]) == ([], 0)
