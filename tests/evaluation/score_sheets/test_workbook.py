"""A workbook of score sheets: written, filled in as a rater would, read back (H14)."""

import html
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from xlsxwriter.utility import xl_rowcol_to_cell

from services.evaluation.indicator_systems.methods import Graded, Method, Ratio
from services.evaluation.indicator_systems.scoring import Rated
from services.evaluation.ratings.rules import rate
from services.evaluation.score_sheets import layout
from services.evaluation.score_sheets.layout import Block, Head, Line
from services.evaluation.score_sheets.preparing import lines_of, texts_of
from services.evaluation.score_sheets.reading import NoScoreSheet, read_head, read_rows
from services.evaluation.score_sheets.writing import write_workbook
from services.evaluation.sheets.facts import read_facts
from services.evaluation.sheets.rules import NOT_APPLICABLE
from shared.field.files.reading import read_records
from shared.field.files.tables import Sheet, collect
from shared.problems.language import Language
from tests.evaluation.ratings.test_rules import AS_OF, POLICY
from tests.evaluation.score_sheets.spreadsheet import evaluate
from tests.evaluation.sheets.test_facts import BOOK, system

HEAD = Head(UUID(int=7), "T10", "2", "committee", "2026-12-01T09:00:00+08:00")
STANDALONE, JOINT = Rated("standalone", "BRANCH", 1), Rated("joint", "BRANCH", 1)
FACTS = {
    "A1": "b",
    "C2": 3,
    "D1": {"part": 11, "whole": 12},
    "E1": "90",
    "F1": True,
    "D2": 1,
}
METHODS: dict[str, Method] = {one.code: one.method for one in system("T10").indicators() if one.method is not None}


def lines(code: str = "T10", language: Language = "zh") -> list[Line]:
    found = BOOK.get(code, 2026)
    assert found is not None
    return lines_of(system(code), texts_of(found.model_dump(mode="json"), language), language)


def block(rated: Rated = STANDALONE, facts: Mapping[str, Any] | None = None, *, code: str = "T10") -> Block:
    given = {name: {"value": value, "evidence": f"查 {name}"} for name, value in (facts or {}).items()}
    sheet, errors = read_facts(given, system(code), rated, bonus=(), vetoes=())
    assert errors == []
    stored = sheet.to_json()["facts"]
    return Block(uuid4(), "=西湖区蓝天社工服务中心党支部", "330106", system(code).not_for(rated), stored, Decimal(2))


def write(*blocks: Block, language: Language = "zh", code: str = "T10") -> bytes:
    return write_workbook(HEAD, lines(code, language), blocks, total_cap=Decimal(100), language=language)


def read(content: bytes) -> list[Sheet]:
    return collect(read_records(content, "xlsx"))


def cells_of(content: bytes) -> dict[str, Any]:
    """Every cell of the score sheets by its name, formulas as formulas."""
    [sheet] = [one for one in read(content) if one.name in (layout.SHEET.zh, layout.SHEET.en)]
    found = {
        xl_rowcol_to_cell(row - 1, column): value for row, cells in sheet.rows() for column, value in enumerate(cells)
    }
    return found | formulas_of(content)


def formulas_of(content: bytes) -> dict[str, str]:
    text = _xml(content, "sheet2")
    found = re.findall(r'<c r="([A-Z]+\d+)"[^>]*><f>(.*?)</f>', text)
    return {name: f"={html.unescape(formula)}" for name, formula in found}


def _xml(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(f"xl/worksheets/{name}.xml").decode()


def calculated(cells: Mapping[str, Any]) -> dict[str, Any]:
    """The cells with what their formulas give, calculated from the top down as they refer."""
    found = {name: None if str(value).startswith("=") else value for name, value in cells.items()}
    for name, value in cells.items():
        if str(value).startswith("=") and "COUNTBLANK" not in str(value) and "西湖" not in str(value):
            found[name] = evaluate(str(value), found)
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_h14_the_workbook_is_read_back_as_it_was_put(language: Language) -> None:
    one = block(JOINT, {**FACTS, "A2": NOT_APPLICABLE} if _may_be_absent("A2") else FACTS)
    sheets = read(write(one, language=language))
    assert read_head(sheets) == HEAD
    [given] = read_rows(sheets, METHODS)
    assert given.faults == []
    assert given.evaluation_id == one.evaluation_id
    put = {code: fact["value"] for code, fact in given.facts.items() if code not in one.not_for}
    expected = {code: fact["value"] for code, fact in one.facts.items()}
    assert {code: str(value) for code, value in put.items()} == {code: str(value) for code, value in expected.items()}
    assert all(given.facts[code]["evidence"] == fact["evidence"] for code, fact in one.facts.items())
    assert {code for code, fact in given.facts.items() if fact["value"] == NOT_APPLICABLE} >= one.not_for


def _may_be_absent(code: str) -> bool:
    return any(one.code == code and one.absent_when is not None for one in system("T10").indicators())


@pytest.mark.parametrize("code", [f"T{n:02}" for n in range(1, 12)])
@pytest.mark.parametrize("rated", [STANDALONE, JOINT])
def test_h14_the_formulas_give_what_the_service_computes(code: str, rated: Rated) -> None:
    """For every type: each row's points, and the total with what does not apply taken out and the rest scaled."""
    facts: dict[str, Any] = {}
    for place, one in enumerate(system(code).indicators()):
        if one.code in system(code).not_for(rated) or place % 7 == 6:
            continue
        assert one.method is not None
        facts[one.code] = _fact(one.method, place)
        if one.absent_when is not None and place % 2:
            facts[one.code] = NOT_APPLICABLE
    filled = block(rated, facts, code=code)
    cells = calculated(cells_of(write(filled, code=code)))
    shown = {cells[f"A{row}"]: cells.get(f"H{row}") for row in range(3, 3 + len(lines(code)))}
    sheet, _ = read_facts(
        {name: {"value": value, "evidence": "甲"} for name, value in facts.items()},
        system(code),
        rated,
        bonus=[{"reason": "示范点", "points": "2"}],
        vetoes=(),
    )
    assert {name: points for name, points in shown.items() if points not in (None, "")} == {
        name: float(points) for name, points in sheet.scores.items()
    }
    rating = rate(sheet, POLICY, AS_OF, system=system(code), not_for=system(code).not_for(rated))
    assert cells[f"H{3 + len(lines(code)) + 2}"] == float(rating.total)


def _fact(method: Method, place: int) -> Any:
    if isinstance(method, Graded):
        return method.grades[place % len(method.grades)].code
    if isinstance(method, Ratio):
        return [{"part": 2, "whole": 3}, "66.67", {"part": 19, "whole": 20}, "100"][place % 4]
    return {"counted": place % 5, "deduction": place % 3, "yes_no": bool(place % 2)}[method.kind]


def test_h14_what_is_shown_without_calculating_is_right_too() -> None:
    filled = block(JOINT, FACTS)
    content = write(filled)
    [sheet] = [one for one in read(content) if one.name == layout.SHEET.zh]
    plain = {xl_rowcol_to_cell(n - 1, c): value for n, cells in sheet.rows() for c, value in enumerate(cells)}
    row = 3 + len(lines()) + 2
    assert plain[f"H{row}"] == calculated(cells_of(content))[f"H{row}"]
    [summary] = [one for one in read(content) if one.name == layout.SUMMARY.zh]
    [_, (_, [_, _, _, missing, total])] = list(summary.rows())
    assert missing == len(lines()) - len(filled.not_for) - len(FACTS)
    assert total == plain[f"H{row}"]


def test_h14_all_is_locked_but_the_entries() -> None:
    content = write(block())
    sheet = _xml(content, "sheet2")
    assert "<sheetProtection" in sheet
    assert re.search(r'<col min="9" max="9"[^>]*hidden="1"', sheet), "ids are hidden"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        styles, book = (archive.read(f"xl/{name}.xml").decode() for name in ("styles", "workbook"))
    xfs = styles.partition("<cellXfs")[2].partition("</cellXfs>")[0].split("<xf ")[1:]
    unlocked = {str(n) for n, style in enumerate(xfs) if 'locked="0"' in style}
    entries = {name for name, style in re.findall(r'<c r="([A-Z]+)\d+" s="(\d+)"', sheet) if style in unlocked}
    assert entries == {"E", "F", "G"}
    assert book.count('state="veryHidden"') == 2
    assert sheet.count("<dataValidation ") >= 2 * len(lines())


def test_h14_many_blocks_have_no_more_drop_downs_than_one() -> None:
    """Excel takes 65,534 of them in a sheet."""
    counts = [_xml(write(*(block() for _ in range(many))), "sheet2").count("<dataValidation ") for many in (1, 4)]
    assert counts[0] == counts[1] < 100


def test_h14_who_fills_it_in_is_reminded_of_the_evidence() -> None:
    [a1] = [line for line in lines() if line.indicator.code == "A1"]
    assert a1.evidence
    assert f'prompt="{a1.evidence}"' in _xml(write(block()), "sheet2")


def test_h14_the_grades_of_a_drop_down_are_those_of_the_method() -> None:
    for line in lines():
        if isinstance(line.indicator.method, Graded):
            assert [option.split(" ")[0] for option in line.options] == [
                grade.code for grade in line.indicator.method.grades
            ]


def filled(**cells: Any) -> list[Sheet]:
    """A workbook in which a rater wrote these cells: of an indicator `A1`, `A1_whole`, `A1_evidence`."""
    sheets = read(write(block()))
    [sheet] = [one for one in sheets if one.name == layout.SHEET.zh]
    rows = []
    for number, row in sheet.rows():
        code = row[layout.CODE]
        for column, suffix in ((layout.VALUE, ""), (layout.WHOLE, "_whole"), (layout.EVIDENCE, "_evidence")):
            if f"{code}{suffix}" in cells:
                row[column] = cells[f"{code}{suffix}"]
        rows.append(orjson.dumps([number, *row]))
    sheet.lines[:] = rows
    return sheets


def faults(sheets: Sequence[Sheet]) -> list[tuple[str, str]]:
    [given] = read_rows(sheets, METHODS)
    return [(fault.indicator, fault.cell) for fault in given.faults]


def test_h14_a_row_s_fault_names_its_cell_in_both_languages() -> None:
    sheets = filled(
        F1="也许", F1_evidence="甲", E1=0.965, E1_evidence="乙", A1_evidence="丙", C2={"unreadable": "formula"}
    )
    found = faults(sheets)
    places = {line.indicator.code: row for row, line in enumerate(lines(), start=3)}
    assert sorted(found) == sorted([(code, f"E{places[code]}") for code in ("A1", "C2", "E1", "F1")])
    [given] = read_rows(sheets, METHODS)
    for fault in given.faults:
        assert re.search(r"[\u4e00-\u9fff]", fault.zh)
        assert fault.en.endswith(".")


@pytest.mark.parametrize("value", [0.965, 1, 0.5])
def test_h14_a_percentage_that_the_program_divided_by_100_is_not_taken_for_one_percent(value: float) -> None:
    assert [code for code, _ in faults(filled(E1=value, E1_evidence="甲"))] == ["E1"]
    assert faults(filled(E1=value, E1_whole=1, E1_evidence="甲")) == []


@pytest.mark.parametrize(("written", "read_as"), [("是", True), ("no", False), (True, True)])
def test_h14_answers_of_both_languages_are_read(written: Any, read_as: bool) -> None:
    [given] = read_rows(filled(F1=written, F1_evidence="甲"), METHODS)
    assert given.facts["F1"]["value"] is read_as


def test_h14_an_indicator_that_stands_twice_is_a_fault() -> None:
    sheets = filled(F1="是", F1_evidence="甲")
    [sheet] = [one for one in sheets if one.name == layout.SHEET.zh]
    sheet.lines.append(sheet.lines[2])
    assert [code for code, _ in faults(sheets)] == ["A1"]


def test_a_workbook_of_somebody_else_is_refused() -> None:
    sheets = read(write(block()))
    with pytest.raises(NoScoreSheet, match="no_hidden_sheet"):
        read_head([one for one in sheets if one.name != layout.HIDDEN])
    hidden = next(one for one in sheets if one.name == layout.HIDDEN)
    hidden.lines[0] = b'[1,"format","another"]'
    with pytest.raises(NoScoreSheet, match="unknown_format"):
        read_head(sheets)
    hidden.lines[:2] = [f'[1,"format","{layout.FORMAT}"]'.encode(), b'[2,"cycle","x"]']
    with pytest.raises(NoScoreSheet, match="damaged_hidden_sheet"):
        read_head(sheets)
