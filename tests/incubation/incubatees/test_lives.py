"""Incubatees whose organization ends, moves or is founded again, and what is recorded of them twice (H2, H8, D15)."""

from datetime import date
from typing import Any

import pytest

from tests.incubation.conftest import Incubation, Organization
from tests.incubation.incubatees.helpers import (
    assessed,
    entered,
    led,
    party_of,
    step,
    taken,
    visited,
    went_through,
)
from tests.incubation.incubators.helpers import activated, errors
from tests.incubation.reports.helpers import dissolved, ended, moved, registered


async def graduated(incubation: Incubation, one: Organization) -> tuple[str, Any]:
    """One that graduated on 1 June 2026 under a branch of its own; and the branch's event."""
    await activated(incubation)
    branch = led(one)
    await incubation.deliver(one.state(3), branch)
    incubatee = await entered(incubation, one)
    await went_through(incubation, incubatee, "party_organization", entry="2026-03-12")
    await visited(incubation, incubatee, "2026-05-20")
    assert (await assessed(incubation, incubatee)).status_code == 200
    await taken(incubation, incubatee, "graduation", {"graduated_on": "2026-06-01"})
    return incubatee, branch


async def missing(incubation: Incubation, incubatee: str, **on: str) -> list[str]:
    found: list[str] = (await incubation.get(f"/incubatees/{incubatee}/maturity", **on))["missing"]
    return found


async def test_h8_lists__of_one_that_graduated_stay_as_they_were_on_its_last_day(incubation: Incubation) -> None:
    one = Organization(1)
    incubatee, branch = await graduated(incubation, one)
    assert await missing(incubation, incubatee) == []
    await incubation.deliver(dissolved(party_of(branch), "2026-06-20", 2))
    assert await missing(incubation, incubatee) == []
    await incubation.deliver(ended(one, "2026-07-01"))
    assert await missing(incubation, incubatee) == []
    assert await missing(incubation, incubatee, on="2026-07-02") == ["O1", "P1", "P2"]
    timeline = await incubation.get(f"/incubatees/{incubatee}/timeline")
    assert (timeline["state"], timeline["coverage"]) == ("graduated", "uncovered")


async def test_d15_follow_up__ends_with_the_organization(incubation: Incubation) -> None:
    one = Organization(1)
    incubatee, _ = await graduated(incubation, one)
    [task] = (await incubation.get("/tasks", kind="incubatee.visit"))["items"]
    due = (await incubation.get(f"/incubatees/{incubatee}/timeline"))["next_visit_due_on"]
    assert task["due_on"] == due
    await incubation.deliver(ended(one, "2026-07-01"))
    assert (await incubation.get("/tasks", kind="incubatee.visit"))["items"] == []
    assert (await incubation.get(f"/incubatees/{incubatee}/timeline"))["next_visit_due_on"] is None
    await incubation.deliver(registered(one, "2026-08-01", 3))
    [task] = (await incubation.get("/tasks", kind="incubatee.visit"))["items"]
    assert task["due_on"] == due


async def test_h8_lists__of_one_that_left_do_not_pass_by_what_was_founded_later(incubation: Incubation) -> None:
    await activated(incubation)
    one = Organization(1)
    await incubation.deliver(one.state(3))
    incubatee = await entered(incubation, one)
    leaving = {"cause": "withdrew", "reason": "停办", "exited_on": "2026-03-31"}
    await taken(incubation, incubatee, "exit", leaving)
    before = await missing(incubation, incubatee)
    assert {"P1", "P2"} <= set(before)
    await incubation.deliver(led(one))
    assert await missing(incubation, incubatee) == before
    assert not {"P1", "P2"} & set(await missing(incubation, incubatee, on="2026-04-20"))


async def test_h8_graduation__of_one_that_moved_away_rests_on_what_covers_it(incubation: Incubation) -> None:
    await activated(incubation)
    one = Organization(1)
    await incubation.deliver(one.state(3), led(one))
    incubatee = await entered(incubation, one)
    await went_through(incubation, incubatee, "party_organization", entry="2026-03-12")
    assert (await assessed(incubation, incubatee)).status_code == 200
    await incubation.deliver(moved(one, "330105", "2026-05-01", "2026-03-01"))
    assert await missing(incubation, incubatee, on="2026-05-02") == []
    left = await step(incubation, incubatee, "graduation", {"graduated_on": "2026-05-02"})
    assert left.status_code == 200, left.text


async def test_incubatee__is_called_what_its_organization_is_called_until_it_leaves(incubation: Incubation) -> None:
    await activated(incubation)
    one, two = Organization(1), Organization(2)
    await incubation.deliver(one.state(3), two.state(3))
    incubatee, gone = await entered(incubation, one), await entered(incubation, two)
    leaving = {"cause": "withdrew", "reason": "停办", "exited_on": "2026-03-31"}
    await taken(incubation, gone, "exit", leaving)
    renamed = [each.state(3, name=f"改名后的组织{each.number}") for each in (one, two)]
    await incubation.deliver(*renamed)
    await incubation.deliver(*renamed)
    shown = await incubation.get(f"/incubatees/{incubatee}")
    assert (shown["name"], shown["version"]) == ("改名后的组织1", 4)
    assert (await incubation.get(f"/incubatees/{incubatee}/timeline"))["name"] == "改名后的组织1"
    assert (await incubation.get(f"/incubatees/{gone}"))["name"] == "示例组织2"


async def test_d15_entry__of_one_that_is_founded_again_comes_after_what_ended(incubation: Incubation) -> None:
    one = Organization(1)
    await graduated(incubation, one)
    await incubation.deliver(ended(one, "2026-07-01"), registered(one, "2026-08-01", 3))
    body = {"incubator": "XIHU-INC", "organization": one.code, "purpose": "再次起步"}
    early = await incubation.post("/incubatees", {**body, "applied_on": "2026-05-31"})
    assert (early.status_code, list(errors(early))) == (422, ["/applied_on"])
    again = await incubation.post("/incubatees", {**body, "applied_on": "2026-08-02"})
    assert again.status_code == 201, again.text
    listed = await incubation.get("/incubatees", organization=f"{one.code[:8]} {one.code[8:]}")
    assert [one["state"] for one in listed["items"]] == ["graduated", "applied"]


@pytest.mark.parametrize(
    ("route", "first", "again", "pointer"),
    [
        (
            "milestones",
            {"track": "party_organization", "moment": "entry", "on": "2026-03-12"},
            {"track": "party_organization", "moment": "entry", "on": "2026-03-13"},
            "/on",
        ),
        (
            "milestones",
            {"track": "organization", "moment": "inspection", "on": "2026-05-12"},
            {"track": "organization", "moment": "inspection", "on": "2026-05-12", "note": "又一次"},
            "/on",
        ),
        (
            "visits",
            {"visited_on": "2026-05-20", "organization": "甲", "party_organization": "乙"},
            {"visited_on": "2026-05-20", "organization": "丙", "party_organization": "丁"},
            "/visited_on",
        ),
        (
            "services",
            {"service": "capability", "on": "2026-04-10", "content": "项目申报培训"},
            {"service": "capability", "on": "2026-04-10", "content": "项目申报培训"},
            "/on",
        ),
    ],
)
async def test_d15_record__made_twice_is_refused_until_the_first_is_withdrawn(
    incubation: Incubation, route: str, first: dict[str, Any], again: dict[str, Any], pointer: str
) -> None:
    await activated(incubation)
    one = Organization(1)
    await incubation.deliver(one.state(3))
    incubatee = await entered(incubation, one)
    await taken(incubation, incubatee, route, first)
    refused = await step(incubation, incubatee, route, again)
    assert (refused.status_code, list(errors(refused))) == (422, [pointer]), refused.text
    entries = (await incubation.get(f"/incubatees/{incubatee}/timeline"))["entries"]
    [made] = [entry["id"] for entry in entries if entry["id"] is not None]
    await taken(incubation, incubatee, f"{route}/{made}/withdrawal", {"reason": "误录"})
    assert (await step(incubation, incubatee, route, again)).status_code == 201


async def test_d15_moments__that_come_again_and_other_services_of_a_day_are_recorded(incubation: Incubation) -> None:
    await activated(incubation)
    incubatee = await entered(incubation)
    for day in ("2026-05-12", "2026-06-12"):
        await went_through(incubation, incubatee, "organization", inspection=day)
    for content in ("项目申报培训", "财务培训"):
        service = {"service": "capability", "on": "2026-04-10", "content": content}
        await taken(incubation, incubatee, "services", service)
    timeline = await incubation.get(f"/incubatees/{incubatee}/timeline")
    assert [one["count"] for one in timeline["services"] if one["service"] == "capability"] == [2]
    inspected = [one for one in timeline["moments"] if one["moment"] == "inspection"]
    assert date.fromisoformat(inspected[0]["organization"]) == date(2026, 5, 12)
