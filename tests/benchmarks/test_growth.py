"""The pure parts of the measurement of growth. Nothing is measured here."""

import io

import pytest
from rich.console import Console

from benchmarks.growth.__main__ import bytes_table, grown_table
from benchmarks.growth.growing import NOISE, Grown
from benchmarks.growth.measuring import Bytes, Found


def of(**figures: float) -> Grown:
    return Grown("invented", "s", {int(number.removeprefix("n")): figure for number, figure in figures.items()})


@pytest.mark.parametrize(
    ("first", "last", "exponent", "reached"),
    [
        (1.0, 1.0, 0.0, True),
        (1.0, 10.0, 1.0, True),
        (1.0, 12.5, 1.1, True),
        (1.0, 100.0, 2.0, False),
        (1.0, 12.5 * NOISE * 1.01, 1.28, False),
    ],
    ids=["as before", "n", "n log n", "n squared", "more than noise"],
)
def test_grown__is_judged_from_the_smallest_number_to_the_largest(
    first: float, last: float, exponent: float, reached: bool
) -> None:
    found = of(n10000=first, n30000=500.0, n100000=last)
    assert found.exponent == pytest.approx(exponent, abs=0.01)
    assert found.reached is reached


def test_grown__what_takes_a_moment_is_not_judged() -> None:
    assert Grown("a page", "ms, p95", {10_000: 0.1, 100_000: 4.9}, judged_from=5.0).reached
    assert not Grown("a page", "ms, p95", {10_000: 0.1, 100_000: 5.1}, judged_from=5.0).reached


def test_tables__show_each_number_and_what_stays() -> None:
    found = Found(
        [of(n1000=1.0, n4000=64.0)], {"registry.outbox": Bytes(8_000, 0), "bus.bus_log": Bytes(4_000, 4_000)}, 4
    )
    console = Console(file=io.StringIO(), width=150, record=True)
    console.print(grown_table(found.grown))
    console.print(bytes_table(found))
    text = console.export_text()
    assert "n^3.00" in text
    assert "MISSED" in text
    assert "16.00 ms each" in text
    [together] = [line.split() for line in text.splitlines() if "together" in line]
    assert together[1:] == ["4,000", "2,000"]
