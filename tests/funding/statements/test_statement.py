"""A recipient's statement (issue 15 §10): in order, with reasons, actors, postings and balances that go on."""

import csv
import io
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

from tests.conftest import TokenFor
from tests.funding.conftest import Funding, party_news
from tests.funding.dues.helpers import allow_refunds, certified, claim

STEPS = ("review", "approval", "payment")


async def paged(funding: Funding, recipient: str, limit: int) -> list[dict[str, Any]]:
    """Every line, page by page; the summary stands on the first alone."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, Any] = {}
    while True:
        page = await funding.get(f"/v1/statements/{recipient}", limit=limit, **cursor)
        assert (page["summary"] is None) == bool(found)
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


async def test_statement__has_everything_from_the_decision_to_the_last_entry(funding: Funding) -> None:
    party = uuid4()
    await funding.deliver(party_news(party, uuid4()))
    [grant] = await funding.raised(1, *STEPS, party_organization_id=party)
    await funding.raised(1, *STEPS)
    statement = await funding.get(f"/v1/statements/{party}")
    lines = statement["items"]
    assert [(one["kind"], one["what"]) for one in lines if one["kind"] != "posting"] == [
        ("decision", "raised"),
        ("step", "raised"),
        ("step", "review"),
        ("step", "approval"),
        ("step", "payment"),
    ]
    assert lines[0]["reasons"][0]["text"]
    actors = [(one["by"], one["duty"]) for one in lines if one["what"] in STEPS]
    assert [duty for _, duty in actors] == list(STEPS)
    assert len({by for by, _ in actors}) == 3
    assert {one["grant_id"] for one in lines} == {grant["id"]}
    amount = grant["amount_fen"]
    posted = [one for one in lines if one["kind"] == "posting"]
    assert sorted((one["account"], one["balance_fen"]) for one in posted) == sorted(
        [("5001", amount), ("2307", -amount), ("2307", 0), ("4001", -amount)]
    )
    summary = statement["summary"]
    assert (summary["recipient_id"], summary["established_on"], summary["division"]) == (
        str(party),
        "2026-03-09",
        "330106",
    )
    assert summary["totals"] == {
        "decisions": 1,
        "grants": 1,
        "approved_fen": amount,
        "paid_fen": amount,
        "refunds_fen": 0,
        "awards_fen": 0,
        "owed_before_fen": 0,
        "owed_after_fen": 0,
    }
    for one in summary["accounts"]:
        assert one["opening_fen"] + one["debit_fen"] - one["credit_fen"] == one["closing_fen"]
        assert one["closing_fen"] == await funding.balance(one["account"], recipient=str(party))
    assert await paged(funding, str(party), 2) == lines
    exported = await funding.http.get(f"/v1/statements/{party}", params={"format": "csv"})
    assert len(list(csv.reader(io.StringIO(exported.content.decode("utf-8-sig"), newline="")))) == len(lines) + 1


async def test_statement__of_days_opens_with_what_was_before(funding: Funding) -> None:
    [grant] = await funding.raised(1, "review", "approval")
    path = f"/v1/statements/{grant['recipient_id']}"
    await funding.change(
        "ALTER TABLE ledger_entries DISABLE TRIGGER USER",
        "UPDATE ledger_entries SET booked_on = '2026-03-01'",
        "ALTER TABLE ledger_entries ENABLE TRIGGER USER",
    )
    await funding.take(grant["id"], "payment")
    amount = grant["amount_fen"]
    found = await funding.get(path, **{"from": "2026-03-02"})
    assert (found["summary"]["from"], found["summary"]["to"]) == ("2026-03-02", None)
    totals = found["summary"]["totals"]
    assert (totals["owed_before_fen"], totals["paid_fen"], totals["approved_fen"]) == (amount, amount, 0)
    assert totals["owed_after_fen"] == 0
    payable = next(one for one in found["summary"]["accounts"] if one["account"] == "2307")
    assert (payable["opening_fen"], payable["closing_fen"]) == (-amount, 0)
    on_the_day = await funding.get(path, **{"from": "2026-03-01"})
    assert {one["opening_fen"] for one in on_the_day["summary"]["accounts"]} == {0}
    assert on_the_day["summary"]["totals"]["owed_before_fen"] == 0
    before = await funding.get(path, to="2026-03-01")
    assert [one["kind"] for one in before["items"]] == ["posting", "posting"]
    assert before["summary"]["totals"]["owed_after_fen"] == amount
    turned = await funding.http.get(path, params={"from": "2026-03-02", "to": "2026-03-01"})
    assert (turned.status_code, turned.json()["errors"][0]["pointer"]) == (422, "/query/from")
    for wrong in ("x", "WyJhIl0", "WyIyMDI2LTAxLTAxIiwgIjIwMjYtMDEtMDEiLCAiMSIsICJ4Il0"):
        assert (await funding.http.get(path, params={"cursor": wrong})).status_code == 422


async def test_s25_statement__has_the_refund_of_dues_with_its_reasons(funding: Funding) -> None:
    allow_refunds(funding.app)
    year = await certified(funding, holder_kind="party_organization")
    made = await claim(funding, year["id"], 80)
    assert made.status_code == 201, made.text
    found = await funding.get(f"/v1/statements/{year['holder_id']}")
    [refund] = [one for one in found["items"] if one["kind"] == "refund"]
    assert (refund["amount_fen"], refund["grant_id"], refund["duty"]) == (80, made.json()["grant_id"], "claim")
    assert refund["reasons"]
    assert found["summary"]["totals"]["refunds_fen"] == 80
    assert all(one["at"] <= other["at"] for one, other in pairwise(found["items"]))


async def test_decision_48_statement__a_unit_reads_its_own_with_its_postings(
    funding: Funding, token_for: TokenFor
) -> None:
    own, other = await funding.raised(2, *STEPS)
    unit = {"Authorization": f"Bearer {token_for('secretary', ['330106'], units=[own['recipient_id']])}"}
    found = await funding.http.get(f"/v1/statements/{own['recipient_id']}", headers=unit)
    assert found.json() == await funding.get(f"/v1/statements/{own['recipient_id']}")
    assert len([one for one in found.json()["items"] if one["kind"] == "posting"]) == 4
    elsewhere = {"Authorization": f"Bearer {token_for(divisions=['330105'], subject='elsewhere')}"}
    for headers, recipient in ((unit, other["recipient_id"]), (elsewhere, own["recipient_id"]), (unit, uuid4())):
        refused = await funding.http.get(f"/v1/statements/{recipient}", headers=headers)
        assert refused.status_code == 404, refused.text


async def test_t50_statement__of_a_recipient_that_moved_has_the_decisions_of_its_grants(
    funding: Funding, token_for: TokenFor
) -> None:
    [grant] = await funding.raised()
    recipient = grant["recipient_id"]
    await funding.deliver(party_news(UUID(recipient), uuid4(), sequence=2, division="330105"))
    assert (await funding.get(f"/v1/grants/{grant['id']}"))["division"] == "330105"

    async def seen(division: str) -> list[tuple[str, bool]]:
        headers = {"Authorization": f"Bearer {token_for(divisions=[division], subject='reader')}"}
        found = (await funding.http.get(f"/v1/statements/{recipient}", headers=headers)).json()
        decisions = [(one["kind"], bool(one["reasons"])) for one in found["items"] if one["kind"] == "decision"]
        assert len(decisions) == found["summary"]["totals"]["decisions"]
        return decisions

    for division in ("330105", "330106", "3301"):
        assert await seen(division) == [("decision", True)], division
