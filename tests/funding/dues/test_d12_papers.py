"""D12: a paper counts once, whichever quarter or year of its holder has it: else it would be refunded twice."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.funding.conftest import Funding
from tests.funding.dues.helpers import YEAR, quarter, record, recorded
from tests.funding.ledger.helpers import problem


def with_line(number: int, year: int = YEAR, **changes: Any) -> dict[str, Any]:
    """A quarter whose remittance is the line of the bank `YH-7` of 28 June, of 80 fen, or what differs from it."""
    given = quarter(number, year=year)
    voucher, line = given["papers"]
    return {**given, "papers": [voucher, {**line, "reference": "YH-7", "on": f"{YEAR}-06-28", **changes}]}


@pytest.mark.parametrize(
    ("changes", "accepted"),
    [
        ({}, False),
        ({"on": f"{YEAR}-09-28"}, False),
        ({"amount_fen": 90}, False),
        ({"on": f"{YEAR}-09-28", "amount_fen": 90}, True),
        ({"reference": "YH-8"}, True),
    ],
)
async def test_d12_a_line_of_the_bank_counts_in_one_quarter(
    funding: Funding, changes: dict[str, Any], accepted: bool
) -> None:
    await recorded(funding, with_line(2))
    given = with_line(3, **changes)
    remitted = given["papers"][1]["amount_fen"]
    given |= {"remitted_fen": remitted, "retained_fen": 100 - remitted}
    answered = await record(funding, given)
    if accepted:
        assert answered.status_code == 201, answered.text
        return
    assert problem(answered) == (422, "invalid-input")
    [fault] = answered.json()["errors"]
    assert (fault["pointer"], "YH-7" in fault["detail"]) == ("/papers/1/reference", True)
    assert f"{YEAR}年第2季度" in fault["detail"]


async def test_d12_nor_in_another_year_but_with_another_holder(funding: Funding) -> None:
    await recorded(funding, with_line(4, YEAR - 1))
    refused = await record(funding, with_line(1))
    assert problem(refused) == (422, "invalid-input")
    assert f"{YEAR - 1}年第4季度" in refused.json()["errors"][0]["detail"]
    # A joint branch remits what its organizations register as well.
    assert (await record(funding, {**with_line(1), "holder_id": str(uuid4())})).status_code == 201


async def test_d12_a_correction_moves_a_line_into_the_quarter_that_it_is_of(funding: Funding) -> None:
    await recorded(funding, with_line(2))
    assert (await record(funding, with_line(2))).status_code == 200, "the same again changes nothing"
    freed = quarter(2, remitted_fen=0, reason="流水误记")
    assert (await record(funding, freed)).status_code == 201
    assert (await record(funding, with_line(3))).status_code == 201
    assert problem(await record(funding, {**with_line(2), "reason": "再次更正"})) == (422, "invalid-input")


async def test_d12_numbers_of_vouchers_begin_again_each_month(funding: Funding) -> None:
    given = quarter(4)
    voucher, line = given["papers"]
    months = [{**voucher, "on": f"{YEAR}-{month}-28"} for month in (10, 11, 12)]
    assert (await record(funding, {**given, "papers": [*months, line]})).status_code == 201
    again = {**quarter(3), "papers": [months[0], quarter(3)["papers"][1]]}
    assert (await record(funding, again)).json()["errors"][0]["pointer"] == "/papers/0/reference"


async def test_d12_of_two_recorded_at_once_one_counts(funding: Funding) -> None:
    both = [record(funding, with_line(number, year)) for number, year in ((2, YEAR), (3, YEAR), (2, YEAR - 1))]
    assert sorted(one.status_code for one in await asyncio.gather(*both)) == [201, 422, 422]
