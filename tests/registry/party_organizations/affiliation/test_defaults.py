"""Where a Party organization belongs if nobody says otherwise (S3, S21, D17), and when it moves or ends."""

from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from shared.field.calendar import china_day
from tests.registry.bodies.helpers import CITY, CITY_BODY, DISTRICT, STREET, body, put_body, record, record_hangzhou
from tests.registry.helpers import code, put, rows
from tests.registry.party_organizations.affiliation.helpers import (
    LAW_FIRM,
    affiliation,
    assign,
    body_on,
    found,
    periods,
)
from tests.registry.party_organizations.helpers import (
    PARTY_EVENTS,
    deliver,
    emitted,
    extended,
    formed,
    organizations,
    reorganized,
)

LATER = {"as_of": "2026-04-01T09:00:00+08:00"}


def today() -> str:
    return china_day(datetime.now(UTC)).isoformat()


async def test_s21_founded_under_the_committee_of_its_territory(app: FastAPI, client: httpx.AsyncClient) -> None:
    await record_hangzhou(client)
    party = await found(app, client)
    shown = (await client.get(f"/v1/party-organizations/{party}")).json()
    assert shown["affiliation"] == {
        "body": "CUIYUAN",
        "name": "翠苑街道党工委",
        "kind": "territory",
        "since": "2026-03-10",
        "by_default": True,
    }
    assert (await client.get("/v1/party-organizations")).json()["items"][0]["affiliation"] == shown["affiliation"]
    [event] = await rows(app, PARTY_EVENTS)
    assert event["type"].endswith(".established.v1")
    assert event["data"]["affiliation"] == {
        "body": "CUIYUAN",
        "name": "翠苑街道党工委",
        "kind": "territory",
        "since": "2026-03-10",
    }
    [reason, _] = (await affiliation(client, party))["reasons"]
    assert (reason["rule"], reason["outcome"]) == ("R-territory", "street")
    assert reason["facts"] == {
        "on": "2026-03-10",
        "division": "330106",
        "policy": "hz-2013-affiliation",
        "body": "CUIYUAN",
    }
    assert reason["text"]


async def test_territory__without_a_street_committee_is_the_districts(app: FastAPI, client: httpx.AsyncClient) -> None:
    await record_hangzhou(client)
    assert await body_on(client, await found(app, client, street="北山街道")) == "XIHU"


async def test_territory__without_any_of_the_district_is_the_citys(app: FastAPI, client: httpx.AsyncClient) -> None:
    await record(client, CITY=CITY_BODY)
    assert await body_on(client, await found(app, client)) == "CITY"


async def test_d17_law_firm_belongs_to_the_city_lawyers_committee(app: FastAPI, client: httpx.AsyncClient) -> None:
    await record_hangzhou(client)
    answered = await affiliation(client, await found(app, client, **LAW_FIRM))
    assert (answered["affiliation"]["body"], answered["affiliation"]["kind"]) == ("LAWYERS", "competent_unit")
    assert [(one["rule"], one["outcome"]) for one in answered["reasons"]] == [
        ("R-lawyers", "industry"),
        ("H18", "affiliation"),
    ]


INDUSTRIES = {
    "accounting firm": ({"kind": "accounting_firm", "evaluation_type": "T01"}, "市会计师行业党委"),
    "private hospital": ({"name": "示例医院", "evaluation_type": "T05"}, "市民办医院党委"),
    "private university": ({"name": "示例学院", "evaluation_type": "T04"}, "市民办高校党委"),
}


@pytest.mark.parametrize(("organization", "name"), INDUSTRIES.values(), ids=INDUSTRIES.keys())
async def test_s3_industry_belongs_to_its_departments_committee(
    app: FastAPI, client: httpx.AsyncClient, organization: dict[str, Any], name: str
) -> None:
    await record(client, CITY=CITY_BODY, XIHU=DISTRICT, INDUSTRY=body(name, kind="industry_committee", **CITY))
    number = 1 if organization.get("kind") is None else 2
    made = await put(client, code(number, "52" if number == 1 else "91"), **organization)
    assert made.status_code == 201, made.text
    event = formed(made.json()["id"])
    await deliver(app, event)
    answered = await affiliation(client, str(event.data.party_organization_id))
    assert answered["affiliation"]["body"] == "INDUSTRY"
    assert answered["reasons"][0]["rule"] == "S3"


NINGBO = {"division": "330203", "street": "示例街道", "name": "示例商会"}
FEDERATIONS = {
    "T07": ("FEDERATION", "S14", "federation", "other"),
    "T11": ("LEARNED", "S14", "federation", "other"),
    "T10": ("HAISHU", "R-territory", "district", "territory"),
}


@pytest.mark.parametrize("kind", FEDERATIONS)
async def test_s14_members_of_a_federation_belong_to_its_committee(
    app: FastAPI, client: httpx.AsyncClient, kind: str
) -> None:
    """By the default policy: where no region says otherwise."""
    city = {"level": "city", "division": "330200", "kind": "federation_committee"}
    bodies = {
        "HAISHU": body("海曙区示例工委", division="330203"),
        "FEDERATION": body("宁波市工商业联合会党委", **city),
        "LEARNED": body("宁波市社会科学界联合会党委", **city),
    }
    await record(client, **bodies)
    assert (await client.get("/v1/bodies/FEDERATION")).json()["department"] == "commerce_federation"
    answered = await affiliation(client, await found(app, client, evaluation_type=kind, **NINGBO))
    committee, rule, outcome, held_as = FEDERATIONS[kind]
    assert (answered["affiliation"]["body"], answered["affiliation"]["kind"]) == (committee, held_as)
    assert (answered["reasons"][0]["rule"], answered["reasons"][0]["outcome"]) == (rule, outcome)


async def test_s14_without_a_federation_s_committee_the_territory_s_has_them(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await record(client, HAISHU=body("海曙区示例工委", division="330203"))
    answered = await affiliation(client, await found(app, client, evaluation_type="T07", **NINGBO))
    assert answered["affiliation"]["body"] == "HAISHU"
    assert answered["reasons"][0]["facts"]["no_industry_committee"] is True


async def test_s3_private_school_that_is_no_university_is_its_territorys(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await record(client, XIHU=body(), SCHOOLS=body("市民办高校党委", kind="industry_committee", **CITY))
    assert await body_on(client, await found(app, client, name="示例小学", evaluation_type="T04")) == "XIHU"


async def test_s3_joint_branch_of_several_industries_is_its_territorys(app: FastAPI, client: httpx.AsyncClient) -> None:
    await record_hangzhou(client)
    firms = [(await put(client, code(n, "31"), **LAW_FIRM)).json()["id"] for n in (1, 2)]
    [other] = await organizations(client, 1)
    lawyers, mixed = formed(*firms, form="joint"), formed(other, firms[0], form="joint")
    await deliver(app, lawyers)
    assert await body_on(client, str(lawyers.data.party_organization_id)) == "LAWYERS"
    await deliver(app, mixed)
    assert await body_on(client, str(mixed.data.party_organization_id)) == "CUIYUAN"


async def test_default__is_the_body_of_the_founding_day_and_its_successor_after(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await record(
        client,
        OLD=body("原工委", until="2026-03-20"),
        NEW=body("新工委", **{"from": "2026-03-20"}),
        NEWER=body("更新的工委", **{"from": "2026-04-01"}),
    )
    party = await found(app, client)
    assert await periods(client, party) == [("OLD", "2026-03-10", "2026-03-20"), ("NEW", "2026-03-20", None)]
    assert [await body_on(client, party, day) for day in ("2026-03-19", "2026-03-20")] == ["OLD", "NEW"]


async def test_default__of_one_founded_before_there_were_policies(app: FastAPI, client: httpx.AsyncClient) -> None:
    await record(client, XIHU=body(**{"from": "2005-01-01"}))
    organization = (await put(client, code(1), registered_on="2008-01-01")).json()["id"]
    event = formed(organization, formed_on="2009-07-01")
    await deliver(app, event)
    party = str(event.data.party_organization_id)
    assert await periods(client, party) == [("XIHU", "2009-07-01", None)]
    assert (await affiliation(client, party, "2010-01-01"))["rating_body"]["code"] == "XIHU"


async def test_default__is_not_a_body_that_is_to_end(app: FastAPI, client: httpx.AsyncClient) -> None:
    await record(client, CITY=CITY_BODY, XIHU={**DISTRICT, "until": "2099-01-01"})
    assert await body_on(client, await found(app, client)) == "CITY"


async def test_s21_founded_before_any_body_it_gets_one_with_the_first(app: FastAPI, client: httpx.AsyncClient) -> None:
    party = await found(app, client)
    assert (await client.get(f"/v1/party-organizations/{party}")).json()["affiliation"] is None
    answered = await affiliation(client, party)
    assert (answered["affiliation"], answered["rating_body"]) == (None, None)
    assert [one["outcome"] for one in answered["reasons"]] == ["not_affiliated"]
    params = {"affiliated": "false"}
    unaffiliated = (await client.get("/v1/party-organizations", params=params)).json()["items"]
    assert [one["id"] for one in unaffiliated] == [party]
    await record(client, GONGSHU=body(division="330105"))
    assert await emitted(app) == [("established", party, 1)], "not of its territory: nothing is announced"
    await record(client, XIHU=body(**{"from": "2026-04-01"}))
    assert await periods(client, party) == [("XIHU", "2026-04-01", None)]
    assert await emitted(app) == [("established", party, 1), ("changed", party, 2)]
    assert (await client.get("/v1/party-organizations", params=params)).json()["items"] == []
    await record(client, OTHER=body("另一工委", kind="organization_department"))
    assert await periods(client, party) == [("XIHU", "2026-04-01", None)]


async def test_d8_founding__is_recorded_with_its_number_and_form(app: FastAPI, client: httpx.AsyncClient) -> None:
    one, other = await organizations(client, 2)
    act = {"founding_number": "杭两新〔2026〕1号", "founding_form": "in_council"}
    stated, silent = formed(one, **act), formed(other)
    await deliver(app, stated, silent)
    for event, shown in ((stated, act), (silent, dict.fromkeys(act))):
        party = (await client.get(f"/v1/party-organizations/{event.data.party_organization_id}")).json()
        assert {name: party[name] for name in act} == shown


async def test_s21_party_organization_without_a_body__is_a_task_of_the_district(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    party = await found(app, client)
    [task] = (await client.get("/v1/tasks", params={"kind": "affiliation.missing"})).json()["items"]
    assert (task["subject"]["id"], task["waits_for"]) == (party, "district_officer")
    assert task["link"] == f"/registry/v1/party-organizations/{party}/affiliation"
    await record(client, XIHU=body())
    await assign(client, party, "XIHU", "2026-03-10", "territory")
    assert (await client.get("/v1/tasks", params={"kind": "affiliation.missing"})).json()["items"] == []


async def test_move__a_territorial_default_follows_the_same_day(app: FastAPI, client: httpx.AsyncClient) -> None:
    await record_hangzhou(client)
    await record(client, GONGSHU=body("拱墅区示例工委", division="330105", parent="CITY"))
    party = await found(app, client)
    moved = await put(client, code(1), division="330105", street="示例街道", **LATER)
    assert moved.status_code == 200, moved.text
    assert await periods(client, party) == [("CUIYUAN", "2026-03-10", today()), ("GONGSHU", today(), None)]
    reasons = (await affiliation(client, party))["reasons"]
    assert [one["rule"] for one in reasons] == ["R-affiliation-moved", "R-territory", "H18"]
    assert (reasons[0]["facts"]["from"], reasons[0]["facts"]["to"]) == ("CUIYUAN", "GONGSHU")
    last = (await rows(app, PARTY_EVENTS))[-1]
    assert (last["type"].split(".")[-2], last["data"]["affiliation"]["body"]) == ("changed", "GONGSHU")
    assert {row["division"] for row in await rows(app, "SELECT division FROM affiliations")} == {"330105"}


async def test_move__to_another_street_follows_too(app: FastAPI, client: httpx.AsyncClient) -> None:
    await record_hangzhou(client)
    party = await found(app, client)
    assert (await put(client, code(1), street="北山街道", **LATER)).status_code == 200
    assert await body_on(client, party) == "XIHU"


async def test_move__to_where_no_body_is_leaves_no_gap(app: FastAPI, client: httpx.AsyncClient) -> None:
    await record(client, XIHU=body())
    party = await found(app, client)
    assert (await put(client, code(1), division="330105", **LATER)).status_code == 200
    assert await periods(client, party) == [("XIHU", "2026-03-10", None)]


async def test_move__what_somebody_decided_stays(app: FastAPI, client: httpx.AsyncClient) -> None:
    await record_hangzhou(client)
    party = await found(app, client)
    assert (await assign(client, party, "JUSTICE", "2026-03-20")).status_code == 200
    assert (await put(client, code(1), division="330105", **LATER)).status_code == 200
    assert await body_on(client, party) == "JUSTICE"


async def test_reorganized__with_another_seat_follows(app: FastAPI, client: httpx.AsyncClient) -> None:
    await record_hangzhou(client)
    await record(client, GONGSHU=body("拱墅区示例工委", division="330105", parent="CITY"))
    ids = await organizations(client, 2)
    event = formed(*ids, form="joint")
    await deliver(app, event)
    party = event.data.party_organization_id
    await deliver(app, reorganized(party, *ids, form="joint", division="330105", street="示例街道"))
    assert await body_on(client, str(party)) == "GONGSHU"


async def test_dissolved__its_affiliation_ends_with_it(app: FastAPI, client: httpx.AsyncClient) -> None:
    await record_hangzhou(client)
    party = await found(app, client)
    assert (await put(client, code(1), status="deregistered", **LATER)).status_code == 200
    shown = (await client.get(f"/v1/party-organizations/{party}")).json()
    assert (shown["dissolved_on"], shown["affiliation"], shown["rating_body"]) == ("2026-04-01", None, None)
    assert await periods(client, party) == [("CUIYUAN", "2026-03-10", "2026-04-01")]
    assert await body_on(client, party, "2026-03-10") == "CUIYUAN"
    assert (await put_body(client, "CUIYUAN", {**STREET, "until": "2026-04-01"})).status_code == 200


@pytest.mark.parametrize(
    ("since", "again_since", "belonged"),
    [
        (date(2026, 5, 10), "2026-05-10", [("CITY", "2026-03-10", "2026-04-01"), ("CITY", "2026-05-10", None)]),
        # As of a day before its end: it is founded again when it ended, and has belonged there all the time.
        (date(2026, 3, 12), "2026-03-10", [("CITY", "2026-03-10", None)]),
    ],
)
async def test_revived__gets_back_what_it_had_from_when_it_is_founded_again(
    app: FastAPI, client: httpx.AsyncClient, since: date, again_since: str, belonged: list[tuple[str, str, str | None]]
) -> None:
    await record_hangzhou(client)
    ids = await organizations(client, 2)
    event = formed(ids[0], form="area")
    await deliver(app, event)
    party = event.data.party_organization_id
    assert (await assign(client, str(party), "CITY", "2026-03-10", "host")).status_code == 200
    assert (await put(client, code(1), status="deregistered", **LATER)).status_code == 200
    assert await body_on(client, str(party)) is None
    await deliver(app, extended(party, ids[1], since=since))
    again = (await affiliation(client, str(party)))["affiliation"]
    assert (again["body"], again["kind"], again["since"], again["by_default"]) == ("CITY", "host", again_since, False)
    assert await periods(client, str(party)) == belonged


async def test_revived__where_its_body_is_no_more_it_belongs_by_default_from_then_on(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await record_hangzhou(client)
    ids = await organizations(client, 2)
    event = formed(ids[0], form="area")
    await deliver(app, event)
    party = event.data.party_organization_id
    assert (await put(client, code(1), status="deregistered", **LATER)).status_code == 200
    assert (await put_body(client, "CUIYUAN", {**STREET, "until": "2026-05-01"})).status_code == 200
    await deliver(app, extended(party, ids[1], since=date(2026, 5, 10)))
    [(_, _, ended), (_, since, until)] = await periods(client, str(party))
    assert (ended, since, until) == ("2026-04-01", "2026-05-10", None)


async def test_founded__twice_delivered_belongs_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    await record_hangzhou(client)
    [organization] = await organizations(client, 1)
    event = formed(organization)
    await deliver(app, event, event)
    await deliver(app, event)
    assert len(await rows(app, "SELECT FROM affiliations")) == 1
    assert len(await emitted(app)) == 1


async def test_founded__many_at_once_each_belongs(app: FastAPI, client: httpx.AsyncClient) -> None:
    await record_hangzhou(client)
    ids = await organizations(client, 5)
    await deliver(app, *(formed(one) for one in ids))
    found = await rows(app, "SELECT body, count(*) AS n FROM affiliations GROUP BY body")
    assert [(row["body"], row["n"]) for row in found] == [("CUIYUAN", 5)]


CORRECTION = {"reason": "误录", "as_of": "2026-03-05T09:00:00+08:00"}


async def correct(client: httpx.AsyncClient, number: int, pair: str = "52", **fields: Any) -> None:
    """Correct what was registered of an organization."""
    body = {**CORRECTION, "fields": fields}
    corrected = await client.post(f"/v1/organizations/{code(number, pair)}/corrections", json=body)
    assert corrected.status_code == 200, corrected.text


async def test_d17_default__is_decided_again_when_the_kind_is_corrected(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    """S3, S21: what was registered as a law firm by mistake belongs to its territory from today on, and back again."""
    await record_hangzhou(client)
    await record(client, LAWYERS=body("市律师行业党委", kind="industry_committee", **CITY))
    party = await found(app, client, 1, **LAW_FIRM)
    assert await body_on(client, party) == "LAWYERS"
    before = len(await emitted(app))
    await correct(client, 1, "31", kind="other", evaluation_type=None, name="示例服务中心")
    assert await periods(client, party) == [("LAWYERS", "2026-03-10", today()), ("CUIYUAN", today(), None)]
    moved, why, *_ = (await affiliation(client, party))["reasons"]
    assert (moved["rule"], moved["facts"]["from"], moved["facts"]["to"]) == (
        "R-affiliation-moved",
        "LAWYERS",
        "CUIYUAN",
    )
    assert why["rule"] == "R-territory"
    events = (await emitted(app))[before:]
    assert [(kind, one) for kind, one, _ in events] == [("changed", party)]
    assert (await rows(app, PARTY_EVENTS))[-1]["data"]["affiliation"]["body"] == "CUIYUAN"


async def test_d17_default__stays_where_the_kind_changes_nothing_or_somebody_has_decided(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await record_hangzhou(client)
    await record(client, LAWYERS=body("市律师行业党委", kind="industry_committee", **CITY))
    by_default, decided = await found(app, client, 1), await found(app, client, 2, **LAW_FIRM)
    assert (await assign(client, decided, "XIHU", today(), "other")).status_code == 200
    before = await emitted(app)
    await correct(client, 1, kind="social_group")
    await correct(client, 2, "31", kind="other", evaluation_type=None)
    assert [await body_on(client, one) for one in (by_default, decided)] == ["CUIYUAN", "XIHU"]
    assert await emitted(app) == before, "nothing is announced of what stays as it is"


async def test_s21_default__of_a_joint_branch_follows_the_last_of_its_organizations(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await record_hangzhou(client)
    await record(client, LAWYERS=body("市律师行业党委", kind="industry_committee", **CITY))
    ids = [str((await put(client, code(n, "31"), **LAW_FIRM)).json()["id"]) for n in (1, 2)]
    event = formed(*ids, form="joint")
    await deliver(app, event)
    party = str(event.data.party_organization_id)
    assert await body_on(client, party) == "LAWYERS"
    await correct(client, 1, "31", kind="other", evaluation_type=None)
    assert await body_on(client, party) == "CUIYUAN", "not all of them are of one industry any more"
