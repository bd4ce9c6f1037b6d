"""How a bank's return is read. Pure."""

from datetime import date
from uuid import UUID

import pytest

from services.funding.payment_orders.policies import read_payment_policies
from services.funding.payment_orders.reading import read_rows
from services.funding.payment_orders.rules import Line, LineState, ReturnRow, match_return
from shared.settings import REPOSITORY_POLICIES

HEADS = ("业务参考号", "处理结果", "金额")
TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("3,000.00", 300_000),
        ("¥3000", 300_000),
        ("３０００．００", 300_000),
        ("3000.00元", 300_000),
        ("30,00.00", None),
        ("3000.005", None),
        ("-3000.00", None),
        ("叁仟元整", None),
        ("", None),
    ],
)
def test_return__amounts_are_read_as_everywhere(written: str, fen: int | None) -> None:
    parameters = read_payment_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES).policies[0].parameters
    rows = read_rows([(1, HEADS), (2, ("P-1", "成功", written))], parameters, TODAY)
    assert rows is not None
    assert [one.amount_fen for one in rows] == [fen]


@pytest.mark.parametrize(
    ("state", "status", "amount_fen", "kind"),
    [
        ("ordered", "paid", 100, "paid"),
        ("ordered", "paid", 99, "amount_differs"),
        ("ordered", "failed", 99, "amount_differs"),
        ("failed", "failed", 100, "repeated"),
        ("failed", "failed", 99, "amount_differs"),
        ("failed", "paid", 100, "contradicts"),
        ("failed", "paid", 99, "contradicts"),
        ("failed", "paid", None, "contradicts"),
        ("withdrawn", "paid", 101, "contradicts"),
        ("paid", "paid", 100, "repeated"),
        ("paid", "paid", 101, "contradicts"),
        ("paid", "failed", 99, "contradicts"),
        ("paid", None, 100, "unreadable"),
        ("paid", "sent_back", 100, "sent_back"),
        ("paid", "sent_back", 99, "contradicts"),
        ("ordered", "sent_back", 100, "failed"),
        ("ordered", "sent_back", 99, "amount_differs"),
        ("failed", "sent_back", 100, "repeated"),
        ("withdrawn", "sent_back", 100, "repeated"),
    ],
)
def test_return__paid_with_another_amount_contradicts_what_is_settled(
    state: LineState, status: str, amount_fen: int | None, kind: str
) -> None:
    row = ReturnRow(1, "P-1", status, amount_fen)  # type: ignore[arg-type] - a literal of the table
    found = match_return([Line(1, "P-1", UUID(int=1), 100, state)], [row])
    assert [one.kind for one in found.findings] == [kind]
    twice = match_return([Line(1, "P-1", UUID(int=1), 100, state)], [row, row])
    gone_unpaid = state in ("failed", "withdrawn") and status == "paid"
    assert {one.kind for one in twice.findings} == {"contradicts" if gone_unpaid else "twice"}


@pytest.mark.parametrize(("day", "kind"), [(3, "contradicts"), (4, "sent_back"), (5, "sent_back"), (None, "sent_back")])
def test_return__of_a_day_before_the_payment_sends_nothing_back(day: int | None, kind: str) -> None:
    """A file that was left lying is no later word of the bank."""
    line = Line(1, "P-1", UUID(int=1), 100, "paid", date(2026, 11, 4))
    on = None if day is None else date(2026, 11, day)
    [found] = match_return([line], [ReturnRow(1, "P-1", "sent_back", 100, None, on)]).findings
    assert found.kind == kind


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("退票", "sent_back"),
        ("退回", "sent_back"),
        ("失败", "failed"),
        ("PAID", "paid"),
        ("Ｆailed", "failed"),
        ("退", None),
    ],
)
def test_return__words_are_those_of_the_policy(word: str, status: str | None) -> None:
    parameters = read_payment_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES).policies[0].parameters
    rows = read_rows([(1, HEADS), (2, ("P-1", word, "1"))], parameters, TODAY)
    assert rows is not None
    assert [one.status for one in rows] == [status]


def test_return__headings_are_read_whatever_their_case_and_width() -> None:
    parameters = read_payment_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES).policies[0].parameters
    rows = read_rows([(1, ("Reference", "STATUS", "支付金额(元)")), (2, ("P-1", "Paid", "1"))], parameters, TODAY)
    assert rows is not None
    assert [(one.reference, one.status, one.amount_fen) for one in rows] == [("P-1", "paid", 100)]


@pytest.mark.parametrize(
    ("day", "status"), [("2026-11-30", "paid"), ("2026-12-01", None), ("bald", "paid"), ("", "paid")]
)
def test_return__of_a_day_to_come_settles_nothing(day: str, status: str | None) -> None:
    parameters = read_payment_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES).policies[0].parameters
    rows = read_rows([(1, (*HEADS, "支付日期")), (2, ("P-1", "成功", "1", day))], parameters, TODAY)
    assert rows is not None
    assert [one.status for one in rows] == [status]
