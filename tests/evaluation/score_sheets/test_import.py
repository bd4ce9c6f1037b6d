"""GET a workbook of the caller's evaluations, fill it in, POST it: a row report; whole evaluations or nothing (H14)."""

from decimal import Decimal
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.evaluation.indicator_systems.scoring import Rated
from services.evaluation.score_sheets import layout
from shared.field.files.reading import read_records
from shared.field.files.tables import Sheet, collect
from tests.conftest import TokenFor
from tests.evaluation.conftest import Round, established, received, slug, with_policy
from tests.evaluation.score_sheets.filling import fill
from tests.evaluation.sheets.test_facts import everything, system

ZH = {"Accept-Language": "zh-CN"}
HIDDEN_PART = "xl/worksheets/sheet4.xml"
RATED = Rated("standalone", "BRANCH", 1)
BEST = {"counted": 99, "deduction": 0, "ratio": 100, "yes_no": "是", "graded": "a"}


def rows_of(content: bytes) -> dict[str, dict[str, int]]:
    """Row numbers by evaluation and indicator."""
    sheets: list[Sheet] = collect(read_records(content, "xlsx"))
    [sheet] = [one for one in sheets if one.name in (layout.SHEET.zh, layout.SHEET.en)]
    found: dict[str, dict[str, int]] = {}
    for number, cells in sheet.rows():
        if len(cells) > layout.EVALUATION:
            found.setdefault(str(cells[layout.EVALUATION]), {})[str(cells[layout.CODE])] = number
    return found


def best(rows: dict[str, int], **changes: Any) -> dict[str, Any]:
    """The cells of an evaluation whose facts are all the best; `changes` by indicator."""
    methods = {one.code: one.method for one in system("T10").indicators()}
    cells: dict[str, Any] = {}
    for code, row in rows.items():
        method = methods[code]
        if code in system("T10").not_for(RATED):
            continue
        assert method is not None
        cells |= {f"E{row}": changes.get(code, BEST[method.kind]), f"G{row}": "到站记录"}
    return cells


class Sheets:
    """A cycle with evaluations of T10, and its workbook."""

    def __init__(self, a_round: Round) -> None:
        self.round = a_round
        self.client = a_round.client
        self.cycle = ""
        self.evaluations: list[dict[str, Any]] = []

    async def open(self, count: int, **changes: Any) -> None:
        parties = [established(**changes) for _ in range(count)]
        await self.round.project(*(received(party) for party in parties))
        self.cycle = (await self.round.open())["id"]
        self.evaluations = [await self.round.evaluation_of(party.id) for party in parties]

    async def get(self, **query: Any) -> httpx.Response:
        params = {"cycle": self.cycle, **query}
        return await self.client.get("/v1/score-sheets/T10.xlsx", params=params, headers=ZH)

    async def workbook(self, **query: Any) -> bytes:
        response = await self.get(**query)
        assert response.status_code == 200, response.text
        return response.content

    async def post(self, content: bytes, subject: str = "hand-committee", **form: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token_for(subject=subject)}"}
        files = {"file": ("T10.xlsx", content)}
        return await self.client.post("/v1/score-sheets", files=files, data=form, headers=headers, auth=None)

    async def stage(self, place: int, stage: str = "committee") -> dict[str, Any] | None:
        response = await self.client.get(f"/v1/evaluations/{self.evaluations[place]['id']}")
        found: dict[str, Any] | None = response.json()["stages"][stage]
        return found

    token_for: TokenFor


@pytest.fixture
def sheets(a_round: Round, token_for: TokenFor) -> Sheets:
    made = Sheets(a_round)
    made.token_for = token_for
    return made


async def test_h14_filled_offline_and_imported_the_points_are_the_service_s(sheets: Sheets) -> None:
    await sheets.open(2)
    content = await sheets.workbook()
    rows = rows_of(content)
    assert set(rows) == {one["id"] for one in sheets.evaluations}
    first, second = (rows[one["id"]] for one in sheets.evaluations)
    forged = {f"H{row}": 99 for row in first.values() if f"H{row}" and row != first["A4"]}
    part = {f"E{second['D1']}": 11, f"F{second['D1']}": 12}
    content = fill(content, best(first) | best(second) | part | forged)
    report = (await sheets.post(content)).json()
    assert sorted(report["saved"]) == sorted(rows)
    assert (report["faults"], report["refused"], report["unchanged"]) == ([], [], [])
    stage = await sheets.stage(0)
    assert stage is not None
    assert {code: Decimal(points) for code, points in stage["scores"].items()} == _full(), "99 was never read"
    stage = await sheets.stage(1)
    assert stage is not None
    assert stage["facts"]["D1"]["value"] == {"part": 11, "whole": 12}
    assert (stage["facts"]["F1"]["value"], stage["by"]) == (True, "hand-committee")
    completed = (await sheets.round.complete(sheets.evaluations[0])).json()
    assert (completed["total"], completed["star"]) == ("100.00", 5)


def _full() -> dict[str, Any]:
    return {code: points for code, points in system("T10").points().items() if code in everything("T10", RATED)}


async def test_h14_the_same_file_again_changes_nothing(sheets: Sheets) -> None:
    await sheets.open(1)
    content = await sheets.workbook()
    [rows] = rows_of(content).values()
    content = fill(content, best(rows))
    await sheets.post(content)
    before = await sheets.round.evaluations()
    report = (await sheets.post(content)).json()
    assert (report["saved"], report["unchanged"]) == ([], [before[0]["id"]])
    assert await sheets.round.evaluations() == before
    again = await sheets.workbook()
    report = (await sheets.post(again)).json()
    assert report["unchanged"] == [before[0]["id"]], "what the stage has is in the workbook"


async def test_h14_of_an_evaluation_with_faults_nothing_is_saved_and_all_others_are(sheets: Sheets) -> None:
    await sheets.open(3)
    content = await sheets.workbook()
    rows = rows_of(content)
    good, bad, empty = (one["id"] for one in sheets.evaluations)
    faulty = best(rows[bad], C2=-1, F1="也许") | {f"G{rows[bad]['B1']}": None}
    report = (await sheets.post(fill(content, best(rows[good]) | faulty))).json()
    assert (report["saved"], report["refused"], report["empty"]) == ([good], [bad], [empty])
    assert [(one["row"], one["cell"], one["indicator"]) for one in report["faults"]] == [
        (rows[bad][code], f"{column}{rows[bad][code]}", code)
        for code, column in (("F1", "E"), ("B1", "G"), ("C2", "E"))
    ]
    assert {one["evaluation_id"] for one in report["faults"]} == {bad}
    assert "应为 0 至 1000000 的整数" in report["faults"][2]["zh"].replace(",", "")
    assert report["faults"][0]["en"] == "Must be yes or no (是, 否)."
    assert (await sheets.stage(1), await sheets.stage(2)) == (None, None)
    mended = fill(content, best(rows[good]) | best(rows[bad]))
    report = (await sheets.post(mended)).json()
    assert (report["saved"], report["unchanged"]) == ([bad], [good])


async def test_h14_a_dry_run_reports_and_writes_nothing(sheets: Sheets) -> None:
    await sheets.open(1)
    content = await sheets.workbook()
    [rows] = rows_of(content).values()
    before = await sheets.round.evaluations()
    report = (await sheets.post(fill(content, best(rows)), dry_run="true")).json()
    assert (report["dry_run"], len(report["saved"])) == (True, 1)
    assert await sheets.round.evaluations() == before


async def test_h14_a_sheet_of_another_version_or_cycle_is_refused(sheets: Sheets) -> None:
    await sheets.open(1)
    content = await sheets.workbook()
    [rows] = rows_of(content).values()
    content = fill(content, best(rows))
    refused = await sheets.post(fill(content, {"B4": "1"}, part=HIDDEN_PART))
    assert (refused.status_code, slug(refused)) == (409, "outdated-score-sheet")
    other = await sheets.round.draft("3301", 2025)
    refused = await sheets.post(content, cycle=other["id"])
    assert (refused.status_code, slug(refused)) == (409, "outdated-score-sheet")
    refused = await sheets.post(fill(content, {"B2": other["id"]}, part=HIDDEN_PART))
    assert (refused.status_code, slug(refused)) == (404, "not-found"), "a draft froze nothing"
    assert await sheets.stage(0) is None


async def test_h14_what_is_no_score_sheet_is_refused(sheets: Sheets) -> None:
    await sheets.open(1)
    content = await sheets.workbook()
    faults = {"B1": "other", "B6": "2026-01-01"}
    damaged = [fill(content, {cell: value}, part=HIDDEN_PART) for cell, value in faults.items()]
    for wrong in (b"", b"no workbook", content[:500], *damaged):
        refused = await sheets.post(wrong)
        assert (refused.status_code, slug(refused)) == (422, "unreadable-score-sheet")


async def test_h14_duties_and_interests_hold_in_a_file_as_well(sheets: Sheets) -> None:
    await sheets.open(3)
    content = await sheets.workbook()
    rows = rows_of(content)
    ids = [one["id"] for one in sheets.evaluations]
    assert (await sheets.round.put(sheets.evaluations[0], "self", scores={})).status_code == 200
    await sheets.client.post(
        "/v1/interests",
        json={"party_organization_id": sheets.evaluations[1]["party_organization_id"], "reason": "亲属"},
        headers={"Authorization": f"Bearer {sheets.token_for(subject='hand-self')}"},
    )
    filled = fill(content, best(rows[ids[0]]) | best(rows[ids[1]]) | best(rows[ids[2]]))
    report = (await sheets.post(filled, subject="hand-self")).json()
    assert (report["saved"], report["refused"]) == ([ids[2]], ids[:2])
    assert [one["cell"] for one in report["faults"]] == ["", ""]
    assert "somebody else must take" in report["faults"][0]["en"]
    assert "利害关系" in report["faults"][1]["zh"]


async def test_h14_a_file_does_not_come_before_the_stage_that_the_committee_waits_for(
    app: FastAPI, sheets: Sheets
) -> None:
    with_policy(app, deadlines={"self": {"working_days": 5, "missing": "goes_on"}})
    await sheets.open(2)
    content = await sheets.workbook()
    rows = rows_of(content)
    ids = [one["id"] for one in sheets.evaluations]
    assert (await sheets.round.put(sheets.evaluations[0], "self", scores={})).status_code == 200
    report = (await sheets.post(fill(content, best(rows[ids[0]]) | best(rows[ids[1]])))).json()
    assert (report["saved"], report["refused"]) == ([ids[0]], [ids[1]])
    assert "'self' was not submitted" in report["faults"][0]["en"]


async def test_h14_what_somebody_else_put_since_is_not_replaced(sheets: Sheets) -> None:
    await sheets.open(1)
    content = await sheets.workbook()
    [rows] = rows_of(content).values()
    filled = fill(content, best(rows))
    assert (await sheets.post(filled)).json()["saved"]
    other = fill(content, best(rows, F1="否"))
    report = (await sheets.post(other, subject="another")).json()
    assert report["refused"], report
    assert "Somebody else" in report["faults"][0]["en"]
    assert (await sheets.post(other)).json()["saved"], "who put it corrects it by the file that they have"


async def test_h14_a_workbook_holds_what_the_caller_sees(sheets: Sheets, token_for: TokenFor) -> None:
    await sheets.open(2)
    assert len(rows_of(await sheets.workbook(division="330106"))) == 2
    assert (await sheets.get(division="330105")).status_code == 404
    elsewhere = {"Authorization": f"Bearer {token_for('rater', ['3302'])}"}
    path = "/v1/score-sheets/T10.xlsx"
    response = await sheets.client.get(path, params={"cycle": sheets.cycle}, headers=elsewhere, auth=None)
    assert (response.status_code, slug(response)) == (404, "not-found")
    content = await sheets.workbook()
    [rows, _] = rows_of(content).values()
    files = {"file": ("T10.xlsx", fill(content, best(rows)))}
    response = await sheets.client.post("/v1/score-sheets", files=files, headers=elsewhere, auth=None)
    assert (response.status_code, slug(response)) == (404, "not-found")


async def test_h14_a_closed_cycle_takes_no_sheets(sheets: Sheets) -> None:
    await sheets.open(1)
    content = await sheets.workbook()
    [rows] = rows_of(content).values()
    closed = await sheets.client.post(f"/v1/cycles/{sheets.cycle}/closing")
    assert closed.status_code == 200
    refused = await sheets.post(fill(content, best(rows)))
    assert (refused.status_code, slug(refused)) == (409, "cycle-not-open")


async def test_h14_a_version_without_methods_has_no_sheets(sheets: Sheets) -> None:
    party = established(established_on="2024-01-01")
    await sheets.round.project(received(party))
    sheets.cycle = (await sheets.round.open(year=2025))["id"]
    refused = await sheets.get()
    assert (refused.status_code, slug(refused)) == (409, "no-methods")


async def test_h14_more_evaluations_than_a_workbook_holds_are_narrowed_by_division(
    sheets: Sheets, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sheets.open(2)
    monkeypatch.setattr("services.evaluation.score_sheets.routes.MOST_EVALUATIONS", 1)
    refused = await sheets.get()
    assert (refused.status_code, slug(refused), refused.json()["most"]) == (422, "too-many-score-sheets", 1)
    monkeypatch.setattr("services.evaluation.score_sheets.routes.MOST_EVALUATIONS", 2)
    assert len(rows_of(await sheets.workbook())) == 2
