"""Freezes what a version does, for the tests of the versions after it: `python -m tests.upgrades.capture FOLDER`.

Run at a release. It serves in this process, lets the demonstration and a few more requests run against it, and
writes, for each service, the statements that it ran with their parameters (`<service>.statements.json`) and its
rows as of its first migration's columns (`<service>.rows.json`); and the event types that there are (`events.json`).
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from sqlalchemy import Engine, event

from shared.contracts.catalog import CATALOG
from shared.schema.migrate import create_databases, migrate
from shared.urls import driver_url, with_database
from shuangfu.embedded.postgres import EmbeddedPostgres
from shuangfu.embedded.processes import free_port
from shuangfu.embedded.server import Options, _Server, serve
from shuangfu.services import SERVICES
from tests.journeys.test_main_job import XIHU, organization
from tests.upgrades.frozen import freeze

SAME_AT_MOST = 4
"""How often a statement is kept with other parameters: reads come by the hundred."""
_KEPT = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
_LEFT = (
    "alembic_version",
    "set_config",
    "advisory",
    "outbox_prepare",
    "outbox_drop_before",
    "pg_catalog",
    "pg_type",
    "'jit'",
)

Statements = dict[str, list[dict[str, Any]]]


def watch(found: Statements) -> None:
    """Every connection of this process reports what it ran: asyncpg's own, and SQLAlchemy's prepared statements."""
    made = asyncpg.Connection.__init__
    often: Counter[tuple[str, str]] = Counter()

    def keep(database: str, sql: str, args: Sequence[Any]) -> None:
        service, sql = database.removeprefix("shuangfu_"), sql.strip()
        if service not in SERVICES or not sql.upper().startswith(_KEPT) or any(part in sql for part in _LEFT):
            return
        often[service, sql] += 1
        if not sql.upper().startswith("SELECT") or often[service, sql] <= SAME_AT_MOST:
            found.setdefault(service, []).append({"sql": sql, "args": [freeze(arg) for arg in args]})

    def note(record: Any) -> None:
        if record.exception is None:
            keep(record.conn_params.database, record.query, record.args)

    def connect(self: asyncpg.Connection, *given: Any, **named: Any) -> None:
        made(self, *given, **named)
        self.add_query_logger(note)

    asyncpg.Connection.__init__ = connect

    @event.listens_for(Engine, "after_cursor_execute")
    def _(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        keep(connection.engine.url.database, statement, parameters)


def work(url: str, data: Path) -> None:
    """The whole job, and what it leaves out."""
    run("demo", "--url", url, "--data", str(data))
    headers = {
        "Authorization": f"Bearer {run('token', '--role', 'registrar', '--division', '33', '--data', str(data))}"
    }
    body = organization(700, XIHU, 3)
    uscc = body.pop("uscc")
    with httpx.Client(base_url=f"{url}/registry/v1", headers=headers, timeout=20) as client:
        for change in ({}, {"name": "示例社会组织七百", "as_of": "2025-02-05T09:00:00+08:00"}):
            client.put(f"/civil-affairs/registrations/{uscc}", json={**body, **change}).raise_for_status()
        person = {"name": "示例甲", "phone": "+86 1390000 0000"}
        client.put(f"/organizations/{uscc}/contacts/secretary", json=person).raise_for_status()
        client.get("/organizations", params={"division": "3301"}).raise_for_status()
        client.get("/coverage", params={"division": "3301"}).raise_for_status()
        client.get("/changes").raise_for_status()


def run(*arguments: str) -> str:
    command = [sys.executable, "-m", "shuangfu", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout.strip()


async def serve_and_work(data: Path) -> None:
    """Serve until the work is done."""
    options, servers, failed = Options(port=free_port(), data=data), [], []
    made = _Server.__init__

    def keep(self: Any, *given: Any, **named: Any) -> None:
        made(self, *given, **named)
        servers.append(self)

    _Server.__init__ = keep  # type: ignore[method-assign]

    def worker(url: str) -> None:
        try:
            work(url, data)
            threading.Event().wait(5)  # the last events find their readers
        except Exception as error:
            failed.append(error)
        servers[0].should_exit = True

    def on_ready(url: str) -> None:
        threading.Thread(target=worker, args=(url,)).start()

    await serve(options, on_ready)
    if failed:
        raise failed[0]


async def rows_of_first_columns(server: EmbeddedPostgres, service: str) -> dict[str, list[Any]]:
    """By table, each row as an object: of the columns that the first migration created."""
    first = f"first_{service}"
    await create_databases(server.url(), [first])
    await migrate(service, server.url(first), f"{service}_0001")
    columns: dict[str, list[str]] = {}
    connection = await asyncpg.connect(driver_url(server.url(first)))
    for row in await connection.fetch(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND table_name NOT LIKE 'outbox\\_%' AND table_name <> 'alembic_version' ORDER BY ordinal_position"
    ):
        columns.setdefault(row["table_name"], []).append(row["column_name"])
    await connection.close()
    connection = await asyncpg.connect(driver_url(with_database(server.url(), f"shuangfu_{service}")))
    found = {}
    for table, names in sorted(columns.items()):
        listed = ", ".join(f'"{name}"' for name in names)
        fetched = await connection.fetch(f"SELECT to_jsonb(t) AS row FROM (SELECT {listed} FROM {table}) t")
        found[table] = sorted((json.loads(row["row"]) for row in fetched), key=json.dumps)
    await connection.close()
    return found


def main(target: Path) -> None:
    """The command."""
    target.mkdir(parents=True, exist_ok=True)
    found: Statements = {}
    watch(found)
    with tempfile.TemporaryDirectory(prefix="shuangfu-capture-") as folder:
        data = Path(folder) / "data"
        asyncio.run(serve_and_work(data))
        captured = {service: list(statements) for service, statements in found.items()}
        with EmbeddedPostgres.start(data / "postgres") as server:
            for service in SERVICES:
                rows = asyncio.run(rows_of_first_columns(server, service))
                write(target / f"{service}.rows.json", rows)
                write(target / f"{service}.statements.json", captured[service])
    write(target / "events.json", sorted(CATALOG))


def write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(path.name, path.stat().st_size)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
