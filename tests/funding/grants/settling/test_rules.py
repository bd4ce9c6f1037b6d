"""After payment, by the rules alone: what is required by when, reported, settled and returned."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from services.funding.grants.errors import GrantOrdered
from services.funding.grants.rules import Grant
from services.funding.grants.settling.errors import NoBalanceDue, NothingRequired, UseNotReported
from services.funding.grants.settling.reversing import reverse
from services.funding.grants.settling.rules import UseVoucher, give_back, report, require, settle
from services.funding.requirements import AfterPayment
from shared.problems.duties import SameHand
from shared.problems.problems import IllegalTransition, InvalidInput, Problem
from tests.funding.conftest import a_grant
from tests.funding.grants.settling.helpers import AFTER

NOW = datetime(2026, 11, 30, 4, tzinfo=UTC)
PAID = a_grant(state="paid", actors={"approval": "甲", "payment": "乙"})
OPEN, _ = require(PAID, AFTER, datetime(2026, 6, 1, 4, tzinfo=UTC))
V1 = UseVoucher("V-1", date(2026, 9, 1), 200_000, "党员教育培训")
V2 = UseVoucher("V-2", date(2026, 9, 2), 100_000, "阵地建设")
REPORTED, _ = report(OPEN, [V1, V2], [], NOW)
EVALUATED = replace(OPEN, settlement_state="evaluated", return_due_fen=100_000, return_due_on=date(2026, 12, 30))


def settled(grant: Grant = REPORTED, **changes: Any) -> tuple[Grant, Any, int]:
    given: dict[str, Any] = {"used_fen": 200_000, "grade": "优", "after": AFTER, "reporters": ["丙"], "actor": "丁"}
    return settle(grant, changes.pop("reported", [V1, V2]), **{**given, **changes}, now=NOW)


def returned(grant: Grant = EVALUATED, **changes: Any) -> Grant:
    given: dict[str, Any] = {
        "amount_fen": 100_000,
        "returned_on": date(2026, 11, 30),
        "settlers": ["丁"],
        "actor": "乙",
    }
    return give_back(grant, **{**given, **changes}, now=NOW)[0]


def reversed_by(actor: str, grant: Grant) -> Grant:
    return reverse(grant, reason="误拨", reference="T-1", beside=None, after=AFTER, actor=actor, now=NOW)[0]


def test_d11_what_a_scheme_requires_is_due_in_its_days_after_the_payment() -> None:
    assert (OPEN.settlement_state, OPEN.use_report_due_on, OPEN.settlement_due_on) == (
        "open",
        date(2026, 11, 28),
        date(2027, 2, 26),
    )
    assert require(PAID, None, NOW) == (PAID, [])
    only = AfterPayment(requires=("use_report",), use_report_days=10, return_days=5)
    required, _ = require(PAID, only, NOW)
    assert required.settlement_due_on is None
    assert report(required, [V1], [], NOW)[0].settlement_state == "closed"


def test_d11_reports_supplement_each_other_and_say_when_they_are_late() -> None:
    first, [reason] = report(OPEN, [V1], [], NOW)
    second, _ = report(first, [V2], [V1], NOW)
    assert (first.settlement_state, second.settlement_state, second.version) == ("use_reported",) * 2 + (
        PAID.version + 2,
    )
    assert (reason.rule, reason.outcome, reason.facts["total_fen"]) == ("R-use-report", "late", 200_000)
    last_day = datetime(2026, 11, 28, 4, tzinfo=UTC)
    assert report(OPEN, [V1], [], last_day)[1][0].outcome == "in_time"


def test_d11_a_settlement_closes_or_leaves_a_balance_to_be_returned() -> None:
    whole, _, nothing = settled(used_fen=300_000)
    assert (whole.settlement_state, nothing, whole.return_due_fen) == ("closed", 0, 0)
    part, [reason], unspent = settled()
    assert (part.settlement_state, unspent, part.return_due_fen) == ("evaluated", 100_000, 100_000)
    assert (part.return_due_on, reason.facts["grade"], reason.outcome) == (date(2026, 12, 30), "优", "in_time")
    some = returned(part, amount_fen=40_000)
    assert (some.settlement_state, some.returned_fen) == ("evaluated", 40_000)
    assert returned(some, amount_fen=60_000).settlement_state == "closed"


def test_d11_a_reversal_reclaims_what_was_paid_and_did_not_come_back() -> None:
    unpaid = reversed_by("丁", a_grant(state="approved"))
    assert (unpaid.state, unpaid.return_due_fen) == ("reversed", 0)
    gone = reversed_by("丁", replace(EVALUATED, returned_fen=30_000))
    assert (gone.state, gone.return_due_fen, gone.returned_fen) == ("reversed", 300_000, 30_000)
    assert gone.reasons[-1].facts["to_be_returned_fen"] == 270_000
    assert returned(gone, amount_fen=270_000).returned_fen == 300_000


@pytest.mark.parametrize(
    ("refused", "what"),
    [
        (NothingRequired, lambda: report(PAID, [V1], [], NOW)),
        (NothingRequired, lambda: report(replace(OPEN, state="reversed"), [V1], [], NOW)),
        (IllegalTransition, lambda: report(EVALUATED, [V1], [], NOW)),
        (InvalidInput, lambda: report(OPEN, [V1, replace(V2, amount_fen=100_001)], [], NOW)),
        (InvalidInput, lambda: report(OPEN, [V2], [V1, V2], NOW)),
        (InvalidInput, lambda: report(OPEN, [replace(V1, on=date(2026, 12, 1))], [], NOW)),
        (UseNotReported, lambda: settled(OPEN, reported=[])),
        (IllegalTransition, lambda: settled(EVALUATED)),
        (NothingRequired, lambda: settled(replace(REPORTED, settlement_due_on=None))),
        (SameHand, lambda: settled(actor="丙")),
        (SameHand, lambda: settled(actor="乙")),
        (InvalidInput, lambda: settled(used_fen=300_001)),
        (InvalidInput, lambda: settled(reported=[V1], used_fen=200_001)),
        (InvalidInput, lambda: settled(grade="很好")),
        (NoBalanceDue, lambda: returned(OPEN)),
        (SameHand, lambda: returned(actor="丁")),
        (InvalidInput, lambda: returned(amount_fen=100_001)),
        (InvalidInput, lambda: returned(returned_on=date(2026, 12, 1))),
        (InvalidInput, lambda: returned(returned_on=date(2025, 12, 31))),
        (SameHand, lambda: reversed_by("甲", PAID)),
        (SameHand, lambda: reversed_by("乙", PAID)),
        (IllegalTransition, lambda: reversed_by("丁", replace(PAID, state="reversed"))),
        (GrantOrdered, lambda: reversed_by("丁", a_grant(state="approved", order_state="ordered"))),
    ],
)
def test_d11_what_is_refused_after_payment(refused: type[Problem], what: Callable[[], object]) -> None:
    with pytest.raises(refused):
        what()


@pytest.mark.parametrize(
    "changes",
    [
        {"requires": []},
        {"use_report_days": None},
        {"requires": ["settlement"]},
        {"grades": []},
        {"return_days": 0},
        {"requires": ["use_report"], "settlement_days": None},
    ],
)
def test_d11_a_scheme_states_days_and_grades_for_exactly_what_it_requires(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        AfterPayment.model_validate(AFTER.model_dump() | changes)
