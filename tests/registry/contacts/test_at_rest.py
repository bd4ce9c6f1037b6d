"""Contacts at rest: nothing stored names a person, and each reading leaves an audit row."""

from pathlib import Path

import httpx
import pytest
from asyncpg import InsufficientPrivilegeError
from fastapi import FastAPI
from sqlalchemy import text

from services.registry.contacts.schemas import ContactBody, ContactOut
from shared.db.access import Access
from shared.db.sealing import KeyRing
from shared.private_files import write_private
from shuangfu.embedded.postgres import EmbeddedPostgres
from tests.conftest import TokenFor
from tests.registry.contact_helpers import (
    NAME,
    PERSON,
    PHONE,
    ROLES,
    as_role,
    current,
    everything_stored,
    organization,
    traces,
    where,
)
from tests.registry.contact_helpers import put_contact as put_one
from tests.registry.helpers import code, put, rows

AUDIT = (
    "SELECT operation, object_id, division, actor, authority, door, diff FROM audit_log "
    "WHERE object_type = 'contacts' ORDER BY at, number"
)


async def test_nothing_in_the_database_names_the_person(
    client: httpx.AsyncClient, app: FastAPI, postgres_server: EmbeddedPostgres
) -> None:
    uscc = await organization(client)
    for role in ROLES:
        await put_one(client, uscc, role)
        await put_one(client, uscc, role, if_match=(await current(client, uscc, role))["If-Match"])
        await client.get(where(uscc, role))
    await client.delete(where(uscc), headers=await current(client, uscc))
    stored = await everything_stored(postgres_server, app.state.settings.database_url)
    assert uscc.encode() in stored
    assert b"liaison" in stored
    assert traces(stored) == []


async def test_writes_and_reads_are_audited_without_the_person(
    client: httpx.AsyncClient, app: FastAPI, token_for: TokenFor
) -> None:
    uscc = await organization(client)
    found = (await put_one(client, uscc)).json()["organization_id"]
    await client.get(where(uscc), headers=as_role(token_for, "street_officer", "330106", "读者"))
    await client.get(f"/v1/organizations/{uscc}/contacts")
    await put_one(client, uscc, if_match=(await current(client, uscc))["If-Match"])
    await client.delete(where(uscc), headers=await current(client, uscc))
    trail = await rows(app, AUDIT)
    assert [row["operation"] for row in trail] == ["insert", "read", "update", "delete"]
    assert {row["object_id"] for row in trail} == {f"{found}/secretary"}
    reading = trail[1]
    assert (reading["actor"], reading["authority"], reading["division"]) == ("读者", "street_officer", "330106")
    assert reading["door"].startswith("GET ")
    assert reading["door"].endswith("/organizations/{reference}/contacts/{role}")
    assert reading["diff"] == {}
    # Of what is sealed, a hash: as long for everybody.
    assert len(trail[0]["diff"]["after"]["sealed"]) == 64
    assert trail[2]["diff"]["before"]["sealed"] != trail[2]["diff"]["after"]["sealed"]


async def test_a_read_that_finds_nothing_leaves_no_row(client: httpx.AsyncClient, app: FastAPI) -> None:
    uscc = await organization(client)
    for path in (where(uscc), where(code(2)), where("no such")):
        assert (await client.get(path)).status_code == 404
    assert await rows(app, AUDIT) == []


async def test_nobody_claims_a_reading_outside_of_his_divisions(app: FastAPI) -> None:
    reading = text("SELECT audit_read('contacts', 'x', '330102')")
    for scope in ((), ("330106",)):
        with pytest.raises(InsufficientPrivilegeError, match="outside the scope"):
            async with app.state.database.transaction(Access("甲", scope)) as tx:
                await tx.execute(reading)
    assert await rows(app, AUDIT) == []


async def test_a_contact_moved_to_another_row_does_not_open(client: httpx.AsyncClient, app: FastAPI) -> None:
    first, second = await organization(client, 1), await organization(client, 2)
    await put_one(client, first)
    await put_one(client, second, name="另一示例")
    await rows(
        app,
        "UPDATE contacts SET sealed = (SELECT sealed FROM contacts c JOIN organizations o ON o.id = c.organization_id "
        "WHERE o.uscc = :first) RETURNING 1",
        first=first,
    )
    assert (await client.get(where(first))).json()["name"] == NAME
    moved = await client.get(where(second))
    assert (moved.status_code, moved.json()["type"]) == (500, "urn:shuangfu:problem:contact-broken")
    assert traces(moved.content) == []
    assert [row["operation"] for row in await rows(app, AUDIT)].count("read") == 1


async def test_without_the_keys_contacts_are_unavailable(
    client: httpx.AsyncClient, app: FastAPI, keys_file: Path
) -> None:
    uscc = await organization(client)
    await put_one(client, uscc)
    for content in (KeyRing("k2", {"k2": b"0" * 32}).to_json(), b"{}", b""):
        write_private(keys_file, content)
        read = await client.get(where(uscc))
        assert (read.status_code, read.json()["type"]) == (503, "urn:shuangfu:problem:contacts-unavailable")
        assert str(keys_file) not in read.text
    app.state.field_keys = None
    assert (await put_one(client, uscc, "liaison")).status_code == 503
    assert (await put(client, code(2))).status_code == 201


def test_no_repr_shows_the_person() -> None:
    body = ContactBody(name=NAME, phone=PHONE)
    out = ContactOut.model_validate(
        {
            "organization_id": "01890a5d-ac96-774b-bcce-b302099a8057",
            "role": "secretary",
            "updated_at": "2026-03-02T09:00:00+08:00",
            "version": 1,
            **PERSON,
        }
    )
    shown = f"{body!r} {body} {out!r} {out}"
    with pytest.raises(ValueError, match="phone") as caught:
        ContactBody.model_validate({"name": NAME, "phone": f"{PHONE}?"})
    assert traces(f"{shown} {caught.value} {caught.value!r}".encode()) == []
