"""What the tests of contacts share: an invented person, and a search through everything that is stored."""

from collections.abc import Sequence
from typing import Any

import asyncpg
import httpx
from sqlalchemy import make_url

from shared.urls import driver_url, with_database
from shuangfu.embedded.postgres import EmbeddedPostgres
from tests.conftest import TokenFor
from tests.registry.helpers import code, put

NAME, PHONE = "欧阳示例甲乙丙", "13900007531"
PERSON = {"name": NAME, "phone": PHONE}
ROLES = ("secretary", "liaison", "instructor")

Row = dict[str, Any]


def where(uscc: str, role: str = "secretary") -> str:
    """The path of a contact."""
    return f"/v1/organizations/{uscc}/contacts/{role}"


def as_role(token_for: TokenFor, role: str, division: str = "3301", subject: str = "甲") -> dict[str, str]:
    """The header of a caller with one role."""
    return {"Authorization": f"Bearer {token_for(role, [division], subject=subject)}"}


async def organization(client: httpx.AsyncClient, number: int = 1, **changes: Any) -> str:
    """The code of a registered organization."""
    uscc = code(number)
    answer = await put(client, uscc, **changes)
    assert answer.status_code in (200, 201), answer.text
    return uscc


async def put_contact(
    client: httpx.AsyncClient, uscc: str, role: str = "secretary", *, if_match: str | None = None, **changes: Any
) -> httpx.Response:
    """Put the invented person."""
    headers = {} if if_match is None else {"If-Match": if_match}
    return await client.put(f"/v1/organizations/{uscc}/contacts/{role}", json={**PERSON, **changes}, headers=headers)


async def current(client: httpx.AsyncClient, uscc: str, role: str = "secretary") -> dict[str, str]:
    """The header that names the contact's version; reading the list reads no person."""
    listed = (await client.get(f"/v1/organizations/{uscc}/contacts")).json()["items"]
    [version] = [one["version"] for one in listed if one["role"] == role]
    return {"If-Match": f'"{version}"'}


async def everything_stored(server: EmbeddedPostgres, url: str) -> bytes:
    """Every row of every table of a database, policies or not, as text and with its bytea columns raw."""
    name = make_url(url).database
    assert name is not None
    connection = await asyncpg.connect(driver_url(with_database(server.url(), name)))
    try:
        tables = await connection.fetch(
            "SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n "
            "ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') "
            "AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
        )
        found = []
        for table in tables:
            for row in await connection.fetch(f"SELECT t::text AS shown, t.* FROM {table['name']} t"):
                found += [value if isinstance(value, bytes) else str(value).encode() for value in row.values()]
        return b"\n".join(found)
    finally:
        await connection.close()


def traces(haystack: bytes, values: Sequence[str] = (NAME, PHONE)) -> list[str]:
    """Those of the values that stand in there, in any of the ways that JSON, hex or a digit run would write them."""
    found = []
    for value in values:
        escaped = value.encode("unicode_escape")
        digits = "".join(c for c in value if c.isdigit()).encode()
        forms = [value.encode(), escaped, value.encode().hex().encode(), value.encode("utf-16-le")]
        forms += [digits] if len(digits) >= 8 else []
        if any(form in haystack for form in forms):
            found.append(value)
    return found
