"""Writes a workbook of score sheets: drop-downs, formulas for the running total, all locked but what is filled in."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell as cell

from services.evaluation.indicator_systems.methods import Ratio
from services.evaluation.indicator_systems.scoring import scale
from services.evaluation.score_sheets import formulas, layout
from services.evaluation.score_sheets.cells import shown, validation, words_in
from services.evaluation.score_sheets.layout import Block, Head, Line
from shared.field.files.tables import escape_formula
from shared.problems.language import Language

_MOST_PROMPTED = 255
"""Characters of a prompt that Excel takes."""
_WIDTHS = (8, 40, 52, 7, 16, 10, 30, 9)


def write_workbook(
    head: Head, lines: Sequence[Line], blocks: Sequence[Block], *, total_cap: Decimal, language: Language
) -> bytes:
    """The workbook's bytes; same content, same bytes."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - same rows, same bytes
    writer = _Writer(book, head, lines, total_cap, language)
    firsts = [writer.block(number, block) for number, block in enumerate(blocks, start=1)]
    writer.validations()
    writer.summary(blocks, firsts)
    writer.hidden(blocks)
    book.close()
    return target.getvalue()


class _Writer:
    def __init__(self, book: Any, head: Head, lines: Sequence[Line], total_cap: Decimal, language: Language) -> None:
        self._book, self._head, self._lines, self._cap, self._language = book, head, lines, total_cap, language
        self._words = words_in(language)
        self._plain = book.add_format({"text_wrap": True, "valign": "top"})
        self._bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "valign": "top"})
        self._entry = book.add_format({"locked": False, "bg_color": "#FFF2CC", "text_wrap": True, "valign": "top"})
        self._text_entry = book.add_format(
            {"locked": False, "bg_color": "#FFF2CC", "text_wrap": True, "valign": "top", "num_format": "@"}
        )
        self._grey = book.add_format({"font_color": "#808080", "text_wrap": True, "valign": "top"})
        self._summary = book.add_worksheet(layout.SUMMARY.render(language))
        self._sheet = book.add_worksheet(layout.SHEET.render(language))
        self._options = book.add_worksheet(layout.OPTIONS)
        self._options.very_hidden()
        self._lists = {line.indicator.code: self._list(column, line) for column, line in enumerate(lines)}
        for column, width in enumerate(_WIDTHS):
            self._sheet.set_column(column, column, width)
            self._sheet.write_string(0, column, layout.HEADINGS[column].render(language), self._bold)
        self._sheet.set_column(layout.EVALUATION, layout.EVALUATION, 8, None, {"hidden": True})
        self._sheet.freeze_panes(1, 2)
        self._sheet.protect(options={"format_columns": True, "format_rows": True})
        self._sheet.repeat_rows(0)
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)
        self._next = 1
        self._titles: list[int] = []
        self._rows: dict[str, list[int]] = {line.indicator.code: [] for line in lines}
        """Where each indicator is filled in."""

    def _list(self, column: int, line: Line) -> str | None:
        """Where the drop-down's list stands; None for an entry that is a number."""
        options = [*line.options, *([self._words.absent] if line.may_be_absent else [])]
        if not line.options:
            return None
        for row, option in enumerate(options):
            self._options.write_string(row, column, option)
        first, last = cell(0, column, row_abs=True, col_abs=True), cell(len(options) - 1, column, True, True)
        return f"={layout.OPTIONS}!{first}:{last}"

    def block(self, number: int, block: Block) -> int:
        """The rows of an evaluation; returns the number of its title row, from 0."""
        title, sheet = self._next, self._sheet
        sheet.write_number(title, layout.CODE, number, self._bold)
        sheet.write_string(title, layout.WHAT, escape_formula(block.name), self._bold)
        sheet.write_string(title, layout.METHOD, block.division, self._bold)
        for column in range(layout.POINTS, layout.EVALUATION):
            sheet.write_blank(title, column, None, self._bold)
        for row, line in enumerate(self._lines, start=title + 1):
            self._line(row, line, block)
        self._tail(title, block)
        self._next = title + 1 + len(self._lines) + layout.TAIL_ROWS + 1
        self._titles.append(title)
        return title

    def _line(self, row: int, line: Line, block: Block) -> None:
        code, sheet = line.indicator.code, self._sheet
        left_out = code in block.not_for
        text = self._grey if left_out else self._plain
        sheet.write_string(row, layout.CODE, code, text)
        sheet.write_string(row, layout.WHAT, line.what, text)
        sheet.write_string(row, layout.METHOD, line.method, text)
        sheet.write_number(row, layout.POINTS, float(line.indicator.points), text)
        sheet.write_string(row, layout.EVALUATION, str(block.evaluation_id))
        if left_out:
            sheet.write_string(row, layout.VALUE, self._words.absent, text)
            return
        self._entries(row, line, block.facts.get(code))
        method = line.indicator.method
        assert method is not None
        value, whole = cell(row, layout.VALUE), cell(row, layout.WHOLE)
        earned = (block.facts.get(code) or {}).get("points")
        sheet.write_formula(
            row,
            layout.SCORE,
            formulas.score(method, line.indicator.points, value, whole, self._words.yes, self._words.no),
            self._plain,
            "" if earned is None else float(earned),
        )

    def _entries(self, row: int, line: Line, fact: Mapping[str, Any] | None) -> None:
        sheet, method = self._sheet, line.indicator.method
        value, whole = shown(line, fact, self._words)
        if isinstance(value, str):
            sheet.write_string(row, layout.VALUE, value, self._entry)
        elif value is None:
            sheet.write_blank(row, layout.VALUE, None, self._entry)
        else:
            sheet.write_number(row, layout.VALUE, value, self._entry)
        if isinstance(method, Ratio):
            if whole is None:
                sheet.write_blank(row, layout.WHOLE, None, self._entry)
            else:
                sheet.write_number(row, layout.WHOLE, whole, self._entry)
        evidence = escape_formula(fact["evidence"]) if fact else ""
        sheet.write(row, layout.EVIDENCE, evidence or None, self._text_entry)
        self._rows[line.indicator.code].append(row)

    def validations(self) -> None:
        """One for all rows of an indicator: a sheet has 65,534 of them at most."""
        for line in self._lines:
            rows = self._rows[line.indicator.code]
            if not rows:
                continue
            cells = cell(rows[0], layout.VALUE), cell(rows[0], layout.WHOLE)
            source = self._lists[line.indicator.code]
            allowed = {layout.VALUE: validation(line, *cells, source, self._words, self._language)}
            allowed[layout.EVIDENCE] = {"validate": "any", "input_message": line.evidence[:_MOST_PROMPTED]}
            if isinstance(line.indicator.method, Ratio):
                allowed[layout.WHOLE] = {"validate": "integer", "criteria": ">=", "minimum": 0}
            for column, one in allowed.items():
                others = [[row, column, row, column] for row in rows[1:]]
                self._sheet.data_validation(rows[0], column, rows[0], column, one | {"other_cells": others})

    def _tail(self, title: int, block: Block) -> None:
        first, last = title + 1, title + len(self._lines)

        def of(column: int) -> str:
            return f"{cell(first, column)}:{cell(last, column)}"

        bonus, missing, total = last + 1, last + 2, last + 3
        for row, label in ((bonus, layout.BONUS), (missing, layout.MISSING), (total, layout.TOTAL)):
            self._sheet.write_string(row, layout.WHAT, label.render(self._language), self._bold)
        self._sheet.write_number(bonus, layout.SCORE, float(block.bonus), self._bold)
        self._sheet.write_formula(
            missing, layout.SCORE, f"=COUNTBLANK({of(layout.VALUE)})", self._bold, self._missing(block)
        )
        formula = formulas.total(
            of(layout.SCORE),
            of(layout.POINTS),
            of(layout.VALUE),
            of(layout.WHOLE),
            cell(bonus, layout.SCORE),
            self._words.absent,
            self._cap,
        )
        self._sheet.write_formula(total, layout.SCORE, formula, self._bold, float(self._total(block)))

    def _missing(self, block: Block) -> int:
        return sum(one.indicator.code not in {*block.not_for, *block.facts} for one in self._lines)

    def _total(self, block: Block) -> Decimal:
        """What the formula gives of the facts put before: for programs that show a file without calculating it."""
        points = {one.indicator.code: one.indicator.points for one in self._lines}
        scores = {code: Decimal(one["points"]) for code, one in block.facts.items() if one["points"] is not None}
        absent = {code for code, one in block.facts.items() if one["points"] is None}
        base = scale(points, scores, {*block.not_for, *absent}).points
        return min(base + block.bonus, self._cap).quantize(Decimal("0.01"), ROUND_HALF_UP)

    def summary(self, blocks: Sequence[Block], firsts: Sequence[int]) -> None:
        """A line for each evaluation, with a link to its block."""
        for column, (heading, width) in enumerate(zip(layout.SUMMARY_HEADINGS, (6, 44, 12, 14, 14), strict=True)):
            self._summary.set_column(column, column, width)
            self._summary.write_string(0, column, heading.render(self._language), self._bold)
        name = layout.SHEET.render(self._language)
        for row, (block, title) in enumerate(zip(blocks, firsts, strict=True), start=1):
            last = title + len(self._lines)
            self._summary.write_number(row, 0, row)
            self._summary.write_url(row, 1, f"internal:'{name}'!A{title + 1}", None, escape_formula(block.name))
            self._summary.write_string(row, 2, block.division)
            for column, below, known in ((3, 2, self._missing(block)), (4, 3, float(self._total(block)))):
                formula = f"='{name}'!{cell(last + below, layout.SCORE)}"
                self._summary.write_formula(row, column, formula, None, known)
        self._sheet.set_h_pagebreaks(self._titles[1:])
        self._summary.freeze_panes(1, 0)
        self._summary.protect(options={"format_columns": True})

    def hidden(self, blocks: Sequence[Block]) -> None:
        """What the workbook is of, for the import."""
        sheet = self._book.add_worksheet(layout.HIDDEN)
        head = self._head
        rows = [("format", layout.FORMAT), ("cycle", str(head.cycle)), ("type", head.type), ("version", head.version)]
        rows += [("stage", head.stage), ("written_at", head.written_at)]
        rows += [("evaluation", str(block.evaluation_id)) for block in blocks]
        for row, (key, value) in enumerate(rows):
            sheet.write_string(row, 0, key)
            sheet.write_string(row, 1, value)
        sheet.very_hidden()
        sheet.protect()
