"""The Word file: the same text on the same page, in the fonts that offices have."""

import io
import time
import zipfile

import docx
from docx.oxml.ns import qn
from docx.shared import Length

from shared.documents.rendering.word import render_word
from tests.shared.documents.helpers import letter


def test_d18_word__has_the_text_the_grid_and_the_fonts() -> None:
    printed = letter("同意。", red_head="杭州市示例工委文件", copies=["示例区民政局"])
    made = docx.Document(io.BytesIO(render_word(printed.as_json())))
    texts = [one.text for one in made.paragraphs if one.text]
    assert texts == [
        "杭州市示例工委文件",
        "杭两新〔2026〕1号",
        "关于同意成立示例党支部的批复",
        "示例中心：",
        "同意。",
        "杭州市示例工委",
        "2026年3月1日",
        "抄送：示例区民政局。",
    ]
    page = made.sections[0]
    assert page.page_width is not None
    assert page.page_height is not None
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    grid = page._sectPr.find(qn("w:docGrid"))
    assert grid is not None
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "580")
    closer = made.styles["Normal"].element.rPr.find(qn("w:spacing"))
    assert page.left_margin is not None
    assert page.right_margin is not None
    width = Length(page.page_width - page.left_margin - page.right_margin).pt
    pitch = 16 + int(closer.get(qn("w:val"))) / 20
    assert width // pitch == 28, "as many characters fit into a line, whether or not the program has a grid for them"
    fonts = {one.text: one.runs[0]._element.rPr.rFonts.get(qn("w:eastAsia")) for one in made.paragraphs if one.runs}
    assert (fonts["同意。"], fonts["关于同意成立示例党支部的批复"]) == ("仿宋_GB2312", "方正小标宋简体")


def test_d18_word__a_paragraphs_properties_stand_in_the_order_of_the_format() -> None:
    """ECMA-376 has them as a sequence: Word repairs, or refuses, a file where one stands elsewhere."""
    order = ("pStyle", "keepNext", "widowControl", "pBdr", "spacing", "ind", "jc", "rPr")
    made = docx.Document(io.BytesIO(render_word(letter(red_head="杭州市示例工委文件").as_json())))
    bordered = 0
    for paragraph in made.paragraphs:
        properties = paragraph._p.pPr
        found = [] if properties is None else [one.tag.rpartition("}")[2] for one in properties]
        assert found == sorted(found, key=order.index), found
        bordered += "pBdr" in found
    assert bordered == 1


def test_d18_word__numbers_its_pages_by_a_field() -> None:
    with zipfile.ZipFile(io.BytesIO(render_word(letter().as_json()))) as archive:
        feet = [archive.read(name).decode() for name in archive.namelist() if "footer" in name]
    assert len(feet) == 2
    for foot in feet:
        assert "— " in foot
        assert "PAGE" in foot


def test_d18_word__text_is_never_markup() -> None:
    text = "{{ 7 * 7 }} {% for x in y %} <w:p/> & #panic() 𠮷㛃䶮"
    made = docx.Document(io.BytesIO(render_word(letter(text, title=text).as_json())))
    assert [one.text for one in made.paragraphs].count(text) == 2


def test_d18_word__twice_gives_the_same_bytes() -> None:
    first = render_word(letter().as_json())
    time.sleep(2.1)  # an archive's times are of two seconds
    assert render_word(letter().as_json()) == first


def test_d18_word__a_cover_has_its_table() -> None:
    cover = letter(cover=True, blocks=[{"kind": "rows", "rows": [["填报地区", "杭州市"]]}])
    made = docx.Document(io.BytesIO(render_word(cover.as_json())))
    assert [cell.text for cell in made.tables[0].rows[0].cells] == ["填报地区", "杭州市"]
