"""A restore gives the same databases, all or none, and refuses what it cannot restore."""

import json
import os
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import orjson
import pytest
from sqlalchemy import text

from shared.audit.trail import export_rows, verify_chain
from shared.db.session import Database
from shared.schema.security import RUNTIME
from shared.urls import driver_url, engine_url, with_database, with_login
from shuangfu.backups import checking, restoring
from shuangfu.backups.checking import Target, check_restore
from shuangfu.backups.making import make_backup
from shuangfu.backups.manifest import CHECKSUMS, MANIFEST
from shuangfu.backups.places import BackupError, Place
from shuangfu.backups.restoring import restore
from shuangfu.backups.topics import Broker
from shuangfu.embedded.postgres import EmbeddedPostgres
from tests.conftest import RUNTIME_PASSWORD, SYSTEM, Templates
from tests.operations.backup.deployments import (
    contents,
    databases,
    drop_deployment,
    execute,
    fetch,
    make_deployment,
    places_of,
    shapes,
    source_of,
)

FILL = """
SELECT set_config('shuangfu.scope', '%', false);
INSERT INTO outbox (id, topic, key, type, subject, sequence, occurred_at, division, data, published_at, position)
SELECT gen_random_uuid(), 't', 'k', 'y', n::text, 1, now(), '330106', '{"é": "省"}',
    CASE WHEN n < 30 THEN now() END, CASE WHEN n < 30 THEN nextval('outbox_position') END FROM generate_series(1, 40) n;
INSERT INTO inbox (event_id, consumer) SELECT gen_random_uuid(), 'c' FROM generate_series(1, 20);
INSERT INTO dead_letters (id, consumer, event_id, topic, partition, "offset", key, headers, value, reason, detail,
    attempts, division)
SELECT gen_random_uuid(), 'c', gen_random_uuid(), 't', 0, n, 'k', '{}', '\\x00ff', 'r', 'd', 1, '330106'
FROM generate_series(1, 5) n;
INSERT INTO idempotency_keys VALUES ('甲', 'k', 'r', 'h', 201, '{}', '\\x7b7d');
"""
APPEND = "SELECT bus_append('{a,a,b}', '{k,k,k}', '{{},{},{}}', '{v,v,v}')".replace("{}", '"{}"')


@pytest.fixture
async def places(postgres_server: EmbeddedPostgres, templates: Templates) -> AsyncIterator[Sequence[Place]]:
    """A deployment with rows in every table of the bus, and audited changes."""
    made = await make_deployment(postgres_server, templates)
    for place in made[:4]:
        await execute(place.url, FILL)
    await execute(made[4].url, APPEND)
    yield made
    await drop_deployment(postgres_server, prefix(made))


@pytest.fixture
async def elsewhere(postgres_server: EmbeddedPostgres) -> AsyncIterator[Sequence[Place]]:
    """Places whose databases do not exist."""
    found = places_of(postgres_server, f"t{uuid4().hex[:8]}_")
    yield found
    await drop_deployment(postgres_server, prefix(found))


@pytest.fixture
async def made(places: Sequence[Place], tmp_path: Path) -> Path:
    """A backup of the deployment."""
    folder = tmp_path / "backup"
    await make_backup(source_of(places), folder)
    return folder


def prefix(places: Sequence[Place]) -> str:
    return places[0].database.removesuffix("registry")


def names(places: Sequence[Place]) -> dict[str, str]:
    return {place.service: place.database for place in places}


CHANGED_BY_A_RESTORE = ("operator_actions", "audit_log", "audit_heads")


async def test_restore__content_owners_policies_and_rights_are_the_same(
    places: Sequence[Place], elsewhere: Sequence[Place], tmp_path: Path, postgres_server: EmbeddedPostgres
) -> None:
    # A restore creates the outbox partitions of the days since the backup. The databases are copies of a template that
    # may have been created before midnight.
    for place in places[:4]:
        await execute(place.url, "SELECT outbox_prepare($1, 3)", datetime.now(UTC).date())
    before = await contents(postgres_server.url(), names(places))
    manifest = await make_backup(source_of(places), tmp_path / "backup")
    done = await restore(tmp_path / "backup", Target(elsewhere))
    after = await contents(postgres_server.url(), names(elsewhere))
    others = {name for name in before if name.partition(".")[2] not in CHANGED_BY_A_RESTORE}
    assert {name: after.get(name) for name in others} == {name: before[name] for name in others}
    assert after.keys() == before.keys()
    assert (done.republished, done.messages_gone, done.renamed) == (0, 0, {})
    assert manifest.databases["registry"].tables["inbox"].rows == 20
    assert await shapes(postgres_server.url(), names(elsewhere)) == await shapes(postgres_server.url(), names(places))
    for place in elsewhere[:4]:
        rows = await fetch(place.url, "SELECT command, outcome FROM operator_actions ORDER BY at")
        assert [tuple(row) for row in rows] == [("restore", "done")], "the backup itself is recorded after its cut"
        [row] = await fetch(place.url, "SELECT nextval('outbox_seq_seq') > (SELECT max(seq) FROM outbox)")
        assert row[0]
    rows = await fetch(places[0].url, "SELECT command FROM operator_actions")
    assert [row[0] for row in rows] == ["backup"]


async def test_restore__the_runtime_role_works_in_its_scope_and_the_audit_goes_on(
    made: Path, elsewhere: Sequence[Place]
) -> None:
    await restore(made, Target(elsewhere))
    url = engine_url(with_login(elsewhere[3].url, RUNTIME, RUNTIME_PASSWORD))
    database = Database(url, pool_size=2, access=SYSTEM)
    try:
        async with database.transaction() as tx:
            rows = await tx.scalar(text("SELECT count(*) FROM audit_log"))
            assert rows == 5 + 1  # the dead letters, the restore
            await tx.execute(text("UPDATE dead_letters SET state = 'discarded'"))
        async with database.transaction() as tx:
            assert await tx.scalar(text("SELECT count(*) FROM audit_log")) == rows + 5
            assert await verify_chain(tx) == []
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with database.transaction() as tx:
                await tx.execute(text("DELETE FROM audit_log"))
    finally:
        await database.close()
    connection = await asyncpg.connect(driver_url(url))
    assert await connection.fetchval("SELECT count(*) FROM outbox") == 0, "no scope, no rows"
    await connection.close()


async def test_restore__for_kafka_events_are_published_again_and_keep_their_place_in_the_feed(
    made: Path, elsewhere: Sequence[Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_messages(_: object) -> int:
        return 0

    for module in (checking, restoring):
        monkeypatch.setattr(module, "check_nobody_reads", no_messages)
    monkeypatch.setattr(restoring, "empty_topics", no_messages)
    began = int(datetime.now(UTC).timestamp())
    done = await restore(made, Target(elsewhere[:4], broker=Broker("nowhere:1")))
    assert done.republished == 4 * 29
    for place in elsewhere[:4]:
        [row] = await fetch(
            place.url,
            "SELECT count(*) FILTER (WHERE published_at IS NULL) AS waiting, max(position) AS last, "
            "nextval('outbox_position') AS next FROM outbox",
        )
        assert (row["waiting"], row["last"]) == (40, 29)
        assert began * 10**8 < row["next"] < (began + 3600) * 10**8


async def damage(folder: Path, _: Sequence[Place]) -> None:
    path = folder / "funding.dump"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


async def cut_off(folder: Path, _: Sequence[Place]) -> None:
    path = folder / "registry.dump"
    path.write_bytes(path.read_bytes()[:-100])


async def lose_a_file(folder: Path, _: Sequence[Place]) -> None:
    (folder / "incubation.dump").unlink()


async def lose_the_manifest(folder: Path, _: Sequence[Place]) -> None:
    (folder / MANIFEST).unlink()


async def edit_the_manifest(folder: Path, _: Sequence[Place]) -> None:
    path = folder / MANIFEST
    path.write_text(path.read_text().replace('"rows": 20', '"rows": 21', 1))


def rewrite(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Rewrite the manifest, with matching checksums."""
    manifest = json.loads((folder / MANIFEST).read_text())
    change(manifest)
    (folder / MANIFEST).write_text(json.dumps(manifest))
    listed = [line.split()[1] for line in (folder / CHECKSUMS).read_text().splitlines()]
    sums = subprocess.run(["sha256sum", *listed], cwd=folder, check=True, capture_output=True, text=True)
    (folder / CHECKSUMS).write_text(sums.stdout)


async def leave_out_a_database(folder: Path, _: Sequence[Place]) -> None:
    rewrite(folder, lambda manifest: manifest["databases"].pop("evaluation"))


async def come_from_a_newer_version(folder: Path, _: Sequence[Place]) -> None:
    rewrite(folder, lambda manifest: manifest["databases"]["registry"].update(revision="registry_9999"))


async def be_of_another_form(folder: Path, _: Sequence[Place]) -> None:
    rewrite(folder, lambda manifest: manifest.update(format=2))


async def be_of_a_newer_server(folder: Path, _: Sequence[Place]) -> None:
    rewrite(folder, lambda manifest: manifest["databases"]["bus"].update(server_major=99))


async def differ_from_its_dump(folder: Path, _: Sequence[Place]) -> None:
    rewrite(folder, lambda manifest: manifest["databases"]["funding"]["tables"]["inbox"].update(digest="1"))


async def fill_the_target(_: Path, elsewhere: Sequence[Place]) -> None:
    await execute(elsewhere[2].server_url, f'CREATE DATABASE "{elsewhere[2].database}"')
    await execute(elsewhere[2].url, "CREATE TABLE precious (id int)")


REFUSALS: dict[str, tuple[Callable[[Path, Sequence[Place]], Awaitable[None]], str]] = {
    "a damaged dump": (damage, r"funding\.dump of the backup is damaged"),
    "a dump cut off": (cut_off, r"registry\.dump of the backup is damaged"),
    "a missing dump": (lose_a_file, r"incubation\.dump of the backup is missing"),
    "no backup": (lose_the_manifest, r"is not a backup: SHA256SUMS or manifest\.json is missing"),
    "an edited manifest": (edit_the_manifest, r"manifest\.json of the backup is damaged"),
    "a database left out": (leave_out_a_database, r"incomplete: no database of evaluation"),
    "a newer revision": (come_from_a_newer_version, r"registry is at revision registry_9999, which this version does"),
    "another form": (be_of_another_form, r"has a format that this version does not know"),
    "a newer server": (be_of_a_newer_server, r"pg_dump and pg_restore 99 or later are needed"),
    "content that is not what was backed up": (
        differ_from_its_dump,
        r"funding is not what was backed up: inbox has 20",
    ),
    "a target that is not empty": (fill_the_target, r"evaluation exists and holds 1 tables: --replace"),
}


@pytest.mark.parametrize("case", REFUSALS)
async def test_restore__is_refused_and_leaves_nothing(
    case: str, made: Path, elsewhere: Sequence[Place], postgres_server: EmbeddedPostgres
) -> None:
    prepare, message = REFUSALS[case]
    await prepare(made, elsewhere)
    before = await databases(postgres_server.url(), prefix(elsewhere))
    with pytest.raises(BackupError, match=message):
        await restore(made, Target(elsewhere))
    assert await databases(postgres_server.url(), prefix(elsewhere)) == before


async def test_restore__replaces_only_with_replace_and_ends_sessions_only_with_force(
    made: Path, places: Sequence[Place], postgres_server: EmbeddedPostgres
) -> None:
    await execute(places[0].url, "DELETE FROM inbox")
    service = await asyncpg.connect(driver_url(places[0].url))
    with pytest.raises(BackupError, match=r"1 sessions are connected to \w+registry: stop what uses it"):
        await check_restore(made, Target(places, replace=True))
    assert await service.fetchval("SELECT count(*) FROM outbox") == 40
    done = await restore(made, Target(places, replace=True, force=True))
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await service.fetchval("SELECT 1")
    assert (await fetch(places[0].url, "SELECT count(*) FROM inbox"))[0][0] == 20
    assert set(done.renamed) == set(names(places).values())
    kept = done.renamed[places[0].database]
    with pytest.raises(asyncpg.PostgresError, match="not currently accepting connections"):
        await fetch(with_database(postgres_server.url(), kept), "SELECT 1")
    assert len(await databases(postgres_server.url(), prefix(places))) == 10


async def test_restore__names_change_all_or_none(
    made: Path, places: Sequence[Place], postgres_server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    await execute(places[0].url, "DELETE FROM inbox")
    before = await databases(postgres_server.url(), prefix(places))
    held: list[asyncpg.Connection] = []
    fill = restoring.adjust

    async def connect_late(*given: Any, **options: Any) -> int:
        held.append(await asyncpg.connect(driver_url(places[4].url)))  # after the check, to the last one
        return await fill(*given, **options)

    monkeypatch.setattr(restoring, "adjust", connect_late)
    with pytest.raises(BackupError, match="bus cannot be renamed"):
        await restore(made, Target(places, replace=True))
    await held[0].close()
    assert await databases(postgres_server.url(), prefix(places)) == before
    for place in places:
        assert await fetch(place.url, "SELECT 1"), "and it takes connections"
    assert (await fetch(places[0].url, "SELECT count(*) FROM inbox"))[0][0] == 0


@pytest.mark.parametrize("fails", ["the swap", "the server, too"])
async def test_restore__says_that_the_topics_are_empty_where_it_fails_after_that(
    fails: str, made: Path, places: Sequence[Place], postgres_server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_messages(_: object) -> int:
        return 0

    async def fail(*_: object, **__: object) -> dict[str, str]:
        raise BackupError("shuangfu_registry cannot be renamed")

    async def away(_: object) -> None:
        raise BackupError("the registry's database cannot be reached")

    for module in (checking, restoring):
        monkeypatch.setattr(module, "check_nobody_reads", no_messages)
    monkeypatch.setattr(restoring, "empty_topics", no_messages)
    monkeypatch.setattr(restoring, "swap", fail)
    before = await databases(postgres_server.url(), prefix(places))
    drop = restoring.drop
    if fails == "the server, too":
        calls = iter([drop] * 4)  # those that create a draft again

        async def drop_or_fail(draft: Place) -> None:
            await next(calls, away)(draft)

        monkeypatch.setattr(restoring, "drop", drop_or_fail)
    with pytest.raises(BackupError) as raised:
        await restore(made, Target(places[:4], replace=True, broker=Broker("nowhere:1")))
    assert str(raised.value) == (
        "shuangfu_registry cannot be renamed. Kafka's topics were emptied: run `shuangfu republish` before starting "
        "workers"
    )
    for place in places[:4]:
        await drop(place.named(f"{place.database}_restoring"))
    assert await databases(postgres_server.url(), prefix(places)) == before


async def test_backup__is_refused_where_it_would_be_incomplete(places: Sequence[Place], tmp_path: Path) -> None:
    runtime = [Place(place.service, with_login(place.url, RUNTIME, RUNTIME_PASSWORD)) for place in places]
    with pytest.raises(BackupError, match="superuser or has BYPASSRLS"):
        await make_backup(source_of(runtime), tmp_path / "one")
    swapped = [Place("registry", places[4].url), *places[1:]]
    with pytest.raises(BackupError, match="it is not the registry's database"):
        await make_backup(source_of(swapped), tmp_path / "two")
    away = [places[0].named("t_nowhere"), *places[1:]]
    with pytest.raises(BackupError, match="cannot be reached"):
        await make_backup(source_of(away), tmp_path / "three")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    with pytest.raises(BackupError, match="exists and is not empty"):
        await make_backup(source_of(places), tmp_path / "full")
    with pytest.raises(BackupError, match="pg_dump and pg_restore 18 or later are needed"):
        await make_backup(source_of(places), tmp_path / "five", pg_bin=tmp_path)
    assert os.listdir(tmp_path) == ["full"]  # noqa: PTH208


async def test_audit__events_of_a_former_server_are_not_taken_for_causes(
    places: Sequence[Place], postgres_server: EmbeddedPostgres
) -> None:
    """Transaction numbers start over on the server that a backup is restored to."""
    url = engine_url(places[0].url)
    database = Database(url, pool_size=1, access=SYSTEM)
    cause, stranger = uuid4(), uuid4()
    try:
        async with database.transaction() as tx:
            await tx.execute(text("INSERT INTO inbox (event_id, consumer) VALUES (:id, 'c')"), {"id": cause})
            await tx.execute(
                text("INSERT INTO inbox (event_id, consumer, claimed_at) VALUES (:id, 'c', now() - interval '3 days')"),
                {"id": stranger},
            )
            await tx.execute(text("UPDATE dead_letters SET state = 'discarded'"))
        rows = [orjson.loads(line) async for line in export_rows(database, division="33", since=None, until=None)]
    finally:
        await database.close()
    assert {tuple(row["event_ids"]) for row in rows if row["operation"] == "update"} == {(str(cause),)}
