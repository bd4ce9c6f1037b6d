"""What a workbook may still change: nothing that a session decided; what was returned or reopened (H14, D1)."""

from typing import Any

from fastapi import FastAPI

from tests.conftest import TokenFor
from tests.evaluation.conftest import Round, with_policy
from tests.evaluation.score_sheets.filling import fill
from tests.evaluation.score_sheets.test_import import Sheets, best, rows_of


async def opened(a_round: Round, token_for: TokenFor) -> tuple[Sheets, dict[str, Any], bytes]:
    """A cycle with one evaluation, its workbook filled in and imported."""
    sheets = Sheets(a_round)
    sheets.token_for = token_for
    await sheets.open(1)
    a_round.cycle = {"id": sheets.cycle}
    content = await sheets.workbook()
    [rows] = rows_of(content).values()
    assert (await sheets.post(fill(content, best(rows)))).json()["saved"]
    return sheets, rows, content


async def test_h14_after_the_session_a_row_says_why_nothing_is_saved(
    app: FastAPI, a_round: Round, token_for: TokenFor
) -> None:
    with_policy(app, session={})
    sheets, rows, content = await opened(a_round, token_for)
    [one] = sheets.evaluations
    assert (await a_round.session(count=1)).status_code == 201
    before = await a_round.get(one)
    report = (await sheets.post(fill(content, best(rows, F1="否")))).json()
    assert (report["saved"], report["refused"]) == ([], [one["id"]])
    [fault] = report["faults"]
    assert (fault["evaluation_id"], fault["cell"]) == (one["id"], "")
    assert "已决定" in fault["zh"]
    assert "decided" in fault["en"]
    assert await a_round.get(one) == before
    assert (await sheets.get()).status_code == 404, "nobody waits for scores"


async def test_h14_an_import_supplements_what_was_returned(a_round: Round, token_for: TokenFor) -> None:
    sheets, rows, content = await opened(a_round, token_for)
    [one] = sheets.evaluations
    body = {"stage": "committee", "reason": "材料不全"}
    returned = await a_round.client.post(f"/v1/evaluations/{one['id']}/return", json=body)
    assert returned.json()["returned"]["stage"] == "committee"
    assert (await sheets.post(fill(content, best(rows, F1="否")))).json()["saved"] == [one["id"]]
    assert (await a_round.get(one))["returned"] is None


async def test_h14_what_was_reopened_is_imported_after_the_cycle_closed(a_round: Round, token_for: TokenFor) -> None:
    sheets, rows, content = await opened(a_round, token_for)
    [one] = sheets.evaluations
    assert (await a_round.complete(one)).status_code == 200
    assert (await a_round.client.post(f"/v1/cycles/{sheets.cycle}/closing")).status_code == 200
    changed = fill(content, best(rows, F1="否"))
    assert (await sheets.post(changed)).status_code == 409
    reopened = await a_round.client.post(f"/v1/evaluations/{one['id']}/reopening", json={"reason": "计分有误"})
    assert reopened.status_code == 200, reopened.text
    assert (await sheets.post(changed)).json()["saved"] == [one["id"]]


async def test_h14_another_sheet_has_no_word_of_the_one_before(a_round: Round, token_for: TokenFor) -> None:
    sheets, rows, content = await opened(a_round, token_for)
    [one] = sheets.evaluations
    await a_round.run("UPDATE evaluation_scores SET word = '核实后的差异'")
    await sheets.post(fill(content, best(rows)))
    assert (await a_round.get(one))["stages"]["committee"]["word"] == "核实后的差异", "the same changes nothing"
    await sheets.post(fill(content, best(rows, F1="否")))
    assert (await a_round.get(one))["stages"]["committee"]["word"] is None


async def test_h14_what_was_typed_as_text_is_read_as_it_is_meant(a_round: Round, token_for: TokenFor) -> None:
    sheets, rows, content = await opened(a_round, token_for)
    [one] = sheets.evaluations
    typed = {"A1": "Ａ", "A2": "９５％", "D1": " 85 ", "D3": "96.5%", "A3": "３", "C5": " 0 ", "F1": " 是"}
    filled = best(rows) | {f"E{rows[code]}": value for code, value in typed.items()}
    filled |= {f"E{rows['E1']}": "17", f"F{rows['E1']}": "２０"}
    report = (await sheets.post(fill(content, filled))).json()
    assert (report["saved"], report["faults"]) == ([one["id"]], [])
    facts = (await a_round.get(one))["stages"]["committee"]["facts"]
    read = {code: facts[code]["value"] for code in (*typed, "E1")}
    assert read == {
        "A1": "a",
        "A2": "95",
        "D1": "85",
        "D3": "96.5",
        "A3": 3,
        "C5": 0,
        "F1": True,
        "E1": {"part": 17, "whole": 20},
    }
    for code, value in (("A3", "3次"), ("A3", "3.5"), ("A2", "百分之九十"), ("A2", "95%%"), ("A1", "甲"), ("F1", "有")):
        refused = (await sheets.post(fill(content, best(rows) | {f"E{rows[code]}": value}))).json()
        assert [fault["cell"] for fault in refused["faults"]] == [f"E{rows[code]}"], value


async def test_h14_a_locked_cell_that_was_filled_in_is_a_fault_of_its_own(a_round: Round, token_for: TokenFor) -> None:
    sheets, rows, content = await opened(a_round, token_for)
    [one] = sheets.evaluations
    filled = best(rows) | {f"E{rows['A4']}": 100, f"A{rows['F1']}": "Z9"}
    answered = await sheets.post(fill(content, filled))
    assert answered.status_code == 200, answered.text
    report = answered.json()
    assert report["refused"] == [one["id"]]
    found = {(fault["cell"], fault["indicator"]): fault["en"] for fault in report["faults"]}
    assert "Indicator A4 is not for" in found[f"E{rows['A4']}", "A4"]
    assert "no indicator 'Z9'" in found[f"E{rows['F1']}", "Z9"]


async def test_paragraph_7_what_nothing_shows_goes_out_and_comes_back(a_round: Round, token_for: TokenFor) -> None:
    sheets, rows, content = await opened(a_round, token_for)
    [one] = sheets.evaluations
    nothing = fill(content, best(rows, F1="无佐证"))
    report = (await sheets.post(nothing)).json()
    assert [(fault["cell"], fault["indicator"]) for fault in report["faults"]] == [(f"E{rows['F1']}", "F1")]
    assert "returned to be supplemented first" in report["faults"][0]["en"]
    body = {"stage": "committee", "reason": "材料不全"}
    assert (await a_round.client.post(f"/v1/evaluations/{one['id']}/return", json=body)).status_code == 200
    assert (await sheets.post(fill(content, best(rows)))).json()["saved"] == [one["id"]]
    assert (await sheets.post(nothing)).json()["saved"] == [one["id"]]
    assert ((await a_round.get(one))["stages"]["committee"]["facts"]["F1"]["value"]) == "no_evidence"
    again = await sheets.get()
    assert again.status_code == 200, again.text
    assert (await sheets.post(again.content)).json()["unchanged"] == [one["id"]]


async def test_h14_a_percentage_of_one_or_less_comes_back_as_it_went_out(a_round: Round, token_for: TokenFor) -> None:
    """A spreadsheet's own 0.5 may be 50 %: as a number it is refused, so the workbook has it as text."""
    sheets, rows, content = await opened(a_round, token_for)
    [one] = sheets.evaluations
    assert (await sheets.post(fill(content, best(rows, D1="0.5", C1="1")))).json()["saved"] == [one["id"]]
    again = await sheets.workbook()
    report = (await sheets.post(again)).json()
    assert (report["unchanged"], report["faults"]) == ([one["id"]], [])
