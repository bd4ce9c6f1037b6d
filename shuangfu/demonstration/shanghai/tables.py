"""What Shanghai's demonstration prints."""

from collections import Counter
from typing import Any

from rich.console import Console
from rich.table import Table

from shared.field.money import yuan_text
from shuangfu.demonstration.actors import slug_of
from shuangfu.demonstration.findings import Json
from shuangfu.demonstration.shanghai.dues import remitted_of
from shuangfu.demonstration.shanghai.findings import ShanghaiFindings
from shuangfu.demonstration.tables import (
    MAX_ROWS,
    checks_table,
    document_line,
    grants_table,
    ledger_table,
    make_table,
    party_table,
)
from shuangfu.showing import add_row

_RECEIVERS = {"standalone": "本支部 itself", "joint": "联合支部 joint branch", "host": "托管支部 host"}
_OUTCOMES = {"raised": "应补 raised", "held": "暂缓 held", "none": "不补 none", "unchanged": "已有 unchanged"}


def summarize(findings: ShanghaiFindings, seconds: float) -> dict[str, Any]:
    """The one JSON object of `shuangfu demo --region shanghai --json`."""
    counts = list(findings.coverage.values())
    paid = [grant for grant in findings.grants if grant["state"] == "paid"]
    claims = [one for one in findings.refunds.values() if "grant_id" in one]
    refused = [slug_of(one) for one in findings.refunds.values() if "grant_id" not in one]
    return {
        "organizations": sum(count["organizations"] for count in counts),
        "party_organizations": {
            "standalone": sum(count["standalone"] for count in counts),
            "joint": sum(count["joint"] for count in counts),
            "led": sum(1 for party in findings.party_organizations if party["term"] is not None),
        },
        "covered_organizations": sum(count["covered"] for count in counts),
        "dues": {
            "years": len(findings.dues),
            "certified": sum(1 for one in findings.dues if one["state"] == "certified"),
            "remitted_fen": sum(remitted_of(one) for one in findings.dues),
        },
        "refunds": {
            "claimed_fen": sum(one["amount_fen"] for one in claims),
            "receivers": dict(sorted(Counter(_receiver(one) for one in claims).items())),
            "refused": dict(sorted(Counter(refused).items())),
        },
        "schemes": {run["rule"]: _summarize_run(run) for run in findings.runs},
        "grants": {
            "raised": len(findings.grants),
            "paid": len(paid),
            "total_fen": sum(grant["amount_fen"] for grant in paid),
            "paid_fen": _paid_by_scheme(paid),
        },
        "ledger_fen": sum(account["balance_fen"] for account in findings.accounts),
        "document": findings.document and {name: findings.document[name] for name in ("number", "title", "file")},
        "events": findings.events,
        "refused_rows": len(findings.refused),
        "seconds": round(seconds, 2),
    }


def print_findings(console: Console, findings: ShanghaiFindings, seconds: float) -> None:
    """Print tables that lead from registration to refunded dues and paid subsidies."""
    for table in (
        checks_table(findings),
        party_table(findings),
        _dues(findings),
        grants_table(findings),
        ledger_table(findings),
        _schemes(findings),
    ):
        console.print(table)
    console.print(_sentence(summarize(findings, seconds)))
    if findings.document is not None:
        console.print(document_line(findings.document))


def _dues(findings: ShanghaiFindings) -> Table:
    table = make_table(
        "3  党费与返还  Dues and refunds (S25)",
        "单位 holder",
        "上缴 remitted",
        "留存基数 base",
        "核定 certified",
        "返还 refund",
        "返还给 receiver",
    )
    for one in findings.dues[:MAX_ROWS]:
        refund = findings.refunds.get(one["id"], {})
        claimed = "grant_id" in refund
        add_row(
            table,
            one["holder_name"],
            yuan_text(remitted_of(one)),
            "" if one["base_fen"] is None else yuan_text(one["base_fen"]),
            "两人 by two" if one["certified_by"] else "",
            yuan_text(refund["amount_fen"]) if claimed else "",
            _RECEIVERS[_receiver(refund)] if claimed else refund.get("detail", ""),
        )
    return table


def _schemes(findings: ShanghaiFindings) -> Table:
    table = make_table("6  方案核定  Runs of schemes (S26-S29)", "依据 rule", "方案 scheme", "结果 outcome", "应补 due")
    for run in findings.runs:
        found = _summarize_run(run)
        if "missing" in found:
            add_row(table, run["rule"], run["scheme"], f"未启用，缺 not active, lacks {found['missing']}", "")
            continue
        shown = "; ".join(f"{_OUTCOMES[name]} {count}" for name, count in found["outcomes"].items())
        add_row(table, run["rule"], run["scheme"], shown, yuan_text(found["due_fen"]))
    return table


def _summarize_run(run: Json) -> Json:
    if "problem" in run:
        return {"refused": slug_of(run["problem"]), "missing": run["problem"].get("missing", "")}
    due = (line["granted_fen"] or line["amount_fen"] or 0 for line in run["lines"] if line["outcome"] != "none")
    outcomes = Counter(line["outcome"] for line in run["lines"])
    return {"outcomes": dict(sorted(outcomes.items())), "due_fen": sum(due)}


def _paid_by_scheme(paid: list[Json]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for grant in paid:
        found[grant["scheme"]] += grant["amount_fen"]
    return dict(sorted(found.items()))


def _receiver(refund: Json) -> str:
    """By which form it was found."""
    return next(str(one["outcome"]) for one in refund["reasons"] if one["rule"] == "R-dues-receiver")


def _sentence(summary: dict[str, Any]) -> str:
    parties, grants, events = summary["party_organizations"], summary["grants"], summary["events"]
    return (
        f"[bold]{summary['organizations']}[/] organizations: [bold]{parties['standalone']}[/] standalone branches, "
        f"[bold]{parties['joint']}[/] joint; dues of {yuan_text(summary['refunds']['claimed_fen'])} claimed back of "
        f"{yuan_text(summary['dues']['remitted_fen'])} remitted; {grants['paid']} of {grants['raised']} grants paid, "
        f"[bold]{yuan_text(grants['total_fen'])}[/]; {events['published']} events published, "
        f"{events['consumed']} consumed, {events['dead_letters']} dead letters; {summary['seconds']} s."
    )
