"""What letters and forms in Word share: fonts, sizes, a paragraph, the numbers of pages."""

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

BODY, TITLE, HEADING, SONG = "仿宋_GB2312", "方正小标宋简体", "黑体", "宋体"
SIZE, TITLE_SIZE, SMALL = Pt(16), Pt(22), Pt(14)
LINE = Pt(225 / 25.4 * 72 / 22)
CENTER, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
BLANK_DAY = "　　　年　月　日"
DRAFT = "（送审稿，未印发）"


def add_paragraph(
    made: Document,
    text: str,
    *,
    font: str = BODY,
    size: Pt = SIZE,
    align: WD_ALIGN_PARAGRAPH | None = None,
    exact: bool = True,
) -> Paragraph:
    """A paragraph; `exact` of the page's line height, as 22 to a page need it."""
    paragraph = made.add_paragraph()
    run = paragraph.add_run(text)
    set_font(run, font, size)
    if align is not None:
        paragraph.alignment = align
    if not exact:
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
        paragraph.paragraph_format.line_spacing = LINE
    return paragraph


def set_font(run: Run, font: str, size: Pt) -> None:
    """Set the font of every script: python-docx sets that of Latin letters only."""
    run.font.name, run.font.size = font, size
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def number_pages(made: Document) -> None:
    """— 1 —: a field, in 宋体 of size 4, right on odd pages and left on even ones."""
    made.settings.odd_and_even_pages_header_footer = True
    page = made.sections[0]
    for footer, align in ((page.footer, RIGHT), (page.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = align
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = SMALL
        run = paragraph.add_run("— ")
        _page_field(paragraph)
        paragraph.add_run(" —")
        for run in paragraph.runs:
            set_font(run, SONG, SMALL)


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
