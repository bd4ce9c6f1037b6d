"""Which cases the registry's events open, bring up to date and close."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.field.working_days import read_working_days
from shared.settings import REPOSITORY_POLICIES
from tests.incubation.conftest import CHECKED, PLANNED, Incubation, Organization, established, thirty_days_on

LONG_AGO = date(2020, 1, 1)
LIST_2027 = """
id: working-days-2027
region: "33"
effective_from: 2026-11-10
source: invented
parameters:
  years: [{year: 2027, rest_days: [2027-01-01]}]
"""


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
    assert (after["id"], after["outcome"], after["due_on"]) == (before["id"], "joint", thirty_days_on())


async def test_case__deferred_stays_deferred_until_the_outcome_changes(incubation: Incubation) -> None:
    organization = Organization(1)
    case = await _aged(incubation, organization, 3)
    await incubation.post(f"/formation-cases/{case['id']}/deferral", {**PLANNED, "note": "筹备中"})
    await incubation.deliver(organization.state(4))
    kept = await incubation.case(organization)
    assert (kept["state"], kept["due_on"], kept["note"]) == ("deferred", LONG_AGO.isoformat(), "筹备中")
    await incubation.deliver(organization.state(1))
    moved = await incubation.case(organization)
    assert (moved["id"], moved["state"], moved["outcome"], moved["due_on"]) == (
        case["id"],
        "open",
        "joint",
        thirty_days_on(),
    )


async def test_case__a_covered_organization_gets_none(incubation: Incubation) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(3))
    await incubation.deliver(established("standalone", organization))
    assert (await incubation.case(organization))["state"] == "closed"
    await incubation.deliver(organization.state(5))
    assert [case["state"] for case in await incubation.cases()] == ["closed"]
    assert len(await incubation.emitted(CHECKED)) == 2, "it is checked all the same"


async def test_case__another_coverage_than_due_opens_another(incubation: Incubation) -> None:
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


async def test_coverage__closes_only_the_case_that_asks_for_it(incubation: Incubation) -> None:
    one, two = Organization(1), Organization(2)
    await incubation.deliver(one.state(2), two.state(0))
    await incubation.deliver(established("joint", one, two), established("functional", one))
    assert {case["uscc"]: case["state"] for case in await incubation.cases()} == {one.code: "closed", two.code: "open"}


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


async def test_d9_due_date__follows_a_list_of_working_days_loaded_for_a_later_year(
    incubation: Incubation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "default").mkdir()
    (tmp_path / "default" / "working_days-2027.yaml").write_text(LIST_2027, encoding="utf-8")
    lists = read_working_days(tmp_path, REPOSITORY_POLICIES)
    incubation.app.state.policies = replace(incubation.app.state.policies, working_days=lists)
    today = datetime(2026, 12, 2, 1, tzinfo=UTC)
    monkeypatch.setattr("services.incubation.formation.actions.utc_now", lambda: today)
    one, elsewhere = Organization(1), Organization(2, division="310101", street=None)
    await incubation.deliver(one.state(3), elsewhere.state(3))
    assert (await incubation.case(one))["due_on"] == "2027-01-04", "a rest day of the list"
    assert (await incubation.case(elsewhere))["due_on"] == "2027-01-01", "of another region, a Friday"
