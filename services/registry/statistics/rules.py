"""Fills a table from what was counted, checks its rules, finds changes that need a word (D16, S9). Pure: no I/O."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from services.registry.statistic_tables.policies import (
    Rule,
    StatisticTable,
    StatisticTablesPolicy,
    TableColumn,
    Where,
    is_cut_off,
)
from services.registry.statistics.errors import StatisticsUnfit
from services.registry.statistics.report import TOTAL, Cells, Counted, Facts, Figures, ReportState, ReportStep
from shared.contracts.base import Reason
from shared.field.figures.shares import share_bp
from shared.field.money import BP_PER_WHOLE
from shared.problems.language import Text
from shared.problems.problems import FieldError
from shared.problems.transitions import Transitions

TRANSITIONS: Transitions[ReportState, ReportStep] = Transitions(
    "statistic_report",
    {
        ("computed", "computation"): "computed",
        ("returned", "computation"): "computed",
        ("computed", "explanation"): "computed",
        ("returned", "explanation"): "returned",
        ("computed", "signature"): "signed",
        ("signed", "locking"): "locked",
        ("signed", "return"): "returned",
        ("locked", "return"): "returned",
    },
)
COUNTED, SIGNED = "R-statistics", "R-statistics-signature"
_NO_TABLE = Text(zh="没有名为“{table}”的统计表，可用：{known}。", en="There is no table '{table}'; known: {known}.")
_NO_CUT_OFF = Text(
    zh="该表的截止日为 {cut_offs}，不是 {cut_off}。", en="The table is drawn up as of {cut_offs}, not as of {cut_off}."
)
_AHEAD = Text(
    zh="截止日 {cut_off} 尚未结束，不能统计。", en="The cut-off day {cut_off} is not over: nothing can be counted yet."
)
_EARLY = Text(zh="截止日不能早于 {earliest}。", en="The cut-off day cannot be before {earliest}.")
_NO_COLUMN = Text(zh="表中没有“{column}”栏。", en="The table has no column '{column}'.")
EARLIEST = date(1950, 1, 1)


def opening_errors(code: str, policy: StatisticTablesPolicy, cut_off: date, today: date) -> list[FieldError]:
    """What is wrong with a report: a table that there is not, a day that is no cut-off day or is not over."""
    table = policy.tables.get(code)
    if table is None:
        facts = (("table", code), ("known", ", ".join(sorted(policy.tables))))
        return [FieldError("/table", _NO_TABLE, facts)]
    if cut_off >= today:
        return [FieldError("/cut_off", _AHEAD, (("cut_off", cut_off),))]
    if cut_off < EARLIEST:
        return [FieldError("/cut_off", _EARLY, (("earliest", EARLIEST),))]
    if not is_cut_off(table, cut_off):
        days = ", ".join(table.cut_offs)
        return [FieldError("/cut_off", _NO_CUT_OFF, (("cut_offs", days), ("cut_off", cut_off)))]
    return []


def word_errors(table: StatisticTable, words: Iterable[str]) -> list[FieldError]:
    """Columns that words name and the table does not have."""
    known = {one.code for one in table.columns}
    return [FieldError(f"/words/{one}", _NO_COLUMN, (("column", one),)) for one in words if one not in known]


def fill(table: StatisticTable, facts: Facts) -> Figures:
    """Every cell of the table: a row for each key that occurs, in order, and the total of all."""
    by_key: dict[str, list[Counted]] = {}
    for one in facts.counted:
        by_key.setdefault(one.key(table.rows), []).append(one)
    rows = tuple((key, _cells(table.columns, by_key[key])) for key in sorted(by_key))
    return Figures(rows, _cells(table.columns, facts.counted), facts.assumed)


def _cells(columns: Sequence[TableColumn], counted: Sequence[Counted]) -> Cells:
    cells: Cells = {}
    for column in columns:
        if column.measure is not None:
            measure, where = column.measure, column.where
            cells[column.code] = sum(one.sums[measure] for one in counted if _counts(where, one))
    for column in columns:
        if column.share is not None:
            part, whole = cells[column.share.part], cells[column.share.whole]
            cells[column.code] = share_bp(part or 0, whole or 0)
    return {column.code: cells[column.code] for column in columns}


def _counts(where: Where, one: Counted) -> bool:
    return (where.coverage is None or one.coverage in where.coverage) and (
        where.members is None or one.members in where.members
    )


def broken(table: StatisticTable, figures: Figures) -> list[dict[str, Any]]:
    """Every rule that a row breaks, and every column whose rows do not add up to the total."""
    found = [
        {"row": key, "rule": str(rule), "left": cells[rule.left], "right": _sum(rule, cells)}
        for key, cells in (*figures.rows, (TOTAL, figures.total))
        for rule in table.relations
        if not _holds(rule, cells)
    ]
    for column in table.columns:
        if column.share is None:
            added = sum(cells[column.code] or 0 for _, cells in figures.rows)
            if added != figures.total[column.code]:
                rule = f"{column.code}: {TOTAL} = sum of rows"
                found.append({"row": TOTAL, "rule": rule, "left": figures.total[column.code], "right": added})
    return found


def _sum(rule: Rule, cells: Cells) -> int:
    return sum(cells[code] or 0 for code in rule.right)


def _holds(rule: Rule, cells: Cells) -> bool:
    left, right = cells[rule.left] or 0, _sum(rule, cells)
    return left == right if rule.relation == "=" else left <= right


def changes(
    table: StatisticTable, policy: StatisticTablesPolicy, total: Cells, last: Cells | None
) -> list[dict[str, Any]]:
    """The totals that differ from the last locked report by more than the bound: each needs a word."""
    found = []
    for column in table.columns:
        before, now = (last or {}).get(column.code), total[column.code]
        if column.share is None and before is not None and now is not None:
            difference = abs(now - before)
            if difference >= policy.change_least and difference * BP_PER_WHOLE > before * policy.change_bp:
                found.append({"column": column.code, "before": before, "now": now})
    return found


def findings(
    table: StatisticTable, policy: StatisticTablesPolicy, figures: Figures, last: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What rules and the last report show of figures; `last` is the last locked one of the table and division."""
    total = None if last is None else last["figures"][TOTAL]
    compared = None if last is None else {"id": str(last["id"]), "cut_off": last["cut_off"].isoformat()}
    changed = changes(table, policy, figures.total, total)
    return {"broken": broken(table, figures), "changes": changed, "compared": compared}


def why_counted(policy: str, cut_off: date, figures: Figures, *, lower_levels: bool, now: datetime) -> Reason:
    """As of what, and under which rules, the figures were counted (D16)."""
    facts = {"policy": policy, "cut_off": cut_off, "lower_levels": lower_levels, "assumed": figures.assumed}
    return Reason(rule=COUNTED, outcome="counted", facts=facts, as_of=now)


def check_signable(found: Mapping[str, Any], words: Mapping[str, str], now: datetime) -> Reason:
    """Why a report may be signed. Raises StatisticsUnfit while a rule is broken or a change lacks a word."""
    silent = [one["column"] for one in found["changes"] if not words.get(one["column"])]
    if found["broken"] or silent:
        raise StatisticsUnfit(broken=len(found["broken"]), silent=silent)
    facts = {"broken": 0, "changes": len(found["changes"]), "explained": len(found["changes"])}
    return Reason(rule=SIGNED, outcome="fit", facts=facts, as_of=now)


def differences(stored: Figures, computed: Figures) -> list[dict[str, Any]]:
    """Each cell that is another one when computed again from the same cut-off day."""
    before, after = (dict([*one.rows, (TOTAL, one.total)]) for one in (stored, computed))
    found = []
    for key in sorted(before.keys() | after.keys()):
        one, other = before.get(key, {}), after.get(key, {})
        found += [
            {"row": key, "column": code, "stored": one.get(code), "computed": other.get(code)}
            for code in sorted(one.keys() | other.keys())
            if one.get(code) != other.get(code)
        ]
    return found
