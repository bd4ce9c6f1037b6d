"""The register of dues: totals that add up, a base that another certifies, late corrections, no person's dues."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import TokenFor
from tests.funding.conftest import Funding, party_news
from tests.funding.dues.helpers import HOLDER, YEAR, allow_refunds, certified, claim, quarter, record, recorded
from tests.funding.ledger.helpers import problem


async def test_h33_the_retained_base_is_what_four_quarters_leave_with_their_interest(funding: Funding) -> None:
    year = await recorded(funding, *(quarter(n, remitted_fen=80 - n) for n in (1, 2, 3)))
    early = await funding.http.post(f"/v1/dues/{year['id']}/certification")
    assert (problem(early), early.json()["quarters"]) == ((409, "dues-incomplete"), [4])
    await recorded(funding, quarter(4, remitted_fen=0))
    done = (await funding.http.post(f"/v1/dues/{year['id']}/certification")).json()
    assert (done["state"], done["base_fen"]) == ("certified", 21 + 22 + 23 + 100 + 4)
    [reason] = done["reasons"]
    assert (reason["rule"], reason["facts"]["retained_fen"], reason["facts"]["policy"]) == (
        "R-dues-base",
        166,
        "default-dues",
    )
    assert reason["text"]
    [listed] = (await funding.get("/v1/dues", year=YEAR, holder=HOLDER, state="certified"))["items"]
    assert [one["quarter"] for one in listed["quarters"]] == [1, 2, 3, 4]


async def test_h33_who_entered_does_not_certify(funding: Funding, token_for: TokenFor) -> None:
    allow_refunds(funding.app)
    headers = {"Authorization": f"Bearer {token_for(['district_officer', 'reviewer'], subject='甲')}"}
    year = await funding.http.post("/v1/dues", json=quarter(4), headers=headers, auth=None)
    path = f"/v1/dues/{year.json()['id']}/certification"
    assert problem(await funding.http.post(path, headers=headers, auth=None)) == (403, "same-hand")
    assert (await funding.http.post(path)).json()["state"] == "certified"
    assert problem(await funding.http.post(path)) == (409, "illegal-transition")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"retained_fen": 21}, "/collected_fen"),
        ({"papers": []}, "/papers"),
        ({"year": YEAR + 1, "quarter": 4}, "/quarter"),
        ({"collected_fen": -1}, "/collected_fen"),
        ({"interest_fen": 0.5}, "/interest_fen"),
        ({"quarter": 5}, "/quarter"),
    ],
)
async def test_h33_figures_that_do_not_add_up_are_refused_by_field(
    funding: Funding, changes: dict[str, Any], pointer: str
) -> None:
    refused = await record(funding, quarter(4, **changes))
    assert problem(refused) == (422, "invalid-input")
    assert pointer in [one["pointer"] for one in refused.json()["errors"]]
    assert await funding.rows("SELECT id FROM dues_years") == []


LINE = {"kind": "bank_line", "of": "remitted", "reference": "YH-4", "on": f"{YEAR}-12-28", "amount_fen": 40}
VOUCHER = {**LINE, "kind": "voucher", "of": "collected", "reference": "JZ-4", "amount_fen": 100}


@pytest.mark.parametrize(
    ("papers", "pointer"),
    [
        ([{**VOUCHER, "on": "2999-01-01"}, {**LINE, "amount_fen": 80}], "/papers/0/on"),
        ([VOUCHER, LINE, LINE], "/papers/2/reference"),
        ([VOUCHER, LINE, {**LINE, "reference": "YH-5"}], None),
        ([VOUCHER, {**VOUCHER, "of": "interest", "amount_fen": 1}, {**LINE, "amount_fen": 80}], None),
    ],
)
async def test_h33_a_paper_is_there_and_counts_once(
    funding: Funding, papers: list[dict[str, Any]], pointer: str | None
) -> None:
    answered = await record(funding, quarter(4, papers=papers))
    faults = [one["pointer"] for one in answered.json().get("errors", [])]
    assert (answered.status_code, faults) == ((201, []) if pointer is None else (422, [pointer]))


@pytest.mark.parametrize("field", ["member", "members", "member_name", "payer_name", "id_number", "individual_dues"])
async def test_h33_fields_that_name_persons_are_refused(funding: Funding, field: str) -> None:
    refused = await record(funding, quarter(4, **{field: "示例某"}))
    assert (problem(refused), refused.json()["errors"][0]["pointer"]) == ((422, "invalid-input"), f"/{field}")
    inside = quarter(4)
    inside["papers"][0][field] = "示例某"
    assert problem(await record(funding, inside)) == (422, "invalid-input")


async def test_h33_a_persons_number_or_name_is_no_papers_number(funding: Funding) -> None:
    for reference in ("11010519491231002X", "示例某"):
        given = quarter(4)
        given["papers"][0]["reference"] = reference
        refused = await record(funding, given)
        assert refused.json()["errors"][0]["pointer"] == "/papers/0/reference"


async def test_h33_the_same_quarter_again_changes_nothing_and_another_needs_a_reason(funding: Funding) -> None:
    first = await recorded(funding, quarter(4))
    again = await record(funding, quarter(4))
    assert (again.status_code, again.json()) == (200, first)
    other = quarter(4, remitted_fen=70)
    assert problem(await record(funding, other)) == (409, "quarter-recorded")
    corrected = await recorded(funding, {**other, "reason": "漏记"})
    [shown] = corrected["quarters"]
    assert (shown["revision"], shown["remitted_fen"], shown["reason"]) == (2, 70, "漏记")
    kept = await funding.rows("SELECT remitted_fen FROM dues_quarters ORDER BY revision")
    assert [row["remitted_fen"] for row in kept] == [80, 70]


async def test_h33_a_late_correction_opens_the_year_again_and_a_claim_on_it_stands_in_the_way(funding: Funding) -> None:
    allow_refunds(funding.app)
    year = await certified(funding)
    correction = {**quarter(4, remitted_fen=70, holder_id=year["holder_id"]), "reason": "漏记"}
    assert problem(await record(funding, correction)) == (409, "illegal-transition")
    path = f"/v1/dues/{year['id']}/reopening"
    assert (await funding.http.post(path, json={"reason": "漏记"})).json()["base_fen"] is None
    await recorded(funding, correction)
    again = (await funding.http.post(f"/v1/dues/{year['id']}/certification")).json()
    assert again["base_fen"] == 31
    assert [one["outcome"] for one in again["reasons"]] == ["certified", "reopened", "certified"]
    made = await claim(funding, year["id"], 70)
    assert made.status_code == 201, made.text
    refused = await funding.http.post(path, json={"reason": "漏记"})
    assert (problem(refused), refused.json()["used_by"]) == ((409, "dues-in-use"), made.json()["id"])


async def test_h33_the_register_follows_a_holder_that_moved(funding: Funding, token_for: TokenFor) -> None:
    await funding.deliver(party_news(HOLDER, uuid4()))  # type: ignore[arg-type]
    year = await recorded(funding, quarter(3))
    headers = {"Authorization": f"Bearer {token_for('district_officer', ['330110'], '乙')}"}
    moved = quarter(4, division="330110")
    before = await funding.http.post("/v1/dues", json=moved, headers=headers, auth=None)
    assert problem(before) == (409, "dues-held-elsewhere")
    await funding.deliver(party_news(HOLDER, uuid4(), sequence=2, division="330110"))  # type: ignore[arg-type]
    after = await funding.http.post("/v1/dues", json=moved, headers=headers, auth=None)
    assert (after.status_code, after.json()["id"], after.json()["division"]) == (201, year["id"], "330110")
    rows = await funding.rows("SELECT DISTINCT division FROM dues_quarters")
    assert [row["division"] for row in rows] == ["330110"]


async def test_h33_two_who_record_the_same_quarter_at_once_record_it_once(funding: Funding) -> None:
    answers = await asyncio.gather(*(record(funding, quarter(4)) for _ in range(10)))
    assert sorted(one.status_code for one in answers) == [200] * 9 + [201]
    assert len(await funding.rows("SELECT quarter FROM dues_quarters")) == 1
