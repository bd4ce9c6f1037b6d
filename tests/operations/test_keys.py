"""`shuangfu keys`: what it did is recorded; a dry run is not."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from shared.db.sealing import KeyRing, read_key_file
from shared.db.session import Database
from shared.private_files import write_private
from shuangfu.cli import app
from tests.conftest import SYSTEM


async def test_keys__rotate_and_prune_are_recorded_without_any_key(
    database_for: Callable[[str], Awaitable[Database]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHUANGFU_OPERATOR", "操作员")
    database = await database_for("registry")
    file = tmp_path / "keys.json"
    write_private(file, KeyRing.generate().to_json())

    async def run(*arguments: str) -> None:
        place = ["--keys-file", str(file), "--database-url", database.url]
        result = await asyncio.to_thread(CliRunner().invoke, app, ["keys", *arguments, *place])
        assert result.exit_code == 0, result.output

    async def actions() -> list[tuple[str, str, dict[str, object]]]:
        async with database.transaction(SYSTEM) as tx:
            rows = await tx.rows(text("SELECT operator, command, figures FROM operator_actions ORDER BY at"))
        return [(row.operator, row.command, row.figures) for row in rows]

    await run("rotate", "--dry-run")
    await run("prune", "--dry-run")
    assert await actions() == []
    await run("rotate")
    await run("prune")
    assert sorted(read_key_file(file).keys) == ["k2"]
    await run("prune")
    assert await actions() == [
        ("操作员", "keys rotate", {"key": "k2", "sealed": 0, "not_opened": 0}),
        ("操作员", "keys prune", {"withdrawn": ["k1"]}),
    ]
