"""Checks of lists of organizations: what is stored, opened, emitted, and answered."""

from datetime import date
from uuid import uuid4

import pytest

from shared.field.policies import NoPolicy
from tests.incubation.conftest import CHECKED, Incubation, Organization, thirty_days_on
from tests.registry.helpers import all_items


async def test_check__a_list_is_decided_stored_opened_and_emitted(incubation: Incubation) -> None:
    organizations = [Organization(n) for n in range(1, 5)]
    members = [0, 2, 3, 120]
    await incubation.deliver(*(o.state(m) for o, m in zip(organizations, members, strict=True)))
    outcomes = ["area", "joint", "standalone", "standalone"]
    cases = {case["uscc"]: case for case in await incubation.cases()}
    assert [cases[o.code]["outcome"] for o in organizations] == outcomes
    assert [cases[o.code]["party_organization_kind"] for o in organizations] == ["BRANCH"] * 3 + ["COMMITTEE"]
    assert {case["state"] for case in cases.values()} == {"open"}
    assert {case["due_on"] for case in cases.values()} == {thirty_days_on()}
    emitted = {row["subject"]: row for row in await incubation.emitted(CHECKED)}
    for organization, outcome, count in zip(organizations, outcomes, members, strict=True):
        event = emitted[str(organization.id)]
        answer = await incubation.get("/formation-checks", organization=organization.code)
        data = event["data"]
        assert (event["sequence"], event["key"], event["correlation_id"]) == (1, str(organization.id), "the-chain")
        assert (data["outcome"], data["counted_full_members"], data["policy"]) == (outcome, count, "hz-2013-formation")
        assert (data["id"], data["uscc"], data["division"]) == (answer["id"], organization.code, "330106")
        assert data["reasons"] == [{k: v for k, v in one.items() if k != "text"} for one in answer["reasons"]]
        assert cases[organization.code]["check_id"] == answer["id"]


async def test_check__each_region_by_its_own_policy(incubation: Incubation) -> None:
    hangzhou, shanghai = Organization(1), Organization(2, division="310101")
    counts = {"full_members": 3, "full_members_full_time": 2}
    await incubation.deliver(hangzhou.state(**counts), shanghai.state(**counts))
    found = [await incubation.get("/formation-checks", organization=one.code) for one in (hangzhou, shanghai)]
    assert [(one["outcome"], one["counted_full_members"], one["policy"]) for one in found] == [
        ("standalone", 3, "hz-2013-formation"),
        ("joint", 2, "sh-2015-formation"),
    ]


async def test_check__the_same_organization_twice_in_a_list_is_checked_by_its_newest(incubation: Incubation) -> None:
    organization = Organization(1)
    first, second, third = organization.state(0), organization.state(1), organization.state(3)
    await incubation.deliver(first, third, second)
    [event] = await incubation.emitted(CHECKED)
    assert (event["sequence"], event["data"]["outcome"]) == (1, "standalone")
    assert (await incubation.case(organization))["outcome"] == "standalone"
    assert len((await incubation.get("/formation-checks", organization=organization.code))["items"]) == 1


async def test_check__an_older_sequence_changes_nothing(incubation: Incubation) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(3, sequence=5))
    before = await incubation.case(organization)
    for sequence in (5, 4, 1):
        await incubation.deliver(organization.state(0, sequence=sequence))
    assert await incubation.case(organization) == before
    assert len(await incubation.emitted(CHECKED)) == 1
    [stored] = await incubation.rows("SELECT full_members, sequence, checks FROM organizations")
    assert stored == {"full_members": 3, "sequence": 5, "checks": 1}


async def test_check__events_have_a_gap_free_sequence_per_organization(incubation: Incubation) -> None:
    one, other = Organization(1), Organization(2)
    for members in (0, 1, 3, 3, 2):
        await incubation.deliver(one.state(members))
    await incubation.deliver(other.state(1), one.state(0), one.state(1, sequence=2), other.state(2))
    emitted = await incubation.emitted(CHECKED)
    assert [row["sequence"] for row in emitted if row["subject"] == str(one.id)] == [1, 2, 3, 4, 5, 6]
    assert [row["sequence"] for row in emitted if row["subject"] == str(other.id)] == [1]
    stored = {row["id"]: row["checks"] for row in await incubation.rows("SELECT id, checks FROM organizations")}
    assert stored == {one.id: 6, other.id: 1}


async def test_check__a_failing_list_leaves_nothing(incubation: Incubation) -> None:
    await incubation.change("ALTER TABLE formation_cases ADD CHECK (outcome <> 'joint')")
    with pytest.raises(Exception, match="formation_cases"):
        await incubation.deliver(Organization(1).state(3), Organization(2).state(1))
    assert await incubation.rows("SELECT id FROM organizations UNION ALL SELECT id FROM formation_checks") == []
    assert await incubation.emitted() == []


async def test_checks__answer_has_items_and_the_latest_on_top(incubation: Incubation) -> None:
    organization, other = Organization(1), Organization(2, division="330105")
    await incubation.deliver(organization.state(0), other.state(1))
    await incubation.deliver(organization.state(2))
    await incubation.deliver(organization.state(3))
    by_code = await incubation.get("/formation-checks", organization=organization.code)
    by_id = await incubation.get("/formation-checks", organization=str(organization.id))
    lower = await incubation.get("/formation-checks", organization=organization.code.lower())
    assert by_code == by_id == lower
    assert [item["outcome"] for item in by_code["items"]] == ["standalone", "joint", "area"]
    assert {name: by_code[name] for name in by_code["items"][0]} == by_code["items"][0]
    assert by_code["next_cursor"] is None
    everyone = await incubation.get("/formation-checks")
    assert (len(everyone["items"]), everyone["outcome"]) == (4, None)
    of_district = await incubation.get("/formation-checks", division="330105")
    assert [item["uscc"] for item in of_district["items"]] == [other.code]


async def test_checks__none_yet(incubation: Incubation) -> None:
    for reference in (Organization(1).code, str(uuid4()), "nobody"):
        found = await incubation.get("/formation-checks", organization=reference)
        assert (found["items"], found["next_cursor"], found["outcome"], found["id"]) == ([], None, None, None)


async def test_checks__pages_are_complete_and_without_repeats(incubation: Incubation) -> None:
    await incubation.deliver(*(Organization(n).state(n % 4) for n in range(1, 12)))
    for path in ("/formation-checks", "/formation-cases"):
        items = await all_items(incubation.http, f"/v1{path}", 4, division="3301")
        found = [item["id"] for item in items]
        assert len(found) == len(set(found)) == 11
        assert found == sorted(found, reverse=path == "/formation-checks")
        for query in ({"cursor": "x"}, {"limit": 0}, {"limit": 501}, {"division": "x"}):
            assert (await incubation.http.get(f"/v1{path}", params=query)).status_code == 422


async def test_cases__filters(incubation: Incubation) -> None:
    organizations = [Organization(1), Organization(2), Organization(3, division="330105")]
    await incubation.deliver(*(o.state(o.number) for o in organizations))

    async def ask(**query: str) -> set[int]:
        return {int(case["uscc"][11:16]) for case in await incubation.cases(**query)}

    assert await ask(outcome="joint") == {1, 2}
    assert await ask(outcome="joint", division="330106") == {1, 2}
    assert await ask(division="330105") == {3}
    assert await ask(state="approved") == set()
    assert await ask(organization=organizations[0].code.lower()) == {1}
    assert (await incubation.http.get("/v1/formation-cases", params={"state": "done"})).status_code == 422


async def test_check__a_day_without_policy_says_so(incubation: Incubation) -> None:
    with pytest.raises(NoPolicy):
        incubation.app.state.policies.get("330106", date(2000, 1, 1))
