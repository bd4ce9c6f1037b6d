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


def test_d18_word__of_a_sheet_has_its_tables_and_room_to_sign() -> None:
    blocks = [
        {"kind": "rows", "rows": [["社会组织", "甲"], ["跟进事项", ""]]},
        {"kind": "heading", "text": "一、清单"},
        {"kind": "table", "cells": [["序号", "内容", "结论", "依据"], ["O1", "乙", "通过", "丙"]]},
    ]
    sheet = letter(sheet=True, recipient=None, blocks=blocks, signatures=["甲方", "乙方"], foot="制发单位：丁")
    made = docx.Document(io.BytesIO(render_word(sheet.as_json())))
    texts = [one.text for one in made.paragraphs if one.text]
    assert texts[1:] == ["杭两新〔2026〕1号", "一、清单", "制发单位：丁", "2026年3月1日"]
    rows, cells, signed = made.tables
    assert [[cell.text for cell in row.cells] for row in rows.rows] == [["社会组织", "甲"], ["跟进事项", ""]]
    assert [cell.text for cell in cells.rows[1].cells] == ["O1", "乙", "通过", "丙"]
    assert [cell.text.split("\n")[0] for cell in signed.rows[0].cells] == ["甲方", "乙方"]
    blank = letter(sheet=True, number=None, blank=True, recipient=None, blocks=blocks)
    empty = docx.Document(io.BytesIO(render_word(blank.as_json())))
    assert empty.tables[0].rows[1].cells[1].text.count("\n") > 2, "room to write"
    assert not any("送审稿" in one.text or "月" in one.text for one in empty.paragraphs)


def test_d18_word__of_a_letter_has_tables_too() -> None:
    cells = [["环节", "社会组织"], ["登记", "—"]]
    made = docx.Document(io.BytesIO(render_word(letter(blocks=[{"kind": "table", "cells": cells}]).as_json())))
    assert [[cell.text for cell in row.cells] for row in made.tables[0].rows] == cells
