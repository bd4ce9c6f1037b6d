"""The year's evaluation: cycles opened, invented facts put, evaluations completed."""

from decimal import ROUND_HALF_UP, Decimal

from shuangfu.demonstration.actors import Actors
from shuangfu.demonstration.findings import Json
from shuangfu.demonstration.stars.facts import facts_for

_STAGES = (("self", "assessor", 97), ("group", "rater", 95), ("committee", "rater", 93))
"""Each stage, who puts its sheet, and about which percentage of the points: a little stricter each time."""
_RECTIFIED = 1
"""The place in the list of who gets one star, and is to be rectified before its grant is released."""

_MUNICIPALITIES = ("11", "12", "31", "50")
"""Cities that are divided into districts without a level between."""


def city_of(division: str) -> str:
    """The prefix of a district's city, whose cycle comes first (H17)."""
    return division[:2] if division[:2] in _MUNICIPALITIES else division[:4]


def open_cycle(actors: Actors, division: str, year: int) -> Json:
    """The year's cycle of a city, open. An earlier run may have created it; the note is the reason of a late one."""
    found = actors.list_all("/evaluation/v1/cycles", division=division, year=year)
    cycle = next((cycle for cycle in found if cycle["division"] == division), None)
    if cycle is None:
        cycle = actors.post("officer", "/evaluation/v1/cycles", {"year": year, "division": division})
    if cycle["state"] == "drafted":
        cycle = actors.post("officer", f"/evaluation/v1/cycles/{cycle['id']}/opening", {"note": "示范"})
    return cycle


def rate(actors: Actors, evaluation: Json, system: Json, party: Json, place: int) -> None:
    """Put invented facts of all stages and complete the evaluation; by its place in the list, so that stars differ.

    Where the year's system has no methods (before 2026 by default), scores are put.
    """
    path = f"/evaluation/v1/evaluations/{evaluation['id']}"
    less = 38 if place == _RECTIFIED else 9 * (place % 3)
    for stage, actor, percent in _STAGES:
        share = Decimal(percent - less) / 100
        facts = facts_for(system, party, share)
        if facts:
            actors.put(actor, f"{path}/facts/{stage}", facts)
        else:
            actors.put(actor, f"{path}/scores/{stage}", {"scores": _scores(system, share)})
    actors.post("completer", f"{path}/completion", {})


def _scores(system: Json, share: Decimal) -> dict[str, str]:
    return {
        indicator["code"]: str(_hundredths(Decimal(indicator["points"]) * share))
        for level in system["levels"]
        for indicator in level["indicators"]
    }


def _hundredths(points: Decimal) -> Decimal:
    return points.quantize(Decimal("0.01"), ROUND_HALF_UP)
