"""What the demonstration prints."""

from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from shared.field.money import yuan_text
from shuangfu.demonstration.findings import Findings, Founded
from shuangfu.demonstration.incubation import print_incubation
from shuangfu.demonstration.stars.showing import STAR_COLUMNS, print_stars, summarize_stars
from shuangfu.showing import add_row

MAX_ROWS = 40
_OUTCOMES = {"standalone": "单建 standalone", "joint": "联合 joint", "area": "片区 area"}
_FORMS = {"standalone": "单建 standalone", "joint": "联合 joint", "area": "片区 area"}
_RULES = {"S10": "S10 满3名 three or more", "S13": "S13 不足3名 one or two", "S15": "S15 无 none: instructor"}


def summarize(findings: Findings, seconds: float) -> dict[str, Any]:
    """The one JSON object of `shuangfu demo --json`."""
    counts = list(findings.coverage.values())
    paid = [grant for grant in findings.grants if grant["state"] == "paid"]
    return {
        "organizations": sum(count["organizations"] for count in counts),
        "party_organizations": {
            "standalone": sum(count["standalone"] for count in counts),
            "joint": sum(count["joint"] for count in counts),
            "led": sum(1 for party in findings.party_organizations if party["term"] is not None),
        },
        "covered_organizations": sum(count["covered"] for count in counts),
        **summarize_stars(findings),
        "grants": {
            "raised": len(findings.grants),
            "paid": len(paid),
            "total_fen": sum(grant["amount_fen"] for grant in paid),
        },
        "document": findings.document and {name: findings.document[name] for name in ("number", "title", "file")},
        "incubation": {
            "incubatees": len(findings.incubatees),
            "graduated": sum(1 for one in findings.incubatees if one["state"] == "graduated"),
            "blocked": [one["missing"] for one in findings.blocked],
            "stations": len(findings.stations),
            "meetings": [{"level": one["level"], "counts": one["counts"]} for one in findings.meetings],
            "areas": findings.areas,
        },
        "reports": findings.reports,
        "events": findings.events,
        "refused_rows": len(findings.refused),
        "seconds": round(seconds, 2),
    }


def print_findings(console: Console, findings: Findings, seconds: float) -> None:
    """Print tables that lead from registration to paid grant."""
    console.print(checks_table(findings))
    console.print(party_table(findings))
    print_stars(console, make_table("3  星级评定  Stars", *STAR_COLUMNS), findings, MAX_ROWS)
    console.print(grants_table(findings))
    console.print(ledger_table(findings))
    print_incubation(console, findings)
    console.print(_sentence(summarize(findings, seconds)))
    if findings.document is not None:
        console.print(document_line(findings.document))
    covered = sum(totals["organizations_covered"] for totals in findings.areas.values())
    waiting = sum(1 for check in findings.checks if check["outcome"] == "area") - covered
    if waiting:
        console.print(f"{waiting} organizations without members wait on the worklist for their area (S15).")


def make_table(title: str, *columns: str, caption: str | None = None) -> Table:
    table = Table(
        title=f"[bold]{title}[/]",
        caption=caption,
        box=box.SIMPLE_HEAD,
        title_justify="left",
        title_style="",
        caption_justify="left",
    )
    for column in columns:
        table.add_column(column, justify="right" if column in _NUMBERS else "left", no_wrap=True)
    return table


_NUMBERS = {
    *("全职 staff", "党员 members", "得分 total", "金额 amount", "借 debit", "贷 credit", "覆盖 covers"),
    *("上缴 remitted", "留存基数 base", "返还 refund", "应补 due"),
}


def checks_table(findings: Founded) -> Table:
    organizations = {organization["id"]: organization for organization in findings.organizations}
    hidden = max(len(findings.checks) - MAX_ROWS, 0)
    table = make_table(
        "1  登记与组建检查  Registrations and formation checks",
        "代码 code",
        "名称 name",
        "街道 street",
        "党员 members",
        "结论 outcome",
        "依据 because",
        caption=f"… {hidden} more" if hidden else None,
    )
    order = {"standalone": 0, "joint": 1, "area": 2}
    for check in sorted(findings.checks, key=lambda c: (order[c["outcome"]], c["uscc"]))[:MAX_ROWS]:
        organization = organizations[check["organization_id"]]
        add_row(
            table,
            check["uscc"],
            organization["name"],
            organization["street"],
            check["counted_full_members"],
            _OUTCOMES[check["outcome"]],
            "; ".join(_RULES.get(reason["rule"], reason["rule"]) for reason in check["reasons"]),
        )
    return table


def party_table(findings: Founded) -> Table:
    why = {
        frozenset(o["uscc"] for o in proposal["organizations"]): proposal["why"]
        for plan in findings.plans
        for proposal in plan["proposals"]
    }
    # Days are narrow: their headings stand in two lines.
    days = ("批准成立\nestablished", "班子批复\napproved", "任期至\nuntil")
    columns = ("名称 name", "形式 form", *days, "覆盖 covers", "为何 why")
    table = make_table("2  党组织  Party organizations", *columns)
    for party in findings.party_organizations[:MAX_ROWS]:
        reason = why.get(frozenset(cover["uscc"] for cover in party["covers"]), "")
        form = _FORMS.get(party["form"], party["form"])
        term = party["term"]
        founding = "组建中 founding" if party["state"] == "founding" else ""
        led, until = (term["since"], term["ends_on"]) if term else (founding, "")
        add_row(table, party["name"], form, party["established_on"], led, until, len(party["covers"]), reason)
    return table


def grants_table(findings: Founded) -> Table:
    table = make_table(
        "4  补助  Grants", "党组织 Party organization", "方案 scheme", "年度 year", "金额 amount", "状态 state"
    )
    for grant in findings.grants[:MAX_ROWS]:
        amount = yuan_text(grant["amount_fen"])
        add_row(table, grant["recipient_name"], grant["scheme"], str(grant["year"]), amount, grant["state"])
    return table


def ledger_table(findings: Founded) -> Table:
    table = make_table("5  账簿  Ledger", "科目 account", "名称 name", "借 debit", "贷 credit")
    for account in findings.accounts:
        balance = account["balance_fen"]
        if balance == 0:  # the chart has more accounts than are used
            continue
        debit = yuan_text(balance) if balance > 0 else ""
        credit = yuan_text(-balance) if balance < 0 else ""
        add_row(table, account["code"], account["name"], debit, credit)
    return table


def document_line(document: dict[str, Any]) -> str:
    number, title, file = document["number"], document["title"], document["file"]
    if file is None:
        return f"{number} {title}: not printed, for the server has no Chinese font (apt install fonts-noto-cjk)."
    return f"{number} {title}: {file}"


def _sentence(summary: dict[str, Any]) -> str:
    parties, grants, events = summary["party_organizations"], summary["grants"], summary["events"]
    return (
        f"[bold]{summary['organizations']}[/] organizations: [bold]{parties['standalone']}[/] standalone branches, "
        f"[bold]{parties['joint']}[/] joint; {summary['covered_organizations']} organizations covered; "
        f"{grants['paid']} of {grants['raised']} grants paid, [bold]{yuan_text(grants['total_fen'])}[/]; "
        f"{events['published']} events published, {events['consumed']} consumed, "
        f"{events['dead_letters']} dead letters; {summary['seconds']} s."
    )
