"""Pages of GB/T 9704: their size, lines and characters, page numbers, rare characters, and nothing read as markup."""

import io
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader

from shared.documents.rendering.pdf import NoGlyph, render_pdf
from tests.shared.documents.helpers import BODY, MM, extents_of, glyphs_of, letter, lines_of

pytestmark = pytest.mark.usefixtures("chinese_fonts")


def test_d18_page__has_22_lines_of_28_characters() -> None:
    content = render_pdf(letter("字" * 28 * 70).as_json(), None)
    page = PdfReader(io.BytesIO(content)).pages[1]
    assert (round(float(page.mediabox.width) / MM), round(float(page.mediabox.height) / MM)) == (210, 297)
    *lines, foot = lines_of(content, 1)
    assert lines == ["字" * 28] * 22
    assert foot == "— 2 —"


def test_d18_page__text_lies_in_156_by_225_mm() -> None:
    content = render_pdf(letter("字" * 28 * 70).as_json(), None)
    places: list[tuple[float, float]] = []

    def note(text: str, page: list[float], line: list[float], *_: object) -> None:
        if "字" in text:
            across, down = line[4] * page[0] + page[4], line[5] * page[3] + page[5]
            places.append((across / MM, 297 - down / MM))

    PdfReader(io.BytesIO(content)).pages[1].extract_text(visitor_text=note)
    lefts, baselines = [x for x, _ in places], sorted({round(y, 1) for _, y in places})
    assert min(lefts) == pytest.approx(28, abs=0.3)
    assert 37 < baselines[0] < 43
    assert 252 < baselines[-1] <= 262
    steps = {round(b - a, 1) for a, b in pairwise(baselines)}
    assert max(steps) - min(steps) <= 0.11
    assert sum(steps) / len(steps) == pytest.approx(225 / 22, abs=0.06)


def test_d18_page__numbers_stand_between_dashes() -> None:
    content = render_pdf(letter("字" * 28 * 70).as_json(), None)
    feet = [lines_of(content, page)[-1] for page in range(4)]
    assert feet == ["— 1 —", "— 2 —", "— 3 —", "— 4 —"]


@pytest.mark.parametrize(
    "text",
    [
        "#panic()",
        '#import "@preview/cetz:0.3.0": canvas',
        '#read("/etc/passwd") #image("/etc/passwd")',
        "*不加粗* _不倾斜_ = 不是标题 $x^2$ @nobody <label> `raw` // 不是注释",
        "\\u{41} \\ {issuer} ]] ) }",
    ],
)
def test_d18_text__is_never_markup(text: str) -> None:
    content = render_pdf(
        letter(text, title=text[:20], recipient=text, red_head=text[:20], copies=[text]).as_json(), None
    )
    shown = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    seen = "".join(shown.split())
    assert seen.count("".join(text.split())) >= 3, shown


def test_d18_rare_characters__print() -> None:
    content = render_pdf(
        letter("登记名称：𠮷㛃䶮服务中心。", title="关于𠮷㛃䶮的批复", signed="𠮷㛃䶮委").as_json(), None
    )
    shown = "".join(lines_of(content, 0))
    assert [shown.count(one) for one in "𠮷㛃䶮"] == [3, 3, 3]
    glyphs = glyphs_of(content)
    assert len(glyphs) > 50
    assert 0 not in glyphs


def test_d18_character__that_no_font_has_is_refused_by_name() -> None:
    for missing in ("\ue000", "\U000323af"):
        with pytest.raises(NoGlyph) as refused:
            render_pdf(letter(f"登记名称：{missing}中心").as_json(), None)
        assert str(refused.value) == missing


def test_d18_printing__twice_gives_the_same_bytes() -> None:
    first, second = (render_pdf(letter().as_json(), None) for _ in range(2))
    assert first == second
    assert b"PDF/A" in first or b"pdfaid" in first


def test_d18_letter__has_number_date_issuer_and_red_head() -> None:
    content = render_pdf(letter(red_head="杭州市示例工委文件", copies=["示例区民政局", "示例街道"]).as_json(), None)
    lines = lines_of(content, 0)
    assert lines[:2] == ["杭州市示例工委文件", "杭两新〔2026〕1号"]
    assert lines.index("杭州市示例工委") + 1 == lines.index("2026年3月1日")
    assert "抄送：示例区民政局，示例街道。" in lines
    drafted = lines_of(render_pdf(letter(number=None).as_json(), None), 0)
    assert drafted[0] == "（送审稿，未印发）"
    assert not any("2026" in line for line in drafted)


def test_d18_title__does_not_break_inside_a_word() -> None:
    title = "关于同意成立西湖区青禾社会工作服务中心党支部的批复"
    lines = lines_of(render_pdf(letter(title=title).as_json(), None), 0)
    first = next(place for place, line in enumerate(lines) if line.startswith("关于同意"))
    assert "".join(lines[first : first + 2]) == title
    assert lines[first + 1].startswith("党支部")


def test_d18_issuer__of_any_length_stays_within_the_margins() -> None:
    for signed in ("甲" * 4, "中共杭州市西湖区委员会社会工作部", "甲" * 60):
        content = render_pdf(letter(BODY, signed=signed).as_json(), None)
        assert signed in "".join(lines_of(content, 0))
        for left, right in extents_of(content, 0):
            assert left >= 28 - 0.3
            assert right <= 28 + 156 + 0.3, f"{right} mm is beyond the text area"


def test_d18_cover__has_its_table_and_no_page_number() -> None:
    rows = [["填报地区", "杭州市"], ["社会组织", "27个"]]
    cover = letter(cover=True, recipient=None, blocks=[{"kind": "rows", "rows": rows}])
    lines = lines_of(render_pdf(cover.as_json(), None), 0)
    assert "填报地区" in "".join(lines)
    assert not any("—" in line for line in lines)


def test_d18_layout__reads_no_file_of_the_machine(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("geheim")
    content = render_pdf(letter(f'#read("{tmp_path}/secret.txt")').as_json(), None)
    assert "geheim" not in "".join(lines_of(content, 0))


def test_d18_sheet__has_its_tables_is_addressed_to_nobody_and_may_be_blank() -> None:
    blocks = [
        {"kind": "rows", "rows": [["社会组织", "#panic()"], ["跟进事项", ""]]},
        {"kind": "table", "cells": [["序号", "内容", "结论", "依据"], ["O1", "*乙*", "通过", "第一行\n第二行"]]},
    ]
    sheet = letter(sheet=True, recipient=None, blocks=blocks, signatures=["甲方（盖章）"], foot="制发单位：丁")
    lines = lines_of(render_pdf(sheet.as_json(), None), 0)
    assert lines[1:4] == ["杭两新〔2026〕1号", "社会组织 #panic()", "跟进事项"]
    for text in ("*乙*", "甲方（盖章）", "制发单位：丁", "2026年3月1日", "— 1 —"):
        assert any(text in line for line in lines), text
    drafted = letter(sheet=True, number=None, recipient=None, blocks=blocks, foot="制发单位：丁")
    assert lines_of(render_pdf(drafted.as_json(), None), 0)[1] == "（送审稿，未印发）"
    blank = letter(sheet=True, blank=True, number=None, recipient=None, blocks=blocks, foot="制发单位：丁")
    empty = render_pdf(blank.as_json(), None)
    assert not any("送审稿" in line or "制发单位" in line for line in lines_of(empty, 0))
