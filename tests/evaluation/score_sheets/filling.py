"""Fills cells of a workbook as a rater does, formulas untouched."""

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

SCORES = "xl/worksheets/sheet2.xml"


def fill(content: bytes, cells: Mapping[str, Any], *, part: str = SCORES) -> bytes:
    """The workbook with these cells of one sheet written; None empties one."""
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            data = source.read(name)
            if name == part:
                text = data.decode()
                for cell, value in cells.items():
                    text, found = re.subn(
                        rf'<c r="{cell}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)', _replacement(cell, value), text
                    )
                    assert found == 1, cell
                data = text.encode()
            archive.writestr(name, data)
    return target.getvalue()


def _replacement(cell: str, value: Any) -> str:
    if value is None:
        return rf'<c r="{cell}"\1/>'
    if isinstance(value, str):
        return rf'<c r="{cell}"\1 t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return rf'<c r="{cell}"\1><v>{value}</v></c>'
