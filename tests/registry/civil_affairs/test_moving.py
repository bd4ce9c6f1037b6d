"""An organization moves to another division: what belongs to it follows, and the audit names who moved it."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from shared.audit.trail import verify_chain
from shared.contracts.incubation import PartyOrganizationFormed
from tests.conftest import SYSTEM, AsAdmin, TokenFor
from tests.registry.conftest import registration
from tests.registry.contact_helpers import as_role, organization, put_contact
from tests.registry.helpers import code, put, rows
from tests.registry.party_organizations.helpers import deliver, formed

LATER = "2026-04-01T09:00:00+08:00"
ROUTE = "PUT /civil-affairs/registrations/{uscc}"
MOVED = (
    "SELECT object_type, object_id, operation, division, actor, authority, door, diff FROM audit_log "
    "WHERE diff->'after' ? 'division' AND operation = 'update' ORDER BY object_type, object_id"
)


async def with_all(app: FastAPI, client: httpx.AsyncClient, *numbers: int) -> list[str]:
    """Organizations with two contacts, a coverage and one that ended; their ids."""
    ids = []
    for number in numbers:
        uscc = await organization(client, number)
        for role in ("liaison", "secretary"):
            made = await put_contact(client, uscc, role)
            assert made.status_code == 201
        ids.append(made.json()["organization_id"])
    await deliver(app, formed(*ids, form="area"))
    await deliver(app, *(formed(one) for one in ids))
    return ids


async def divisions(app: FastAPI) -> dict[str, dict[str, list[str]]]:
    """By organization and table, the division of each row that belongs to it."""
    found: dict[str, dict[str, list[str]]] = {}
    for table in ("contacts", "coverages"):
        for row in await rows(app, f"SELECT organization_id, division FROM {table}"):
            found.setdefault(str(row["organization_id"]), {}).setdefault(table, []).append(row["division"])
    return found


def at(division: str) -> dict[str, list[str]]:
    """What `with_all` gives an organization, in a division."""
    return {"contacts": [division] * 2, "coverages": [division] * 2}


async def test_moved__rows_follow_and_the_audit_names_caller_and_route(
    app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    [moved, other] = await with_all(app, client, 1, 2)
    assert await divisions(app) == {moved: at("330106"), other: at("330106")}
    body = registration(division="330102", as_of=LATER)
    headers = as_role(token_for, "registrar", subject="registrar-7")
    path = f"/v1/civil-affairs/registrations/{code(1)}"
    assert (await client.put(path, json=body, headers=headers)).status_code == 200

    assert await divisions(app) == {moved: at("330102"), other: at("330106")}
    trail = await rows(app, MOVED)
    assert [row["object_type"] for row in trail] == (
        ["contacts"] * 2 + ["coverages"] * 2 + ["organizations", "party_organizations"]
    )
    for row in trail:
        assert (row["actor"], row["authority"], row["door"]) == ("registrar-7", "registrar", ROUTE)
        assert row["division"] == "330102", "in the chain of where it is now"
        assert (row["diff"]["before"]["division"], row["diff"]["after"]["division"]) == ("330106", "330102")
        if row["object_type"] in ("contacts", "coverages"):
            assert moved in row["object_id"]
            assert set(row["diff"]["after"]) == {"division"}
    async with app.state.database.transaction(SYSTEM) as tx:
        assert await verify_chain(tx) == []


async def test_moved__in_a_list_where_one_moves_twice(app: FastAPI, client: httpx.AsyncClient) -> None:
    ids = await with_all(app, client, 1, 2, 3)
    moves = [(1, "330102"), (2, "330105"), (3, "330102"), (1, "330105")]
    lines = [
        orjson.dumps({"uscc": code(number), **registration(division=division, as_of=f"2026-04-0{day}T01:00:00Z")})
        for day, (number, division) in enumerate(moves, 1)
    ]
    answer = await client.post("/v1/civil-affairs/registrations:batch", content=b"\n".join(lines))
    assert answer.status_code == 200, answer.text
    assert await divisions(app) == dict(zip(ids, map(at, ("330105", "330105", "330102")), strict=True))
    async with app.state.database.transaction(SYSTEM) as tx:
        assert await verify_chain(tx) == []


async def test_moved__as_the_version_before_does_it(app: FastAPI, client: httpx.AsyncClient) -> None:
    """What belongs to the organization first, itself last, in one transaction: checked at its end."""
    [moved] = await with_all(app, client, 1)
    async with app.state.database.transaction(SYSTEM) as tx:
        for table, column in (
            ("contacts", "organization_id"),
            ("coverages", "organization_id"),
            ("organizations", "id"),
        ):
            statement = text(f"UPDATE {table} SET division = '330102' WHERE {column} = :id")
            await tx.execute(statement, {"id": UUID(moved)})
    assert await divisions(app) == {moved: at("330102")}


@pytest.mark.parametrize("table", ["contacts", "coverages"])
async def test_division__is_the_organizations_and_no_other(app: FastAPI, client: httpx.AsyncClient, table: str) -> None:
    [one] = await with_all(app, client, 1)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with app.state.database.transaction(SYSTEM) as tx:
            await tx.execute(text(f"UPDATE {table} SET division = '330102'"))
    assert await divisions(app) == {one: at("330106")}


async def test_moved__while_contacts_are_entered_and_coverage_is_recorded(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    """Whoever writes beside a moving organization locks it first: nobody is refused, and nothing is left behind."""
    numbers = range(1, 9)
    uscc = [await organization(client, number) for number in numbers]
    ids = [(await client.get(f"/v1/organizations/{one}")).json()["id"] for one in uscc]

    async def work(number: int) -> list[Any]:
        statuses = []
        for day, division in enumerate(("330102", "330105", "330106"), 1):
            answers = await asyncio.gather(
                put(client, uscc[number], division=division, as_of=f"2026-04-0{day}T09:00:00+08:00"),
                put_contact(client, uscc[number], ("secretary", "liaison", "instructor")[day - 1]),
                deliver(app, formed(ids[number])),
            )
            statuses += [answer.status_code for answer in answers if answer is not None]
        return statuses

    async with asyncio.timeout(60):
        done = await asyncio.gather(*(work(number) for number in range(len(uscc))))
    assert {status for statuses in done for status in statuses} <= {200, 201}
    three = {"contacts": ["330106"] * 3, "coverages": ["330106"] * 3}
    assert await divisions(app) == dict.fromkeys(ids, three)


async def test_moved__what_was_formed_meanwhile_keeps_to_its_organization(
    app: FastAPI, client: httpx.AsyncClient, as_admin: AsAdmin
) -> None:
    """The event says the division of the day of the approval; what is recorded is where the organization is by then."""
    one = (await put(client, code(1))).json()["id"]
    event = formed(one, division="330106")
    assert isinstance(event.data, PartyOrganizationFormed)
    await put(client, code(1), division="330102", as_of=LATER)
    await deliver(app, event)
    assert await divisions(app) == {one: {"coverages": ["330102"]}}
    [party] = await as_admin.rows(app.state.database.url, "SELECT division FROM party_organizations")
    assert party["division"] == "330102"
