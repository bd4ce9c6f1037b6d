"""A document as a Word file: the same document gives the same bytes."""

import io
import math
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import docx
from docx.document import Document
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from shared.documents.rendering.word_parts import (
    BLANK_DAY,
    BODY,
    CENTER,
    DRAFT,
    HEADING,
    LINE,
    RIGHT,
    SIZE,
    SMALL,
    TITLE,
    TITLE_SIZE,
    add_paragraph,
    number_pages,
)
from shared.documents.rendering.word_sheet import write_sheet, write_table

_MARK_SIZE = Pt(36)
_CLOSER = math.floor((156 / 25.4 * 72 / 28 - 16) * 20)
"""By how much 28 characters of 16 pt stand closer, so that they fit into a line: in 20ths of a point, no less."""
_RED = RGBColor(0xD7, 0x00, 0x0F)
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def render_word(printed: Mapping[str, Any]) -> bytes:
    """The file of what `Printed.as_json` gives."""
    made = docx.Document()
    _set_page(made)
    if printed["cover"]:
        _write_cover(made, printed)
    elif printed["sheet"]:
        write_sheet(made, printed)
    else:
        _write_letter(made, printed)
    made.core_properties.title, made.core_properties.author = printed["title"][:255], printed["signed"][:255]
    made.core_properties.comments = ""
    made.core_properties.created = made.core_properties.modified = _BEGINNING
    target = io.BytesIO()
    made.save(target)
    return _without_times(target.getvalue())


def _set_page(made: Document) -> None:
    page = made.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    page.footer_distance = Mm(25)
    grid = page._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        page._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(round(LINE.pt * 20)))
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = BODY, SIZE
    # Not by a grid of characters: LibreOffice gives two of its cells to a character that is wider than one.
    closer = OxmlElement("w:spacing")
    closer.set(qn("w:val"), str(_CLOSER))
    normal.element.rPr.insert_element_before(closer, "w:w", "w:kern", "w:position", "w:sz", "w:szCs")
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
    normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    normal.paragraph_format.line_spacing = LINE


def _write_letter(made: Document, printed: Mapping[str, Any]) -> None:
    number = printed["number"] or DRAFT
    if printed["red_head"] is not None:
        mark = add_paragraph(made, printed["red_head"], font=TITLE, size=_MARK_SIZE, align=CENTER, exact=False)
        mark.runs[0].font.color.rgb = _RED
        add_paragraph(made, "")
        _underline(add_paragraph(made, number, align=CENTER))
        add_paragraph(made, "")
    else:
        add_paragraph(made, number, align=RIGHT)
        add_paragraph(made, "")
    add_paragraph(made, printed["title"], font=TITLE, size=TITLE_SIZE, align=CENTER, exact=False)
    add_paragraph(made, "")
    if printed["recipient"] is not None:
        add_paragraph(made, printed["recipient"] + "：")
    _write_blocks(made, printed)
    add_paragraph(made, "")
    add_paragraph(made, "")
    signed = add_paragraph(made, printed["signed"], align=RIGHT)
    signed.paragraph_format.keep_with_next = True
    day = add_paragraph(made, printed["dated"] or BLANK_DAY, align=RIGHT)
    day.paragraph_format.right_indent = Pt(64)
    over = max(0, len(printed["signed"]) - len(printed["dated"] or BLANK_DAY) * 0.75) / 2
    signed.paragraph_format.right_indent = Pt(max(0.0, 64 - 16 * over))
    if printed["copies"]:
        add_paragraph(made, "抄送：" + "，".join(printed["copies"]) + "。", size=SMALL)
    number_pages(made)


def _write_cover(made: Document, printed: Mapping[str, Any]) -> None:
    add_paragraph(made, "" if printed["dated"] else DRAFT, align=CENTER)
    for _ in range(3):
        add_paragraph(made, "")
    add_paragraph(made, printed["title"], font=TITLE, size=TITLE_SIZE, align=CENTER, exact=False)
    for _ in range(3):
        add_paragraph(made, "")
    _write_blocks(made, printed)
    for _ in range(3):
        add_paragraph(made, "")
    add_paragraph(made, printed["signed"], align=CENTER)
    add_paragraph(made, printed["dated"] or BLANK_DAY, align=CENTER)


def _write_blocks(made: Document, printed: Mapping[str, Any]) -> None:
    for block in printed["blocks"]:
        if block["kind"] == "rows":
            table = made.add_table(rows=0, cols=2)
            table.style = "Table Grid"
            for name, value in block["rows"]:
                cells = table.add_row().cells
                cells[0].text, cells[1].text = name, value
                cells[0].width, cells[1].width = Mm(51), Mm(105)
        elif block["kind"] == "table":
            write_table(made, block["cells"])
        else:
            font = HEADING if block["kind"] == "heading" else BODY
            for text in block["text"].split("\n"):
                add_paragraph(made, text, font=font).paragraph_format.first_line_indent = Pt(32)


def _underline(paragraph: Paragraph) -> None:
    """The red line below the number, as wide as the text."""
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "14"), ("space", "8"), ("color", "D7000F")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:spacing", "w:ind", "w:jc")


def _without_times(made: bytes) -> bytes:
    """The same archive, every entry of one time."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written:
        for entry in source.infolist():
            written.writestr(
                zipfile.ZipInfo(entry.filename, (2000, 1, 1, 0, 0, 0)), source.read(entry), zipfile.ZIP_DEFLATED
            )
    return target.getvalue()
