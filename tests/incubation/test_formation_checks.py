"""Checks of lists of organizations: what is stored, opened, emitted, and answered."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from shared.field.calendar import china_day, due_date
from shared.field.policies import NoPolicy
from tests.incubation.conftest import Incubation, Organization, dissolved, established
from tests.registry.helpers import all_items

CHECKED = "formation_check.completed"


def due() -> str:
    """Thirty days from now, in China (every policy's case_due_days), and on to a working day."""
    return due_date(china_day(datetime.now(UTC)), 30).isoformat()


async def test_check__a_list_is_decided_stored_opened_and_told(incubation: Incubation) -> None:
    organizations = [Organization(n) for n in range(1, 5)]
    members = [0, 2, 3, 120]
    await incubation.deliver(*(o.state(m) for o, m in zip(organizations, members, strict=True)))
    outcomes = ["area", "joint", "standalone", "standalone"]
    cases = {case["uscc"]: case for case in await incubation.cases()}
    assert [cases[o.code]["outcome"] for o in organizations] == outcomes
    assert [cases[o.code]["party_organization_kind"] for o in organizations] == ["BRANCH"] * 3 + ["COMMITTEE"]
    assert {case["state"] for case in cases.values()} == {"open"}
    assert {case["due_on"] for case in cases.values()} == {due()}
    told = {row["subject"]: row for row in await incubation.told(CHECKED)}
    for organization, outcome, count in zip(organizations, outcomes, members, strict=True):
        event = told[str(organization.id)]
        answer = await incubation.get("/formation-checks", organization=organization.code)
        data = event["data"]
        assert (event["sequence"], event["key"], event["correlation_id"]) == (1, str(organization.id), "the-chain")
        assert (data["outcome"], data["counted_full_members"], data["policy"]) == (outcome, count, "hz-2013-formation")
        assert (data["id"], data["uscc"], data["division"]) == (answer["id"], organization.code, "330106")
        assert data["reasons"] == answer["reasons"]
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
    [event] = await incubation.told(CHECKED)
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
    assert len(await incubation.told(CHECKED)) == 1
    [stored] = await incubation.rows("SELECT full_members, sequence, checks FROM organizations")
    assert stored == {"full_members": 3, "sequence": 5, "checks": 1}


async def test_check__events_have_a_gap_free_sequence_per_organization(incubation: Incubation) -> None:
    one, other = Organization(1), Organization(2)
    for members in (0, 1, 3, 3, 2):
        await incubation.deliver(one.state(members))
    await incubation.deliver(other.state(1), one.state(0), one.state(1, sequence=2), other.state(2))
    told = await incubation.told(CHECKED)
    assert [row["sequence"] for row in told if row["subject"] == str(one.id)] == [1, 2, 3, 4, 5, 6]
    assert [row["sequence"] for row in told if row["subject"] == str(other.id)] == [1]
    stored = {row["id"]: row["checks"] for row in await incubation.rows("SELECT id, checks FROM organizations")}
    assert stored == {one.id: 6, other.id: 1}


async def test_check__a_failing_list_leaves_nothing(incubation: Incubation) -> None:
    await incubation.change("ALTER TABLE formation_cases ADD CHECK (outcome <> 'joint')")
    with pytest.raises(Exception, match="formation_cases"):
        await incubation.deliver(Organization(1).state(3), Organization(2).state(1))
    assert await incubation.rows("SELECT id FROM organizations UNION ALL SELECT id FROM formation_checks") == []
    assert await incubation.told() == []


LONG_AGO = date(2020, 1, 1)


async def _aged(incubation: Incubation, organization: Organization, members: int) -> dict[str, Any]:
    """A case of an organization, as if it was opened long ago."""
    await incubation.deliver(organization.state(members))
    await incubation.execute("UPDATE formation_cases SET due_on = :day", day=LONG_AGO)
    return await incubation.case(organization)


async def test_case__the_same_outcome_keeps_the_case_and_its_deadline(incubation: Incubation) -> None:
    organization = Organization(1)
    before = await _aged(incubation, organization, 3)
    await incubation.deliver(organization.state(60, name="更名中心", street="文新街道"))
    after = await incubation.case(organization)
    assert (after["id"], after["due_on"], after["state"]) == (before["id"], LONG_AGO.isoformat(), "open")
    assert (after["name"], after["street"], after["party_organization_kind"]) == ("更名中心", "文新街道", "GENERAL")
    assert after["version"] == before["version"] + 1
    assert after["check_id"] != before["check_id"]


async def test_case__a_changed_outcome_moves_it_and_its_deadline(incubation: Incubation) -> None:
    organization = Organization(1)
    before = await _aged(incubation, organization, 0)
    await incubation.deliver(organization.state(2))
    after = await incubation.case(organization)
    assert (after["id"], after["outcome"], after["due_on"]) == (before["id"], "joint", due())


@pytest.mark.parametrize(
    ("today", "due_on"),
    [
        (datetime(2026, 8, 31, 15, 59, tzinfo=UTC), date(2026, 9, 30)),
        (datetime(2026, 8, 31, 16, tzinfo=UTC), date(2026, 10, 8)),
        (datetime(2098, 12, 4, 1, tzinfo=UTC), date(2099, 1, 5)),
    ],
    ids=["a working day", "National Day, after midnight in China", "a Saturday of a year without a list of holidays"],
)
async def test_d9_due_date__moves_past_rest_days(
    incubation: Incubation, monkeypatch: pytest.MonkeyPatch, today: datetime, due_on: date
) -> None:
    monkeypatch.setattr("services.incubation.formation.actions.utc_now", lambda: today)
    organization = Organization(1)
    await incubation.deliver(organization.state(3))
    assert (await incubation.case(organization))["due_on"] == due_on.isoformat()


async def test_case__deferred_stays_deferred_until_the_outcome_changes(incubation: Incubation) -> None:
    organization = Organization(1)
    case = await _aged(incubation, organization, 3)
    await incubation.post(f"/formation-cases/{case['id']}/deferral", {"note": "筹备中", "until": "2027-01-01"})
    await incubation.deliver(organization.state(4))
    kept = await incubation.case(organization)
    assert (kept["state"], kept["due_on"], kept["note"]) == ("deferred", LONG_AGO.isoformat(), "筹备中")
    await incubation.deliver(organization.state(1))
    moved = await incubation.case(organization)
    assert (moved["id"], moved["state"], moved["outcome"], moved["due_on"]) == (case["id"], "open", "joint", due())


async def test_case__a_covered_organization_gets_none(incubation: Incubation) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(3))
    await incubation.deliver(established("standalone", organization))
    assert (await incubation.case(organization))["state"] == "closed"
    await incubation.deliver(organization.state(5))
    assert [case["state"] for case in await incubation.cases()] == ["closed"]
    assert len(await incubation.told(CHECKED)) == 2, "it is checked all the same"


async def test_case__another_coverage_than_due_opens_one_anew(incubation: Incubation) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(2), established("joint", organization))
    await incubation.deliver(organization.state(4))
    open_ones = await incubation.cases(state="open")
    assert [(case["uscc"], case["outcome"]) for case in open_ones] == [(organization.code, "standalone")]
    # It falls back before anybody decided: what it has is what it is due.
    await incubation.deliver(organization.state(2))
    assert await incubation.cases(state="open") == []


async def test_case__an_ended_organization_owes_nothing(incubation: Incubation) -> None:
    ended, other = Organization(1), Organization(2)
    await incubation.deliver(ended.state(3), other.state(3))
    await incubation.deliver(ended.ended())
    assert {case["uscc"]: case["state"] for case in await incubation.cases()} == {
        ended.code: "closed",
        other.code: "open",
    }
    await incubation.deliver(Organization(9).ended())  # never heard of: registered and ended elsewhere
    await incubation.deliver(ended.state(3))  # it comes back
    assert [case["state"] for case in await incubation.cases(organization=ended.code)] == ["closed", "open"]


async def test_case__an_older_end_changes_nothing(incubation: Incubation) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(3, sequence=1), organization.state(3, sequence=3))
    await incubation.deliver(organization.ended(sequence=2))
    assert (await incubation.case(organization))["state"] == "open"
    [stored] = await incubation.rows("SELECT status, sequence FROM organizations")
    assert stored == {"status": "registered", "sequence": 3}


async def test_coverage__follows_the_registry(incubation: Incubation) -> None:
    one, two = Organization(1), Organization(2)
    await incubation.deliver(one.state(2), two.state(2))
    joint = established("joint", one, two)
    party = joint.data.id

    async def coverage() -> list[tuple[str, Any]]:
        found = await incubation.rows("SELECT coverage, covered_by FROM organizations ORDER BY uscc")
        return [(row["coverage"], row["covered_by"]) for row in found]

    await incubation.deliver(joint)
    assert await coverage() == [("joint", party)] * 2
    assert {case["state"] for case in await incubation.cases()} == {"closed"}
    await incubation.deliver(established("joint", two, party=party, sequence=2))
    assert await coverage() == [("uncovered", None), ("joint", party)]
    await incubation.deliver(established("joint", one, two, party=party, sequence=1))
    assert await coverage() == [("uncovered", None), ("joint", party)], "an older sequence is ignored"
    await incubation.deliver(
        established("joint", one, party=party, sequence=4), established("joint", two, party=party, sequence=3)
    )
    assert await coverage() == [("joint", party), ("uncovered", None)], "the newest of a list counts"
    await incubation.deliver(dissolved(party, sequence=5))
    assert await coverage() == [("uncovered", None)] * 2
    await incubation.deliver(established("joint", one, party=party, sequence=4))
    assert await coverage() == [("uncovered", None)] * 2


async def test_coverage__closes_only_the_case_that_asks_for_it(incubation: Incubation) -> None:
    one, two = Organization(1), Organization(2)
    await incubation.deliver(one.state(2), two.state(0))
    await incubation.deliver(established("joint", one, two), established("functional", one))
    assert {case["uscc"]: case["state"] for case in await incubation.cases()} == {one.code: "closed", two.code: "open"}


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
