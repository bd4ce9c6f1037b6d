"""The best plan of a few units by trying everything: where integer programs take long, as most branches serve alike."""

import numpy as np

from services.incubation.joint_plans.search.draft import Branch
from services.incubation.joint_plans.search.solving.columns import Columns, Ints

UNITS_MOST = 14
# What one unit of each aim counts as: more than all that the aims behind it can add up to.
_DISTANCE_MOST = 2**40
_COUNTS = (2**10 * _DISTANCE_MOST, 2**5 * _DISTANCE_MOST, _DISTANCE_MOST)


def try_all(columns: Columns) -> list[Branch] | None:
    """The best of these branches by the four aims, no unit twice; None where there are too many units or decimetres.

    By each set of units the least cost, those first whose first unit comes last: its branch, or none, and the rest.
    """
    units = np.unique(columns.units[columns.units >= 0])
    if len(units) > UNITS_MOST or int(columns.distance.max(initial=0)) * UNITS_MOST >= _DISTANCE_MOST:
        return None
    costs = _costs(columns)
    bits = np.where(columns.units >= 0, 1 << np.searchsorted(units, columns.units), 0).sum(axis=1)
    least = np.zeros(1 << len(units), dtype=np.int64)
    taken = np.full(len(least), -1, dtype=np.int64)
    for unit in reversed(range(len(units))):
        first = 1 << unit
        # All sets of later units, and this one.
        sets = (np.arange(1 << (len(units) - unit - 1), dtype=np.int64) << (unit + 1)) | first
        best, by = least[sets ^ first], np.full(len(sets), -1, dtype=np.int64)
        for row in np.flatnonzero((bits & -bits) == first):
            within = np.flatnonzero((sets & bits[row]) == bits[row])
            found = least[sets[within] ^ bits[row]] + costs[row]
            better = found < best[within]
            best[within[better]], by[within[better]] = found[better], row
        least[sets], taken[sets] = best, by
    return _read(columns, bits, taken)


def _costs(columns: Columns) -> Ints:
    covered, together, created = _COUNTS
    costs: Ints = columns.distance + created * columns.created
    costs -= together * columns.together + covered * columns.covered
    return costs


def _read(columns: Columns, bits: Ints, taken: Ints) -> list[Branch]:
    branches, left = [], len(taken) - 1
    while left:
        row = int(taken[left])
        if row >= 0:
            branches.append(columns.branch(row))
        left ^= int(bits[row]) if row >= 0 else left & -left
    return sorted(branches)
