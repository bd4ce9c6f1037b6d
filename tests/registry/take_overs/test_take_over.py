"""Take-over: Party organizations that exist already come in with their past days, each row as it is or not at all."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from shared.field.calendar import china_day
from tests.registry.bodies.helpers import body, record, record_hangzhou
from tests.registry.helpers import code, put, rows
from tests.registry.imports.helpers import counts, import_file
from tests.registry.leaderships.helpers import led
from tests.registry.party_organizations.affiliation.helpers import periods
from tests.registry.party_organizations.helpers import (
    PARTY_EVENTS,
    coverage_by_number,
    deliver,
    emitted,
    formed,
    organizations,
)
from tests.registry.take_overs.helpers import parties, refusals, register, row, take

TODAY = china_day(datetime.now(UTC))


async def test_d9_what_exists_already_comes_in_with_its_past_days(app: FastAPI, client: httpx.AsyncClient) -> None:
    await record_hangzhou(client)
    await register(client, 1)
    found = await take(app, client, row(founding_form="单位内组建", secretary_is_head="是"))
    assert found["counts"] == counts(total=1, created=1), await refusals(client, found)
    [party] = await parties(client)
    assert (party["established_on"], party["state"], party["taken_over"]) == ("2018-05-04", "active", True)
    assert (party["founding_number"], party["founding_form"]) == ("杭两新〔2018〕1号", "in_unit")
    assert party["covers"] == [{"organization_id": party["covers"][0]["organization_id"], "uscc": code(1)} | SINCE]
    assert (party["term"]["since"], party["term"]["ends_on"]) == ("2024-05-01", "2027-05-01")
    assert party["term"]["overdue"] is (date(2027, 5, 1) < TODAY)
    assert party["secretary_is_head"] is True
    assert await periods(client, party["id"]) == [("CUIYUAN", "2018-05-04", None)], "by default, since its founding"
    assert await coverage_by_number(client, [1]) == ["standalone"]
    [event] = await rows(app, PARTY_EVENTS)
    assert (event["type"], event["sequence"]) == ("shuangfu.registry.party_organization.established.v1", 1)
    data = event["data"]
    assert (data["established_on"], data["state"], data["taken_over"]) == ("2018-05-04", "active", True)
    assert data["term"] == {"since": "2024-05-01", "ends_on": "2027-05-01"}
    assert data["affiliation"]["since"] == "2018-05-04"
    [leadership] = (await client.get(f"/v1/party-organizations/{party['id']}/leadership")).json()["items"]
    assert (leadership["held_on"], leadership["approval"]["approval_number"]) == ("2024-04-20", "杭两新〔2024〕1号")
    assert [step["step"] for step in leadership["history"]] == ["take_over"]


FROM_2019 = {"from": "2019-01-01"}
SINCE = {"since": "2018-05-04"}


async def test_d9_the_same_file_twice_changes_nothing(app: FastAPI, client: httpx.AsyncClient) -> None:
    await register(client, 1, 2, 3)
    joint = row(2, form="联合", covers=f"{code(2)}、{code(3)}", elected_on=None, approved_on=None, approval_number=None)
    assert (await take(app, client, row(1), joint))["counts"] == counts(total=2, created=2)
    before, sent = await parties(client), await emitted(app)
    again = await take(app, client, row(1), joint)
    assert again["counts"] == counts(total=2, same=2), await refusals(client, again)
    assert (await parties(client), await emitted(app)) == (before, sent)


async def test_d9_the_same_file_is_the_same_after_the_next_election_and_a_new_affiliation(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await record_hangzhou(client)
    await register(client, 1)
    await take(app, client, row(1, body="XIHU"))
    [party] = await parties(client)
    await led(client, party["id"], {"held_on": "2026-04-01"}, approved_on="2026-04-10")
    moved = {"body": "CITY", "kind": "other", "from": "2026-01-01"}
    assert (await client.put(f"/v1/party-organizations/{party['id']}/affiliation", json=moved)).status_code == 200
    found = await take(app, client, row(1, body="XIHU"))
    assert found["counts"] == counts(total=1, same=1), await refusals(client, found)
    assert (await parties(client))[0]["term"]["since"] == "2026-04-10"


async def test_d9_a_later_file_adds_the_last_election(app: FastAPI, client: httpx.AsyncClient) -> None:
    await register(client, 1)
    without = row(1, elected_on=None, approved_on=None, approval_number=None)
    await take(app, client, without)
    assert (await parties(client))[0]["term"] is None
    found = await take(app, client, row(1))
    assert found["counts"] == counts(total=1, changed=1), await refusals(client, found)
    assert (await parties(client))[0]["term"]["since"] == "2024-05-01"
    assert [kind for kind, *_ in await emitted(app)] == ["established", "changed"]
    clash = await take(app, client, row(1, elected_on="2024-04-25"))
    assert [field for _, field, _ in await refusals(client, clash)] == ["elected_on"], "two terms began on one day"


async def test_d9_a_term_begins_with_the_election_where_the_approval_is_not_known(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await register(client, 1)
    await take(app, client, row(1, approved_on=None, approval_number=None))
    [party] = await parties(client)
    assert (party["term"]["since"], party["term"]["ends_on"]) == ("2024-04-20", "2027-04-20")
    [leadership] = (await client.get(f"/v1/party-organizations/{party['id']}/leadership")).json()["items"]
    assert leadership["approval"]["approval_number"] is None
    assert leadership["reasons"][0]["facts"]["approved_on"] is None


async def test_d9_nobody_is_covered_before_it_was_registered(app: FastAPI, client: httpx.AsyncClient) -> None:
    await register(client, 1)
    await put(client, code(2), registered_on="2020-02-02")
    await take(app, client, row(1, form="联合", covers=f"{code(1)} {code(2)}"))
    [party] = await parties(client)
    since = {cover["uscc"]: cover["since"] for cover in party["covers"]}
    assert since == {code(1): "2018-05-04", code(2): "2020-02-02"}


async def test_d9_the_body_that_is_given_is_what_it_belongs_to_since_both_exist(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await record_hangzhou(client)
    await record(
        client,
        UNIT=body("市示例局党组织", kind="department_party_organization", level="city", division="330100", **FROM_2019),
    )
    await register(client, 1, 2)
    await take(app, client, row(1, body="UNIT"), row(2, body="XIHU", affiliation_kind="挂靠"))
    one, two = await parties(client)
    assert await periods(client, one["id"]) == [("UNIT", "2019-01-01", None)]
    assert (one["affiliation"]["kind"], two["affiliation"]["kind"]) == ("competent_unit", "host")
    unknown = await take(app, client, row(3, body="NOBODY", covers=code(1)))
    assert {field for _, field, _ in await refusals(client, unknown)} == {"body", "covers"}, "every fault at once"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"covers": code(9)}, "covers"),
        ({"covers": code(2)}, "covers"),
        ({"covers": code(3)}, "covers"),
        ({"covers": f"{code(1)},{code(4)}"}, "covers"),
        ({"division": "330105"}, "division"),
        ({"established_on": (TODAY + timedelta(days=1)).isoformat()}, "established_on"),
        ({"elected_on": "2018-05-03"}, "elected_on"),
        ({"approved_on": "2024-04-19"}, "approved_on"),
        ({"elected_on": None}, "elected_on"),
        ({"approved_on": TODAY.isoformat()}, "approved_on"),
        ({"elected_on": TODAY.isoformat(), "approved_on": None, "approval_number": None}, "elected_on"),
        ({"form": "临时"}, "elected_on"),
        ({"affiliation_kind": "属地"}, "body"),
        ({"due": 4, "present": 4}, "candidates"),
        ({"kind": "小组"}, "kind"),
        ({"form": "功能型"}, "form"),
        ({"covers": "无"}, "covers"),
    ],
)
async def test_d9_what_cannot_be_is_refused_with_its_cell(
    app: FastAPI, client: httpx.AsyncClient, changes: dict[str, Any], field: str
) -> None:
    """1 is free, 2 is covered by a branch that incubation formed, 3 has ended, 4 is free; 9 was never registered."""
    await register(client, 4)
    ids = await organizations(client, 3)
    await deliver(app, formed(ids[1]))
    await put(client, code(3), status="deregistered", as_of="2026-04-01T00:00:00Z")
    before = await emitted(app)
    found = await take(app, client, row(1, **changes))
    assert found["counts"] == counts(total=1, refused=1)
    assert field in [where for _, where, _ in await refusals(client, found)]
    assert await emitted(app) == before


async def test_d9_what_contradicts_the_stored_one_is_refused_with_what_is_stored(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await register(client, 1, 2)
    await take(app, client, row(1))
    for changes, field, stored in (
        ({"kind": "党总支"}, "kind", "BRANCH"),
        ({"established_on": "2018-05-05"}, "established_on", "4 May 2018"),
        ({"founding_number": "别的"}, "founding_number", "杭两新〔2018〕1号"),
        ({"covers": code(2)}, "covers", code(2)),
    ):
        found = await take(app, client, row(1, **changes))
        [(_, where, sentence)] = await refusals(client, found)
        assert (where, stored in sentence) == (field, True), sentence


async def test_d9_an_organization_is_taken_over_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    await register(client, 1)
    found = await take(app, client, row(1), row(2, covers=code(1)))
    assert found["counts"] == counts(total=2, created=1, refused=1)
    [(line, field, sentence)] = await refusals(client, found)
    assert (line, field) == (2, "covers")
    assert "中共示例组织1支部" in sentence


async def test_d9_a_dry_run_says_the_same_and_writes_nothing(app: FastAPI, client: httpx.AsyncClient) -> None:
    await register(client, 1)
    found = await take(app, client, row(1), row(2, covers=code(9)), dry_run="true")
    assert found["counts"] == counts(total=2, created=1, refused=1)
    assert (await parties(client), await emitted(app)) == ([], [])
    assert await coverage_by_number(client, [1]) == ["uncovered"]


async def test_d9_who_does_not_reach_an_organization_does_not_take_over_what_covers_it(
    app: FastAPI, client: httpx.AsyncClient, token_for: Any
) -> None:
    await register(client, 1)
    await put(client, code(2), division="310101", street="示例街道")
    registrar = {"Authorization": f"Bearer {token_for('registrar', divisions=['3301'], subject='clerk')}"}
    client.headers.update(registrar)
    found = await take(app, client, row(1, form="联合", covers=f"{code(1)}、{code(2)}"))
    assert [(field, code(2) in told) for _, field, told in await refusals(client, found)] == [("covers", True)]


async def test_d9_a_take_over_asks_for_its_permission(client: httpx.AsyncClient, token_for: Any) -> None:
    sender = {"Authorization": f"Bearer {token_for('integration_client', subject='system')}"}
    answered = await client.post(
        "/v1/imports",
        files={"file": ("a.ndjson", b"{}")},
        data={"subject": "party_organizations"},
        headers=sender,
    )
    assert answered.status_code == 403


async def test_d9_the_template_of_a_take_over_comes_in(app: FastAPI, client: httpx.AsyncClient) -> None:
    template = await client.get("/v1/imports/template.xlsx", params={"subject": "party_organizations"})
    assert template.status_code == 200
    found = await import_file(app, client, template.content, "a.xlsx", subject="party_organizations")
    assert (found["counts"]["total"], found["counts"]["refused"]) == (1, 1), "its organization is invented"
    assert {field for _, field, _ in await refusals(client, found)} == {"covers"}


async def test_d8_structure_says_what_it_is_by_the_forms_code(app: FastAPI, client: httpx.AsyncClient) -> None:
    await register(client, 1, 2, 3, 4, 5)
    plain = {"elected_on": None, "approved_on": None, "approval_number": None}
    await take(
        app,
        client,
        row(1, **plain),
        row(2, form="联合", **plain),
        row(3, form="临时", **plain),
        row(4, kind="党总支", **plain),
        row(5, kind="党委", form="联合", **plain),
    )
    assert [one["structure"] for one in await parties(client)] == [
        "branch",
        "joint_branch",
        "temporary_branch",
        "general_branch",
        "joint_committee",
    ]


async def test_take_over__takes_the_forms_day_as_any_file_does(app: FastAPI, client: httpx.AsyncClient) -> None:
    """`as_of` is no column of this form: it says of when the file is, and refuses no row."""
    await register(client, 1)
    found = await take(app, client, row(1), as_of="2026-03-02")
    assert found["counts"] == counts(total=1, created=1)


async def test_d9_years_and_a_founding_that_are_refused_elsewhere_are_refused_in_a_file(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await register(client, 1, 2, 3)
    early = {"established_on": "2014-12-31"}
    made = [row(1, term_years=5), row(2, **early), row(3, form="联合", covers=f"{code(2)} {code(3)}", **early)]
    found = await take(app, client, *made)
    told = {(number, field): sentence for number, field, sentence in await refusals(client, found)}
    assert set(told) == {(1, "term_years"), (2, "established_on")}, "a joint one may be older than whom it covers"
    assert "A term has" in told[1, "term_years"]
    assert "The day of the founding must not be before" in told[2, "established_on"]
    assert [one["name"] for one in await parties(client)] == ["中共示例组织3支部"]


async def test_d9_a_founding_that_was_approved_before_is_not_approved_again(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await record_hangzhou(client)
    await register(client, 1, 2)
    await take(app, client, row(1), row(2, founding_number=None))
    asked = [{"kind": "founding_approval", "subject": one["id"]} for one in await parties(client)]
    refused, drafted = [await client.post("/v1/documents", json=one) for one in asked]
    assert (refused.status_code, "杭两新〔2018〕1号" in refused.json()["detail"]) == (409, True)
    assert drafted.status_code == 201, "whose approval no file named"


async def test_d9_an_election_against_the_order_of_those_known_is_refused(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await register(client, 1)
    await take(app, client, row(1))
    for elected, approved, wrong in (
        ("2024-04-10", "2024-06-01", True),  # held before the one known, approved after it
        ("2024-04-25", "2024-04-30", True),  # held after it, approved before it
        ("2021-04-10", "2021-05-01", False),
        ("2025-04-10", "2025-05-01", False),
    ):
        found = await take(app, client, row(1, elected_on=elected, approved_on=approved))
        told = await refusals(client, found)
        assert [(field, "was approved on" in text) for _, field, text in told] == [("approved_on", True)] * wrong, told
    assert (await parties(client))[0]["term"]["since"] == "2025-05-01"
