import pytest

from services.funding.reports.rules import By, Level, execution_bp, level_of


@pytest.mark.parametrize(
    ("approved", "paid", "rate"),
    [(0, 0, None), (3, 1, 3333), (3, 2, 6667), (20_000, 1, 1), (20_001, 1, 0), (100, 100, 10_000)],
)
def test_execution__is_paid_of_approved_half_up(approved: int, paid: int, rate: int | None) -> None:
    assert execution_bp(approved, paid) == rate


@pytest.mark.parametrize(
    ("by", "key", "level"),
    [
        ("division", "", "total"),
        ("division", "33", "province"),
        ("division", "3301", "city"),
        ("division", "330106", "county"),
        ("division", "330106001", "place"),
        ("scheme", "hz", "scheme"),
        ("year", "2026", "year"),
    ],
)
def test_level(by: By, key: str, level: Level) -> None:
    assert level_of(by, key) == level
