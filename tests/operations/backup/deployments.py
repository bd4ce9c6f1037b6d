"""A small deployment to back up: five databases with one prefix, and independent queries of their content."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import asyncpg

from shared.schema.migrate import let_policies_use_indexes
from shared.schema.security import OWNER
from shared.urls import driver_url, with_database
from shuangfu.backups.making import Source
from shuangfu.backups.places import Place, find_places
from shuangfu.embedded.postgres import EmbeddedPostgres
from tests.conftest import Templates


async def make_deployment(server: EmbeddedPostgres, templates: Templates) -> tuple[Place, ...]:
    """Five migrated databases with unused names."""
    places = places_of(server, f"t{uuid4().hex[:8]}_")
    for place in places:
        template = await templates.ensure(place.service)
        copied = f"OWNER {OWNER} TEMPLATE {template} STRATEGY FILE_COPY"
        await execute(server.url(), f'CREATE DATABASE "{place.database}" {copied}')
        await let_policies_use_indexes(place.url)
    return places


def places_of(server: EmbeddedPostgres, prefix: str) -> tuple[Place, ...]:
    """The places of a prefix, whether the databases exist or not."""
    return find_places(server.url(), {}, prefix=prefix, log=True)


def source_of(places: Sequence[Place], anchors: Path | None = None) -> Source:
    return Source(places, "log", anchors)


async def drop_deployment(server: EmbeddedPostgres, prefix: str) -> None:
    """Every database whose name begins with the prefix."""
    for name in await databases(server.url(), prefix):
        await execute(server.url(), f'DROP DATABASE "{name}" WITH (FORCE)')


async def databases(server_url: str, prefix: str) -> list[str]:
    rows = await fetch(server_url, "SELECT datname FROM pg_database WHERE starts_with(datname, $1) ORDER BY 1", prefix)
    return [row[0] for row in rows]


async def execute(url: str, statement: str, *parameters: object) -> None:
    connection = await asyncpg.connect(driver_url(url))
    try:
        await connection.execute(statement, *parameters)
    finally:
        await connection.close()


async def fetch(url: str, statement: str, *parameters: object) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(driver_url(url))
    try:
        found: list[asyncpg.Record] = await connection.fetch(statement, *parameters)
        return found
    finally:
        await connection.close()


async def contents(server_url: str, names: dict[str, str]) -> dict[str, str]:
    """SHA-256 of every table's rows, sorted, by `service.table`; outbox rows without what a restore changes."""
    found = {}
    for service, name in names.items():
        url = with_database(server_url, name)
        tables = await fetch(url, "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 2200 ORDER BY 1")
        for (table,) in tables:
            rows = await fetch(url, f"SELECT to_jsonb(t) - 'published_at' AS row FROM \"{table}\" t")
            lines = sorted(row["row"] for row in rows)
            found[f"{service}.{table}"] = f"{len(lines)} {hashlib.sha256(''.join(lines).encode()).hexdigest()}"
    return found


async def shapes(server_url: str, names: dict[str, str]) -> dict[str, list[tuple[object, ...]]]:
    """Owners, policies, privileges, triggers and indexes of every table."""
    queries = {
        "relations": "SELECT relname, relkind, pg_get_userbyid(relowner), relrowsecurity, relforcerowsecurity, "
        "COALESCE((SELECT array_agg(a::text ORDER BY a::text) FROM unnest(relacl) a), '{}') FROM pg_class "
        "WHERE relnamespace = 2200",
        "policies": "SELECT tablename, policyname, roles, cmd, qual, with_check FROM pg_policies",
        "functions": "SELECT proname, pg_get_userbyid(proowner), prosecdef, proconfig, proacl::text, prosrc "
        "FROM pg_proc "
        "WHERE pronamespace = 2200 AND prolang <> 13",
        "triggers": "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger "
        "WHERE NOT tgisinternal",
        "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 2200",
        "extensions": "SELECT extname, pg_get_userbyid(extowner) FROM pg_extension",
        "like": "SELECT proleakproof FROM pg_proc WHERE oid = 'pg_catalog.textlike(text,text)'::regprocedure",
        "schema": "SELECT (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(nspacl) a) FROM pg_namespace "
        "WHERE nspname = 'public'",
        "database": "SELECT pg_get_userbyid(datdba), encoding, datlocprovider, datlocale FROM pg_database "
        "WHERE datname = current_database()",
    }
    found = {}
    for service, name in names.items():
        for kind, query in queries.items():
            rows = await fetch(with_database(server_url, name), query)
            found[f"{service} {kind}"] = sorted(tuple(map(str, row)) for row in rows)
    return found
