"""`shuangfu audit verify` and `anchor`: each service by itself, missing and copied anchors, what is recorded."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import text
from typer.testing import CliRunner

from shared.audit.anchoring import anchor_heads
from shared.audit.anchors import PUBLIC_KEY, Anchors
from shared.audit.operations import record_action
from shared.db.session import Database
from shuangfu.cli import app
from tests.conftest import SYSTEM, AsAdmin

SERVICES = ("registry", "funding")
Run = Callable[..., Awaitable[Result]]


class Place:
    """Two services' databases with a few rows in their trails, and a folder for anchors."""

    def __init__(self, databases: dict[str, Database], folder: Path) -> None:
        self.databases = databases
        self.folder = folder

    async def act(self, service: str) -> None:
        """A row of the trail."""
        async with self.databases[service].transaction() as tx:
            await record_action(tx, "a test", arguments={}, figures={})

    async def anchor(self, service: str) -> Anchors:
        """A row, and an anchor of it."""
        await self.act(service)
        assert await anchor_heads(self.databases[service], self.folder, service)
        return Anchors(self.folder, service)

    async def run(self, *arguments: object, services: tuple[str, ...] = SERVICES) -> Result:
        chosen = [f"--service={service}" for service in services]
        return await asyncio.to_thread(CliRunner().invoke, app, ["audit", *map(str, arguments), *chosen])

    async def actions(self, service: str) -> list[tuple[Any, ...]]:
        statement = "SELECT operator, command, outcome, figures FROM operator_actions WHERE command <> 'a test'"
        async with self.databases[service].transaction(SYSTEM) as tx:
            return [tuple(row) for row in await tx.rows(text(statement + " ORDER BY at"))]


@pytest.fixture
async def place(
    database_for: Callable[[str], Awaitable[Database]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Place:
    databases = {service: await database_for(service) for service in SERVICES}
    folder = tmp_path / "anchors"
    for service, database in databases.items():
        monkeypatch.setenv(f"SHUANGFU_{service.upper()}_DATABASE_URL", database.url)
    monkeypatch.setenv("SHUANGFU_BUS", "kafka")
    monkeypatch.setenv("SHUANGFU_KAFKA_BOOTSTRAP", "unused:0")
    monkeypatch.setenv("SHUANGFU_AUTH_ISSUER", "unused")
    monkeypatch.setenv("SHUANGFU_AUTH_JWKS_FILE", "unused")
    monkeypatch.setenv("SHUANGFU_AUDIT_ANCHORS", str(folder))
    monkeypatch.setenv("SHUANGFU_OPERATOR", "操作员")
    return Place(databases, folder)


async def test_verify__rows_of_after_the_last_anchor_hold(place: Place) -> None:
    for service in SERVICES:
        await place.anchor(service)
        await place.act(service)
    found = await place.run("verify")
    assert found.exit_code == 0, found.output
    assert found.output.splitlines() == [f"{service}: 2 rows and 1 anchors hold" for service in SERVICES]


async def test_verify__a_trail_without_rows_needs_no_anchor(place: Place) -> None:
    found = await place.run("verify")
    assert found.exit_code == 0, found.output
    assert found.output.splitlines() == [f"{service}: 0 rows and 0 anchors hold" for service in SERVICES]


@pytest.mark.parametrize("left", [None, b"", b"eyJ0b3Ju"], ids=["removed", "emptied", "torn"])
async def test_verify__rows_without_any_anchor_are_a_finding_that_says_what_to_do(
    place: Place, left: bytes | None
) -> None:
    """The other service is reported as well."""
    anchors = await place.anchor("registry")
    await place.anchor("funding")
    anchors.file.unlink()
    if left is not None:
        anchors.file.write_bytes(left)
    found = await place.run("verify")
    assert found.exit_code == 1
    assert "registry: BROKEN, 1 place(s)" in found.output
    assert f"{anchors.file} {'is missing' if left is None else 'holds none'}, and the trail has rows" in found.output
    assert "shuangfu audit anchor" in found.output
    assert "funding: 1 rows and 1 anchors hold" in found.output
    anchors.file.unlink(missing_ok=True)
    assert (await place.run("anchor")).exit_code == 0
    found = await place.run("verify")
    assert found.exit_code == 0, found.output


async def test_verify__bad_anchors_of_one_service_do_not_hide_what_else_is_found(
    place: Place, as_admin: AsAdmin
) -> None:
    for _ in range(3):
        anchors = await place.anchor("registry")
        await place.anchor("funding")
    lines = anchors.file.read_bytes().splitlines(keepends=True)
    anchors.file.write_bytes(b"".join([lines[0], b"x" + lines[1], lines[2]]))
    tampering = "SET session_replication_role = replica; UPDATE audit_log SET actor = 'x' WHERE number = 2"
    for database in place.databases.values():
        await as_admin(database.url, tampering)
    found = await place.run("verify")
    assert found.exit_code == 1
    assert "the anchors cannot be trusted: registry.anchors, line 2: it does not verify" in found.output
    assert found.output.count("edited at ") == 2, "in both trails"
    assert "registry: BROKEN, 2 place(s)" in found.output
    assert "funding: BROKEN, 1 place(s)" in found.output


async def test_verify__without_the_public_key_says_so_for_each_service(place: Place) -> None:
    for service in SERVICES:
        await place.anchor(service)
    (place.folder / PUBLIC_KEY).unlink()
    found = await place.run("verify")
    assert found.exit_code == 1
    assert found.output.count("cannot be verified") == 2
    assert PUBLIC_KEY in found.output


async def test_verify__a_torn_end_is_told_and_holds(place: Place) -> None:
    anchors = await place.anchor("registry")
    with anchors.file.open("ab") as file:
        file.write(b"eyJ")
    found = await place.run("verify", services=("registry",))
    assert found.exit_code == 0, found.output
    assert "registry: 1 rows and 1 anchors hold" in found.output
    assert "ends in the middle of line 2" in found.output


async def test_verify__with_a_copy_finds_what_the_file_itself_cannot_tell(
    place: Place, tmp_path: Path, as_admin: AsAdmin
) -> None:
    """The end of the trail and the anchors that would tell are gone; the copy has them."""
    for _ in range(3):
        anchors = await place.anchor("registry")
    copy = tmp_path / "copy"
    shutil.copytree(place.folder, copy)
    await place.anchor("registry")
    held = await place.run("verify", "--anchors", copy, services=("registry",))
    assert held.exit_code == 0, held.output
    assert held.output == "registry: 4 rows and 4 anchors hold\n"
    lines = anchors.file.read_bytes().splitlines(keepends=True)
    anchors.file.write_bytes(lines[0])
    await as_admin(
        place.databases["registry"].url,
        "SET session_replication_role = replica; DELETE FROM audit_log WHERE number > 1; "
        "UPDATE audit_heads h SET number = 1, hash = l.hash FROM audit_log l WHERE l.division = h.division; "
        # The rows would tell as well.
        "DELETE FROM operator_actions o WHERE NOT EXISTS (SELECT FROM audit_log l WHERE l.object_id = o.id::text)",
    )
    blind = await place.run("verify", services=("registry",))
    assert blind.exit_code == 0, "nothing here can tell"
    found = await place.run("verify", "--anchors", copy, services=("registry",))
    assert found.exit_code == 1
    assert "registry.anchors ends before line 2, which the copy has: it was cut" in found.output
    assert "truncated at - #2: an anchor of " in found.output


async def test_verify__anchors_made_anew_with_another_key_are_found_by_the_key_kept_elsewhere(
    place: Place, tmp_path: Path
) -> None:
    await place.anchor("registry")
    kept = tmp_path / "kept.pem"
    shutil.copyfile(place.folder / PUBLIC_KEY, kept)
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copyfile(place.folder / PUBLIC_KEY, copy / PUBLIC_KEY)
    shutil.rmtree(place.folder)
    anchors = await place.anchor("registry")
    shutil.copyfile(anchors.file, copy / anchors.file.name)
    blind = await place.run("verify", services=("registry",))
    assert blind.exit_code == 0, "whole in itself"
    for options in (["--public-key", kept], ["--anchors", copy]):
        found = await place.run("verify", *options, services=("registry",))
        assert found.exit_code == 1, options
        assert "registry.anchors, line 1: it does not verify" in found.output


async def test_anchor__is_recorded_and_its_record_is_anchored_and_a_dry_run_is_neither(place: Place) -> None:
    for service in SERVICES:
        await place.act(service)
    dry = await place.run("anchor", "--dry-run")
    assert (dry.exit_code, dry.output) == (0, "registry: would be anchored\nfunding: would be anchored\n")
    assert not place.folder.exists()
    assert await place.actions("registry") == []
    done = await place.run("anchor")
    assert (done.exit_code, done.output) == (0, "registry: anchored\nfunding: anchored\n")
    for service in SERVICES:
        assert await place.actions(service) == [("操作员", "audit anchor", "done", {"anchor": 1})]
    for arguments in (["anchor"], ["anchor", "--dry-run"]):
        again = await place.run(*arguments)
        assert (again.exit_code, again.output) == (0, "registry: nothing new\nfunding: nothing new\n")
    verified = await place.run("verify")
    assert verified.output == "registry: 2 rows and 2 anchors hold\nfunding: 2 rows and 2 anchors hold\n"


async def test_anchor__that_fails_is_recorded_and_the_others_go_on(place: Place) -> None:
    for service in SERVICES:
        await place.anchor(service)
        await place.act(service)
    file = Anchors(place.folder, "registry").file
    touched = b"x" + file.read_bytes()
    file.write_bytes(touched)
    found = await place.run("anchor")
    assert found.exit_code == 1
    assert "registry: not anchored: registry.anchors: its last line does not verify" in found.output
    assert "funding: anchored" in found.output
    assert file.read_bytes() == touched
    assert await place.actions("registry") == [("操作员", "audit anchor", "failed", {"error": "UntrustedAnchor"})]
    assert await place.actions("funding") == [("操作员", "audit anchor", "done", {"anchor": 2})]
