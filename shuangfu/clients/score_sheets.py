"""Fills in a workbook of score sheets, as somebody with a spreadsheet does."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Any
from xml.sax.saxutils import escape

import python_calamine

from services.evaluation.score_sheets import layout

Choose = Callable[[str, str], str | int | None]
"""(an evaluation's id, an indicator's code): the fact, or None where the row stays empty."""

_SHEET = "xl/worksheets/sheet2.xml"
_CELL = re.compile(r'<c r="([A-Z]+\d+)"( s="\d+")?[^>]*?(?:/>|>.*?</c>)')


def fill(content: bytes, choose: Choose, evidence: str) -> bytes:
    """The workbook with a fact and its evidence in each row that takes one and has none."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows = book.get_sheet_by_index(1).to_python(skip_empty_area=False)
    cells: dict[str, Any] = {}
    for number, row in enumerate(rows, 1):
        if len(row) > layout.EVALUATION and row[layout.EVALUATION] and not row[layout.VALUE]:
            fact = choose(str(row[layout.EVALUATION]), str(row[layout.CODE]))
            if fact is not None:
                cells[f"E{number}"], cells[f"G{number}"] = fact, evidence
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            data = source.read(name)
            if name == _SHEET:
                data = _CELL.sub(lambda found: _written(found, cells), data.decode()).encode()
            archive.writestr(name, data)
    return target.getvalue()


def _written(found: re.Match[str], cells: Mapping[str, Any]) -> str:
    value = cells.get(found[1])
    if value is None:
        return found[0]
    if isinstance(value, str):
        return f'<c r="{found[1]}"{found[2] or ""} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{found[1]}"{found[2] or ""}><v>{value}</v></c>'
