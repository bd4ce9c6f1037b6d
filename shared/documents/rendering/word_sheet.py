"""A form in Word: its title, tables, and where it is signed."""

from collections.abc import Mapping, Sequence
from typing import Any

from docx.document import Document
from docx.shared import Mm, Pt
from docx.table import _Cell

from shared.documents.rendering.word_parts import (
    BLANK_DAY,
    BODY,
    CENTER,
    DRAFT,
    HEADING,
    RIGHT,
    TITLE,
    TITLE_SIZE,
    add_paragraph,
    number_pages,
    set_font,
)

_SIZE = Pt(12)
_NAME, _WIDTH = Mm(41), Mm(156)
_ROOM = "\n" * 4
"""Lines that are left to be written by hand."""
_SHARES = {4: (1, 3, 1, 3)}
"""Of four columns, the second says what each row is about, and the last on what it rests."""


def write_sheet(made: Document, printed: Mapping[str, Any]) -> None:
    """The form of what `Printed.as_json` gives."""
    add_paragraph(made, printed["title"], font=TITLE, size=TITLE_SIZE, align=CENTER, exact=False)
    draft = "" if printed["blank"] or printed["dated"] else DRAFT
    add_paragraph(made, printed["number"] or draft, size=_SIZE, align=RIGHT)
    for block in printed["blocks"]:
        if block["kind"] == "rows":
            _write_rows(made, block["rows"], blank=printed["blank"])
        elif block["kind"] == "table":
            write_table(made, block["cells"])
        else:
            font = HEADING if block["kind"] == "heading" else BODY
            for text in block["text"].split("\n"):
                add_paragraph(made, text, font=font).paragraph_format.first_line_indent = Pt(32)
    if printed["signatures"]:
        add_paragraph(made, "")
        table = _grid(made, len(printed["signatures"]))
        for cell, text in zip(table.add_row().cells, printed["signatures"], strict=True):
            _fill(cell, f"{text}{_ROOM}{BLANK_DAY}")
    if not printed["blank"]:
        add_paragraph(made, printed["foot"], size=_SIZE)
        add_paragraph(made, printed["dated"] or BLANK_DAY, size=_SIZE, align=RIGHT)
    number_pages(made)


def _write_rows(made: Document, rows: Sequence[Sequence[str]], *, blank: bool) -> None:
    table = _grid(made, 2)
    for name, value in rows:
        cells = table.add_row().cells
        _fill(cells[0], name)
        _fill(cells[1], _ROOM if blank and not value else value)
        cells[0].width, cells[1].width = _NAME, Mm(_WIDTH.mm - _NAME.mm)


def write_table(made: Document, cells: Sequence[Sequence[str]]) -> None:
    """A table under its head."""
    shares = _SHARES.get(len(cells[0]), (1,) * len(cells[0]))
    table = _grid(made, len(shares))
    for number, row in enumerate(cells):
        for cell, text, share in zip(table.add_row().cells, row, shares, strict=True):
            _fill(cell, text, font=BODY if number else HEADING)
            cell.width = Mm(_WIDTH.mm * share / sum(shares))


def _grid(made: Document, columns: int) -> Any:
    table = made.add_table(rows=0, cols=columns)
    table.style = "Table Grid"
    return table


def _fill(cell: _Cell, text: str, *, font: str = BODY) -> None:
    cell.text = text
    for run in cell.paragraphs[0].runs:
        set_font(run, font, _SIZE)
