"""The yearly assessment of an incubator (《考核评估指标》, H8)."""

from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest

from tests.conftest import TokenFor
from tests.incubation.conftest import Incubation
from tests.incubation.incubators.helpers import CODE, activated, errors, path, put

SCORES = dict.fromkeys(("A1", "A2", "B1", "B2", "B3", "C1", "C2", "D1", "D2", "E1"), "5")
FULL = {
    **dict.fromkeys(("A2", "B2", "B3", "C1", "D1"), "10"),
    **dict.fromkeys(("C2", "D2", "E1"), "5"),
    "A1": "15",
    "B1": "20",
}


async def assess(incubation: Incubation, year: int = 2026, **scores: Any) -> httpx.Response:
    given = {name: value for name, value in {**SCORES, **scores}.items() if value is not None}
    return await incubation.http.put(path(f"/assessments/{year}"), json={"scores": given})


async def test_h8_assessment__is_put_and_completed_with_total_grade_and_reason(incubation: Incubation) -> None:
    await activated(incubation)
    new = await assess(incubation, **FULL)
    assert (new.status_code, new.json()["state"], new.json()["total"]) == (201, "put", None)
    assert new.json()["indicators"][0]["score"] == "15"
    again = await assess(incubation, **{**FULL, "B1": "10.01"})
    assert (again.status_code, again.json()["version"]) == (200, 2)
    done = await incubation.post(f"/incubators/{CODE}/assessments/2026/completion", {"scores": {"B1": "10"}})
    shown = done.json()
    assert (done.status_code, shown["total"], shown["grade"]) == (200, "90.00", "excellent")
    assert [(one["rule"], one["outcome"]) for one in shown["reasons"]] == [("H8", "excellent")]
    assert (await incubation.post(f"/incubators/{CODE}/assessments/2026/completion")).status_code == 409
    assert (await assess(incubation)).status_code == 409
    [listed] = (await incubation.get("/incubator-assessments", year=2026, incubator=CODE))["items"]
    assert (listed["grade"], listed["policy"]) == ("excellent", "default-incubator-assessment")


async def test_h8_assessment__falls_below_a_grade_by_a_hundredth(incubation: Incubation) -> None:
    await activated(incubation)
    await assess(incubation, **{**FULL, "B1": "9.99"})
    done = await incubation.post(f"/incubators/{CODE}/assessments/2026/completion")
    assert (done.json()["total"], done.json()["grade"]) == ("89.99", "good")


async def test_h8_assessment__is_not_completed_by_who_put_it(incubation: Incubation, token_for: TokenFor) -> None:
    await activated(incubation)
    same = {"Authorization": f"Bearer {token_for('district_officer', ['3301'], subject='甲')}"}
    await incubation.http.put(path("/assessments/2026"), json={"scores": SCORES}, headers=same)
    # Another one's sheet since does not take that away.
    await assess(incubation)
    refused = await incubation.post(f"/incubators/{CODE}/assessments/2026/completion", None, **same)
    assert (refused.status_code, refused.json()["earlier"]) == (403, "assessing")


@pytest.mark.parametrize(
    ("year", "scores", "pointer"),
    [
        (2026, {"A1": None}, "/scores/A1"),
        (2026, {"A1": "15.01"}, "/scores/A1"),
        (2026, {"A1": "-1"}, "/scores/A1"),
        (2026, {"X1": "1"}, "/scores/X1"),
        (2099, {}, "/path/year"),
        (2025, {}, "/path/year"),  # the year before it was activated
    ],
)
async def test_h8_assessment__with_bad_values_is_not_kept(
    incubation: Incubation, year: int, scores: dict[str, Any], pointer: str
) -> None:
    await activated(incubation)
    refused = await assess(incubation, year, **scores)
    assert (refused.status_code, list(errors(refused))) == (422, [pointer])
    assert await incubation.rows("SELECT id FROM incubator_assessments") == []


async def test_h8_assessment__takes_the_indicators_of_its_year(incubation: Incubation) -> None:
    await activated(incubation)
    await incubation.execute("UPDATE incubators SET activated_on = '2024-01-10'")
    book = incubation.app.state.assessment_policies
    policy = book.get("330106", date(2025, 12, 31))
    old = replace(policy, id="old", effective_to=date(2025, 12, 31))
    incubation.app.state.assessment_policies = type(book)(
        [old, replace(policy, id="new", effective_from=date(2026, 1, 1))]
    )
    for year, version in ((2025, "old"), (2026, "new")):
        assert (await assess(incubation, year)).json()["policy"] == version


async def test_h8_assessment__put_again_by_the_same_person_changes_nothing(
    incubation: Incubation, token_for: TokenFor
) -> None:
    await activated(incubation)
    same = {"Authorization": f"Bearer {token_for('district_officer', ['3301'], subject='甲')}"}
    for version in ('"1"', '"1"'):
        put_again = await incubation.http.put(path("/assessments/2026"), json={"scores": SCORES}, headers=same)
        assert put_again.headers["ETag"] == version
    assert (await assess(incubation)).headers["ETag"] == '"2"', "another one answers for the same scores"


async def test_h8_assessment__is_of_an_incubator_that_worked(incubation: Incubation) -> None:
    await put(incubation)
    assert (await assess(incubation)).status_code == 409
    assert (await incubation.http.get(path("/assessments/2026"))).status_code == 404
