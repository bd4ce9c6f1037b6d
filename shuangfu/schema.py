"""`schema.sql` of each service: the schema that its migrations leave, in one page. `make schema` writes them."""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import asyncpg

from shared.audit.guards import GUARDS, guards_path, render_guards
from shared.schema.migrate import SERVICES_FOLDER, create_databases, migrate
from shared.schema.roles import ensure_roles
from shared.schema.security import OWNER
from shared.schema.tables import SHARED_TABLES
from shared.urls import driver_url
from shuangfu.embedded.postgres import EmbeddedPostgres
from shuangfu.embedded.postgres_programs import programs_folder
from shuangfu.services import SERVICES

HEAD = """\
-- The schema of {service}, as its migrations leave it. Made by `make schema`; a test compares it with a migrated
-- database. Left out: the outbox's partitions of single days, which the relay creates and drops.
-- By table: columns, constraints, indexes, row-level security, triggers, grants. Functions are at the end.

"""
# pg_dump writes such a head above each object; the bodies of functions hold none.
_OBJECT = re.compile(r"^--\n-- Name: (?P<name>.+); Type: (?P<type>[A-Z ]+); Schema: .*\n--\n", re.MULTILINE)
_TABLE_OF = re.compile(r"\b(?:ALTER TABLE|ALTER TABLE ONLY|ON|ON ONLY) public\.(\w+)")
_NO_TABLE, _FUNCTIONS = "", "()"
_SHARED = SHARED_TABLES | {"outbox_default", _NO_TABLE, _FUNCTIONS}


class _Object(NamedTuple):
    name: str
    type: str
    sql: str


def schema_path(service: str) -> Path:
    """Where a service's page is."""
    return SERVICES_FOLDER / service / "schema.sql"


def render(service: str, url: str) -> str:
    """The page of a migrated database, which `url` names as a superuser reaches it.

    Raises subprocess.CalledProcessError where pg_dump fails.
    """
    options = ["--schema-only", "--no-owner", "--exclude-table=alembic_version", "--exclude-table=outbox_2*"]
    done = subprocess.run(  # noqa: S603
        [programs_folder() / "pg_dump", *options, url],
        check=True,
        capture_output=True,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("PG")},
    )
    return HEAD.format(service=service) + arrange(done.stdout)


def arrange(dump: str) -> str:
    """The statements of a dump, each object of a table under it: the service's own tables before the shared ones."""
    parts: dict[str, list[str]] = defaultdict(list)
    for table, one in _by_table(_objects(dump)):
        parts[table].append(_short(one.sql))
    own = sorted(parts.keys() - _SHARED)
    shared = sorted(parts.keys() & _SHARED - {_NO_TABLE, _FUNCTIONS})
    sections = [
        "\n".join(parts[_NO_TABLE]),
        *(f"-- {table}\n" + "\n".join(parts[table]) for table in own),
        *(f"-- {table}, as in every service\n" + "\n".join(parts[table]) for table in shared),
        "-- Functions\n" + "\n\n".join(parts[_FUNCTIONS]),
    ]
    return "\n\n".join(sections) + "\n"


def _objects(dump: str) -> Iterator[_Object]:
    heads = list(_OBJECT.finditer(dump))
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        sql = dump[head.end() : following.start() if following else dump.index("\n--\n-- PostgreSQL database dump")]
        yield _Object(head["name"], head["type"], sql)


def _by_table(objects: Iterable[_Object]) -> Iterator[tuple[str, _Object]]:
    """Each object with its table, or with _FUNCTIONS or _NO_TABLE."""
    table_of_index: dict[str, str] = {}
    for one in objects:
        if one.type == "COMMENT":
            continue
        found = _TABLE_OF.search(one.sql)
        table = found[1] if found else _NO_TABLE
        if one.type == "TABLE":
            table = one.name
        elif one.type == "FUNCTION" or (one.type == "ACL" and one.name.startswith("FUNCTION ")):
            table = _FUNCTIONS
        elif one.type in {"INDEX", "CONSTRAINT"}:
            table_of_index[one.name.rpartition(" ")[2]] = table
        elif one.type == "INDEX ATTACH":
            table = table_of_index[one.name]
        elif one.type == "ACL" and one.name.startswith("TABLE "):
            table = one.name.removeprefix("TABLE ")
        yield table, one


def _short(sql: str) -> str:
    """Without the schema's name, which is the same everywhere, and with a constraint in one line."""
    return re.sub(r"\bpublic\.", "", sql).replace("\n    ADD CONSTRAINT", " ADD CONSTRAINT").strip()


async def render_guards_of(url: str) -> bytes:
    """What `shuangfu audit verify` compares a database's triggers and functions with."""
    connection = await asyncpg.connect(driver_url(url))
    try:
        revision = await connection.fetchval("SELECT version_num FROM alembic_version")
        found = await connection.fetch(GUARDS)
    finally:
        await connection.close()
    return render_guards(revision, [(row["name"], row["digest"]) for row in found])


async def write() -> None:
    """Write the pages and guards of all services, from databases that are migrated for it."""
    with (
        tempfile.TemporaryDirectory(prefix="shuangfu-schema-") as folder,
        EmbeddedPostgres.start(Path(folder), settings={"fsync": "off"}) as server,
    ):
        await ensure_roles(server.url(), runtime_password="of-no-use")  # noqa: S106 - of a server that ends here
        await create_databases(server.url(), list(SERVICES), owner=OWNER)
        for service in SERVICES:
            await migrate(service, server.url(service), role=OWNER)
            schema_path(service).write_text(render(service, server.url(service)), encoding="utf-8")
            guards_path(service).write_bytes(await render_guards_of(server.url(service)))


if __name__ == "__main__":
    asyncio.run(write())
    sys.stdout.write(f"{len(SERVICES)} schemas in services/*/schema.sql\n")
