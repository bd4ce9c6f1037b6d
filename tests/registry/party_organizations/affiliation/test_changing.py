"""Affiliations are changed and corrected: never a gap, never an overlap (S8, S21)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from shared.field.calendar import china_day
from tests.conftest import SYSTEM, TokenFor
from tests.registry.bodies.helpers import CITY, DISTRICT, STREET, body, pointers, put_body, record, record_hangzhou
from tests.registry.helpers import code, put, rows
from tests.registry.party_organizations.affiliation.helpers import affiliation, assign, body_on, found, periods
from tests.registry.party_organizations.helpers import PARTY_EVENTS, emitted

UNIT = body("市示例局党组织", kind="department_party_organization", **CITY)
FEDERATION = body("市示例联合会党委", kind="federation_committee", **CITY)


async def world(app: FastAPI, client: httpx.AsyncClient) -> str:
    """Hangzhou's bodies, two more of the city, and a branch founded on 10 March 2026 under its street."""
    await record_hangzhou(client)
    await record(client, UNIT=UNIT, FEDERATION=FEDERATION)
    return await found(app, client)


async def test_s8_decoupling_goes_to_a_successor_the_same_day(app: FastAPI, client: httpx.AsyncClient) -> None:
    party = await world(app, client)
    assert (await assign(client, party, "UNIT", "2026-03-10")).status_code == 200
    changed = await assign(client, party, "FEDERATION", "2026-06-01", "other", note="脱钩")
    assert changed.status_code == 200, changed.text
    assert changed.headers["ETag"] == '"3"'
    assert await periods(client, party) == [("UNIT", "2026-03-10", "2026-06-01"), ("FEDERATION", "2026-06-01", None)]
    assert [await body_on(client, party, day) for day in ("2026-05-31", "2026-06-01")] == ["UNIT", "FEDERATION"]
    answered = changed.json()
    assert (answered["on"], answered["affiliation"]["body"]) == ("2026-06-01", "FEDERATION")
    assert (answered["reasons"][0]["rule"], answered["reasons"][0]["outcome"]) == ("S8", "changed")
    assert answered["reasons"][0]["facts"]["before"] == ["UNIT"]
    history = (await client.get(f"/v1/party-organizations/{party}/affiliations")).json()["items"]
    assert [(one["note"], one["by_default"]) for one in history] == [(None, False), ("脱钩", False)]
    assert all(one["set_by"] and one["recorded_at"] for one in history)
    last = (await rows(app, PARTY_EVENTS))[-1]
    assert last["data"]["affiliation"] == {
        "body": "FEDERATION",
        "name": "市示例联合会党委",
        "kind": "other",
        "since": "2026-06-01",
    }


async def test_s8_decoupling_without_a_successor_is_refused(app: FastAPI, client: httpx.AsyncClient) -> None:
    party = await world(app, client)
    refused = await assign(client, party, None, "2026-06-01")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:shuangfu:problem:successor-needed")
    assert await periods(client, party) == [("CUIYUAN", "2026-03-10", None)]
    left_out = await client.put(f"/v1/party-organizations/{party}/affiliation", json={"kind": "other"})
    assert pointers(left_out) == ["/body", "/from"]


async def test_correction__late_of_a_past_one_leaves_the_later_ones(app: FastAPI, client: httpx.AsyncClient) -> None:
    party = await world(app, client)
    for unit, day in (("UNIT", "2026-04-01"), ("FEDERATION", "2026-06-01")):
        assert (await assign(client, party, unit, day)).status_code == 200
    late = await assign(client, party, "JUSTICE", "2026-05-01", "host")
    assert late.json()["reasons"][0]["outcome"] == "corrected"
    assert await periods(client, party) == [
        ("CUIYUAN", "2026-03-10", "2026-04-01"),
        ("UNIT", "2026-04-01", "2026-05-01"),
        ("JUSTICE", "2026-05-01", "2026-06-01"),
        ("FEDERATION", "2026-06-01", None),
    ]
    # What began on a day is replaced, not ended.
    assert (await assign(client, party, "LAWYERS", "2026-05-01", "host")).status_code == 200
    # An earlier day of the same change: the later one goes.
    assert (await assign(client, party, "FEDERATION", "2026-05-01")).status_code == 200
    # From the first day on: nothing is before it.
    assert (await assign(client, party, "CITY", "2026-03-10", "host")).status_code == 200
    assert await periods(client, party) == [
        ("CITY", "2026-03-10", "2026-04-01"),
        ("UNIT", "2026-04-01", "2026-05-01"),
        ("FEDERATION", "2026-05-01", None),
    ]
    versions = [sequence for _, _, sequence in await emitted(app)]
    assert versions == list(range(1, len(versions) + 1))


async def test_change__the_same_again_changes_nothing(app: FastAPI, client: httpx.AsyncClient) -> None:
    party = await world(app, client)
    first = await assign(client, party, "UNIT", "2026-04-01")
    again = await assign(client, party, "UNIT", "2026-04-01")
    later = await assign(client, party, "UNIT", "2026-05-01")
    assert {one.headers["ETag"] for one in (first, again, later)} == {'"2"'}
    assert await periods(client, party) == [("CUIYUAN", "2026-03-10", "2026-04-01"), ("UNIT", "2026-04-01", None)]
    assert len(await emitted(app)) == 2


async def test_default__confirmed_by_somebody_is_his_decision(app: FastAPI, client: httpx.AsyncClient) -> None:
    party = await world(app, client)
    assert (await assign(client, party, "CUIYUAN", "2026-03-10", "territory")).status_code == 200
    assert (await affiliation(client, party))["affiliation"]["by_default"] is False
    assert await periods(client, party) == [("CUIYUAN", "2026-03-10", None)]


TOMORROW = (china_day(datetime.now(UTC)) + timedelta(days=1)).isoformat()
REFUSED: dict[str, tuple[dict[str, Any], list[str]]] = {
    "before it was founded": ({"body": "UNIT", "since": "2026-03-09"}, ["/from"]),
    "from a day to come": ({"body": "UNIT", "since": TOMORROW}, ["/from"]),
    "no such body": ({"body": "NOBODY", "since": "2026-04-01"}, ["/body"]),
    "no such kind": ({"body": "UNIT", "since": "2026-04-01", "kind": "friend"}, ["/kind"]),
    "a body that came later": ({"body": "LATER", "since": "2026-04-01"}, ["/body"]),
    "a body that has ended": ({"body": "ENDED", "since": "2026-04-01"}, ["/body"]),
    "a territory elsewhere": ({"body": "GONGSHU", "since": "2026-04-01", "kind": "territory"}, ["/body"]),
    "not a day": ({"body": "UNIT", "since": "1.4.2026"}, ["/from"]),
    "both": ({"body": "NOBODY", "since": "2020-01-01"}, ["/from", "/body"]),
}


@pytest.mark.parametrize(("asked", "expected"), REFUSED.values(), ids=REFUSED.keys())
async def test_bad_input__is_named_and_nothing_changes(
    app: FastAPI, client: httpx.AsyncClient, asked: dict[str, Any], expected: list[str]
) -> None:
    party = await world(app, client)
    await record(
        client,
        LATER=body("后设工委", **{"from": "2026-05-01"}),
        ENDED=body("原工委", until="2026-06-01"),
        GONGSHU=body("拱墅区工委", division="330105"),
    )
    refused = await assign(client, party, **asked)
    assert pointers(refused) == expected
    assert "—" not in refused.text, "no sentence has a dash for a day that there is not"
    assert await periods(client, party) == [("CUIYUAN", "2026-03-10", None)]


async def test_correction__with_a_body_that_has_ended_by_the_next_change(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    party = await world(app, client)
    await record(client, ENDED=body("原工委", until="2026-06-01"))
    assert (await assign(client, party, "UNIT", "2026-06-01")).status_code == 200
    assert (await assign(client, party, "ENDED", "2026-04-01", "host")).status_code == 200
    assert await body_on(client, party, "2026-05-31") == "ENDED"


async def test_s8_body_that_others_belong_to_ends_only_after_they_have_a_successor(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    party = await world(app, client)
    ended = {**STREET, "until": "2026-06-01"}
    refused = await put_body(client, "CUIYUAN", ended)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:shuangfu:problem:body-in-use")
    assert refused.json()["party_organizations"] == 1
    assert (await assign(client, party, "XIHU", "2026-06-02", "territory")).status_code == 200
    assert (await put_body(client, "CUIYUAN", ended)).status_code == 409, "one day too late"
    assert (await assign(client, party, "XIHU", "2026-06-01", "territory")).status_code == 200
    assert (await put_body(client, "CUIYUAN", ended)).status_code == 200
    under = await client.get("/v1/party-organizations", params={"body": "XIHU"})
    assert [one["id"] for one in under.json()["items"]] == [party]
    names = [{"name": "新", "from": "2026-07-01"}]
    began_later = await put_body(client, "XIHU", {**DISTRICT, "from": "2026-07-01", "names": names})
    assert began_later.status_code == 409


async def test_dissolved__only_its_past_is_corrected(app: FastAPI, client: httpx.AsyncClient) -> None:
    party = await world(app, client)
    assert (await put(client, code(1), status="deregistered", as_of="2026-07-01T09:00:00+08:00")).status_code == 200
    gone = (await client.get(f"/v1/party-organizations/{party}")).json()["dissolved_on"]
    assert pointers(await assign(client, party, "UNIT", gone)) == ["/from"]
    assert (await assign(client, party, "UNIT", "2026-05-01")).status_code == 200
    assert await periods(client, party) == [("CUIYUAN", "2026-03-10", "2026-05-01"), ("UNIT", "2026-05-01", gone)]
    assert [kind for kind, *_ in await emitted(app)] == ["established", "dissolved"]


async def test_if_match__of_another_version_is_refused(app: FastAPI, client: httpx.AsyncClient) -> None:
    party = await world(app, client)
    stale = await assign(client, party, "UNIT", "2026-04-01", headers={"If-Match": '"9"'})
    assert stale.status_code == 412
    assert (await assign(client, party, "UNIT", "2026-04-01", headers={"If-Match": '"1"'})).status_code == 200


async def test_scope__a_district_uses_its_citys_bodies_and_no_other_districts(
    app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    party = await world(app, client)
    await record(client, GONGSHU=body("拱墅区工委", division="330105"))
    officer = {"Authorization": f"Bearer {token_for('district_officer', ['330106'])}"}
    assert pointers(await assign(client, party, "GONGSHU", "2026-04-01", "host", headers=officer)) == ["/body"]
    assert (await assign(client, party, "UNIT", "2026-04-01", headers=officer)).status_code == 200
    assert (await client.get("/v1/bodies/CITY", headers=officer)).status_code == 200
    assert (await client.get("/v1/bodies/GONGSHU", headers=officer)).status_code == 404
    assert (await put_body(client, "UNIT", {**UNIT, "until": "2030-01-01"}, **officer)).status_code == 403
    neighbour = {"Authorization": f"Bearer {token_for('district_officer', ['330105'])}"}
    assert (await assign(client, party, "UNIT", "2026-04-01", headers=neighbour)).status_code == 404
    # A code that another division has taken is nobody else's, and says no more of it.
    taken = await put_body(client, "XIHU", body("拱墅区工委", division="330105"), **neighbour)
    assert pointers(taken) == ["/code"]


async def test_s21_the_database_refuses_two_at_a_time(app: FastAPI, client: httpx.AsyncClient) -> None:
    await world(app, client)
    copy = """
    INSERT INTO affiliations SELECT gen_random_uuid(), party_organization_id, division, 'UNIT', kind, :since, NULL,
        by_default, note, reasons, set_by, recorded_at FROM affiliations
    """
    with pytest.raises(asyncpg.ExclusionViolationError):
        async with app.state.database.transaction(SYSTEM) as tx:
            await tx.execute(text(copy), {"since": datetime(2026, 5, 1).date()})  # noqa: DTZ001 - a day
