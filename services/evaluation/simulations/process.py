"""Rates cycles again in a process of its own, so that neither a request nor another worker waits for it."""

import asyncio
import gc
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

import orjson

from services.evaluation.indicator_systems.scoring import ScoringSystem
from services.evaluation.policies import RatingParameters
from services.evaluation.simulations.effects import EffectRules
from services.evaluation.simulations.replaying import Outcome, Rules, Stored, compare, read_stored, replay
from services.evaluation.simulations.rules import summarize
from shared.computing.process import Report, answer, ask

SECONDS = 600.0
"""How long a simulation may take: of 40,000 evaluations it is a few seconds."""
_EVERY = 500


def task_of(
    asked: Mapping[str, Any], systems: Sequence[Mapping[str, Any]], rows: Sequence[str], now: datetime
) -> bytes:
    """What the process is sent: the rules, then each rating as the database wrote it."""
    head = orjson.dumps({"asked": asked, "systems": systems, "now": now})
    return head[:-1] + b',"stored":[' + ",".join(rows).encode() + b"]}"


async def compute(task: bytes, report: Report) -> dict[str, Any]:
    """The result and the changes, computed elsewhere. Raises ComputingFailed."""
    return await ask(__name__, task, report, seconds=SECONDS)


async def compute_here(task: bytes, report: Report) -> dict[str, Any]:
    """The same without a process."""
    found: dict[str, Any] = await asyncio.to_thread(lambda: orjson.loads(search(task, report)))
    return found


def search(task: bytes, report: Report) -> bytes:
    """Rate every cycle by its own rules and by the others, and compare."""
    given = orjson.loads(task)
    asked, as_of = given["asked"], datetime.fromisoformat(given["now"])
    stored: dict[str, list[Stored]] = defaultdict(list)
    parties = {}
    for row in given["stored"]:
        stored[row["cycle"]].append(read_stored(row))
        parties[row["id"]] = row["party"]
    systems: dict[str, dict[str, ScoringSystem]] = defaultdict(dict)
    for one in given["systems"]:
        systems[one["cycle"]][one["type"]] = ScoringSystem.model_validate(one["content"])
    outcomes: list[Outcome] = []
    for cycle in asked["cycles"]:
        of_cycle, done = stored[cycle["id"]], len(outcomes)
        weights = {of: {code: Decimal(one) for code, one in given.items()} for of, given in cycle["weights"].items()}
        own = Rules(RatingParameters.model_validate(cycle["own"]), systems[cycle["id"]], {})
        other = Rules(RatingParameters.model_validate(cycle["other"]), systems[cycle["id"]], weights)
        half = len(of_cycle)
        first = replay(of_cycle, own, as_of, partial(_report_half, report, done, 0))
        second = replay(of_cycle, other, as_of, partial(_report_half, report, done, half))
        outcomes += compare(of_cycle, first, second)
    effects = {division: EffectRules(**asked["effects"][rules]) for division, rules in asked["divisions"].items()}
    result, changes = summarize(outcomes, effects)
    rows = [
        {
            "evaluation_id": one.stored.id,
            "party_organization_id": parties[one.stored.id],
            "evaluated_in": one.stored.division,
            "type": one.stored.type,
            "total_before": str(one.stored.total),
            "total_after": str(one.total),
            "star_before": one.stored.star,
            "star_after": one.star,
            "laggard_before": one.laggard_before,
            "laggard_after": one.laggard,
            "reproduced": one.reproduced,
            "before": asdict(changes[one.stored.id][0]),
            "after": asdict(changes[one.stored.id][1]),
            "reasons": list(one.reasons),
        }
        for one in outcomes
        if one.changed
    ]
    return orjson.dumps({"result": result, "changes": rows})


def _report_half(report: Report, done: int, half: int, settled: int) -> None:
    """A cycle is rated twice: each time is a half of its evaluations."""
    report(done + (half + settled) // 2)


def main() -> None:
    """The computing process."""
    gc.disable()  # it ends with its answer, and its many small objects refer to each other in no circle
    answer(search, every=_EVERY)


if __name__ == "__main__":
    main()
