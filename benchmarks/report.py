"""Turns figures into a table and a JSON object. Pure: no I/O, so that it can be tested."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from benchmarks.areas.measured import Measured
from benchmarks.imports.measured import Imported
from benchmarks.ledger.postings import Posted
from benchmarks.lists.exporting import Exported
from benchmarks.lists.measuring import Answered
from benchmarks.planned import Planned
from benchmarks.ratings.measured import Rated

GOAL_REGISTRATIONS = 0.5
GOAL_SECURITY = 0.75
GOAL_ONE_DIVISION = 0.9
GOAL_CHAIN = 0.4
GOAL_TRIPS = 4.0


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile. Raises ValueError where there are no values."""
    if not values:
        raise ValueError("no values")
    rank = math.ceil(percent / 100 * len(values))
    return sorted(values)[max(rank, 1) - 1]


@dataclass(frozen=True, slots=True)
class Rates:
    """Product and floor, measured in turn (A B A B …), per second."""

    product: list[float]
    floor: list[float]
    goal: float
    unit: str = "organizations/s"

    @property
    def ratios(self) -> list[float]:
        """Of each pair that was measured one after the other."""
        return [product / floor for product, floor in zip(self.product, self.floor, strict=True)]

    @property
    def ratio(self) -> float:
        """The median of the pairwise ratios: lasting noise affects both of a pair."""
        return median(self.ratios)

    @property
    def reached(self) -> bool:
        """Whether the goal is reached."""
        return self.ratio >= self.goal


@dataclass(frozen=True, slots=True)
class Latency:
    """Percentiles of single measurements, in milliseconds."""

    p50_ms: float
    p99_ms: float
    samples: int

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Latency":
        """From the seconds of each sample."""
        return cls(percentile(seconds, 50) * 1000, percentile(seconds, 99) * 1000, len(seconds))


@dataclass(frozen=True, slots=True)
class Trip:
    """From the 201 to a visible formation check, compared with bare round trips that were sampled alternately."""

    product: Latency
    bare: dict[str, Latency]
    judged_by: str
    goal: float = GOAL_TRIPS

    @property
    def trips(self) -> float:
        """The product's p50 in bare round trips of the same transport."""
        return self.product.p50_ms / self.bare[self.judged_by].p50_ms

    @property
    def reached(self) -> bool:
        """Whether the goal is reached."""
        return self.trips <= self.goal


@dataclass(slots=True)
class Results:
    """Everything that one run measured; None where it was not measured."""

    environment: dict[str, Any]
    registrations: Rates | None = None
    chain: dict[str, Rates] = field(default_factory=dict)
    latency: dict[str, Trip] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    security: Rates | None = None
    one_division: Rates | None = None
    plans: list[Planned] = field(default_factory=list)
    areas: list[Measured] = field(default_factory=list)
    ratings: list[Rated] = field(default_factory=list)
    imports: list[Imported] = field(default_factory=list)
    ledger: list[Posted] = field(default_factory=list)
    lists: list[Answered] = field(default_factory=list)
    exports: list[Exported] = field(default_factory=list)
    console: list[Answered] = field(default_factory=list)


def as_json(results: Results) -> dict[str, Any]:
    """The one JSON object."""

    def rates(found: Rates) -> dict[str, Any]:
        return {
            "unit": found.unit,
            "product": round(median(found.product), 1),
            "floor": round(median(found.floor), 1),
            "ratio": round(found.ratio, 3),
            "goal": found.goal,
            "reached": found.reached,
            "rounds": {
                "product": [round(rate, 1) for rate in found.product],
                "floor": [round(rate, 1) for rate in found.floor],
                "ratio": [round(ratio, 3) for ratio in found.ratios],
            },
        }

    def trip(found: Trip) -> dict[str, Any]:
        return {
            "product": asdict(found.product),
            "bare": {name: asdict(bare) for name, bare in found.bare.items()},
            "judged_by": found.judged_by,
            "trips_p50": round(found.trips, 2),
            "goal": found.goal,
            "reached": found.reached,
        }

    return {
        "environment": results.environment,
        "registrations": rates(results.registrations) if results.registrations else None,
        "security": rates(results.security) if results.security else None,
        "one_division": rates(results.one_division) if results.one_division else None,
        "chain": {transport: rates(found) for transport, found in results.chain.items()},
        "latency": {transport: trip(found) for transport, found in results.latency.items()},
        "joint_plans": [{**asdict(plan), "reached": plan.reached} for plan in results.plans],
        "areas": [{**asdict(one), "reached": one.reached} for one in results.areas],
        "ratings": [{**asdict(one), "reached": one.reached} for one in results.ratings],
        "imports": [{**asdict(one), "reached": one.reached} for one in results.imports],
        "ledger": [{**asdict(one), "reached": one.reached} for one in results.ledger],
        "lists": [{**asdict(one), "reached": one.reached} for one in results.lists],
        "exports": [{**asdict(one), "reached": one.reached} for one in results.exports],
        "console": [{**asdict(one), "reached": one.reached} for one in results.console],
        "notes": results.notes,
        "warnings": results.warnings,
    }
