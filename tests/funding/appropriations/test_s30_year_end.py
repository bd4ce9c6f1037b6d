"""The year's end (domain section 5): unpaid commitments go on, the rest goes on or lapses by its source."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from services.funding.appropriations.errors import BudgetExceeded, NoAppropriation, NoSuccessor, YearNotOver
from services.funding.appropriations.rules import (
    Budget,
    Charge,
    charge,
    check_successor,
    close,
    goes_on,
    next_open,
)
from services.funding.reconciliation import RECONCILIATION
from shared.field.calendar import china_day
from tests.funding.appropriations.helpers import YEAR, appropriated, budget_policy, left, put
from tests.funding.conftest import Funding
from tests.funding.grants.settling.helpers import done
from tests.funding.ledger.helpers import problem

[_BUDGETS_OFF] = [one.violations for one in RECONCILIATION.invariants if one.table == "appropriations"]
NOW = datetime(2027, 1, 5, tzinfo=UTC)
SUBSIDY = 300_000


def budget(**changes: Any) -> Budget:
    whole: dict[str, Any] = {
        "id": uuid4(),
        "code": "B",
        "division": "3301",
        "amount_fen": 1_000,
        "carried_fen": 0,
        "committed_fen": 700,
        "paid_fen": 400,
        "warn_from_bp": 9_000,
        "policy": "p",
    }
    return Budget(**whole | changes)


@pytest.mark.parametrize(
    ("taken", "carries", "expected"),
    [
        ({}, False, (300, 0, 300, "carried_over")),
        ({}, True, (300, 300, 0, "carried_over")),
        ({"paid_fen": 700}, False, (0, 0, 300, "closed")),
        ({"paid_fen": 700}, True, (0, 300, 0, "carried_over")),
        ({"carried_fen": 50, "committed_fen": 1_050}, True, (650, 0, 0, "carried_over")),
    ],
)
def test_s30_close__carries_what_is_unpaid(
    taken: dict[str, int], carries: bool, expected: tuple[int, int, int, str]
) -> None:
    found = close(budget(**taken), 2026, date(2027, 1, 1), NOW, carries=carries, policy="p")
    assert (found.unpaid_fen, found.carried_fen, found.lapsed_fen, found.reason.outcome) == expected
    whole = budget(**taken)
    assert whole.paid_fen + found.carried_out_fen + found.lapsed_fen == whole.whole_fen


def test_s30_close__waits_for_the_last_day_and_needs_who_takes_over() -> None:
    with pytest.raises(YearNotOver):
        close(budget(), 2026, date(2026, 12, 31), NOW, carries=False, policy="p")
    closing = close(budget(), 2026, date(2027, 1, 1), NOW, carries=False, policy="p")
    with pytest.raises(NoSuccessor):
        check_successor(closing, None, 2026)
    check_successor(close(budget(paid_fen=700), 2026, date(2027, 1, 1), NOW, carries=False, policy="p"), None, 2026)


@pytest.mark.parametrize(("asked", "outcome"), [(199, "committed"), (200, "nearly_used_up"), (300, "nearly_used_up")])
def test_s30_charge__warns_from_the_policys_part(asked: int, outcome: str) -> None:
    one, line = budget(), uuid4()
    given = Charge(line, "330106", "city", "fiscal", "annual", asked)
    charged = charge([given], {line: one.id}, {one.id: one}, (), 2026, NOW)
    assert charged.reasons[line].outcome == outcome
    assert charged.budgets[0].left_fen == 300 - asked


def test_s30_charge__takes_all_that_is_left_and_not_a_fen_more() -> None:
    one, grants = budget(), [uuid4(), uuid4()]
    charges = [Charge(grant, "330106", "city", "fiscal", "annual", 150) for grant in grants]
    lines = dict.fromkeys(grants, one.id)
    assert charge(charges, lines, {one.id: one}, (), 2026, NOW).budgets[0].left_fen == 0
    more = [*charges[:1], Charge(grants[1], "330106", "city", "fiscal", "annual", 151)]
    with pytest.raises(BudgetExceeded):
        charge(more, lines, {one.id: one}, (), 2026, NOW)
    with pytest.raises(NoAppropriation):
        charge(charges, {}, {}, grants, 2026, NOW)


async def test_s30_a_year_is_closed_into_the_next_ones_appropriation(funding: Funding) -> None:
    await appropriated(funding, 3 * SUBSIDY)
    unpaid, paid = await funding.raised(2, "review", "approval")
    await funding.take(paid["id"], "payment")
    assert await left(funding) == (2 * SUBSIDY, SUBSIDY, SUBSIDY)

    async def closing() -> Any:
        return await funding.http.post("/v1/appropriations/B-1/closing")

    assert problem(await closing()) == (409, "budget-year-not-over")
    await funding.change(f"UPDATE appropriations SET year = {YEAR - 1}")
    refused = await closing()
    assert (problem(refused), refused.json()["carried_fen"]) == ((409, "no-successor"), SUBSIDY)
    await appropriated(funding, 10 * SUBSIDY, "B-2")
    closed = (await closing()).json()
    assert (closed["state"], closed["carried_out_fen"], closed["lapsed_fen"]) == ("closed", SUBSIDY, SUBSIDY)
    assert (closed["committed_fen"], closed["paid_fen"], closed["left_fen"]) == (SUBSIDY, SUBSIDY, 0)
    assert await left(funding, "B-2") == (SUBSIDY, 0, 10 * SUBSIDY)
    await funding.take(unpaid["id"], "payment")
    assert await left(funding, "B-2") == (SUBSIDY, SUBSIDY, 10 * SUBSIDY)
    assert problem(await closing()) == (409, "illegal-transition")


async def test_s30_a_task_leads_to_what_confirms_and_closes(funding: Funding) -> None:
    await put(funding)

    async def follow(step: str) -> Any:
        [task] = (await funding.get("/v1/tasks", kind=f"appropriation.{step}"))["items"]
        answered = await funding.http.post(f"{task['link'].removeprefix('/funding')}/{step}")
        assert answered.status_code == 200, answered.text
        return answered.json()

    assert (await follow("confirmation"))["state"] == "open"
    await funding.change(f"UPDATE appropriations SET year = {YEAR - 1}")
    closed = await follow("closing")
    assert (closed["code"], closed["state"]) == ("B-1", "closed")


async def test_s30_the_earlier_year_of_a_line_is_closed_first(funding: Funding) -> None:
    for code, year in (("B-1", YEAR - 2), ("B-2", YEAR - 1), ("B-3", YEAR)):
        await appropriated(funding, SUBSIDY, code, year=year)
    await appropriated(funding, SUBSIDY, "B-2-AWARD", year=YEAR - 1, purpose="award")

    async def closing(code: str) -> Any:
        return await funding.http.post(f"/v1/appropriations/{code}/closing")

    refused = await closing("B-2")
    assert problem(refused) == (409, "earlier-year-open")
    assert (refused.json()["appropriation"], refused.json()["year"]) == ("B-1", YEAR - 2)
    assert [(await closing(code)).status_code for code in ("B-2-AWARD", "B-1", "B-2")] == [200] * 3


@pytest.mark.parametrize(
    ("later", "way"),
    [
        ([], 0),
        ([(2027, "open")], 1),
        ([(2027, "closed"), (2028, "open"), (2029, "open")], 2),
        ([(2027, "closed")], 0),
        ([(2028, "open")], 0),
    ],
)
def test_s30_given_back__goes_over_closed_years_to_the_first_open_one(later: list[tuple[int, str]], way: int) -> None:
    ids = [uuid4() for _ in later]
    assert next_open(2026, [(key, *one) for key, one in zip(ids, later, strict=True)]) == ids[:way]


def test_s30_given_back__does_what_the_rest_of_the_year_did() -> None:
    def closed(*, carries: bool, **taken: int) -> list[dict[str, Any]]:
        reason = close(budget(**taken), 2026, date(2027, 1, 1), NOW, carries=carries, policy="p").reason
        return [reason.model_dump(mode="json")]

    for carries in (True, False):
        assert goes_on(closed(carries=carries, committed_fen=1_000)) is carries, "where nothing was left of it, too"
    before = closed(carries=True)
    del before[0]["facts"]["rest_goes_on"]
    assert goes_on(before), "one that was closed by the version before"


@pytest.mark.parametrize("carries", [True, False])
async def test_s30_what_a_closed_year_gets_back_goes_on_or_lapses(funding: Funding, carries: bool) -> None:
    budget_policy(funding.app, carried_sources=["fiscal"] if carries else [])
    await appropriated(funding, 2 * SUBSIDY)
    [reversed_, unpaid] = await funding.raised(2, "review", "approval")
    await funding.take(reversed_["id"], "payment")
    for older, code in (("B-1", "B-2"), ("B-2", "B-3")):
        await funding.change("UPDATE appropriations SET year = year - 1")
        await appropriated(funding, SUBSIDY, code)
        assert (await funding.http.post(f"/v1/appropriations/{older}/closing")).status_code == 200
    # What was not paid went on with both years; the rest of the second went on, or lapsed.
    rest = SUBSIDY if carries else 0
    assert await left(funding, "B-3") == (SUBSIDY, 0, SUBSIDY + rest)
    await done(funding, reversed_["id"], "reversal", reason="不符合条件", reference="CX-1")
    assert await left(funding, "B-1") == (SUBSIDY, SUBSIDY, 0), "it is owed back, and not back yet"
    paid_back = {"amount_fen": SUBSIDY, "reference": "HD-1", "returned_on": str(china_day(datetime.now(UTC)))}
    await done(funding, reversed_["id"], "balance-return", **paid_back)
    first, last = [await funding.get(f"/v1/appropriations/{code}") for code in ("B-1", "B-3")]
    assert (first["committed_fen"], first["paid_fen"], first["left_fen"]) == (0, 0, 0)
    assert first["lapsed_fen"] == (0 if carries else SUBSIDY)
    assert first["reasons"][-1]["outcome"] == ("given_back_carried" if carries else "given_back_lapsed")
    assert await left(funding, "B-3") == (SUBSIDY, 0, SUBSIDY + 2 * rest)
    assert last["reasons"][-1]["outcome"] == "carried_in"
    # What was not paid is of the open year by now: it is free there.
    await done(funding, unpaid["id"], "reversal", reason="不符合条件", reference="CX-2")
    assert await left(funding, "B-3") == (0, 0, 2 * SUBSIDY + 2 * rest)
    assert not await funding.rows(_BUDGETS_OFF)


async def test_s30_what_a_closed_year_gets_back__names_where_it_went(funding: Funding) -> None:
    """Nothing was left of the year when it was closed, so that it had no successor by then."""
    budget_policy(funding.app, carried_sources=["fiscal"])
    await appropriated(funding, SUBSIDY)
    [paid] = await funding.raised(1, "review", "approval")
    await funding.take(paid["id"], "payment")
    await funding.change("UPDATE appropriations SET year = year - 1")
    assert (await funding.http.post("/v1/appropriations/B-1/closing")).status_code == 200
    await appropriated(funding, SUBSIDY, "B-2")
    assert (await funding.get("/v1/appropriations/B-1"))["successor_id"] is None
    await done(funding, paid["id"], "reversal", reason="不符合条件", reference="CX-1")
    paid_back = {"amount_fen": SUBSIDY, "reference": "HD-1", "returned_on": str(china_day(datetime.now(UTC)))}
    await done(funding, paid["id"], "balance-return", **paid_back)
    first, second = [await funding.get(f"/v1/appropriations/{code}") for code in ("B-1", "B-2")]
    assert first["successor_id"] == second["id"]
    assert await left(funding, "B-2") == (0, 0, 2 * SUBSIDY)
