from datetime import UTC, datetime
from typing import Any, get_args
from uuid import UUID

import pytest

from services.funding.documents.rules import amount_facts, check_grant, grant_facts, voucher_facts
from services.funding.grants.rules import Recorded
from services.funding.policies import SchemeParameters, read_schemes
from services.funding.words import PURPOSES, STATES, STEPS
from shared.contracts.funding import GrantStateName
from shared.documents.errors import SubjectUnfit
from shared.documents.kinds import FundingDocument
from shared.field.money import MoneyError
from shared.settings import REPOSITORY_POLICIES

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
GRANT: dict[str, Any] = {
    "recipient_name": "支部",
    "state": "approved",
    "approved_by": "甲",
    "amount_fen": 5_000_000,
    "scheme": "s",
    "policy": "p",
    "purpose": "annual",
    "channel": "fiscal",
    "year": 2026,
    "period": "2026",
}


@pytest.mark.parametrize(
    ("kind", "state", "approved_by", "fits"),
    [
        ("payment_notice", "approved", "甲", True),
        ("payment_notice", "paid", "甲", True),
        ("payment_notice", "reviewed", None, False),
        ("receipt_form", "raised", None, False),
        ("grant_approval_sheet", "raised", None, True),
        ("grant_approval_sheet", "held", None, False),
        ("receipt_form", "reversed", "甲", False),
    ],
)
def test_grant__fits_a_document_by_its_state(
    kind: FundingDocument, state: str, approved_by: str | None, fits: bool
) -> None:
    row = {**GRANT, "state": state, "approved_by": approved_by}
    if fits:
        check_grant(kind, row)
        return
    with pytest.raises(SubjectUnfit):
        check_grant(kind, row)


def test_amount__in_figures_and_capitals_and_none_below_zero() -> None:
    assert amount_facts(5_000_000) == {"amount": "¥50,000.00", "amount_capital": "伍万元整"}
    with pytest.raises(MoneyError):
        amount_facts(-1)


def test_grant__says_what_it_is_for_in_words() -> None:
    facts = grant_facts(GRANT, [{"step": "approval", "at": NOON}])
    assert (facts["purpose"], facts["channel"], facts["state"], facts["approved_on"]) == (
        "党建工作经费",
        "财政资金",
        "已批准",
        "2026年3月2日",
    )
    assert grant_facts({**GRANT, "purpose": "其他"}, [])["purpose"] == "其他"


def test_words__are_there_for_every_shipped_scheme_state_and_step() -> None:
    shipped: list[SchemeParameters] = [one.parameters for one in read_schemes(REPOSITORY_POLICIES).policies]
    assert {one.purpose for one in shipped} <= set(PURPOSES)
    assert set(GrantStateName.__args__) <= set(STATES)  # type: ignore[attr-defined]
    assert set(get_args(Recorded)) == set(STEPS)


def test_voucher__has_debits_first_and_their_sum_in_capitals() -> None:
    row = {
        "booked_on": None,
        "posted_at": NOON,
        "kind": "reversal",
        "note": "金额有误",
        "posted_by": None,
        "corrects": UUID(int=1),
        "grant_id": None,
    }
    entries = [
        {"id": 1, "account": "1012", "debit_fen": 0, "credit_fen": 10_005},
        {"id": 2, "account": "4602", "debit_fen": 10_005, "credit_fen": 0},
    ]
    facts = voucher_facts(row, entries, {"1012": "党费专户存款"})
    assert facts["lines"] == "4602\t\t¥100.05\t\n1012\t党费专户存款\t\t¥100.05"
    assert (facts["amount_capital"], facts["summary"]) == ("壹佰元零伍分", "冲销：金额有误")
    assert (facts["booked_on"], facts["corrects"], facts["grant"]) == ("2026年3月2日", str(UUID(int=1)), "")
