"""A statistical report to print (D16): in Chinese, with what its columns mean, and room to sign and seal. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from services.registry.statistic_tables.policies import StatisticTable, TableColumn, read_frozen_table
from services.registry.statistics.report import TOTAL, Cells, Figures, figures_of
from shared.documents.content import Block, Content, Printed, written_day
from shared.field.calendar import china_day
from shared.field.divisions import get_on
from shared.field.money import BP_PER_WHOLE
from shared.problems.words import word_for

_NOTHING, _SUM = "—", "合计"
_ABREAST = 8
"""Columns that a page has room for beside the key; a table of more is printed in parts, each with the keys."""
_KEYS = {"kind": "类别", "street": "区县、街道", "division": "区划"}
_STEPS = {"computation": "计算", "explanation": "说明变动", "signature": "签署", "locking": "锁定", "return": "退回"}


def printed_statistics(report: Mapping[str, Any]) -> Printed:
    """What is printed of a stored report: of the same one always the same, dated by its cut-off day.

    A key is a kind's name, or a division's by the name that it had on that day; shares are in percent.
    """
    table = read_frozen_table(report["definition"])
    day: date = report["cut_off"]
    content = Content(
        title=f"{_place(report['division'], day)}{table.title.zh}",
        signed="",
        blocks=tuple(_blocks(report, table, day)),
        sheet=True,
        signatures=("单位负责人", "审核人", "填表人", "填报单位（盖章）"),
    )
    return Printed(content, None, day)


def _blocks(report: Mapping[str, Any], table: StatisticTable, day: date) -> Iterator[Block]:
    figures = figures_of(report["figures"])
    state = word_for("state", report["state"])
    yield Block(
        kind="rows",
        rows=(
            ("填报区划", f"{_place(report['division'], day)}（{report['division']}）"),
            ("截止日", written_day(day)),
            ("统计范围", "含下级" if report["lower_levels"] else "不含下级"),
            ("状态", report["state"] if state is None else state.zh),
            ("上报期限", written_day(report["due_on"])),
        ),
    )
    parts = [table.columns[start : start + _ABREAST] for start in range(0, len(table.columns), _ABREAST)]
    for number, columns in enumerate(parts, 1):
        if len(parts) > 1:
            yield Block(kind="heading", text=f"表{number}（{columns[0].code}至{columns[-1].code}栏）")
        yield Block(kind="table", cells=tuple(_cells(table, columns, figures, day)))
    yield from _remarks(report, table, figures)
    yield Block(kind="heading", text="指标解释")
    for one in table.columns:
        yield Block(kind="text", text=f"{one.code} {one.title.zh}：{one.definition.zh}")
    if table.rules:
        yield Block(kind="heading", text="表内关系")
        yield Block(kind="text", text="；".join(table.rules) + "。")
    yield Block(kind="heading", text="办理经过")
    yield Block(kind="table", cells=tuple(_steps(report["steps"])))


def _cells(
    table: StatisticTable, columns: Sequence[TableColumn], figures: Figures, day: date
) -> Iterator[tuple[str, ...]]:
    yield (_KEYS[table.rows], *(f"{one.code} {one.title.zh}" for one in columns))
    for key, cells in figures.rows:
        yield (_key(table, key, day), *_shown(columns, cells))
    yield (_SUM, *_shown(columns, figures.total))


def _shown(columns: Sequence[TableColumn], cells: Cells) -> Iterator[str]:
    for one in columns:
        value = cells[one.code]
        if value is None:
            yield _NOTHING
        else:
            yield str(value) if one.share is None else f"{value * 100 / BP_PER_WHOLE:.2f}%"


def _remarks(report: Mapping[str, Any], table: StatisticTable, figures: Figures) -> Iterator[Block]:
    """What a reader must know of the figures: rules that they break, changes and their words, what is assumed."""
    called, found = {one.code: one.title.zh for one in table.columns}, report["findings"]
    lines = [
        f"{_key(table, one['row'], report['cut_off'])}不符合“{one['rule']}”："
        f"{_number(one['left'])}与{_number(one['right'])}。"
        for one in found["broken"]
    ]
    lines += [
        f"“{one['column']} {called.get(one['column'], '')}”由{one['before']}变为{one['now']}："
        f"{report['words'].get(one['column'], '未说明')}"
        for one in found["changes"]
    ]
    if figures.assumed:
        lines.append(f"{figures.assumed}家社会组织在截止日的情况未存，按最早登记的情况计入。")
    if lines:
        yield Block(kind="heading", text="说明")
        yield from (Block(kind="text", text=line) for line in lines)


def _steps(steps: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, ...]]:
    yield ("步骤", "日期", "办理人", "说明")
    for one in steps:
        at = written_day(china_day(datetime.fromisoformat(one["at"])))
        yield (_STEPS.get(one["step"], one["step"]), at, one["by"], one["note"] or _NOTHING)


def _number(value: int | None) -> str:
    return _NOTHING if value is None else str(value)


def _key(table: StatisticTable, key: str, day: date) -> str:
    if key == TOTAL:
        return _SUM
    if table.rows == "kind":
        word = word_for("kind", key)
        return key if word is None else word.zh
    division, _, street = key.partition(" ")
    return f"{_place(division, day)}{street}" if division else key


def _place(division: str, day: date) -> str:
    found = get_on(division.ljust(6, "0"), day)
    return division if found is None else found.name_zh
