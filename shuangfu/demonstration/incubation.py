"""What the demonstration prints of the incubator's year (H2, H8, H9)."""

from collections import Counter

from rich.console import Console

from shuangfu.demonstration.findings import Findings, Json
from shuangfu.showing import plain

_STATES = {
    "incubating": "在孵 incubating",
    "graduated": "出壳 graduated",
    "exited": "退出 exited",
    "applied": "申请 applied",
}

_REPORTED = {
    "organizations": "社会组织 organizations",
    "standalone_branches": "单建 standalone",
    "joint_branches": "联合 joint",
    "incubatees_graduated": "出壳 graduated",
    "stations": "工作站 stations",
}
"""Figures of the yearly report that are shown."""
_LEVELS = {"city": "市 city", "district": "区 district", "street": "街道 street", "conference": "联席会 conference"}


def print_incubation(console: Console, findings: Findings) -> None:
    """The incubators, how many are where, and who could not graduate and why."""
    if not findings.incubators:
        return
    console.print("[bold]6  双孵化  Dual incubation[/]")
    for one in findings.incubators:
        amounts = sum(support["amount_fen"] for support in one["supports"])
        console.print(
            f"  {plain(one['name'])}: {one['party_social_workers']} 名党员社工, {amounts // 100} 元扶持",
            highlight=False,
        )
    counts = Counter(one["state"] for one in findings.incubatees)
    shown = "; ".join(f"{_STATES.get(state, state)} {count}" for state, count in sorted(counts.items()))
    console.print(f"  {len(findings.incubatees)} 家 incubatees: {shown}", highlight=False)
    for one in findings.blocked:
        console.print(f"  未能出壳 not mature: {plain(one['name'])} ({', '.join(one['missing'])})", highlight=False)
        for why in one["why"]:
            console.print(f"    {plain(why)}", highlight=False)
    for station in findings.stations:
        console.print(f"  工作站 station: {plain(station['name'])}, {plain(station['street'])}", highlight=False)
    for meeting in findings.meetings:
        shown_counts = "计入 counts" if meeting["counts"] else f"不计入 does not count ({_missing(meeting)})"
        level = _LEVELS.get(meeting["level"], meeting["level"])
        console.print(f"  例会 meeting {meeting['held_on']}: {level}, {shown_counts}", highlight=False)
    for division, totals in findings.areas.items():
        console.print(
            f"  片区 areas {division}: {totals['areas']} 个, {totals['organizations']} 家在内 organizations inside, "
            f"{totals['organizations_covered']} 家覆盖 covered",
            highlight=False,
        )
    for division, figures in findings.reports.items():
        shown = ", ".join(f"{name} {figures[code]}" for code, name in _REPORTED.items() if figures[code] is not None)
        console.print(f"  年度报告 yearly report {division}: {shown}", highlight=False)


def _missing(meeting: Json) -> str:
    """The topics that were not on its agenda."""
    return ", ".join(topic for reason in meeting["reasons"] for topic in reason["facts"].get("missing", ()))
