"""How a bank's return is read. Pure."""

import pytest

from services.funding.payment_orders.policies import read_payment_policies
from services.funding.payment_orders.reading import read_rows
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
