"""Application, panel, agreement (D15: 入壳)."""

from datetime import date
from typing import Any

import pytest

from shared.contracts.incubation import IncubateeEnrolled
from tests.conftest import TokenFor
from tests.incubation.bodies.helpers import committee
from tests.incubation.conftest import Incubation, Organization
from tests.incubation.incubatees.helpers import AGREEMENT, PANEL, admitted, application, apply, entered, step, taken
from tests.incubation.incubators.helpers import CODE, activated, errors, put


async def test_d15_entry__goes_from_application_over_the_panel_to_the_agreement(incubation: Incubation) -> None:
    await activated(incubation)
    one = Organization(1)
    await incubation.deliver(one.state(3))
    applied = (await apply(incubation, one)).json()
    assert (applied["state"], applied["uscc"], applied["name"]) == ("applied", one.code, "示例组织1")
    decided = await taken(incubation, applied["id"], "decision", PANEL)
    assert (decided["state"], decided["panel"]["in_favour"], decided["policy"]) == ("admitted", 3, "default-incubatees")
    shown = await taken(incubation, applied["id"], "agreement", AGREEMENT)
    assert (shown["state"], shown["entered_on"], shown["ends_on"]) == ("incubating", "2026-03-10", "2028-03-09")
    assert [one["step"] for one in shown["history"]] == ["application", "decision", "agreement"]
    [event] = await incubation.emitted("incubatee.enrolled")
    assert (event["subject"], event["sequence"]) == (applied["id"], shown["version"])
    data = IncubateeEnrolled.model_validate(event["data"])
    assert (data.incubator, data.uscc, data.entered_on.isoformat()) == (CODE, one.code, "2026-03-10")
    by_code = await incubation.get("/incubatees", organization=one.code, incubator=CODE, state="incubating")
    assert [found["id"] for found in by_code["items"]] == [applied["id"]]


async def test_d15_entry__of_one_that_is_not_registered_yet_is_linked_later(incubation: Incubation) -> None:
    await activated(incubation)
    incubatee = await entered(incubation)
    shown = await incubation.get(f"/incubatees/{incubatee}")
    assert (shown["organization_id"], shown["uscc"], shown["name"]) == (None, None, "示例助老队")
    one = Organization(1)
    await incubation.deliver(one.state(3))
    linked = await taken(incubation, incubatee, "registration", {"organization": one.code})
    assert (linked["organization_id"], linked["uscc"], linked["name"]) == (str(one.id), one.code, "示例组织1")
    again = await step(incubation, incubatee, "registration", {"organization": one.code})
    assert again.json()["type"].endswith("incubatee-linked")


async def test_entry__an_organization_has_one_place_at_a_time(incubation: Incubation) -> None:
    await activated(incubation)
    one = Organization(1)
    await incubation.deliver(one.state(3))
    first = (await apply(incubation, one)).json()["id"]
    twice = await apply(incubation, one)
    assert (twice.status_code, twice.json()["type"].endswith("already-incubated")) == (409, True)
    await taken(incubation, first, "exit", {"cause": "withdrew", "reason": "改报其他孵化器"})
    assert (await apply(incubation, one)).status_code == 201


async def test_panel__is_not_who_recorded_the_application(incubation: Incubation, token_for: TokenFor) -> None:
    await activated(incubation)
    same = {"Authorization": f"Bearer {token_for('district_officer', ['3301'], subject='甲')}"}
    applied = await incubation.http.post("/v1/incubatees", json=application(), headers=same)
    refused = await step(incubation, applied.json()["id"], "decision", PANEL, **same)
    assert (refused.status_code, refused.json()["earlier"]) == (403, "application")


async def test_panel__refuses_and_nothing_follows(incubation: Incubation) -> None:
    await activated(incubation)
    incubatee = (await apply(incubation)).json()["id"]
    refused = await taken(incubation, incubatee, "decision", {**PANEL, "outcome": "refused", "in_favour": 1})
    assert (refused["state"], refused["next_steps"]) == ("refused", [])
    for name, body in (("decision", PANEL), ("agreement", AGREEMENT)):
        assert (await step(incubation, incubatee, name, body)).status_code == 409


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"present": 2, "in_favour": 2}, "/present"),
        ({"present": 4, "in_favour": 2}, "/in_favour"),
        ({"in_favour": 6}, "/in_favour"),
        ({"outcome": "refused"}, "/outcome"),
        ({"decided_on": "2026-03-01"}, "/decided_on"),
        ({"decided_on": "2099-01-01"}, "/decided_on"),
        ({"outcome": "perhaps"}, "/outcome"),
    ],
)
async def test_panel__with_bad_values_decides_nothing(
    incubation: Incubation, changes: dict[str, Any], pointer: str
) -> None:
    await activated(incubation)
    incubatee = (await apply(incubation)).json()["id"]
    refused = await step(incubation, incubatee, "decision", {**PANEL, **changes})
    assert (refused.status_code, list(errors(refused))) == (422, [pointer])
    assert (await incubation.get(f"/incubatees/{incubatee}"))["state"] == "applied"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"signed_on": "2026-03-04"}, "/signed_on"),
        ({"starts_on": "2026-03-05"}, "/starts_on"),
        ({"ends_on": "2026-03-10"}, "/ends_on"),
        ({"ends_on": "2029-03-11"}, "/ends_on"),
        ({"area_m2": 0}, "/area_m2"),
        ({"starts_on": "9999-12-30", "ends_on": "9999-12-31"}, "/starts_on"),
    ],
)
async def test_agreement__with_bad_values_is_not_made(
    incubation: Incubation, changes: dict[str, Any], pointer: str
) -> None:
    await activated(incubation)
    incubatee = await admitted(incubation)
    refused = await step(incubation, incubatee, "agreement", {**AGREEMENT, **changes})
    assert (refused.status_code, list(errors(refused))) == (422, [pointer])
    assert await incubation.emitted("incubatee.enrolled") == []
    # The last day that the policy's 36 months allow.
    assert (await step(incubation, incubatee, "agreement", {**AGREEMENT, "ends_on": "2029-03-10"})).status_code == 200


async def test_step__that_is_sent_again_with_its_key_is_taken_once(incubation: Incubation) -> None:
    await activated(incubation)
    incubatee = await admitted(incubation)
    key = {"Idempotency-Key": "agreement-1"}
    first, again = [await step(incubation, incubatee, "agreement", AGREEMENT, **key) for _ in range(2)]
    assert (first.status_code, again.status_code, again.json()) == (200, 200, first.json())
    assert again.headers["ETag"] == first.headers["ETag"]
    assert len(await incubation.emitted("incubatee.enrolled")) == 1
    other = await step(incubation, incubatee, "agreement", AGREEMENT, **{"Idempotency-Key": "agreement-2"})
    assert other.status_code == 409


async def test_agreement__waits_for_a_place_in_a_full_incubator(incubation: Incubation) -> None:
    await activated(incubation, capacity=1)
    first = await entered(incubation)
    second = await admitted(incubation)
    full = await step(incubation, second, "agreement", AGREEMENT)
    assert (full.json()["type"].endswith("incubator-full"), full.json()["inside"]) == (True, 1)
    await taken(incubation, first, "exit", {"cause": "breach", "reason": "违反协议"})
    assert (await step(incubation, second, "agreement", AGREEMENT)).status_code == 200


async def test_agreement__is_extended_within_the_policys_months(incubation: Incubation) -> None:
    await activated(incubation)
    incubatee = await entered(incubation)
    late = await step(incubation, incubatee, "extension", {"ends_on": "2029-03-10", "reason": "项目未结题"})
    assert list(errors(late)) == ["/ends_on"]
    shown = await taken(incubation, incubatee, "extension", {"ends_on": "2029-03-09", "reason": "项目未结题"})
    assert (shown["ends_on"], shown["agreement"]["ends_on"]) == ("2029-03-09", "2028-03-09")
    for sooner in ("2029-03-08", "2029-03-09"):
        again = await step(incubation, incubatee, "extension", {"ends_on": sooner, "reason": "项目提前结题"})
        assert (again.status_code, list(errors(again))) == (422, ["/ends_on"])
    assert (await incubation.get(f"/incubatees/{incubatee}"))["ends_on"] == "2029-03-09"


async def test_incubator__takes_nobody_in_before_it_works_and_is_not_closed_while_somebody_is_in(
    incubation: Incubation,
) -> None:
    await put(incubation)
    early = await apply(incubation)
    assert (early.status_code, early.json()["type"].endswith("incubator-not-open")) == (409, True)
    await activated(incubation)
    incubatee = (await apply(incubation)).json()["id"]
    occupied = await incubation.post(f"/incubators/{CODE}/closing", {"reason": "场地到期"})
    assert (occupied.status_code, occupied.json()["inside"]) == (409, 1)
    await taken(incubation, incubatee, "exit", {"cause": "other", "reason": "孵化器关闭"})
    assert (await incubation.post(f"/incubators/{CODE}/closing", {"reason": "场地到期"})).status_code == 200
    moved = await put(incubation, division="330108")
    assert list(errors(moved)) == ["/division"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"incubator": "NONE"}, "/incubator"),
        ({"name": None}, "/organization"),
        ({"organization": "52330106PDY00001XM"}, "/organization"),
        ({"name": None, "organization": "52330106PDY00001XM"}, "/organization"),
        ({"applied_on": "2099-01-01"}, "/applied_on"),
        # The incubator works since 10 January.
        ({"applied_on": "2026-01-09"}, "/applied_on"),
        ({"purpose": " "}, "/purpose"),
    ],
)
async def test_application__with_bad_values_is_not_recorded(
    incubation: Incubation, changes: dict[str, Any], pointer: str
) -> None:
    await activated(incubation)
    content = {name: value for name, value in (application() | changes).items() if value is not None}
    refused = await incubation.post("/incubatees", content)
    assert (refused.status_code, list(errors(refused))) == (422, [pointer])
    assert (await incubation.get("/incubatees"))["items"] == []


@pytest.mark.parametrize(
    ("change", "rule", "pointer"),
    [
        ({"party_social_workers": 0}, "H6", "/party_social_workers"),
        ({"committee": None}, "H5", "/committee"),
        ({"premises": {"address": "示例路2号", "area_m2": 99}}, "R-incubator-premises", "/premises/area_m2"),
    ],
)
async def test_h5_h6_agreement__waits_until_the_incubator_has_what_it_needs(
    incubation: Incubation, change: dict[str, Any], rule: str, pointer: str
) -> None:
    await activated(incubation)
    await put(incubation, **change)
    incubatee = await admitted(incubation)
    refused = await step(incubation, incubatee, "agreement", AGREEMENT)
    assert (refused.status_code, refused.json()["type"].rsplit(":", 1)[-1]) == (409, "incubator-lacking")
    assert (refused.json()["missing"], list(errors(refused))) == ([rule], [pointer])
    assert (await incubation.get(f"/incubatees/{incubatee}"))["state"] == "admitted"
    await put(incubation)
    assert (await step(incubation, incubatee, "agreement", AGREEMENT)).status_code == 200


async def test_h5_agreement__that_began_while_the_committee_was_there_is_recorded_later(incubation: Incubation) -> None:
    await activated(incubation)
    incubatee = await admitted(incubation)
    await incubation.deliver(committee(sequence=2, until=date(2026, 3, 10)))
    refused = await step(incubation, incubatee, "agreement", AGREEMENT)
    assert refused.json()["missing"] == ["H5"]
    await incubation.deliver(committee(sequence=3, until=date(2026, 3, 11)))
    assert (await step(incubation, incubatee, "agreement", AGREEMENT)).status_code == 200
