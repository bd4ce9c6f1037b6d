"""Contacts by role: who may, what is stored, what the audit says, which version."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from shared.web.identity.granted import PERMISSIONS
from shared.web.identity.permissions import Permission, Role
from tests.conftest import TokenFor
from tests.registry.contact_helpers import NAME, PERSON, PHONE, ROLES, as_role, current, organization, traces, where
from tests.registry.contact_helpers import put_contact as put_one
from tests.registry.helpers import rows

AUDIT = (
    "SELECT operation, object_id, division, actor, authority, door, diff FROM audit_log "
    "WHERE object_type = 'contacts' ORDER BY at, number"
)


async def test_a_contact_is_entered_read_replaced_and_forgotten(client: httpx.AsyncClient) -> None:
    uscc = await organization(client)
    made = await put_one(client, uscc)
    first = made.json()["version"]
    assert (made.status_code, made.headers["etag"]) == (201, f'"{first}"')
    assert set(made.json()) == {"organization_id", "role", "updated_at", "version"}

    read = await client.get(where(uscc))
    assert read.status_code == 200
    assert read.json() == {**made.json(), **PERSON}
    assert read.headers["etag"] == f'"{first}"'

    replaced = await put_one(client, uscc, if_match=f'"{first}"', name="另一示例")
    assert (replaced.status_code, replaced.json()["version"]) == (200, first + 1)
    assert (await client.get(where(replaced.json()["organization_id"]))).json()["name"] == "另一示例"

    gone = await client.delete(where(uscc), headers={"If-Match": f'"{first + 1}"'})
    assert (gone.status_code, gone.content) == (204, b"")
    assert (await client.get(where(uscc))).status_code == 404
    assert (await put_one(client, uscc)).status_code == 201


async def test_the_list_names_roles_and_nobody(client: httpx.AsyncClient) -> None:
    uscc = await organization(client)
    assert (await client.get(f"/v1/organizations/{uscc}/contacts")).json() == {"items": [], "next_cursor": None}
    for role in ROLES:
        await put_one(client, uscc, role)
    listed = await client.get(f"/v1/organizations/{uscc}/contacts")
    assert [item["role"] for item in listed.json()["items"]] == sorted(ROLES)
    assert traces(listed.content) == []


@pytest.mark.parametrize("role", Role)
async def test_each_role_may_what_the_table_says(client: httpx.AsyncClient, token_for: TokenFor, role: Role) -> None:
    uscc = await organization(client)
    await put_one(client, uscc, "liaison")
    may, mine = PERMISSIONS[role], as_role(token_for, role)
    reads, writes = Permission.CONTACTS_READ in may, Permission.CONTACTS_WRITE in may
    liaison = await current(client, uscc, "liaison")
    answers = [
        (await client.get(where(uscc, "liaison"), headers=mine), reads, 200),
        (await client.get(f"/v1/organizations/{uscc}/contacts", headers=mine), reads, 200),
        (await client.put(where(uscc), json=PERSON, headers=mine), writes, 201),
        (await client.delete(where(uscc, "liaison"), headers=mine | liaison), writes, 204),
    ]
    assert [answer.status_code for answer, *_ in answers] == [good if may else 403 for _, may, good in answers]
    assert all(not traces(answer.content) for answer, may, _ in answers if not may)


async def test_the_table_lets_only_registrars_write_and_officers_read() -> None:
    writers = {role for role in Role if Permission.CONTACTS_WRITE in PERMISSIONS[role]}
    readers = {role for role in Role if Permission.CONTACTS_READ in PERMISSIONS[role]}
    assert writers == {Role.REGISTRAR}
    assert readers == {Role.REGISTRAR, Role.STREET_OFFICER, Role.DISTRICT_OFFICER}


async def test_without_a_token_nothing_is_shown(client: httpx.AsyncClient) -> None:
    uscc = await organization(client)
    await put_one(client, uscc)
    bare = {"Authorization": ""}
    for answer in (
        await client.get(where(uscc), headers=bare),
        await client.put(where(uscc), json=PERSON, headers=bare),
        await client.delete(where(uscc), headers=bare),
    ):
        assert answer.status_code == 401


async def test_another_division_finds_nothing(client: httpx.AsyncClient, app: FastAPI, token_for: TokenFor) -> None:
    uscc = await organization(client)
    await put_one(client, uscc)
    theirs = as_role(token_for, "registrar", "330102")
    for answer in (
        await client.get(where(uscc), headers=theirs),
        await client.get(f"/v1/organizations/{uscc}/contacts", headers=theirs),
        await client.put(where(uscc), json=PERSON, headers=theirs | {"If-Match": '"1"'}),
        await client.delete(where(uscc), headers=theirs | {"If-Match": '"1"'}),
    ):
        assert answer.status_code == 404
    assert [row["operation"] for row in await rows(app, AUDIT)] == ["insert"]


async def test_contacts_follow_their_organization_to_another_division(
    client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    uscc = await organization(client)
    await put_one(client, uscc)
    await organization(client, division="330102", as_of="2026-04-01T09:00:00+08:00")
    seen = [
        (await client.get(where(uscc), headers=as_role(token_for, "street_officer", division))).status_code
        for division in ("330106", "330102")
    ]
    assert seen == [404, 200]


async def test_replacing_and_forgetting_need_the_version(client: httpx.AsyncClient) -> None:
    uscc = await organization(client)
    early = await put_one(client, uscc, if_match='"1"')
    assert (early.status_code, (await client.get(where(uscc))).status_code) == (412, 404)
    version = (await put_one(client, uscc)).json()["version"]
    missing, stale = await put_one(client, uscc, name="谁"), await put_one(client, uscc, if_match='"7"', name="谁")
    assert (missing.status_code, missing.json()["type"]) == (428, "urn:shuangfu:problem:precondition-required")
    assert (stale.status_code, stale.json()["current"]) == (412, version)
    assert (await client.delete(where(uscc))).status_code == 428
    assert (await client.delete(where(uscc), headers={"If-Match": '"7"'})).status_code == 412
    kept = (await client.get(where(uscc))).json()
    assert (kept["name"], kept["phone"], kept["version"]) == (NAME, PHONE, version)


async def test_a_version_is_never_used_again(client: httpx.AsyncClient) -> None:
    """Whoever still holds the version of a contact that was deleted does not hit the one that came after."""
    uscc = await organization(client)
    seen: list[int] = []
    for _ in range(3):
        made = await put_one(client, uscc)
        replaced = await put_one(client, uscc, if_match=made.headers["etag"])
        for old in seen:
            stale = {"If-Match": f'"{old}"'}
            assert (await client.delete(where(uscc), headers=stale)).status_code == 412
            assert (await put_one(client, uscc, if_match=stale["If-Match"], name="谁")).status_code == 412
        seen += [made.json()["version"], replaced.json()["version"]]
        assert (await client.delete(where(uscc), headers={"If-Match": replaced.headers["etag"]})).status_code == 204
    assert seen == sorted(set(seen))
    assert seen[-1] < 2**53, "JSON's numbers are exact"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": "字" * 101}, "/name"),
        ({"name": "张\n三"}, "/name"),
        ({"name": "张三330106199001011234"}, "/name"),
        ({"name": None}, "/name"),
        ({"phone": "330106199001011234"}, "/phone"),
        ({"phone": "call me"}, "/phone"),
        ({"phone": 13900007531}, "/phone"),
        ({"identity": "330106199001011234"}, "/identity"),
    ],
)
async def test_what_is_wrong_names_the_field_and_not_the_value(
    client: httpx.AsyncClient, change: dict[str, Any], pointer: str
) -> None:
    uscc = await organization(client)
    [value] = change.values()
    for language in ("zh", "en"):
        client.headers["Accept-Language"] = language
        answer = await put_one(client, uscc, **change)
        assert (answer.status_code, [error["pointer"] for error in answer.json()["errors"]]) == (422, [pointer])
        assert not traces(answer.content, [NAME, PHONE, *([str(value)] if value else [])])
