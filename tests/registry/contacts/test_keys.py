"""`shuangfu keys`: a new key, every contact under it, whatever happens on the way; old keys withdrawn when free."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from typer.testing import CliRunner, Result

from services.registry.contacts import queries
from services.registry.contacts.actions import context_of
from services.registry.contacts.resealing import count_by_key, reseal_contacts
from shared.db.sealing import FieldKeys, read_key_file
from shared.db.session import Database
from shared.private_files import write_private
from shuangfu.cli import app as cli
from tests.registry.contact_helpers import NAME, ROLES, organization, put_contact, traces, where
from tests.registry.helpers import rows

STORED = "SELECT organization_id, role, key_id, sealed, version, updated_at FROM contacts ORDER BY 1, 2"


async def keys(app: FastAPI, file: Path, *arguments: str) -> Result:
    """`shuangfu keys …` on the app's database; what it says never names a person or shows a key."""
    place = ["--keys-file", str(file), "--database-url", app.state.settings.database_url]
    result = await asyncio.to_thread(CliRunner().invoke, cli, ["keys", *arguments, *place])
    assert traces(result.output.encode()) == []
    assert "Traceback" not in result.output
    return result


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


async def fill(client: httpx.AsyncClient, organizations: int = 2) -> dict[str, str]:
    """Three contacts for each of some organizations: name by path."""
    names = {}
    for number in range(1, organizations + 1):
        uscc = await organization(client, number)
        for role in ROLES:
            names[where(uscc, role)] = f"{NAME}{'甲乙丙丁'[number]}"
            assert (await put_contact(client, uscc, role, name=names[where(uscc, role)])).status_code == 201
    return names


async def shown(client: httpx.AsyncClient, names: dict[str, str]) -> dict[str, str]:
    return {path: (await client.get(path)).json()["name"] for path in names}


class Failing(FieldKeys):
    """Fails at the n-th value that it seals."""

    def __init__(self, path: Path, at: int) -> None:
        super().__init__(path)
        self.left = at

    def seal(self, plain: bytes, context: bytes) -> tuple[str, bytes]:
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt
        return super().seal(plain, context)


async def test_rotation_changes_the_seals_and_nothing_else(
    client: httpx.AsyncClient, app: FastAPI, keys_file: Path
) -> None:
    names = await fill(client)
    before = await rows(app, STORED)
    result = await keys(app, keys_file, "rotate")
    assert (result.exit_code, "6 contacts are under k2 now" in result.output) == (0, True)
    after = await rows(app, STORED)
    assert {row["key_id"] for row in after} == {"k2"}
    assert not {row["sealed"] for row in before} & {row["sealed"] for row in after}
    for field in ("organization_id", "role", "version", "updated_at"):
        assert [row[field] for row in after] == [row[field] for row in before]
    # The running service reads the file again.
    assert await shown(client, names) == names


async def test_rotation_is_audited_as_the_command_of_a_user(
    client: httpx.AsyncClient, app: FastAPI, keys_file: Path
) -> None:
    await fill(client, 1)
    await keys(app, keys_file, "rotate")
    trail = await rows(app, "SELECT * FROM audit_log WHERE object_type = 'contacts' AND operation = 'update'")
    assert len(trail) == 3
    for row in trail:
        assert (row["actor"], row["authority"].startswith("cli:")) == ("system:registry", True)
        assert (row["diff"]["before"]["key_id"], row["diff"]["after"]["key_id"]) == ("k1", "k2")
        assert set(row["diff"]["after"]) == {"key_id", "sealed"}


async def test_a_dry_run_changes_nothing(client: httpx.AsyncClient, app: FastAPI, keys_file: Path) -> None:
    await fill(client, 1)
    before, content = await rows(app, STORED), read_key_file(keys_file)
    for command, words in (("rotate", "would seal 3 contacts with k2"), ("prune", "would withdraw: none")):
        result = await keys(app, keys_file, command, "--dry-run")
        assert (result.exit_code, words in result.output) == (0, True)
    assert (await rows(app, STORED), read_key_file(keys_file)) == (before, content)


async def test_an_interrupted_rotation_is_finished_by_the_next(
    client: httpx.AsyncClient, app: FastAPI, keys_file: Path
) -> None:
    names = await fill(client, 3)
    write_private(keys_file, read_key_file(keys_file).with_new_key().to_json())
    database: Database = app.state.worker_database
    with pytest.raises(KeyboardInterrupt):
        await reseal_contacts(database, Failing(keys_file, at=6), batch=2)
    # Whole batches are done, the broken one is not.
    assert await count_by_key(database) == {"k1": 5, "k2": 4}
    assert await shown(client, names) == names

    result = await keys(app, keys_file, "rotate")
    assert (result.exit_code, "going on with k2" in result.output) == (0, True)
    assert await count_by_key(database) == {"k2": 9}
    assert sorted(read_key_file(keys_file).keys) == ["k1", "k2"]
    assert await shown(client, names) == names


async def test_every_batch_size_reaches_every_contact(app: FastAPI, client: httpx.AsyncClient, keys_file: Path) -> None:
    await fill(client, 2)
    for size in (1, 4, 6, 7):
        write_private(keys_file, read_key_file(keys_file).with_new_key().to_json())
        result = await reseal_contacts(app.state.worker_database, FieldKeys(keys_file), batch=size)
        assert (result.done, result.broken) == (6, [])


async def test_prune_keeps_what_is_needed(client: httpx.AsyncClient, app: FastAPI, keys_file: Path) -> None:
    names = await fill(client, 1)
    write_private(keys_file, read_key_file(keys_file).with_new_key().to_json())
    assert "withdrawn: none" in (await keys(app, keys_file, "prune")).output
    await keys(app, keys_file, "rotate")
    assert "withdrawn: k1" in (await keys(app, keys_file, "prune")).output
    assert list(read_key_file(keys_file).keys) == ["k2"]
    assert mode(keys_file) == 0o600
    assert await shown(client, names) == names


async def test_a_contact_that_does_not_open_is_reported_and_holds_up_no_other(
    client: httpx.AsyncClient, app: FastAPI, keys_file: Path
) -> None:
    await fill(client, 1)
    broken = "UPDATE contacts SET sealed = '\\x00' WHERE role = 'liaison' RETURNING organization_id"
    [row] = await rows(app, broken)
    result = await keys(app, keys_file, "rotate")
    assert (result.exit_code, f"{row['organization_id']}/liaison" in result.output) == (1, True)
    assert await count_by_key(app.state.worker_database) == {"k1": 1, "k2": 2}
    assert "withdrawn: none" in (await keys(app, keys_file, "prune")).output


@pytest.mark.parametrize("command", ["rotate", "prune"])
async def test_who_seals_with_the_key_before_is_waited_for(
    client: httpx.AsyncClient, app: FastAPI, keys_file: Path, command: str
) -> None:
    uscc = await organization(client)
    await put_contact(client, uscc)
    database: Database = app.state.worker_database
    [contact] = await rows(app, STORED)
    row = {**contact, "role": "liaison", "division": "330106"}
    async with database.transaction() as writer:
        # As a PUT does: first the lock, then the seal.
        assert await queries.get(writer, row["organization_id"], "liaison", lock=True) is None
        row["key_id"], row["sealed"] = FieldKeys(keys_file).seal(b"{}", context_of(row))
        write_private(keys_file, read_key_file(keys_file).with_new_key().to_json())
        if command == "rotate":
            running: asyncio.Task[Any] = asyncio.create_task(reseal_contacts(database, FieldKeys(keys_file)))
        else:
            running = asyncio.create_task(keys(app, keys_file, "prune"))
        await asyncio.wait([running], timeout=1)
        assert not running.done()
        await queries.insert_one(writer, row)
    await running
    assert await count_by_key(database) == ({"k2": 2} if command == "rotate" else {"k1": 2})
    assert "k1" in read_key_file(keys_file).keys


@pytest.mark.parametrize("given", [["--keys-file", "k.json"], ["--database-url", "postgresql://nowhere/x"]])
def test_half_a_place_is_refused(given: list[str]) -> None:
    result = CliRunner().invoke(cli, ["keys", "rotate", *given])
    assert result.exit_code == 2
    assert "both of --keys-file and --database-url" in result.output


def test_a_missing_key_file_is_reported_in_one_line(tmp_path: Path) -> None:
    place = ["--keys-file", str(tmp_path / "none.json"), "--database-url", "postgresql://nowhere/x"]
    result = CliRunner().invoke(cli, ["keys", "rotate", *place])
    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert "cannot be read" in result.output
