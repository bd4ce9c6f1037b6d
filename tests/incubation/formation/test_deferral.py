"""D8, D9: a case is put off to a planned day, with an instructor until then; S21: a work group is offered."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.incubation.formation.rules import Members, check_formation
from services.incubation.policies import FormationPolicy
from shared.field.policies import read_policies
from shared.settings import REPOSITORY_POLICIES
from tests.incubation.conftest import FAR, PLANNED, Incubation, Organization, dissolved, established

NOW = datetime(2026, 3, 10, 1, tzinfo=UTC)
BOOK = read_policies(REPOSITORY_POLICIES, "formation", FormationPolicy)
SHANGHAI, HANGZHOU = (BOOK.get(division, NOW.date()) for division in ("310101", "330106"))


async def opened(incubation: Incubation, members: int = 3, **changes: Any) -> tuple[Organization, str]:
    one = Organization(1, **{name: changes.pop(name) for name in ("division",) if name in changes})
    await incubation.deliver(one.state(members, **changes))
    return one, f"/formation-cases/{(await incubation.case(one))['id']}"


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        (None, ["/until", "/instructor"]),
        ({"note": "筹备中"}, ["/until", "/instructor"]),
        ({"until": PLANNED["until"]}, ["/instructor"]),
        ({"instructor": {"post": "党建指导员"}}, ["/until"]),
        ({**PLANNED, "instructor": {}}, ["/instructor/post"]),
        ({**PLANNED, "instructor": {"post": "指导员 33010619900101123X"}}, ["/instructor/post"]),
        ({**PLANNED, "instructor": {"post": "指导员", "name": "甲"}}, ["/instructor/name"]),
    ],
)
async def test_d8_deferral__needs_a_planned_day_and_an_instructor(
    incubation: Incubation, body: Any, pointers: list[str]
) -> None:
    one, path = await opened(incubation)
    before = await incubation.case(one)
    refused = await incubation.post(f"{path}/deferral", body)
    assert (refused.status_code, [error["pointer"] for error in refused.json()["errors"]]) == (422, pointers)
    assert await incubation.case(one) == before


async def test_d8_deferral__shows_who_was_sent_last_and_keeps_every_one(incubation: Incubation) -> None:
    _, path = await opened(incubation)
    assert (await incubation.get(path))["instructor"] is None
    first = await incubation.post(f"{path}/deferral", PLANNED)
    assert first.json()["instructor"] == {"post": "示例街道党建指导员", "reference": None}
    later = (FAR + timedelta(28)).isoformat()
    other = {"post": "区级党建指导员", "reference": "示例〔2026〕1号"}
    second = await incubation.post(f"{path}/deferral", {**PLANNED, "until": later, "instructor": other})
    assert (second.json()["instructor"], second.json()["deferred_until"]) == (other, later)
    rows = await incubation.rows("SELECT version, until, instructor FROM case_arrangements ORDER BY version")
    assert [(row["version"], str(row["until"])) for row in rows] == [(2, PLANNED["until"]), (3, later)]


async def test_d8_deferral__is_what_the_region_s_policy_asks_for(
    incubation: Incubation, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, path = await opened(incubation)
    policies = incubation.app.state.policies
    free = replace(HANGZHOU, parameters=HANGZHOU.parameters.model_copy(update={"deferral_requires": ()}))
    monkeypatch.setattr(type(policies), "get", lambda *_: free)
    assert (await incubation.post(f"{path}/deferral")).status_code == 200


@pytest.mark.parametrize(
    ("full_time", "full", "probationary", "offered"),
    [(0, 1, 0, True), (0, 9, 2, True), (0, 0, 2, False), (0, 0, 0, False), (1, 9, 0, False), (3, 9, 0, False)],
)
def test_s21_work_group__is_offered_where_members_are_all_part_time(
    full_time: int, full: int, probationary: int, offered: bool
) -> None:
    decision = check_formation(Members(full_time, full, probationary, NOW), SHANGHAI)
    found = {reason.rule: reason for reason in decision.reasons}
    assert ("S21" in found) is offered
    if offered:
        assert decision.outcome == "area", "the area covers it all the same"
        assert (found["S21"].outcome, found["S21"].facts["full_members"]) == ("work_group", full)


def test_s21_work_group__is_not_offered_where_the_region_counts_all_members() -> None:
    assert "S21" not in {one.rule for one in check_formation(Members(0, 1, 0, NOW), HANGZHOU).reasons}


async def test_s21_work_group__is_set_up_with_the_approval_and_kept(incubation: Incubation) -> None:
    one, path = await opened(incubation, 0, division="310101", full_members=4)
    case = await incubation.case(one)
    assert (case["outcome"], case["offers"], case["work_group"]) == ("area", ["work_group"], False)
    approved = await incubation.post(f"{path}/approval", {"work_group": True})
    assert approved.status_code == 200, approved.text
    assert (approved.json()["state"], approved.json()["work_group"]) == ("approved", True)
    [event] = await incubation.emitted("party_organization.formed")
    assert [(reason["rule"], reason["outcome"]) for reason in event["data"]["reasons"]] == [
        ("S15", "area"),
        ("S21", "work_group"),
        ("S21", "work_group_set_up"),
        ("R-body-above", "division"),
    ]


async def test_s21_work_group__need_not_be_taken_and_is_refused_where_it_is_not_offered(incubation: Incubation) -> None:
    one, path = await opened(incubation, 0, division="310101")
    refused = await incubation.post(f"{path}/approval", {"work_group": True})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/work_group")
    assert (await incubation.case(one))["state"] == "open"
    other = Organization(2, "310101")
    await incubation.deliver(other.state(0, full_members=4))
    assert (await incubation.approve(other))["work_group"] is False


async def test_s21_work_group__is_offered_to_whom_an_area_covers_already(incubation: Incubation) -> None:
    """Once: whoever was offered one by an approved case is not asked again."""
    one = Organization(1, "310101")
    area = established("area", one, division="310101")
    await incubation.deliver(one.state(0))
    await incubation.approve(one)
    await incubation.deliver(area)
    await incubation.deliver(one.state(0, full_members=4))
    case = await incubation.pending(one)
    assert (case["occasion"], case["offers"], case["concerns"]) == ("work_group", ["work_group"], str(area.data.id))
    formed = await incubation.emitted("party_organization.formed")
    found = await incubation.post(f"/formation-cases/{case['id']}/approval")
    assert found.status_code == 200, found.text
    assert (found.json()["state"], found.json()["work_group"], found.json()["party_organization_id"]) == (
        "approved",
        True,
        str(area.data.id),
    )
    assert await incubation.emitted("party_organization.formed") == formed, "it is covered as it was"
    await incubation.deliver(one.state(0, full_members=5))
    assert [row["state"] for row in await incubation.cases(organization=str(one.id))] == ["approved"] * 2


async def test_s21_work_group__gives_way_to_a_case_where_the_area_is_dissolved(incubation: Incubation) -> None:
    """It was left on the worklist for an area that there is no more, and nobody was asked to cover the organization."""
    one = Organization(1, "310101")
    area = established("area", one, division="310101")
    await incubation.deliver(one.state(0))
    await incubation.approve(one)
    await incubation.deliver(area, one.state(0, full_members=4))
    assert (await incubation.pending(one))["occasion"] == "work_group"
    await incubation.deliver(dissolved(area.data.id, division="310101"))
    case = await incubation.pending(one)
    assert (case["occasion"], case["outcome"]) == ("formation", "area")


async def test_s21_work_group__is_offered_no_more_where_members_count_or_are_gone(incubation: Incubation) -> None:
    for number, change in ((1, {"full_members_full_time": 0, "full_members": 0}), (2, {"full_members_full_time": 3})):
        one = Organization(number, "310101", street=f"示例街道{number}")
        await incubation.deliver(one.state(0))
        await incubation.approve(one)
        await incubation.deliver(established("area", one, division="310101"))
        await incubation.deliver(one.state(0, full_members=4))
        offered = await incubation.pending(one)
        assert offered["occasion"] == "work_group"
        await incubation.deliver(one.state(0, **({"full_members": 4} | change)))
        assert (await incubation.get(f"/formation-cases/{offered['id']}"))["state"] == "closed"
