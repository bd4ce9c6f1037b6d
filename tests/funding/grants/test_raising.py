"""Completed evaluations in, grants and decisions out."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from asyncpg import IntegrityConstraintViolationError

from services.funding.consumers import make_handlers
from shared.contracts.evaluation import EvaluationCompleted
from shared.field.policies import Policy, PolicyBook
from tests.conftest import SYSTEM
from tests.funding.conftest import Funding, completed

EVENTS = "SELECT * FROM outbox ORDER BY seq"


async def test_an_evaluation_raises_the_annual_grant(funding: Funding) -> None:
    event = completed()
    await funding.deliver(event)
    [grant] = await funding.grants(recipient=str(event.data.party_organization_id), year=2026)
    assert (grant["amount_fen"], grant["state"], grant["scheme"], grant["version"]) == (
        300_000,
        "raised",
        "hz-2013-annual",
        1,
    )
    assert grant["recipient_name"] == event.data.party_organization_name
    assert [reason["rule"] for reason in grant["reasons"]] == ["H31", "H32", "R-hold"]
    assert [step["step"] for step in grant["history"]] == ["raised"]
    assert await funding.get(f"/v1/grants/{grant['id']}") == grant


async def test_the_event_names_its_grant_recipient_and_cause(funding: Funding) -> None:
    event = completed()
    await funding.deliver(event)
    [grant] = await funding.grants()
    [sent] = await funding.rows(EVENTS)
    assert sent["type"] == "shuangfu.funding.grant.raised.v1"
    assert (sent["subject"], sent["sequence"]) == (grant["id"], 1)
    assert sent["key"] == str(event.data.party_organization_id)
    assert (sent["correlation_id"], sent["causation_id"]) == ("the-chain", str(event.envelope.id))
    assert sent["division"] == "330106"
    assert (sent["data"]["amount_fen"], sent["data"]["state"]) == (300_000, "raised")


async def test_decision_5_a_held_grant_says_so(funding: Funding) -> None:
    await funding.deliver(completed(star=1))
    [grant] = await funding.grants(state="held")
    assert grant["amount_fen"] == 300_000
    [sent] = await funding.rows(EVENTS)
    assert sent["type"] == "shuangfu.funding.grant.held.v1"


async def test_h32_the_same_event_twice_raises_one_grant(funding: Funding) -> None:
    event = completed()
    await funding.deliver(event, event)
    await funding.deliver(event)
    assert len(await funding.grants()) == 1
    assert len(await funding.rows(EVENTS)) == 1
    assert len(await funding.rows("SELECT id FROM grant_decisions")) == 1


@pytest.mark.parametrize("apart", [True, False])
async def test_h32_a_correction_of_one_evaluation_changes_no_grant(funding: Funding, *, apart: bool) -> None:
    """The same evaluation once more, with the next number of its events."""
    recipient = uuid4()
    first = completed(party_organization_id=recipient, star=1)
    data = first.data.model_copy(update={"star": 5, "corrects": 1})
    second = replace(first, envelope=replace(first.envelope, id=uuid4(), sequence=2), data=data)
    for batch in ((first,), (second,)) if apart else ((first, second),):
        await funding.deliver(*batch)
    [grant] = await funding.grants()
    assert (grant["state"], grant["version"]) == ("held", 1)
    assert len(await funding.rows(EVENTS)) == 1
    page = await funding.get("/v1/grants/decisions", recipient=str(recipient), year=2026)
    assert [item["outcome"] for item in page["items"]] == ["held", "unchanged"]


async def test_h32_a_corrected_evaluation_raises_no_second_grant(funding: Funding) -> None:
    recipient = uuid4()
    await funding.deliver(completed(party_organization_id=recipient, star=1))
    await funding.deliver(
        completed(party_organization_id=recipient, star=5, party_organization_kind="COMMITTEE"),
        completed(party_organization_id=recipient, star=4),
    )
    [grant] = await funding.grants()
    assert (grant["state"], grant["amount_fen"], grant["version"]) == ("held", 300_000, 1)
    assert len(await funding.rows(EVENTS)) == 1
    page = await funding.get("/v1/grants/decisions", recipient=str(recipient), year=2026)
    assert [item["outcome"] for item in page["items"]] == ["held", "unchanged", "unchanged"]
    assert {item["grant_id"] for item in page["items"]} == {grant["id"]}
    last = page["items"][-1]["reasons"][-1]
    assert (last["rule"], last["outcome"]) == ("H32", "already_raised")


async def test_h32_two_evaluations_of_one_recipient_in_a_list(funding: Funding) -> None:
    recipient = uuid4()
    first = completed(party_organization_id=recipient, star=3)
    await funding.deliver(first, completed(party_organization_id=recipient, star=1))
    [grant] = await funding.grants()
    assert (grant["state"], grant["evaluation_id"]) == ("raised", str(first.data.id))
    page = await funding.get("/v1/grants/decisions", recipient=str(recipient))
    assert [item["outcome"] for item in page["items"]] == ["raised", "unchanged"]


async def test_h32_another_year_is_another_grant(funding: Funding) -> None:
    recipient = uuid4()
    await funding.deliver(*(completed(party_organization_id=recipient, year=year) for year in (2025, 2026)))
    assert sorted(grant["year"] for grant in await funding.grants(recipient=str(recipient))) == [2025, 2026]
    assert len(await funding.grants(year=2025)) == 1


async def test_decision_7_no_scheme_is_a_decision_with_its_reasons(funding: Funding) -> None:
    event = completed(division="310101")
    await funding.deliver(event)
    assert await funding.grants() == []
    assert await funding.rows(EVENTS) == []
    page = await funding.get("/v1/grants/decisions", recipient=str(event.data.party_organization_id), year=2026)
    [decision] = page["items"]
    assert (decision["outcome"], decision["policy"], decision["scheme"], decision["grant_id"]) == (
        "none",
        None,
        None,
        None,
    )
    assert decision["reasons"][0]["outcome"] == "no_scheme_in_force"
    assert decision["facts"]["star"] == 4
    assert decision["as_of"] == "2027-02-01T09:00:00Z"


async def test_a_list_of_many_in_one_transaction(funding: Funding) -> None:
    events = [completed(star=n % 6, division="330106" if n % 2 else "310101") for n in range(600)]
    await funding.deliver(*events)
    assert len(await funding.grants(division="3301")) == 300
    assert await funding.grants(division="31") == []
    assert len(await funding.rows("SELECT id FROM grant_decisions")) == 600


async def test_grants_come_in_pages(funding: Funding) -> None:
    await funding.raised(5)
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = await funding.get("/v1/grants", **query)
        seen += [grant["id"] for grant in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert len(seen) == len(set(seen)) == 5


async def test_a_scheme_with_an_account_that_is_not_there_raises_nothing(funding: Funding) -> None:
    """It fails while it can be put right: the event goes to the dead letters, not a payment into nowhere."""
    [hangzhou] = [scheme for scheme in funding.app.state.schemes.policies if scheme.id == "hz-2013-annual"]
    accounts = hangzhou.parameters.accounts.model_copy(update={"payable": "9999"})
    broken = hangzhou.parameters.model_copy(update={"accounts": accounts})
    book = PolicyBook((Policy("test", "3301", hangzhou.effective_from, None, "a test", broken),))
    handler = make_handlers(book, funding.app.state.charts).of(EvaluationCompleted.TYPE)
    assert handler is not None
    with pytest.raises(IntegrityConstraintViolationError, match="payable_account"):
        async with funding.database.transaction(SYSTEM) as tx:
            await handler(tx, [completed()])


async def test_a_scheme_with_an_account_that_nothing_was_posted_to_raises(funding: Funding) -> None:
    """It is in the chart: the grant refers to it from the day that it is raised."""
    [hangzhou] = [scheme for scheme in funding.app.state.schemes.policies if scheme.id == "hz-2013-annual"]
    kept = {row["code"] for row in await funding.rows("SELECT code FROM ledger_accounts")}
    [chart] = funding.app.state.charts.policies
    new = chart.parameters.accounts["2307"].model_copy(update={"kind": "liability"})
    parameters = chart.parameters.model_copy(update={"accounts": {**chart.parameters.accounts, "2399": new}})
    funding.app.state.charts = PolicyBook((replace(chart, parameters=parameters),))
    accounts = hangzhou.parameters.accounts.model_copy(update={"payable": "2399"})
    asked = hangzhou.parameters.model_copy(update={"accounts": accounts})
    funding.app.state.schemes = PolicyBook((replace(hangzhou, parameters=asked),))
    assert "2399" not in kept
    [grant] = await funding.raised(1, "review", "approval")
    assert grant["state"] == "approved"
    assert await funding.balance("2399") == -grant["amount_fen"]
