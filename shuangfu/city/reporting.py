"""A run as one JSON object, and as tables."""

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from shared.problems.language import Text
from shuangfu.city.running import CHECKED, Ran
from shuangfu.city.steps import Steps
from shuangfu.demonstration.tables import make_table
from shuangfu.showing import add_row

GOALS = {"checked": 120.0, "year": 900.0}
"""Seconds on two cores for the whole city: from registration to checks, and the whole year."""
ASSUMED = (
    Text(
        zh="文中“2014年底”按被评年度上一年12月31日重演：按事实计分自2026年起才有计分方法。",
        en="The text's end of 2014 is the last day of the year before the rated one: facts have methods from 2026 on.",
    ),
    Text(
        zh="社会组织分布在现行16个区；17个工作机构按2014年12月31日的机构核对。",
        en="Organizations lie in today's 16 districts; the 17 working bodies are those of 2014-12-31.",
    ),
    Text(
        zh="文中未细分的数（各行业、各类型、各规模、各星级有多少）均为假定。",
        en="What the text does not split is assumed: how many of each industry, type, size and star.",
    ),
    Text(
        zh="片区为1.44平方公里的正方形，各片区备案团队数相同。",
        en="Areas are squares of 1.44 square kilometres, with as many filed bodies in one as in the next.",
    ),
    Text(
        zh="其余社会组织均无党员，其组建事项留在片区待办中。",
        en="Organizations beside those told of have no members; their cases stay on the worklist for their area.",
    ),
    Text(
        zh="杭州只有西湖区27家、10个重点行业党委（按行业协会党委记）和其余各区县一个党总支。",
        en="Of Hangzhou: Xihu's 27, ten key committees (of associations), one general branch in each other district.",
    ),
)
LEFT_OUT = (
    Text(
        zh="未重演：S17至S20、S32至S34（章程、倡议、骨干、阵地、结对）和孵化年度（H2至H8）。",
        en="Not replayed: S17-S20, S32-S34 (charters, pledges, staff, venues, pairings), the incubators' year (H2-H8).",
    ),
    Text(
        zh="诫勉谈话、改进意见和抄告单只计数，不办理；到支付文件为止，不取银行回单。",
        en="Talks, improvements and letters are counted and stay open; it ends with the payment file.",
    ),
)


def summarize(steps: Steps, ran: Ran, bus: str, machine: dict[str, Any]) -> dict[str, Any]:
    """The one JSON object of `shuangfu replay-city --json`."""
    seconds = {one.step: one.seconds for one in steps.timed}
    scale = float(steps.city.counts.scale)
    took = {"checked": sum(seconds[name] for name in CHECKED), "year": sum(seconds.values())}
    return {
        "scale": scale,
        "seed": steps.city.seed,
        "bus": bus,
        "year": steps.year,
        "machine": machine,
        "figures": [{**asdict(row), "holds": row.holds} for row in ran.rows],
        "steps": [{**asdict(one), "seconds": round(one.seconds, 2)} for one in steps.timed],
        "goals": {name: {"seconds": round(took[name], 1), "goal": GOALS[name] * scale} for name in GOALS},
        "stars": {str(star): number for star, number in ran.came.stars.items()},
        "consequences": ran.came.consequences,
        "money": ran.came.money,
        "events": ran.came.events,
        "memory": ran.memory,
        "databases_once_checked": ran.registered,
        "databases": ran.databases,
        "assumed": [{"zh": one.zh, "en": one.en} for one in ASSUMED],
        "left_out": [{"zh": one.zh, "en": one.en} for one in LEFT_OUT],
    }


def print_run(console: Console, found: dict[str, Any]) -> None:
    """Figures, seconds, memory, databases; then what was assumed and what was left out."""
    for table in (_figures(found), _seconds(found), _machine(found)):
        console.print(table)
    for title, sentences in (("假定  Assumed", found["assumed"]), ("未重演  Left out", found["left_out"])):
        console.print(f"[bold]{title}[/]")
        for one in sentences:
            console.print(f"· {one['zh']} {one['en']}", markup=False)


def _figures(found: dict[str, Any]) -> Table:
    title = f"1  与原文比较  Against the text (scale {found['scale']:g})"
    table = make_table(title, "依据 rule", "数 figure", "原文 told", "应为 expected", "结果 came to", "")
    for row in found["figures"]:
        told = "" if row["told"] is None else f"{row['told']:,}"
        add_row(
            table,
            row["rule"],
            f"{row['zh']} {row['en']}",
            told,
            f"{row['expected']:,}",
            f"{row['came']:,}",
            "相符 holds" if row["holds"] else "不符 DIFFERS",
        )
    return table


def _seconds(found: dict[str, Any]) -> Table:
    roles = sorted({role for one in found["steps"] for role in one["processor"] or {}})
    columns = [f"处理器 CPU {role}, s" for role in roles]
    table = make_table("2  用时  Seconds", "步骤 step", "件 things", "秒 s", "每秒 /s", *columns)
    for one in found["steps"]:
        rate = f"{one['things'] / one['seconds']:,.0f}" if one["seconds"] else ""
        processor = [f"{(one['processor'] or {}).get(role, 0.0):,.1f}" for role in roles]
        add_row(table, one["step"], f"{one['things']:,}", f"{one['seconds']:,.1f}", rate, *processor)
    for name, one in found["goals"].items():
        goal = f"≤ {one['goal']:g} s"
        add_row(table, f"= {name}", "", f"{one['seconds']:,.1f}", goal, *("" for _ in roles))
    return table


def _machine(found: dict[str, Any]) -> Table:
    table = make_table("3  内存与数据库  Memory and databases", "", "现用 now", "峰值 peak", "登记检查后 once checked")
    for role, one in (found["memory"] or {}).items():
        name = f"{role} ({one['processes']})"
        add_row(table, name, f"{one['now_kb'] / 1024:,.0f} MB", f"{one['peak_kb'] / 1024:,.0f} MB", "")
    for service, one in found["databases"].items():
        before = found["databases_once_checked"][service]["bytes"]
        add_row(table, f"database {service}", f"{one['bytes'] / 2**20:,.0f} MB", "", f"{before / 2**20:,.0f} MB")
    return table
