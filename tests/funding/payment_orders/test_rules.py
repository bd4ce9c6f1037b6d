"""How a bank's return is read. Pure."""

from uuid import UUID

import pytest

from services.funding.payment_orders.policies import read_payment_policies
from services.funding.payment_orders.reading import read_rows
from services.funding.payment_orders.rules import Line, LineState, ReturnRow, match_return
from shared.settings import REPOSITORY_POLICIES

HEADS = ("业务参考号", "处理结果", "金额")


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
    rows = read_rows([(1, HEADS), (2, ("P-1", "成功", written))], parameters)
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
