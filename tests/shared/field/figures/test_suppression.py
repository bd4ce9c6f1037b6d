"""Withheld figures: small ones, and what would give them away (issue 12: a leader's statistics)."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.field.figures.suppression import suppressed

TOTAL = "total"


def withheld_of(parts: list[int], least: int = 5) -> set[str]:
    """Of one sum over parts, by name a, b, …"""
    names = [chr(ord("a") + n) for n in range(len(parts))]
    figures = {TOTAL: sum(parts), **dict(zip(names, parts, strict=True))}
    return set(suppressed(figures, [(TOTAL, tuple(names))], least))


@pytest.mark.parametrize(
    ("parts", "withheld"),
    [
        ([10, 20, 30], ""),
        ([0, 20, 30], ""),  # zero is nobody
        ([5, 20, 30], ""),
        ([4, 20, 30], "ab"),  # not the small one alone: 54 - 50 is 4
        ([4, 20, 20], "ab"),  # the first of equals
        ([3, 4, 30], "ab"),  # together 7, so either may be 6
        ([1, 1, 30], "abc"),  # together 2: each would be known to be 1
        ([1, 1, 0, 30], "abd"),  # a zero hides nothing
        ([3, 0, 0], "a total"),  # the sum is the figure
        ([2, 2], "ab total"),
        ([1, 4], "ab total"),  # the sum shows 5, and each below it
        ([0, 0], ""),
    ],
    ids=str,
)
def test_decision_48_suppression__of_one_sum(parts: list[int], withheld: str) -> None:
    assert withheld_of(parts) == set(withheld.replace(" total", "")) | ({TOTAL} if "total" in withheld else set())


def test_decision_48_suppression__with_least_one_nothing_is_withheld() -> None:
    assert withheld_of([1, 2, 3], least=1) == set()


ROWS, COLUMNS = 3, 3
CELLS = [(r, c) for r in range(ROWS + 1) for c in range(COLUMNS + 1)]
SUMS = [
    *(((r, COLUMNS), tuple((r, c) for c in range(COLUMNS))) for r in range(ROWS + 1)),
    *(((ROWS, c), tuple((r, c) for r in range(ROWS))) for c in range(COLUMNS + 1)),
]


def table(inner: list[int]) -> dict[tuple[int, int], int]:
    """A table of 3 × 3 with its sums in the last row and column."""
    figures = dict.fromkeys(CELLS, 0)
    for (r, c), figure in zip(product(range(ROWS), range(COLUMNS)), inner, strict=True):
        for cell in ((r, c), (r, COLUMNS), (ROWS, c), (ROWS, COLUMNS)):
            figures[cell] += figure
    return figures


def test_decision_48_suppression__in_two_directions_at_once() -> None:
    """Withheld once in its row, a figure would follow from its column."""
    figures = table([2, 50, 60, 70, 80, 90, 75, 85, 95])
    withheld = suppressed(figures, SUMS, 5)
    assert (0, 0) in withheld
    for total, parts in SUMS:
        assert len({total, *parts} & withheld) != 1
    assert len(withheld) == 4, "a rectangle, and no more"


@given(st.lists(st.integers(0, 6), min_size=9, max_size=9), st.integers(2, 4))
def test_decision_48_suppression__nothing_withheld_follows_from_what_is_shown(inner: list[int], least: int) -> None:
    """By trying: each withheld figure inside has another table that shows the same."""
    figures = table(inner)
    withheld = suppressed(figures, SUMS, least)
    assert {cell for cell, figure in figures.items() if 0 < figure < least} <= withheld
    hidden = [cell for cell in product(range(ROWS), range(COLUMNS)) if cell in withheld]
    unsure = {cell for cell in hidden if _may_be_another(figures, withheld, hidden, cell)}
    assert unsure == set(hidden)


def _may_be_another(
    figures: dict[tuple[int, int], int],
    withheld: frozenset[tuple[int, int]],
    hidden: list[tuple[int, int]],
    cell: object,
) -> bool:
    """Whether moving 1 between withheld figures, along sums that stay, changes this one: a step of -2 to 2 each."""
    shown = [(total, parts) for total, parts in SUMS if total not in withheld]
    for steps in product((-1, 0, 1), repeat=len(hidden)):
        change = dict(zip(hidden, steps, strict=True))
        if not change.get(cell) or any(figures[one] + step < 0 for one, step in change.items()):  # type: ignore[call-overload]
            continue
        moved = dict.fromkeys(figures, 0) | change
        if all(_same(total, parts, moved, withheld) for total, parts in shown):
            return True
    return False


def _same(
    total: tuple[int, int],
    parts: tuple[tuple[int, int], ...],
    moved: dict[tuple[int, int], int],
    withheld: frozenset[tuple[int, int]],
) -> bool:
    """Whether a shown sum stays as it is, sums inside it that are withheld being what their own parts make them."""
    inner = [cell for cell in product(range(ROWS), range(COLUMNS)) if _inside(cell, total)]
    return sum(moved[cell] for cell in inner) == 0


def _inside(cell: tuple[int, int], total: tuple[int, int]) -> bool:
    return total[0] in (ROWS, cell[0]) and total[1] in (COLUMNS, cell[1])
