"""Two tracks on one timeline, and the tasks that follow from it (H2, D15)."""

from dataclasses import replace
from typing import Any

import pytest

from shared.field.policies import PolicyBook
from tests.incubation.conftest import Incubation, Organization
from tests.incubation.incubatees.helpers import (
    ago,
    apply,
    assessed,
    entered,
    entered_ago,
    led,
    served,
    step,
    taken,
    visited,
    went_through,
)
from tests.incubation.incubators.helpers import activated, errors


async def tasks(incubation: Incubation) -> dict[str, dict[str, Any]]:
    return {one["kind"]: one for one in (await incubation.get("/tasks"))["items"] if one["kind"].startswith("incub")}


async def test_h2_timeline__has_both_tracks_and_what_is_known_is_not_entered_again(incubation: Incubation) -> None:
    await activated(incubation)
    one = Organization(1)
    await incubation.deliver(one.state(3))
    incubatee = await entered(incubation, one)
    await incubation.deliver(led(one))
    await went_through(incubation, incubatee, "party_organization", entry="2026-03-12")
    await visited(incubation, incubatee, "2026-06-01")
    found = await incubation.get(f"/incubatees/{incubatee}/timeline")
    assert [(e["on"], e["event"], e["track"], e["moment"], e["known"]) for e in found["entries"]] == [
        ("2026-03-01", "moment", "organization", "registration", True),
        ("2026-03-01", "moment", "party_organization", "registration", True),
        ("2026-03-02", "application", None, None, False),
        ("2026-03-05", "decision", None, None, False),
        ("2026-03-10", "moment", "organization", "entry", True),
        ("2026-03-12", "moment", "party_organization", "entry", False),
        ("2026-04-01", "established", "party_organization", None, True),
        ("2026-04-20", "leadership", "party_organization", None, True),
        ("2026-06-01", "visit", None, None, False),
        ("2029-04-20", "term_end", "party_organization", None, True),
    ]
    assert (found["due"], found["coverage"], found["party_organization"]["established_on"]) == (
        "standalone",
        "standalone",
        "2026-04-01",
    )
    states = {one["moment"]: (one["in_step"], one["behind"]) for one in found["moments"]}
    assert states["registration"] == states["entry"] == (True, None)
    assert states["management"] == (False, None)
    assert (len(states), found["lagging"], found["next_visit_due_on"]) == (6, [], "2026-09-01")
    known = {"track": "organization", "moment": "registration", "on": "2026-03-01"}
    twice = await step(incubation, incubatee, "milestones", known)
    assert (twice.status_code, twice.json()["type"].endswith("milestone-known")) == (409, True)


async def test_d15_lag__is_an_alert_until_the_other_track_follows(incubation: Incubation) -> None:
    await activated(incubation)
    one = Organization(1)
    await incubation.deliver(one.state(3))
    incubatee = await entered_ago(incubation, one, 90)
    await visited(incubation, incubatee, ago(10))
    assert "incubatee.lag" not in await tasks(incubation)
    lagging = await entered_ago(incubation, None, 91)
    await visited(incubation, lagging, ago(10))
    found = await incubation.get(f"/incubatees/{lagging}/timeline")
    assert found["lagging"] == ["entry"]
    assert [one["behind"] for one in found["moments"] if one["moment"] == "entry"] == ["party_organization"]
    task = (await tasks(incubation))["incubatee.lag"]
    assert (task["subject"]["id"], task["due_on"]) == (lagging, ago(1))
    await went_through(incubation, lagging, "party_organization", entry=ago(3))
    assert "incubatee.lag" not in await tasks(incubation)
    [milestone] = [
        one["id"]
        for one in (await incubation.get(f"/incubatees/{lagging}/timeline"))["entries"]
        if one["id"] and one["event"] == "moment"
    ]
    gone = await taken(incubation, lagging, f"milestones/{milestone}/withdrawal", {"reason": "登错组织"})
    assert gone["lagging"] == ["entry"]
    again = await step(incubation, lagging, f"milestones/{milestone}/withdrawal", {"reason": "x"})
    assert again.json()["type"].endswith("record-withdrawn")
    assert "incubatee.lag" in await tasks(incubation)


async def test_d15_lag__is_of_each_moment_by_itself_and_of_none_that_the_policy_does_not_name(
    incubation: Incubation,
) -> None:
    await activated(incubation)
    incubatee = await entered_ago(incubation, None, 95)
    await visited(incubation, incubatee, ago(10))
    # Each track is ahead at one: they do not make up for each other.
    await went_through(incubation, incubatee, "organization", management=ago(93))
    await went_through(incubation, incubatee, "party_organization", entry=ago(92), inspection=ago(91))
    found = await incubation.get(f"/incubatees/{incubatee}/timeline")
    assert found["lagging"] == ["management", "inspection"]
    assert [one["behind"] for one in found["moments"] if one["moment"] in found["lagging"]] == [
        "party_organization",
        "organization",
    ]
    assert (await tasks(incubation))["incubatee.lag"]["due_on"] == ago(3)
    of_policy(incubation, moments=("registration", "entry", "inspection"))
    assert (await incubation.get(f"/incubatees/{incubatee}/timeline"))["lagging"] == ["inspection"]
    assert (await tasks(incubation))["incubatee.lag"]["due_on"] == ago(1)
    of_policy(incubation, moments=("registration", "entry"))
    assert (await incubation.get(f"/incubatees/{incubatee}/timeline"))["lagging"] == []
    assert "incubatee.lag" not in await tasks(incubation)


def of_policy(incubation: Incubation, **changes: Any) -> None:
    """As though the region's policy had these parameters."""
    state = incubation.app.state
    changed = [
        replace(one, parameters=one.parameters.model_copy(update=changes)) for one in state.incubatee_policies.policies
    ]
    state.incubatee_policies = PolicyBook(changed)


async def test_tasks__lead_from_the_application_to_the_follow_up(incubation: Incubation) -> None:
    await activated(incubation)
    one = Organization(1)
    await incubation.deliver(one.state(3), led(one))
    applied = (await apply(incubation, one, applied_on=ago(40))).json()["id"]
    found = await tasks(incubation)
    assert (list(found), found["incubatee.decision"]["due_on"]) == (["incubatee.decision"], ago(10))
    panel = {"outcome": "admitted", "decided_on": ago(30), "present": 3, "in_favour": 3}
    await taken(incubation, applied, "decision", panel)
    assert list(await tasks(incubation)) == ["incubatee.agreement"]
    agreement = {"number": "1号", "signed_on": ago(20), "starts_on": ago(20), "ends_on": ago(-80)}
    await taken(incubation, applied, "agreement", agreement)
    found = await tasks(incubation)
    assert set(found) == {"incubatee.visit", "incubatee.graduation"}
    assert found["incubatee.graduation"]["due_on"] == ago(-80)
    shown = await incubation.get(f"/incubatees/{applied}/timeline")
    assert found["incubatee.visit"]["due_on"] == shown["next_visit_due_on"]
    await visited(incubation, applied, ago(5))
    shown = await incubation.get(f"/incubatees/{applied}/timeline")
    assert (await tasks(incubation))["incubatee.visit"]["due_on"] == shown["next_visit_due_on"]
    await assessed(incubation, applied)
    await taken(incubation, applied, "graduation")
    found = await tasks(incubation)
    shown = await incubation.get(f"/incubatees/{applied}/timeline")
    assert (list(found), found["incubatee.visit"]["due_on"]) == (["incubatee.visit"], shown["next_visit_due_on"])


@pytest.mark.parametrize(
    ("name", "changes", "pointer"),
    [
        ("milestones", {"moment": "holiday"}, "/moment"),
        ("milestones", {"track": "both"}, "/track"),
        ("milestones", {"on": "2026-03-01"}, "/on"),
        ("milestones", {"on": "2099-01-01"}, "/on"),
        ("visits", {"visited_on": "2026-03-09"}, "/visited_on"),
        ("visits", {"party_organization": " "}, "/party_organization"),
        ("services", {"service": "catering"}, "/service"),
        ("services", {"on": "2026-03-01"}, "/on"),
        ("services", {"content": " "}, "/content"),
    ],
)
async def test_h2_record__with_bad_values_is_not_kept(
    incubation: Incubation, name: str, changes: dict[str, Any], pointer: str
) -> None:
    await activated(incubation)
    incubatee = await entered(incubation)
    good: dict[str, Any] = {"track": "organization", "moment": "management", "on": "2026-04-01"}
    if name == "visits":
        good = {"visited_on": "2026-04-01", "organization": "正常", "party_organization": "正常"}
    if name == "services":
        good = {"service": "capability", "on": "2026-04-01", "content": "项目培训"}
    refused = await step(incubation, incubatee, name, good | changes)
    assert (refused.status_code, list(errors(refused))) == (422, [pointer])
    table = "incubation_services" if name == "services" else name
    assert await incubation.rows(f"SELECT id FROM {table}") == []


async def test_record__of_an_application_is_refused(incubation: Incubation) -> None:
    await activated(incubation)
    incubatee = (await apply(incubation)).json()["id"]
    body = {"track": "organization", "moment": "management", "on": "2026-04-01"}
    assert (await step(incubation, incubatee, "milestones", body)).status_code == 409


async def test_d15_services__are_seven_and_each_is_counted_for_its_incubatee(incubation: Incubation) -> None:
    await activated(incubation)
    incubatee, other = await entered(incubation), await entered(incubation)
    shown = await incubation.get(f"/incubatees/{incubatee}/timeline")
    seven = ["party_building", "capability", "people", "support", "guidance", "ability_assessment", "follow_up"]
    assert shown["services"] == [{"service": one, "count": 0, "last_on": None} for one in seven]
    await served(incubation, incubatee, **dict.fromkeys(seven, "2026-04-01"))
    await served(incubation, incubatee, guidance="2026-04-20")
    shown = await incubation.get(f"/incubatees/{incubatee}/timeline")
    counted = {one["service"]: (one["count"], one["last_on"]) for one in shown["services"]}
    assert counted == dict.fromkeys(seven, (1, "2026-04-01")) | {"guidance": (2, "2026-04-20")}
    given = [one for one in shown["entries"] if one["event"] == "service"]
    assert [(one["service"], one["on"], one["note"]) for one in given][-1] == ("guidance", "2026-04-20", "按计划开展")
    assert len(given) == 8
    assert not any(one["count"] for one in (await incubation.get(f"/incubatees/{other}/timeline"))["services"])
    withdrawal = {"reason": "误录"}
    after = await taken(incubation, incubatee, f"services/{given[-1]['id']}/withdrawal", withdrawal)
    assert {one["service"]: one["count"] for one in after["services"]} == dict.fromkeys(seven, 1)
    again = await step(incubation, incubatee, f"services/{given[-1]['id']}/withdrawal", withdrawal)
    assert again.status_code == 409
