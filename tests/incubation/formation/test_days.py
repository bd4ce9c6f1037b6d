"""The days that a decision on a case names: of the founding (T2), and of a deferral (T11)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.incubation.days import check_deferral, founding_day
from shared.field.calendar import china_day
from shared.problems.problems import InvalidInput
from tests.incubation.conftest import PLANNED, Incubation, Organization
from tests.incubation.joint_plans.helpers import create_plan

TODAY = date(2026, 11, 29)
FORMED = "party_organization.formed"
EXTENDED = "party_organization.extended"
# The invented organizations were registered on 1 March 2026.
STRANGE = (20260301, "20260301", "2026-03-01T00:00:00", "2026-3-1", "２０２６-03-01", "2026-02-30", "", True)


def test_t02_founding_day__today_without_one() -> None:
    assert founding_day(None, [date(2030, 1, 1)], TODAY) == TODAY


@pytest.mark.parametrize("given", [TODAY, date(2026, 3, 2), date(2026, 3, 1)])
def test_t02_founding_day__from_the_last_registration_until_today(given: date) -> None:
    assert founding_day(given, [date(2026, 3, 1), None, date(2025, 1, 1)], TODAY) == given


@pytest.mark.parametrize("given", [TODAY + timedelta(1), date(2026, 2, 28)])
def test_t02_founding_day__never_to_come_nor_before_the_registration(given: date) -> None:
    with pytest.raises(InvalidInput) as refused:
        founding_day(given, [date(2026, 3, 1), date(2025, 1, 1)], TODAY)
    assert [error.pointer for error in refused.value.errors] == ["/founded_on"]


@pytest.mark.parametrize(("members", "event", "field"), [(3, FORMED, "formed_on"), (0, FORMED, "formed_on")])
async def test_t02_approval_takes_the_day_of_the_reply(
    incubation: Incubation, members: int, event: str, field: str
) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(members))
    case = await incubation.case(organization)
    approved = await incubation.post(f"/formation-cases/{case['id']}/approval", {"founded_on": "2026-03-01"})
    assert approved.status_code == 200, approved.text
    [emitted] = await incubation.emitted(event)
    assert emitted["data"][field] == "2026-03-01"


async def test_t02_approval_takes_the_day_of_the_reply__of_an_area_that_exists(incubation: Incubation) -> None:
    for number in (1, 2):
        organization = Organization(number)
        await incubation.deliver(organization.state(0))
        case = await incubation.case(organization)
        await incubation.post(f"/formation-cases/{case['id']}/approval", {"founded_on": f"2026-03-0{number}"})
    [extended] = await incubation.emitted(EXTENDED)
    assert extended["data"]["since"] == "2026-03-02"


@pytest.mark.parametrize("given", [*STRANGE, "2026-02-28", "2999-01-01"])
async def test_t02_approval_refuses_another_day_and_decides_nothing(incubation: Incubation, given: object) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(3))
    case = await incubation.case(organization)
    refused = await incubation.post(f"/formation-cases/{case['id']}/approval", {"founded_on": given})
    assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (422, ["/founded_on"])
    assert await incubation.case(organization) == case
    assert await incubation.emitted(FORMED) == []


async def test_t02_a_joint_proposal_takes_the_day_of_the_reply(incubation: Incubation) -> None:
    members = [Organization(n, carrier="示例公益园") for n in (1, 2, 3)]
    await incubation.deliver(*(one.state(1) for one in members))
    plan = await create_plan(incubation)
    path = f"/joint-plans/{plan['proposals'][0]['id']}/approval"
    for given in (*STRANGE, "2026-02-28", "2999-01-01"):
        refused = await incubation.post(path, {"founded_on": given})
        assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (422, ["/founded_on"])
    assert (await incubation.post(path, {"founded_on": "2026-03-05"})).status_code == 200
    [formed] = await incubation.emitted(FORMED)
    assert formed["data"]["formed_on"] == "2026-03-05"


@pytest.mark.parametrize("until", [None, TODAY, TODAY + timedelta(1)])
def test_t11_deferral__from_today_on(until: date | None) -> None:
    check_deferral(until, TODAY)


async def test_t11_deferral__until_a_past_day_is_422(incubation: Incubation) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(3))
    case = await incubation.case(organization)
    path = f"/formation-cases/{case['id']}/deferral"
    yesterday = (china_day(datetime.now(UTC)) - timedelta(1)).isoformat()
    for until in (yesterday, "1970-01-02", *STRANGE):
        refused = await incubation.post(path, {"until": until})
        assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (422, ["/until"])
    assert await incubation.case(organization) == case
    for until in ("2999-01-01", "9999-12-31"):
        refused = await incubation.post(path, {**PLANNED, "until": until})
        assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (422, ["/until"])
    assert await incubation.case(organization) == case


async def test_t11_deferral__without_a_bound_is_as_far_as_the_calendar_goes(
    incubation: Incubation, monkeypatch: pytest.MonkeyPatch
) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(3))
    path = f"/formation-cases/{(await incubation.case(organization))['id']}/deferral"
    policies = incubation.app.state.policies
    policy = policies.get(organization.division, TODAY)
    free = replace(policy, parameters=policy.parameters.model_copy(update={"deferral_max_months": None}))
    monkeypatch.setattr(type(policies), "get", lambda *_: free)
    deferred = await incubation.post(path, {**PLANNED, "until": "9999-12-31"})
    # No reminder comes after the calendar's last day.
    assert (deferred.status_code, deferred.json()["deferred_until"]) == (200, "9999-12-31")


@pytest.mark.parametrize(
    ("until", "times", "sentence"),
    [
        (date(2027, 11, 29), 0, None),
        (date(2027, 11, 30), 0, "The region's policy lets a case be put off by {months} months at a time"),
        (date(2027, 1, 1), 1, None),
        (date(2027, 1, 1), 2, "The case has been put off {times} time(s)"),
        (None, 2, "The case has been put off {times} time(s)"),
    ],
)
def test_d8_deferral__is_bounded_by_the_policy(until: date | None, times: int, sentence: str | None) -> None:
    if sentence is None:
        check_deferral(until, TODAY, months=12, times=times, most=2)
        return
    with pytest.raises(InvalidInput) as refused:
        check_deferral(until, TODAY, months=12, times=times, most=2)
    [error] = refused.value.errors
    assert (error.pointer, error.detail.en.startswith(sentence)) == ("/until", True)


async def test_d8_deferral__is_counted_over_the_whole_case(
    incubation: Incubation, monkeypatch: pytest.MonkeyPatch
) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(3))
    path = f"/formation-cases/{(await incubation.case(organization))['id']}/deferral"
    policies = incubation.app.state.policies
    policy = policies.get(organization.division, TODAY)
    twice = replace(policy, parameters=policy.parameters.model_copy(update={"deferrals_max": 2}))
    monkeypatch.setattr(type(policies), "get", lambda *_: twice)
    for _ in range(2):
        assert (await incubation.post(path, PLANNED)).status_code == 200
    refused = await incubation.post(path, PLANNED)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/until")
    assert "已暂缓 2 次" in refused.json()["errors"][0]["detail"]
    assert (await incubation.approve(organization))["state"] == "approved"
