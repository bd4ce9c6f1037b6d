"""What waits of incubators."""

from datetime import date
from typing import Any

import pytest

from tests.conftest import TokenFor
from tests.incubation.bodies.helpers import committee
from tests.incubation.conftest import Incubation
from tests.incubation.incubatees.helpers import entered, taken
from tests.incubation.incubators.helpers import CODE, INCUBATOR, activated, path, put


async def test_task__is_the_activation_of_one_that_is_being_prepared(
    incubation: Incubation, token_for: TokenFor
) -> None:
    officer = {"Authorization": f"Bearer {token_for('district_officer', ['3301'], subject='甲')}"}
    await incubation.http.put(path(), json=INCUBATOR, headers=officer)
    [task] = (await incubation.get("/tasks"))["items"]
    assert (task["kind"], task["subject"]["name"]) == ("incubator.activation", "西湖区社会组织孵化器")
    assert (await incubation.get(task["link"].removeprefix("/incubation/v1")))["code"] == CODE
    await activated(incubation)
    assert (await incubation.get("/tasks"))["items"] == []


async def test_h6_task__asks_for_a_party_member_social_worker_while_there_is_none(incubation: Incubation) -> None:
    await activated(incubation)
    await put(incubation, party_social_workers=0)
    [task] = (await incubation.get("/tasks"))["items"]
    assert (task["kind"], task["since"]) == ("incubator.party_social_worker", "2026-01-09T16:00:00Z")
    await put(incubation)
    assert (await incubation.get("/tasks"))["items"] == []


async def lacks(incubation: Incubation) -> tuple[list[str], list[str], list[str]]:
    """What an incubator lacks by its own answer, by the list of those that lack something, and by the tasks."""
    shown = await incubation.get(f"/incubators/{CODE}")
    listed = (await incubation.get("/incubators", ready=False))["items"]
    ready = (await incubation.get("/incubators", ready=True))["items"]
    assert (len(listed), len(ready)) == (0, 1) if shown["ready"] else (1, 0)
    found = [rule for one in listed for rule in one["missing"]]
    tasks = [task["kind"].removeprefix("incubator.") for task in (await incubation.get("/tasks"))["items"]]
    return shown["missing"], found, sorted(tasks)


@pytest.mark.parametrize(
    ("change", "rule", "need"),
    [
        ({"party_social_workers": 0}, "H6", "party_social_worker"),
        ({"committee": None}, "H5", "committee"),
        ({"committee": "NOBODY"}, "H5", "committee"),
        ({"premises": None}, "R-incubator-premises", "premises"),
        ({"premises": {"address": "示例路2号", "area_m2": 99}}, "R-incubator-premises", "premises"),
        ({"operator": {"name": "示例", "outside": True, "grade": "2A"}}, "R-incubator-operator", "operator"),
        ({"operator": {"name": "示例", "outside": True}}, "R-incubator-operator", "operator"),
        ({"operator": {"name": "示例", "outside": False}}, None, None),
        ({"operator": None}, None, None),
        ({"premises": {"address": "示例路2号", "area_m2": 101}}, None, None),
    ],
)
async def test_h5_h6_d15_task__names_what_one_that_works_has_lost(
    incubation: Incubation, change: dict[str, Any], rule: str | None, need: str | None
) -> None:
    await activated(incubation)
    assert await lacks(incubation) == ([], [], [])
    await put(incubation, **change)
    rules, needs = ([], []) if rule is None or need is None else ([rule], [need])
    assert await lacks(incubation) == (rules, rules, needs)
    await put(incubation)
    assert await lacks(incubation) == ([], [], [])


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        ({"until": date(2026, 6, 1)}, True),
        ({"until": date(2999, 6, 1)}, False),
        ({"kind": "street_committee"}, True),
        ({"structure": "BRANCH"}, True),
        ({"structure": "COMMITTEE"}, False),
        ({"division": "330108"}, True),
        ({"division": "330100"}, False),
        ({"division": "330000"}, False),
        ({"street": "北山街道"}, True),
        ({"parent": None}, True),
        ({"parent": "ELSEWHERE"}, True),
    ],
)
async def test_h5_task__asks_for_the_committee_as_the_rule_does(
    incubation: Incubation, change: dict[str, Any], lost: bool
) -> None:
    await activated(incubation)
    await incubation.deliver(committee(sequence=2, **change))
    rules, needs = (["H5"], ["committee"]) if lost else ([], [])
    assert await lacks(incubation) == (rules, rules, needs)
    if "until" in change and lost:
        [task] = (await incubation.get("/tasks"))["items"]
        assert task["since"] == "2026-05-31T16:00:00Z", "since the committee has ended"


async def test_h5_task__is_not_of_one_that_does_not_work(incubation: Incubation) -> None:
    await activated(incubation)
    await put(incubation, party_social_workers=0)
    assert (await incubation.post(f"/incubators/{CODE}/closing", {"reason": "合并"})).status_code == 200
    assert (await incubation.get("/tasks"))["items"] == []


async def test_h6_task__is_of_its_own_division_alone(incubation: Incubation, token_for: TokenFor) -> None:
    await activated(incubation)
    await put(incubation, premises=None)
    for division, count in (("330106", 1), ("330108", 0)):
        headers = {"Authorization": f"Bearer {token_for('district_officer', [division])}"}
        tasks = await incubation.http.get("/v1/tasks", headers=headers)
        listed = await incubation.http.get("/v1/incubators", params={"ready": False}, headers=headers)
        assert (len(tasks.json()["items"]), len(listed.json()["items"])) == (count, count)


async def test_capacity__corrected_below_who_is_inside_is_shown_as_over_full(incubation: Incubation) -> None:
    await activated(incubation)
    incubatee = await entered(incubation)
    await entered(incubation, number="西孵协〔2026〕2号")
    assert "R-incubator-capacity" in {one["rule"] for one in (await incubation.get(f"/incubators/{CODE}"))["needs"]}
    full = await put(incubation, capacity=2)
    assert (full.json()["ready"], full.json()["missing"]) == (True, [])
    over = await put(incubation, capacity=1)
    assert (over.status_code, over.json()["capacity"], over.json()["missing"]) == (200, 1, ["R-incubator-capacity"])
    [reason] = [one for one in over.json()["needs"] if one["rule"] == "R-incubator-capacity"]
    assert (reason["outcome"], reason["facts"]["found"], reason["facts"]["capacity"]) == ("missing", 2, 1)
    kinds = [task["kind"] for task in (await incubation.get("/tasks"))["items"]]
    assert kinds.count("incubator.capacity") == 1
    await taken(incubation, incubatee, "exit", {"cause": "withdrew", "reason": "另有安排"})
    kinds = [task["kind"] for task in (await incubation.get("/tasks"))["items"]]
    assert "incubator.capacity" not in kinds
    assert (await incubation.get(f"/incubators/{CODE}"))["ready"]
