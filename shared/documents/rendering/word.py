"""A document as a Word file: the same document gives the same bytes."""

import io
import math
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

BODY, TITLE, HEADING, SONG = "仿宋_GB2312", "方正小标宋简体", "黑体", "宋体"
_SIZE, _TITLE_SIZE, _MARK_SIZE, _SMALL = Pt(16), Pt(22), Pt(36), Pt(14)
_LINE = Pt(225 / 25.4 * 72 / 22)
_CLOSER = math.floor((156 / 25.4 * 72 / 28 - 16) * 20)
"""By how much 28 characters of 16 pt stand closer, so that they fit into a line: in 20ths of a point, no less."""
_RED = RGBColor(0xD7, 0x00, 0x0F)
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
_CENTER, _RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
_BLANK_DAY = "　　　年　月　日"
_DRAFT = "（送审稿，未印发）"


def render_word(printed: Mapping[str, Any]) -> bytes:
    """The file of what `Printed.as_json` gives."""
    made = docx.Document()
    _set_page(made)
    if printed["cover"]:
        _write_cover(made, printed)
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
    grid.set(qn("w:linePitch"), str(round(_LINE.pt * 20)))
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = BODY, _SIZE
    # Not by a grid of characters: LibreOffice gives two of its cells to a character that is wider than one.
    closer = OxmlElement("w:spacing")
    closer.set(qn("w:val"), str(_CLOSER))
    normal.element.rPr.insert_element_before(closer, "w:w", "w:kern", "w:position", "w:sz", "w:szCs")
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
    normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    normal.paragraph_format.line_spacing = _LINE


def _write_letter(made: Document, printed: Mapping[str, Any]) -> None:
    number = printed["number"] or _DRAFT
    if printed["red_head"] is not None:
        mark = _paragraph(made, printed["red_head"], font=TITLE, size=_MARK_SIZE, align=_CENTER, exact=False)
        mark.runs[0].font.color.rgb = _RED
        _paragraph(made, "")
        _underline(_paragraph(made, number, align=_CENTER))
        _paragraph(made, "")
    else:
        _paragraph(made, number, align=_RIGHT)
        _paragraph(made, "")
    _paragraph(made, printed["title"], font=TITLE, size=_TITLE_SIZE, align=_CENTER, exact=False)
    _paragraph(made, "")
    if printed["recipient"] is not None:
        _paragraph(made, printed["recipient"] + "：")
    _write_blocks(made, printed)
    _paragraph(made, "")
    _paragraph(made, "")
    signed = _paragraph(made, printed["signed"], align=_RIGHT)
    signed.paragraph_format.keep_with_next = True
    day = _paragraph(made, printed["dated"] or _BLANK_DAY, align=_RIGHT)
    day.paragraph_format.right_indent = Pt(64)
    over = max(0, len(printed["signed"]) - len(printed["dated"] or _BLANK_DAY) * 0.75) / 2
    signed.paragraph_format.right_indent = Pt(max(0.0, 64 - 16 * over))
    if printed["copies"]:
        _paragraph(made, "抄送：" + "，".join(printed["copies"]) + "。", size=_SMALL)
    _number_pages(made)


def _write_cover(made: Document, printed: Mapping[str, Any]) -> None:
    _paragraph(made, "" if printed["dated"] else _DRAFT, align=_CENTER)
    for _ in range(3):
        _paragraph(made, "")
    _paragraph(made, printed["title"], font=TITLE, size=_TITLE_SIZE, align=_CENTER, exact=False)
    for _ in range(3):
        _paragraph(made, "")
    _write_blocks(made, printed)
    for _ in range(3):
        _paragraph(made, "")
    _paragraph(made, printed["signed"], align=_CENTER)
    _paragraph(made, printed["dated"] or _BLANK_DAY, align=_CENTER)


def _write_blocks(made: Document, printed: Mapping[str, Any]) -> None:
    for block in printed["blocks"]:
        if block["kind"] == "rows":
            table = made.add_table(rows=0, cols=2)
            table.style = "Table Grid"
            for name, value in block["rows"]:
                cells = table.add_row().cells
                cells[0].text, cells[1].text = name, value
                cells[0].width, cells[1].width = Mm(51), Mm(105)
        else:
            font = HEADING if block["kind"] == "heading" else BODY
            for text in block["text"].split("\n"):
                _paragraph(made, text, font=font).paragraph_format.first_line_indent = Pt(32)


def _paragraph(
    made: Document,
    text: str,
    *,
    font: str = BODY,
    size: Pt = _SIZE,
    align: WD_ALIGN_PARAGRAPH | None = None,
    exact: bool = True,
) -> Paragraph:
    paragraph = made.add_paragraph()
    run = paragraph.add_run(text)
    _letter(run, font, size)
    if align is not None:
        paragraph.alignment = align
    if not exact:
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
        paragraph.paragraph_format.line_spacing = _LINE
    return paragraph


def _letter(run: Run, font: str, size: Pt) -> None:
    """Set the font of every script: python-docx sets that of Latin letters only."""
    run.font.name, run.font.size = font, size
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _underline(paragraph: Paragraph) -> None:
    """The red line below the number, as wide as the text."""
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "14"), ("space", "8"), ("color", "D7000F")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:spacing", "w:ind", "w:jc")


def _number_pages(made: Document) -> None:
    """— 1 —: a field, in 宋体 of size 4, right on odd pages and left on even ones."""
    made.settings.odd_and_even_pages_header_footer = True
    page = made.sections[0]
    for footer, align in ((page.footer, _RIGHT), (page.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = align
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = _SMALL
        run = paragraph.add_run("— ")
        _page_field(paragraph)
        paragraph.add_run(" —")
        for run in paragraph.runs:
            _letter(run, SONG, _SMALL)


def _page_field(paragraph: Paragraph) -> None:
    for kind in ("begin", None, "end"):
        run = paragraph.add_run()
        if kind is None:
            code = OxmlElement("w:instrText")
            code.text = "PAGE"
            run._element.append(code)
        else:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._element.append(mark)


def _without_times(made: bytes) -> bytes:
    """The same archive, every entry of one time."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written:
        for entry in source.infolist():
            written.writestr(
                zipfile.ZipInfo(entry.filename, (2000, 1, 1, 0, 0, 0)), source.read(entry), zipfile.ZIP_DEFLATED
            )
    return target.getvalue()
