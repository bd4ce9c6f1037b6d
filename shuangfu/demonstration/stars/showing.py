"""What the demonstration prints of the year's stars, and of the rectification that follows from a low one."""

from collections import Counter
from typing import Any

from rich.console import Console
from rich.table import Table

from shuangfu.demonstration.findings import Findings, Json
from shuangfu.demonstration.stars.rectifying import was_released
from shuangfu.showing import add_row, plain

STAR_COLUMNS = ("党组织 Party organization", "体系 system", "依据 by", "得分 total", "星级 star")


def summarize_stars(findings: Findings) -> dict[str, Any]:
    """What the one JSON object has of them."""
    completed = [evaluation for evaluation in findings.evaluations if evaluation["state"] == "completed"]
    stars = Counter(str(evaluation["star"]) for evaluation in completed)
    return {
        "evaluations_completed": len(completed),
        "rated_by_facts": sum(map(_by_facts, completed)),
        "stars": dict(sorted(stars.items(), reverse=True)),
        "rectifications": {
            "accepted": sum(1 for opinion in findings.rectifications if _accepted(opinion)),
            "grants_released": sum(map(was_released, findings.grants)),
        },
    }


def print_stars(console: Console, table: Table, findings: Findings, rows: int) -> None:
    """The first `rows` stars, and each rectification with what became of the grant."""
    for evaluation in findings.evaluations[:rows]:
        star = evaluation["star"]
        shown = "未评 not rated" if star is None else f"{'★' * star}{'☆' * (5 - star)} {star}"
        by = "事实 facts" if _by_facts(evaluation) else "打分 scores"
        name = evaluation["party_organization_name"]
        add_row(table, name, evaluation["type"], by, evaluation["total"] or "", shown)
    console.print(table)
    released = {grant["evaluation_id"] for grant in findings.grants if was_released(grant)}
    for opinion in filter(_accepted, findings.rectifications[:rows]):
        grant = ", 补助暂缓后解除 grant held, then released" if opinion["evaluation_id"] in released else ""
        console.print(
            f"  整改 rectification: {plain(opinion['party_organization_name'])}, "
            f"{opinion['acceptance']['on']} 验收 accepted{grant}",
            highlight=False,
        )


def _by_facts(evaluation: Json) -> bool:
    return bool(evaluation["basis"] and evaluation["basis"]["facts"])


def _accepted(opinion: Json) -> bool:
    return bool(opinion["acceptance"] and opinion["acceptance"]["accepted"])
