"""The year's rating: cycles opened, sheets filled in and sent back as files, completed, and what follows from them."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence

import httpx

from shuangfu.city.invented.hangzhou import CITY
from shuangfu.city.steps import Steps
from shuangfu.clients.score_sheets import Choose, fill
from shuangfu.demonstration.actors import described
from shuangfu.demonstration.findings import DemoFailed, Json
from shuangfu.demonstration.stars.rating import open_cycle
from shuangfu.demonstration.stars.rectifying import rectify

CYCLES, EVALUATIONS, SHEETS = "/evaluation/v1/cycles", "/evaluation/v1/evaluations", "/evaluation/v1/score-sheets"
KINDS = ("rectification", "improvement", "talk", "nomination", "score_letter", "ceiling", "procurement")
_LOW = 1
_QUALITIES, _SHARES = (0.97, 0.85, 0.7, 0.3), (4, 9, 6, 1)
"""How likely an indicator is met, and of twenty how many are so good. Assumed: the source states no stars."""


def rate(steps: Steps, parties: int) -> list[Json]:
    """Everybody is rated; the evaluations as they ended."""
    actors = steps.actors
    with steps.step("enrol") as timed:
        cycles = [open_cycle(actors, city, steps.year) for city in ("31", CITY)]
        steps.wait("enrol", lambda: sum(actors.get(f"{CYCLES}/{one['id']}")["enrolled"] for one in cycles), parties)
        enrolled = [one for cycle in cycles for one in actors.list_all(EVALUATIONS, cycle=cycle["id"])]
        timed.things = len(enrolled)
    with steps.step("rate") as timed:
        sheets = sorted({(one["cycle_id"], one["type"], one["division"]) for one in enrolled})
        cities = {one["id"]: one["division"] for one in cycles}
        methods = {
            (cycle, kind): _methods(steps, kind, cities[cycle]) for cycle, kind in sorted({one[:2] for one in sheets})
        }
        saved = sum(steps.each(timed, sheets, lambda one: _score(steps, *one, methods[one[:2]])))
        if saved != len(enrolled):
            raise DemoFailed(f"rate: {saved} of {len(enrolled)} evaluations were saved from {len(sheets)} workbooks")
        timed.things = saved
    with steps.step("complete") as timed:
        return steps.each(
            timed, enrolled, lambda one: actors.post("completer", f"{EVALUATIONS}/{one['id']}/completion", {})
        )


def follow(steps: Steps, completed: Sequence[Json]) -> dict[str, int]:
    """Rectifications are planned, tracked and accepted, so that held grants go on; how many there are of each kind."""
    low = sum(1 for one in completed if one["star"] <= _LOW)
    with steps.step("follow") as timed:
        rectify(steps.actors)
        timed.things = low
    found = Counter(
        one["kind"] for kind in KINDS for one in steps.actors.list_all("/evaluation/v1/consequences", kind=kind)
    )
    return {kind: found[kind] for kind in KINDS}


def _methods(steps: Steps, kind: str, division: str) -> dict[str, Json]:
    """By indicator; none of these has none from 2026 on."""
    path = f"/evaluation/v1/indicator-systems/{kind}"
    system = steps.actors.get(path, year=steps.year, division=division)
    return {one["code"]: one["method"] for level in system["levels"] for one in level["indicators"]}


def _score(steps: Steps, cycle: str, kind: str, division: str, methods: Mapping[str, Json]) -> int:
    """Download a workbook, fill it in, send it back; how many evaluations were saved."""
    client, headers = steps.actors.client, steps.actors.headers("rater")
    asked = {"cycle": cycle, "division": division}
    workbook = _checked(client.get(f"{SHEETS}/{kind}.xlsx", params=asked, headers=headers)).content
    filled = fill(workbook, _choosing(methods, f"{steps.city.seed}/{kind}/{division}"), "示例台账")
    report = _checked(client.post(SHEETS, files={"file": ("sheets.xlsx", filled)}, headers=headers)).json()
    if report["faults"]:
        raise DemoFailed(f"{SHEETS}: {report['faults'][:1]}")
    return len(report["saved"])


def _choosing(methods: Mapping[str, Json], seed: str) -> Choose:
    """The same facts for the same place in a workbook, whatever ids the evaluations have."""
    chances: dict[str, tuple[random.Random, float]] = {}

    def choose(evaluation: str, code: str) -> str | int | None:
        if code not in methods:
            return None
        if evaluation not in chances:
            chance = random.Random(f"{seed}/{len(chances)}")
            chances[evaluation] = (chance, chance.choices(_QUALITIES, _SHARES)[0])
        chance, quality = chances[evaluation]
        return _fact(methods[code], met=chance.random() < quality)

    return choose


def _fact(method: Json, *, met: bool) -> str | int:
    match method["kind"]:
        case "graded":
            return str(method["grades"][0 if met else -1]["code"])
        case "counted":
            return int(method["full_at"] or 1) if met else 0
        case "deduction":
            return 0 if met else 2
        case "ratio":
            return 100 if met else 50
    return "是" if met else "否"


def _checked(response: httpx.Response) -> httpx.Response:
    if response.is_error:
        raise DemoFailed(described(response))
    return response
