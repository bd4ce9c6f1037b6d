"""Issue 13 §1: a check is made again when another policy comes into force; a decision is never flipped by a replay."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from services.incubation.formation import rechecking
from services.incubation.formation.rechecking import recheck_all, run_rechecks
from services.incubation.policies import FormationPolicies
from shared.db.session import Database
from tests.incubation.conftest import CHECKED, PLANNED, Incubation, Organization, established
from tests.incubation.joint_plans.helpers import closing_database

NOW = datetime(2026, 11, 30, 1, tzinfo=UTC)


def changed(policies: FormationPolicies, since: date = date(2026, 11, 1), **parameters: Any) -> FormationPolicies:
    """The policies, of which Hangzhou's is another one from a day on."""
    found = []
    for policy in policies.policies:
        if policy.region != "3301":
            found.append(policy)
            continue
        found.append(replace(policy, effective_to=since))
        figures = policy.parameters.model_copy(update=parameters)
        found.append(replace(policy, id="hz-2026", effective_from=since, parameters=figures))
    return replace(policies, policies=tuple(found))


async def recheck(incubation: Incubation, policies: FormationPolicies, now: datetime = NOW) -> int:
    async with closing_database(incubation.app.state.database.url) as database:
        return await recheck_all(database, policies, now)


async def outcomes(incubation: Incubation) -> Mapping[str, list[str]]:
    rows = await incubation.rows("SELECT organization_id, policy, outcome FROM formation_checks ORDER BY id")
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(str(row["organization_id"]), []).append(f"{row['policy']} {row['outcome']}")
    return found


async def test_policy__that_comes_into_force_has_every_organization_of_its_region_checked_again(
    incubation: Incubation,
) -> None:
    here, there, ended = Organization(1), Organization(2, "310101"), Organization(3)
    await incubation.deliver(here.state(2), there.state(2), ended.state(2), ended.ended())
    policies = changed(incubation.app.state.policies, standalone_min_full_members=2)
    assert await recheck(incubation, policies, datetime(2026, 10, 31, 1, tzinfo=UTC)) == 0, "not yet in force"
    assert await recheck(incubation, policies) == 1
    found = await outcomes(incubation)
    assert found[str(here.id)] == ["hz-2013-formation joint", "hz-2026 standalone"]
    assert (len(found[str(there.id)]), len(found[str(ended.id)])) == (1, 1)
    [first, again] = [row for row in await incubation.emitted(CHECKED) if row["subject"] == str(here.id)]
    assert (first["sequence"], again["sequence"], again["data"]["policy"]) == (1, 2, "hz-2026")
    assert again["data"]["reasons"][0]["facts"]["standalone_min_full_members"] == 2
    case = await incubation.case(here)
    assert (case["outcome"], case["state"], case["check_id"]) == ("standalone", "open", again["data"]["id"])
    assert await recheck(incubation, policies) == 0, "once"
    await incubation.deliver(here.state(3))
    assert [row["sequence"] for row in await incubation.emitted(CHECKED) if row["subject"] == str(here.id)] == [1, 2, 3]


async def test_policy__of_other_thresholds_of_kind_opens_a_case_for_the_kind(incubation: Incubation) -> None:
    one = Organization(1)
    event = established("standalone", one)
    await incubation.deliver(one.state(40), event)
    assert await incubation.cases(state="open") == []
    thresholds = incubation.app.state.policies.get("330106", NOW.date()).parameters.kind_thresholds
    policies = changed(incubation.app.state.policies, kind_thresholds=thresholds.model_copy(update={"general": 40}))
    await recheck(incubation, policies)
    case = await incubation.pending(one)
    assert (case["occasion"], case["party_organization_kind"], case["concerns"]) == (
        "kind",
        "GENERAL",
        str(event.data.id),
    )


@pytest.mark.parametrize(("full", "due"), [(24, "BRANCH"), (25, None), (26, None)])
async def test_d6_policy__that_counts_full_members_opens_a_case_for_the_kind_of_a_joint_branch(
    incubation: Incubation, full: int, due: str | None
) -> None:
    one, other = Organization(1), Organization(2)
    event = established("joint", one, other, kind_of="GENERAL")
    few = {"full_members_full_time": 2}
    policies = changed(
        incubation.app.state.policies, kind_counts="full", counted="full_members_full_time", joint_max_members=None
    )
    states = one.state(full, probationary_members=1, **few), other.state(25, **few)
    await incubation.deliver(*states, event)
    await recheck(incubation, policies)
    found = [(c["occasion"], c["party_organization_kind"]) for c in await incubation.cases(state="open")]
    assert found == ([] if due is None else [("kind", due)])


async def test_policy__under_which_nothing_else_is_due_leaves_a_case_as_it_was_decided(incubation: Incubation) -> None:
    one, approved = Organization(1), Organization(2)
    await incubation.deliver(one.state(3), approved.state(3))
    await incubation.approve(approved)
    case = await incubation.pending(one)
    assert (await incubation.post(f"/formation-cases/{case['id']}/deferral", PLANNED)).status_code == 200
    await recheck(incubation, changed(incubation.app.state.policies, neighbour_distance_m=1000))
    found = await incubation.pending(one)
    assert (found["state"], found["deferred_until"], found["due_on"]) == ("deferred", PLANNED["until"], case["due_on"])


async def test_rechecks__look_at_each_organization_once(
    incubation: Incubation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where an earlier check goes on being the latest, as by a clock that was ahead."""
    monkeypatch.setattr(rechecking, "AT_ONCE", 2)
    ids = count(1)
    monkeypatch.setattr(rechecking, "new_id", lambda: UUID(int=next(ids)))
    await incubation.deliver(*(Organization(number).state(2) for number in range(1, 6)))
    policies = changed(incubation.app.state.policies, standalone_min_full_members=2)
    async with asyncio.timeout(60):
        assert await recheck(incubation, policies) == 5
    assert len(await incubation.emitted(CHECKED)) == 10


async def test_rechecks__by_two_workers_at_once_check_each_organization_once(
    incubation: Incubation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rechecking, "AT_ONCE", 4)
    ones = [Organization(number) for number in range(1, 12)]
    await incubation.deliver(*(one.state(2) for one in ones))
    policies = changed(incubation.app.state.policies, standalone_min_full_members=2)
    await asyncio.gather(*(recheck(incubation, policies) for _ in range(2)))
    assert {len(made) for made in (await outcomes(incubation)).values()} == {2}
    assert len(await incubation.emitted(CHECKED)) == 22


async def test_rechecks__of_a_worker_are_made_at_its_start_on_a_new_day_and_under_new_policies(
    incubation: Incubation, monkeypatch: pytest.MonkeyPatch
) -> None:
    policies = incubation.app.state.policies
    seen: list[tuple[datetime, int]] = []
    days = iter([NOW, NOW, NOW + timedelta(hours=1), NOW + timedelta(days=1)])
    over = asyncio.Event()
    followed = replace(policies, policies=list(policies.policies))

    async def noted(database: Database, policies: FormationPolicies, now: datetime) -> int:
        seen.append((now, len(policies.policies)))
        if len(seen) == 1:
            raise RuntimeError("the database is unavailable")
        if len(seen) == 3:
            followed.policies.append(replace(policies.policies[0], id="another"))  # type: ignore[attr-defined]
        if len(seen) == 4:
            over.set()
        return 0

    monkeypatch.setattr(rechecking, "recheck_all", noted)
    monkeypatch.setattr(rechecking, "utc_now", lambda: next(days, NOW + timedelta(days=1)))
    task = asyncio.create_task(run_rechecks(None, followed, poll_seconds=0.001))  # type: ignore[arg-type]
    await asyncio.wait_for(over.wait(), 10)
    task.cancel()
    count, later = len(policies.policies), NOW + timedelta(days=1)
    assert seen == [(NOW, count), (NOW, count), (later, count), (later, count + 1)]


async def test_rechecks__reasons_and_facts_of_earlier_checks_stay(incubation: Incubation) -> None:
    one = Organization(1)
    await incubation.deliver(one.state(2))
    before = (await incubation.get("/formation-checks", organization=one.code))["items"]
    await recheck(incubation, changed(incubation.app.state.policies, standalone_min_full_members=2))
    after = (await incubation.get("/formation-checks", organization=one.code))["items"]
    assert after[1:] == before
    assert UUID(after[0]["id"]) > UUID(before[0]["id"])
