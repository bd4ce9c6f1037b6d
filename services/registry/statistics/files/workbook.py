"""A statistical report as a workbook: the rows, the total, then what each column means."""

import io
from collections.abc import Iterator

from services.registry.statistic_tables.policies import StatisticTable, TableColumn, read_frozen_table
from services.registry.statistics.report import Cells, figures_of
from shared.db.session import Record
from shared.field.money import BP_PER_WHOLE
from shared.problems.language import Language, Text, current_language
from shared.problems.words import word_for
from shared.web.exports.columns import Cell
from shared.web.exports.sheets import XlsxSheet

_ROW = {
    "kind": Text(zh="类别", en="Kind"),
    "street": Text(zh="区县、街道", en="Division and street"),
    "division": Text(zh="区划", en="Division"),
}
_TOTAL = Text(zh="合计", en="Total")
_MEANS = Text(zh="指标解释", en="What the columns mean")
_RULES = Text(zh="表内关系", en="Rules")
_HEAD = Text(
    zh="{title}　区划 {division}　截至 {cut_off}　{levels}　状态 {state}",
    en="{title}; division {division}; as of {cut_off}; {levels}; {state}",
)
_WITH, _WITHOUT = Text(zh="含下级", en="lower levels included"), Text(zh="不含下级", en="without lower levels")


def write_workbook(row: Record) -> bytes:
    """The workbook in the language of the request: the same report, the same bytes."""
    language = current_language.get()
    table = read_frozen_table(row["definition"])
    heads = [f"{one.code} {getattr(one.title, language)}" + _unit(one) for one in table.columns]
    target = io.BytesIO()
    sheet = XlsxSheet(target, [_ROW[table.rows].render(language), *heads])
    try:
        sheet.write(_lines(row, table, language))
    except BaseException:
        sheet.abandon()
        raise
    sheet.close()
    return target.getvalue()


def _lines(row: Record, table: StatisticTable, language: Language) -> Iterator[list[Cell]]:
    figures = figures_of(row["figures"])
    for key, cells in figures.rows:
        yield [_key(table, key, language), *_shown(table, cells)]
    yield [_TOTAL.render(language), *_shown(table, figures.total)]
    yield []
    levels = (_WITH if row["lower_levels"] else _WITHOUT).render(language)
    facts = {"division": row["division"], "cut_off": row["cut_off"].isoformat(), "levels": levels}
    state = _word("state", row["state"], language)
    yield [_HEAD.render(language, title=getattr(table.title, language), state=state, **facts)]
    yield [_MEANS.render(language)]
    for one in table.columns:
        yield [f"{one.code} {getattr(one.title, language)}", getattr(one.definition, language)]
    yield [_RULES.render(language), *table.rules]


def _shown(table: StatisticTable, cells: Cells) -> Iterator[Cell]:
    """The figures of a row: shares in percent, as their headings say, or in what their frozen definition says."""
    for one in table.columns:
        value = cells[one.code]
        yield value * 100 / BP_PER_WHOLE if value is not None and _unit(one) else value


def _unit(column: TableColumn) -> str:
    return "" if column.share is None or column.in_basis_points else " (%)"


def _key(table: StatisticTable, key: str, language: Language) -> str:
    return _word("kind", key, language) if table.rows == "kind" else key


def _word(fact: str, value: str, language: Language) -> str:
    word = word_for(fact, value)
    return value if word is None else getattr(word, language)
