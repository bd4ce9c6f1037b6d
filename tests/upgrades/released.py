"""What was frozen at a release: see `capture`."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import asyncpg

from shared.urls import driver_url

FOLDER = Path(__file__).with_name("released")
VERSIONS = {"0.1.0": {"registry": "0003", "incubation": "0002", "evaluation": "0002", "funding": "0002"}}
"""Each release and the last migration that each service had in it."""
EVENTS = Path(__file__).with_name("events")
FILLED_BY_MIGRATIONS = frozenset({"ledger_accounts"})


def rows_of(version: str, service: str) -> dict[str, list[dict[str, Any]]]:
    """By table, the rows that a service had, in the columns of its first migration."""
    found: dict[str, list[dict[str, Any]]] = json.loads((FOLDER / version / f"{service}.rows.json").read_text("utf-8"))
    return found


def statements_of(version: str, service: str) -> list[dict[str, Any]]:
    """What a service ran, in its order: `sql`, and `args` for `frozen.thaw`."""
    path = FOLDER / version / f"{service}.statements.json"
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return found


def event_types() -> frozenset[str]:
    """Every event type that some release could publish: events of these may still be stored anywhere."""
    return frozenset(
        name for version in VERSIONS for name in json.loads((FOLDER / version / "events.json").read_text("utf-8"))
    )


def find_missing_samples(released: Collection[str], samples: Collection[str], catalog: Collection[str]) -> list[str]:
    """What is wrong with the frozen samples: a type needs one from its release on, and for ever."""
    return [
        *(f"{name} was released and has no sample" for name in sorted({*released} - {*samples})),
        *(f"{name} was released and is no longer in the catalog" for name in sorted({*released} - {*catalog})),
        *(f"{name} has a sample and is not in the catalog" for name in sorted({*samples} - {*catalog} - {*released})),
    ]


async def fill(url: str, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Put rows into a database of the first migration, as a superuser: without triggers, in any order."""
    connection = await asyncpg.connect(driver_url(url))
    try:
        async with connection.transaction():
            await connection.execute("SET LOCAL session_replication_role = replica")
            for table, content in rows.items():
                if table not in FILLED_BY_MIGRATIONS:
                    await connection.execute(
                        f"INSERT INTO {table} SELECT * FROM jsonb_populate_recordset(NULL::{table}, $1)",
                        json.dumps(content),
                    )
            await connection.execute("SELECT setval(pg_get_serial_sequence('outbox', 'seq'), max(seq)) FROM outbox")
    finally:
        await connection.close()


async def read(url: str, rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[str]]:
    """The same tables and columns as a database has them now, each row as text, sorted."""
    connection = await asyncpg.connect(driver_url(url))
    try:
        found = {}
        for table, content in rows.items():
            if content:
                names = ", ".join(f'"{name}"' for name in content[0])
                fetched = await connection.fetch(
                    f"SELECT to_jsonb(t)::text AS row FROM (SELECT {names} FROM {table}) t"
                )
                found[table] = sorted(row["row"] for row in fetched)
        return found
    finally:
        await connection.close()
