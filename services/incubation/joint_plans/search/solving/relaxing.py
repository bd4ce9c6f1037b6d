"""A lower bound of the distance where there are too many branches to list them: Lagrangian relaxation.

Every unit has a price for being covered, and every branch a cost. Around each unit as a centre the cheapest branch
takes the neighbours whose price is above their distance: whatever else a branch must fulfil is left out, so that no
plan is cheaper. Prices go up where too few branches take a unit, and down where more than one does.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from services.incubation.joint_plans.search.draft import Draft

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ROUNDS = 400
PATIENCE = 20
_FAR = 1e12


def bound_distance(draft: Draft, component: Sequence[int]) -> int:
    """Decimetres below which no plan stays that covers as many of the component, with no more new branches."""
    relaxed = _Relaxed(draft, component)
    return relaxed.bound()


class _Relaxed:
    def __init__(self, draft: Draft, component: Sequence[int]) -> None:
        self._draft, self._units = draft, sorted(component)
        self._place = {index: at for at, index in enumerate(self._units)}
        places = draft.places
        reached = draft.reached(component)
        self._created, self._reached = reached.created, float(reached.distance)
        self._exists = np.array([places.exists(index) for index in self._units])
        self._left_out = int((~self._exists).sum()) - reached.covered
        self._leaves = np.array([places.policy.max_units - places.weights[index] for index in self._units])
        # Whom a list leaves out is farther than this: at a higher price it might be worth taking.
        known = np.array([10 * draft.neighbours.known_m[index] for index in self._units])
        self._highest = np.where(known < _FAR, np.floor(known), _FAR)
        self._highest[self._exists] = 0
        self._groups = self._group()

    def _group(self) -> list[tuple[Ints, Ints, Floats]]:
        """Centres, their neighbours, and the decimetres between, by about the same number of neighbours."""
        near = {
            at: [self._place[other] for other in self._draft.neighbours.near[index] if other in self._place]
            for at, index in enumerate(self._units)
        }
        by_width: dict[int, list[int]] = {}
        for at, others in near.items():
            by_width.setdefault(1 << max(0, len(others) - 1).bit_length(), []).append(at)
        groups = []
        nobody = len(self._units)
        for width, centres in sorted(by_width.items()):
            beside = np.full((len(centres), width), nobody, dtype=np.int64)
            metres = np.full((len(centres), width), _FAR)
            for row, at in enumerate(centres):
                beside[row, : len(near[at])] = near[at]
                metres[row, : len(near[at])] = [
                    self._draft.apart(self._units[at], self._units[other]) for other in near[at]
                ]
            groups.append((np.array(centres, dtype=np.int64), beside, metres))
        return groups

    def bound(self) -> int:
        """The best bound that was found."""
        prices, cost = self._first_prices()
        best, scale, waited = 0.0, 1.0, 0
        kept = prices, cost
        for _ in range(ROUNDS):
            value, taken, branches = self._value(prices, cost)
            if value > best + 0.5:
                best, waited, kept = value, 0, (prices, cost)
            else:
                waited += 1
                if waited >= PATIENCE:
                    scale, waited = scale / 2, 0
                    prices, cost = kept
                    continue
            by_price = 1.0 - taken
            by_price[self._exists] = 0
            by_cost = branches - self._created
            square = float((by_price**2).sum() + by_cost**2 / len(prices))
            if square < 1e-9 or scale < 1e-3:  # noqa: PLR2004
                break
            step = scale * max(self._reached * 1.02 - value, 1.0) / square
            prices = np.clip(prices + step * by_price, -_FAR, self._highest)
            cost = max(0.0, cost + step * by_cost / len(prices))
        return max(0, int(np.ceil(best - 1)))

    def _first_prices(self) -> tuple[Floats, float]:
        each = self._reached / max(1, len(self._units) - int(self._exists.sum()))
        prices = np.minimum(np.full(len(self._units), 2 * each), self._highest)
        return prices, 4 * each

    def _value(self, prices: Floats, cost: float) -> tuple[float, Floats, int]:
        """The bound at these prices; how often each unit is taken, and how many new branches are created."""
        padded = np.append(prices, -_FAR)
        total = float(prices.sum()) - cost * self._created
        if self._left_out:
            free = np.sort(prices[~self._exists])
            total -= float(np.maximum(free[len(free) - self._left_out :], 0).sum())
        taken, branches = np.zeros(len(prices) + 1), 0
        most = int(self._leaves.max(initial=0))
        for centres, near, metres in self._groups:
            others, gains = near, metres - padded[near]
            if gains.shape[1] > most:
                chosen = np.argpartition(gains, most - 1, axis=1)[:, :most]
                gains = np.take_along_axis(gains, chosen, axis=1)
                others = np.take_along_axis(others, chosen, axis=1)
            order = np.argsort(gains, axis=1, kind="stable")
            gains = np.take_along_axis(gains, order, axis=1)
            others = np.take_along_axis(others, order, axis=1)
            allowed = np.arange(gains.shape[1]) < self._leaves[centres][:, None]
            useful = (gains < 0) & allowed
            useful[:, 0] |= ~self._exists[centres]  # nobody is a branch alone
            worth = np.where(useful, gains, 0).sum(axis=1) + np.where(self._exists[centres], 0, cost - prices[centres])
            formed = worth < 0
            total += float(worth[formed].sum())
            np.add.at(taken, others[useful & formed[:, None]], 1)
            taken[centres[formed]] += 1
            branches += int((formed & ~self._exists[centres]).sum())
        return total, taken[:-1], branches
