"""D9: terms end, are extended, corrected and followed; lists, reminders and tasks show it. S31: the share."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.registry.party_organizations.terms import reminder_of
from shared.field.calendar import LIBRARY_ONLY, china_day, months_after
from tests.conftest import TokenFor
from tests.registry.bodies.helpers import pointers
from tests.registry.helpers import code, put, rows
from tests.registry.leaderships.helpers import APPROVED, approve, founded, led, path, report, shown
from tests.registry.party_organizations.helpers import PARTY_EVENTS, deliver, formed

TODAY = china_day(datetime.now(UTC))


async def old(app: FastAPI, client: httpx.AsyncClient, number: int = 1, **changes: Any) -> str:
    """A branch since 2018."""
    organization = (await put(client, code(number), registered_on="2017-01-01")).json()["id"]
    event = formed(organization, formed_on=date(2018, 1, 10), **changes)
    await deliver(app, event)
    return str(event.data.party_organization_id)


async def ending(app: FastAPI, client: httpx.AsyncClient, ends_on: date, number: int = 1, **more: Any) -> str:
    """A branch whose term of three years ends on a day."""
    party = await old(app, client, number)
    since = months_after(ends_on, -36)
    assert months_after(since, 36) == ends_on
    await led(client, party, {"held_on": since.isoformat(), **more}, approved_on=since.isoformat())
    return party


def day(months: int, days: int = 0) -> date:
    """Some months and days from today."""
    return months_after(TODAY, months) + timedelta(days=days)


async def listed(client: httpx.AsyncClient, **query: str) -> set[str]:
    """The ids of a list's Party organizations."""
    response = await client.get("/v1/party-organizations", params=query)
    assert response.status_code == 200, response.text
    return {one["id"] for one in response.json()["items"]}


async def test_d9_a_new_leadership_begins_the_next_term(app: FastAPI, client: httpx.AsyncClient) -> None:
    party = await old(app, client)
    await led(client, party, {"held_on": "2021-03-01"}, approved_on="2021-03-10")
    assert (await shown(client, party))["term"]["overdue"] is True
    second = await led(client, party, {"held_on": "2024-02-20", "secretary_is_head": False}, approved_on="2024-03-01")
    assert (second["number"], second["term"], second["followed_on"]) == (
        2,
        {"since": "2024-03-01", "ends_on": "2027-03-01"},
        None,
    )
    after = await shown(client, party)
    assert (after["term"]["since"], after["secretary_is_head"], after["version"]) == ("2024-03-01", False, 3)
    first = (await client.get(path(party, "/1"))).json()
    assert (first["term"]["ends_on"], first["followed_on"]) == ("2024-03-10", "2024-03-01")


async def test_d9_a_term_recorded_late_stays_behind_the_present_one(app: FastAPI, client: httpx.AsyncClient) -> None:
    party = await old(app, client)
    await led(client, party, {"held_on": "2024-02-20"}, approved_on="2024-03-01")
    earlier = await led(client, party, {"held_on": "2021-03-01", "secretary_is_head": False}, approved_on="2021-03-10")
    assert earlier["followed_on"] == "2024-03-01"
    after = await shown(client, party)
    assert (after["term"]["since"], after["secretary_is_head"], after["version"]) == ("2024-03-01", True, 2)
    assert len(await rows(app, PARTY_EVENTS)) == 2, "what is past is no news"


async def test_d9_an_extension_puts_off_the_next_election(app: FastAPI, client: httpx.AsyncClient) -> None:
    party = await old(app, client)
    await led(client, party, {"held_on": "2021-03-01"}, approved_on="2021-03-10")
    await led(client, party, {"held_on": "2024-02-20"}, approved_on="2024-03-01")
    wanted = {
        "until": "2027-09-01",
        "approved_on": "2026-05-01",
        "approval_number": "杭两新〔2026〕9号",
        "reason": "机构调整",
    }
    past = await client.post(path(party, "/1/extension"), json=wanted)
    assert (past.status_code, past.json()["type"]) == (409, "urn:shuangfu:problem:term-followed")
    answered = await client.post(path(party, "/2/extension"), json=wanted)
    assert answered.status_code == 200, answered.text
    assert answered.json()["extension"] == {"usual_end": "2027-03-01", **wanted}
    assert answered.json()["reasons"][-1]["outcome"] == "extended"
    assert (await shown(client, party))["term"]["ends_on"] == "2027-09-01"
    assert (await rows(app, PARTY_EVENTS))[-1]["data"]["term"]["ends_on"] == "2027-09-01"
    again = await client.post(path(party, "/2/extension"), json={**wanted, "until": "2028-03-02"})
    assert pointers(again) == ["/until"], "a year from the usual end, in all"


async def test_d9_a_correction_moves_the_term_and_says_what_was_before(app: FastAPI, client: httpx.AsyncClient) -> None:
    party = await old(app, client)
    await led(client, party, {"held_on": "2024-02-20"}, approved_on="2024-03-01")
    wrong = {"approved_on": "2024-02-19", "reason": "误录"}
    assert pointers(await client.post(path(party, "/1/correction"), json=wrong)) == ["/approved_on"]
    fixed = {"approved_on": "2024-03-11", "present": 3, "due": 3, "secretary_is_head": False, "reason": "误录"}
    assert pointers(await client.post(path(party, "/1/correction"), json={**fixed, "present": 4})) == ["/present"]
    answered = await client.post(path(party, "/1/correction"), json=fixed)
    assert answered.status_code == 200, answered.text
    one = answered.json()
    assert (one["due"], one["present"], one["approval"]["approved_on"]) == (3, 3, "2024-03-11")
    assert one["term"] == {"since": "2024-03-11", "ends_on": "2027-03-11"}
    corrected = next(reason for reason in one["reasons"] if reason["outcome"] == "corrected")
    assert corrected["facts"]["before"]["approved_on"] == "2024-03-01"
    assert [(step["step"], step["note"]) for step in one["history"]][-1] == ("correction", "误录")
    after = await shown(client, party)
    assert (after["term"]["ends_on"], after["secretary_is_head"]) == ("2027-03-11", False)


async def test_d9_an_extension_outlives_a_correction_of_the_day(app: FastAPI, client: httpx.AsyncClient) -> None:
    party = await old(app, client)
    await led(client, party, {"held_on": "2024-02-20"}, approved_on="2024-03-01")
    extension = {"until": "2027-09-01", "approved_on": "2026-05-01", "approval_number": "9号", "reason": "机构调整"}
    assert (await client.post(path(party, "/1/extension"), json=extension)).status_code == 200
    fixed = await client.post(path(party, "/1/correction"), json={"approved_on": "2024-03-05", "reason": "误录"})
    assert fixed.json()["term"] == {"since": "2024-03-05", "ends_on": "2027-09-01"}
    assert fixed.json()["extension"]["usual_end"] == "2027-03-05"


async def test_d9_only_an_approved_one_is_corrected_or_extended(app: FastAPI, client: httpx.AsyncClient) -> None:
    party = await founded(app, client)
    await report(client, party)
    for step, body in (
        ("correction", {"reason": "误录"}),
        ("extension", {"until": "2030-01-01", "approved_on": "2026-05-01", "approval_number": "9号", "reason": "调整"}),
    ):
        assert (await client.post(path(party, f"/1/{step}"), json=body)).status_code == 409


@pytest.mark.parametrize(
    ("days", "reached"),
    [(-1, None), (0, 1), (30, 1), (31, 3), (92, 3), (93, 6), (183, 6), (184, None)],
)
def test_d9_reminders_come_six_three_and_one_month_before_the_end(days: int, reached: int | None) -> None:
    today = date(2026, 6, 1)
    assert reminder_of(today + timedelta(days=days), (6, 3, 1), today) == reached


async def test_d9_lists_show_terms_that_end_and_that_are_over(app: FastAPI, client: httpx.AsyncClient) -> None:
    over = await ending(app, client, day(0, -1), 1)
    last_day = await ending(app, client, TODAY, 2)
    soon = await ending(app, client, day(6), 3)
    later = await ending(app, client, day(6, 2), 4)
    unknown = await old(app, client, 5)
    everybody = {over, last_day, soon, later, unknown}
    assert await listed(client, state="founding") == {unknown}
    assert await listed(client, state="active") == everybody - {unknown}
    assert await listed(client, term="overdue") == {over}
    assert await listed(client, term="running") == {last_day, soon, later}
    assert await listed(client, term="ending") == {last_day, soon}
    assert await listed(client, term="none") == set(), "one that is being founded has no term yet"
    assert await listed(client, ends_within_months="0") == {over, last_day}
    assert await listed(client, ends_within_months="6") == {over, last_day, soon}
    assert (await shown(client, over))["term"] | {"since": ""} == {
        "since": "",
        "ends_on": day(0, -1).isoformat(),
        "overdue": True,
        "reminder": None,
    }
    assert [(await shown(client, one))["term"]["reminder"] for one in (last_day, soon, later)] == [1, 6, None]


async def test_d9_those_from_before_are_active_and_their_term_is_not_known(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    party = await old(app, client)
    async with app.state.worker_database.transaction() as tx:
        await tx.driver.execute("UPDATE party_organizations SET state = DEFAULT")
    seen = await shown(client, party)
    assert (seen["state"], seen["term"], seen["secretary_is_head"]) == ("active", None, None)
    assert await listed(client, term="none") == {party}
    tasks = (await client.get("/v1/tasks")).json()["items"]
    assert [one for one in tasks if one["kind"].startswith("leadership.")] == [], (
        "nobody is called overdue of whom nothing is known"
    )


async def tasks(client: httpx.AsyncClient, kind: str, token: str | None = None, **query: str) -> list[dict[str, Any]]:
    """What waits."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    response = await client.get("/v1/tasks", params={"kind": f"leadership.{kind}", **query}, headers=headers)
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["items"]
    return found


async def test_d9_tasks_lead_from_the_founding_to_the_next_election(
    app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    party = await founded(app, client)
    [first] = await tasks(client, "first_election")
    assert (first["subject"]["id"], first["due_on"], first["overdue"]) == (party, "2026-06-08", True)
    assert first["waits_for"] == "street_officer"
    await report(client, party)
    assert await tasks(client, "first_election") == []
    [approval] = await tasks(client, "approval")
    assert (approval["subject"]["id"], approval["overdue"]) == (party, False)
    assert approval["due_on"] == LIBRARY_ONLY.due_date(TODAY, 30).isoformat()
    reporter = token_for("district_officer", subject="tester")
    assert await tasks(client, "approval", reporter, mine="true") == [], "who reported does not approve"
    assert len(await tasks(client, "approval", token_for("district_officer", subject="other"), mine="true")) == 1
    await approve(client, party)
    assert await tasks(client, "approval") == []
    assert await tasks(client, "next_election") == []


@pytest.mark.parametrize(("months", "days"), [(6, 0), (3, 0), (1, 0), (0, -1)])
async def test_d9_the_next_elections_task_comes_with_each_reminder_and_is_overdue_after_the_end(
    app: FastAPI, client: httpx.AsyncClient, months: int, days: int
) -> None:
    party = await ending(app, client, day(months, days))
    await ending(app, client, day(6, 2), 2)
    [task] = await tasks(client, "next_election")
    assert (task["subject"]["id"], task["due_on"]) == (party, day(months, days).isoformat())
    assert task["overdue"] is (days < 0)
    since = datetime.fromisoformat(task["since"])
    expected = months_after(day(months, days), -1 if days < 0 else -months)
    assert china_day(since) == expected, "since the reminder that was reached last"
    await report(client, party, held_on=TODAY.isoformat())
    assert await tasks(client, "next_election") == [], "its report waits instead"


async def test_s31_the_share_of_secretaries_who_head_the_organization(app: FastAPI, client: httpx.AsyncClient) -> None:
    for number, head in ((1, True), (2, True), (3, False), (4, None)):
        party = await founded(app, client, number)
        await led(client, party, {"secretary_is_head": head})
    await founded(app, client, 5)
    answered = await client.get("/v1/leadership-report", params={"division": "3301"})
    assert answered.status_code == 200, answered.text
    assert answered.json() == {
        "division": "3301",
        "party_organizations": 5,
        "founding": 1,
        "active": 4,
        "terms": {"none": 0, "running": 4, "ending": 0, "overdue": 0},
        "secretaries_known": 3,
        "secretaries_are_heads": 2,
        "secretaries_are_heads_bp": 6667,
        "show_from": None,
    }
    nobody = (await client.get("/v1/leadership-report", params={"division": "31"})).json()
    assert (nobody["secretaries_known"], nobody["secretaries_are_heads_bp"]) == (0, None)


MEMBERS: dict[str, Any] = {
    "full_members_full_time": 2,
    "full_members_full_or_part_time": 3,
    "full_members": 4,
    "probationary_members": 1,
    "affiliated": {"organization": 3, "territory": 1, "former_unit": 1},
    "party_groups": 2,
}


async def test_d7_a_report_states_members_in_three_counts_and_where_their_affiliations_lie(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    party = await founded(app, client)
    for wrong in (
        {"full_members_full_time": 4},
        {"full_members_full_or_part_time": 5},
        {"affiliated": {"organization": 4}},
        {"affiliated": {"organization": 6}},
    ):
        assert pointers(await report(client, party, membership=MEMBERS | wrong)) == ["/membership"], wrong
    assert pointers(await report(client, party, membership=MEMBERS | {"names": ["甲"]})) == ["/membership/names"]
    assert (await report(client, party, membership=MEMBERS)).json()["membership"] == MEMBERS
    assert (await approve(client, party, **APPROVED)).status_code == 200
