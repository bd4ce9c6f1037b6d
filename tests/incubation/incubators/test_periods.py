"""An incubator that was closed and activated again worked in two periods: what it did is of one of them."""

from datetime import date
from typing import Any

import httpx
import pytest

from services.incubation.incubators.incubator import Periods, periods_of
from tests.incubation.conftest import Incubation
from tests.incubation.incubatees.helpers import apply, entered, taken
from tests.incubation.incubators.helpers import CODE, activated, errors
from tests.incubation.incubators.test_assessments import SCORES

FUNDS = {"kind": "funds", "amount_fen": 500_000, "content": "启动经费"}


async def give(incubation: Incubation, day: str) -> httpx.Response:
    return await incubation.post(f"/incubators/{CODE}/supports", {**FUNDS, "given_on": day})


async def close(incubation: Incubation, day: str) -> httpx.Response:
    return await incubation.post(f"/incubators/{CODE}/closing", {"reason": "场地到期", "closed_on": day})


async def reopened(incubation: Incubation) -> None:
    """It worked from 10 January to 1 May, and works since 1 June 2026."""
    await activated(incubation)
    assert (await close(incubation, "2026-05-01")).status_code == 200
    again = await incubation.post(f"/incubators/{CODE}/activation", {"activated_on": "2026-06-01"})
    assert again.status_code == 200, again.text


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2026-01-09", 422),
        ("2026-01-10", 201),
        ("2026-05-01", 201),
        ("2026-05-02", 422),
        ("2026-05-31", 422),
        ("2026-06-01", 201),
    ],
)
async def test_h4_support__is_of_a_day_on_which_the_incubator_worked(
    incubation: Incubation, day: str, status: int
) -> None:
    await reopened(incubation)
    given = await give(incubation, day)
    assert given.status_code == status, given.text
    if status == 422:
        assert list(errors(given)) == ["/given_on"]


async def test_h4_support__of_one_that_is_closed_may_be_recorded_later(incubation: Incubation) -> None:
    await activated(incubation)
    await close(incubation, "2026-05-01")
    assert (await give(incubation, "2026-04-30")).status_code == 201
    assert (await give(incubation, "2026-05-02")).status_code == 422


async def test_incubator__is_not_closed_before_what_it_did_last(incubation: Incubation) -> None:
    await activated(incubation)
    given = (await give(incubation, "2026-03-05")).json()
    assert list(errors(await close(incubation, "2026-03-04"))) == ["/closed_on"]
    withdrawal = f"/incubators/{CODE}/supports/{given['id']}/withdrawal"
    assert (await incubation.post(withdrawal, {"reason": "误录"})).status_code == 200
    incubatee = await entered(incubation)
    await taken(incubation, incubatee, "exit", {"cause": "withdrew", "reason": "停办", "exited_on": "2026-04-10"})
    # It is not empty while somebody waits for its decision.
    applied = (await apply(incubation, name="另一助老队")).json()["id"]
    await taken(incubation, applied, "exit", {"cause": "withdrew", "reason": "不再申请", "exited_on": "2026-04-20"})
    assert list(errors(await close(incubation, "2026-04-19"))) == ["/closed_on"]
    assert (await close(incubation, "2026-04-20")).status_code == 200


async def test_h3_report__of_a_past_day_counts_one_that_was_closed_and_activated_again(incubation: Incubation) -> None:
    """What a report of 2025 counted does not go when the incubator is activated again in 2026."""
    await activated(incubation)
    await incubation.execute("UPDATE incubators SET activated_on = '2025-03-01'")
    before = await figures(incubation)
    assert before["incubators_active"] == 1
    await close(incubation, "2026-05-01")
    assert await figures(incubation) == before
    again = await incubation.post(f"/incubators/{CODE}/activation", {"activated_on": "2026-06-01"})
    assert again.status_code == 200, again.text
    assert await figures(incubation) == before


async def figures(incubation: Incubation) -> dict[str, Any]:
    report = await incubation.get("/reports/2025", division="330106")
    return {one["code"]: one["value"] for one in report["figures"] if one["group"] == "孵化器"}


@pytest.mark.parametrize(("year", "status"), [(2024, 422), (2025, 201), (2026, 201)])
async def test_h8_assessment__is_of_a_year_in_which_it_worked(incubation: Incubation, year: int, status: int) -> None:
    await activated(incubation)
    await incubation.execute("UPDATE incubators SET activated_on = '2025-11-01'")
    await close(incubation, "2026-01-15")
    await incubation.post(f"/incubators/{CODE}/activation", {"activated_on": "2026-06-01"})
    put = await incubation.http.put(f"/v1/incubators/{CODE}/assessments/{year}", json={"scores": SCORES})
    assert put.status_code == status, put.text
    if status == 422:
        assert list(errors(put)) == ["/path/year"]


def test_periods__of_one_that_was_activated_again_before_they_were_kept_allow_what_came_earlier() -> None:
    steps = [{"step": "activation"}, {"step": "closing"}, {"step": "activation"}]
    row = {"activated_on": date(2026, 6, 1), "closed_on": None, "steps": steps}
    found = periods_of(row)
    assert found == Periods(((date(2026, 6, 1), None),), complete=False)
    assert found.meet(date(2025, 1, 1), date(2025, 1, 1))
    kept = {**row, "steps": [*steps[:2], {"step": "activation", "worked": ["2026-01-10", "2026-05-01"]}]}
    assert not periods_of(kept).meet(date(2025, 1, 1), date(2025, 1, 1))
