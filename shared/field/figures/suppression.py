"""Which figures of a table are withheld, so that nobody learns of a few people or organizations by subtracting.

A small figure is withheld first. What adds up with it then must not give it away: no withheld one may follow from the
sums and parts that are shown. Zero is shown: it is nobody.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

Cell = TypeVar("Cell", bound=Hashable)
Sums = Sequence[tuple[Cell, tuple[Cell, ...]]]
"""Cells, and those that each is the sum of."""
Row = dict[Cell, int | Fraction]
"""An equation: what its cells count for in it."""


def suppressed(figures: Mapping[Cell, int], sums: Sums[Cell], least: int) -> frozenset[Cell]:
    """The cells that are withheld: those from 1 to below `least`, and as few more as hide them.

    No withheld cell follows from those that are shown: neither by any combination of the sums, nor by a sum whose
    withheld parts are so small together that each is known to be below `least`.
    """
    withheld = {cell for cell, figure in figures.items() if 0 < figure < least}
    while withheld:
        more = _small_together(figures, sums, least, withheld) or _derivable(figures, sums, withheld)
        if not more:
            break
        withheld |= more
    return frozenset(withheld)


def _small_together(figures: Mapping[Cell, int], sums: Sums[Cell], least: int, withheld: set[Cell]) -> set[Cell]:
    """For each shown sum that leaves too little to its withheld parts, one more cell."""
    more: set[Cell] = set()
    for total, parts in sums:
        hidden = [figures[part] for part in parts if part in withheld]
        # Each is at least 1, so none can be more than this.
        if hidden and total not in withheld and sum(hidden) - (len(hidden) - 1) < least:
            more |= _smallest(figures, parts, withheld) or {total}
    return more


def _derivable(figures: Mapping[Cell, int], sums: Sums[Cell], withheld: set[Cell]) -> set[Cell]:
    """Where a withheld cell follows from the shown ones, one more cell; of its own sums if one of these can help."""
    determined = _determined(sums, withheld)
    if not determined:
        return set()
    equations = [(*parts, total) for total, parts in sums]
    own = [cells for cells in equations if not determined.isdisjoint(cells)]
    others = [cells for cells in equations if not withheld.isdisjoint(cells)]
    return _most_helpful(figures, own, withheld) or _most_helpful(figures, others, withheld)


def _most_helpful(figures: Mapping[Cell, int], equations: Iterable[tuple[Cell, ...]], withheld: set[Cell]) -> set[Cell]:
    """The shown cell in most of the equations with a single withheld one; of several the smallest."""
    helped: dict[Cell, int] = {}
    for cells in equations:
        alone = sum(cell in withheld for cell in cells) == 1
        for cell in cells:
            if cell not in withheld and figures[cell]:
                helped[cell] = helped.get(cell, 0) + alone
    most = max(helped.values(), default=0)
    return _smallest(figures, [cell for cell, count in helped.items() if count == most], withheld)


def _smallest(figures: Mapping[Cell, int], cells: Iterable[Cell], withheld: set[Cell]) -> set[Cell]:
    """The smallest of these that is shown and not zero, if there is one; the first of equals."""
    shown = [cell for cell in cells if cell not in withheld and figures[cell]]
    return {min(shown, key=lambda cell: figures[cell])} if shown else set()


def _determined(sums: Sums[Cell], withheld: set[Cell]) -> set[Cell]:
    """The withheld cells that the sums determine, the shown ones being known: by Gauss and Jordan, exactly."""
    solved: dict[Cell, Row[Cell]] = {}
    for total, parts in sums:
        row: Row[Cell] = {}
        for cell, sign in ((total, 1), *((part, -1) for part in parts)):
            if cell in withheld:
                _add(row, {cell: 1}, sign)
        for lead in [cell for cell in row if cell in solved]:
            _add(row, solved[lead], -row[lead])
        if not row:
            continue
        lead = next(iter(row))
        if row[lead] != 1:
            row = {cell: _divided(value, row[lead]) for cell, value in row.items()}
        for other in solved.values():
            if lead in other:
                _add(other, row, -other[lead])
        solved[lead] = row
    return {lead for lead, row in solved.items() if len(row) == 1}


def _divided(value: int | Fraction, by: int | Fraction) -> int | Fraction:
    """Whole numbers stay whole where they can: they are a tenth of the work."""
    return value * by if by == -1 else Fraction(value) / by


def _add(row: Row[Cell], other: Row[Cell], factor: int | Fraction) -> None:
    for cell, value in other.items():
        changed = row.get(cell, 0) + value * factor
        if changed:
            row[cell] = changed
        else:
            row.pop(cell, None)
