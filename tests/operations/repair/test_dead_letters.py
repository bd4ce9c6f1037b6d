"""`shuangfu dead-letters`: one or a whole selection, tried first, recorded with who did it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from shared.bus.envelope import Delivered, encode
from shared.bus.receiving import dead_letters
from shared.db.session import Database, Record
from shuangfu.cli import app
from tests.conftest import SYSTEM
from tests.incubation.conftest import Organization


@pytest.fixture
async def database(database_for: Callable[[str], Awaitable[Database]], monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("SHUANGFU_OPERATOR", "操作员")
    return await database_for("incubation")


async def dead_letter(database: Database, organization: Organization, reason: str = "handler_failed") -> UUID:
    """An organization's news in the dead letters."""
    event = organization.state(members=3)
    message = encode(event.data.TOPIC, event.envelope, event.data.model_dump_json().encode())
    async with database.transaction(SYSTEM) as tx:
        return await dead_letters.record(
            tx,
            "incubation",
            Delivered(message, 0, organization.number),
            event.envelope.id,
            envelope=event.envelope,
            reason=reason,
            detail="invented",
            handler=None,
            attempts=5,
        )


async def command(database: Database, *arguments: object) -> Result:
    place = ["--service", "incubation", "--database-url", database.url]
    return await asyncio.to_thread(CliRunner().invoke, app, ["dead-letters", *map(str, arguments), *place])


async def rows(database: Database, statement: str) -> list[Record]:
    async with database.transaction(SYSTEM) as tx:
        found: list[Record] = await tx.records(text(statement))
        return found


async def states(database: Database) -> dict[UUID, str]:
    return {row["id"]: row["state"] for row in await rows(database, "SELECT id, state FROM dead_letters")}


async def actions(database: Database) -> list[dict[str, Any]]:
    statement = "SELECT operator, command, arguments, outcome, figures FROM operator_actions ORDER BY at"
    return [dict(row) for row in await rows(database, statement)]


async def test_retry__all_as_one_set_after_a_dry_run(database: Database) -> None:
    ids = [await dead_letter(database, Organization(number)) for number in range(1, 6)]
    dry = await command(database, "retry", "--all", "--dry-run")
    assert (dry.exit_code, "5 would be retried, 0 stay open" in dry.output) == (0, True), dry.output
    assert set((await states(database)).values()) == {"open"}
    assert await rows(database, "SELECT 1 FROM organizations") == []
    assert await actions(database) == []
    done = await command(database, "retry", "--all")
    assert (done.exit_code, "5 retried, 0 stay open" in done.output) == (0, True), done.output
    assert await states(database) == dict.fromkeys(ids, "retried")
    assert len(await rows(database, "SELECT 1 FROM organizations")) == 5
    assert len(await rows(database, "SELECT 1 FROM formation_checks")) == 5
    [action] = await actions(database)
    assert (action["operator"], action["command"], action["outcome"]) == ("操作员", "dead-letters retry", "done")
    assert action["figures"] == {"settled": 5, "failed": 0, "letters": [str(one) for one in ids]}
    trail = await rows(database, "SELECT authority FROM audit_log WHERE object_type = 'operator_actions'")
    assert trail == [{"authority": "cli:操作员"}]
    assert (await command(database, "retry", "--all")).output.startswith("0 retried")
    assert len(await actions(database)) == 1


async def test_retry__one_that_fails_again_stays_open_and_holds_up_no_other(database: Database) -> None:
    ids = [await dead_letter(database, Organization(number)) for number in range(1, 8)]
    async with database.transaction(SYSTEM) as tx:
        # The fourth's payload lost a field; the sixth's event cannot be stored.
        await tx.execute(text("UPDATE dead_letters SET value = '{}' WHERE id = :id"), {"id": ids[3]})
        await tx.execute(
            text(
                """UPDATE dead_letters SET headers = headers || '{"ce_sequence": "99999999999999999999"}'
                WHERE id = :id"""
            ),
            {"id": ids[5]},
        )
    result = await command(database, "retry", "--all")
    assert result.exit_code == 1
    assert "5 retried, 2 stay open" in result.output
    assert str(ids[3]) in result.output
    assert str(ids[5]) in result.output
    left = {one for one, state in (await states(database)).items() if state == "open"}
    assert left == {ids[3], ids[5]}
    assert len(await rows(database, "SELECT 1 FROM organizations")) == 5


async def test_selection__by_id_reason_and_type(database: Database) -> None:
    one, other, third = [
        await dead_letter(database, Organization(number), reason)
        for number, reason in ((1, "handler_failed"), (2, "unknown_type"), (3, "handler_failed"))
    ]
    assert (await command(database, "discard", one)).exit_code == 0
    assert (await command(database, "discard", "--type", "shuangfu.nobody.v1")).output.startswith("0 discarded")
    assert (await command(database, "discard", "--reason", "unknown_type", "--dry-run")).exit_code == 0
    assert (await command(database, "discard", "--reason", "unknown_type")).exit_code == 0
    assert await states(database) == {one: "discarded", other: "discarded", third: "open"}
    assert [action["figures"]["settled"] for action in await actions(database)] == [1, 1]
    again = await command(database, "discard", one, third)
    assert again.exit_code == 1
    assert str(one) in again.output
    assert (await states(database))[third] == "open"


@pytest.mark.parametrize("arguments", [[], ["00000000-0000-0000-0000-000000000001", "--all"]])
async def test_selection__nothing_or_both_is_refused(database: Database, arguments: list[str]) -> None:
    for verb in ("retry", "discard"):
        result = await command(database, verb, *arguments)
        assert result.exit_code == 2
        assert "--all" in result.output


@pytest.mark.parametrize("arguments", [["dead-letters", "list", "--service", "registry"], ["audit", "verify"]])
def test_settings__what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("SHUANGFU_"):
            monkeypatch.delenv(name)
    # That they are in the environment at all is what the first of them says; another service's here.
    monkeypatch.setenv("SHUANGFU_FUNDING_DATABASE_URL", "postgresql+asyncpg://u@127.0.0.1:1/x")
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert "missing: SHUANGFU_DATABASE_URL (or SHUANGFU_REGISTRY_DATABASE_URL)" in result.output
    assert "Traceback" not in result.output
    url = "postgresql+asyncpg://u:secret@127.0.0.1:1/x"  # pragma: allowlist secret
    monkeypatch.setenv("SHUANGFU_DATABASE_URL", url)
    monkeypatch.setenv("SHUANGFU_AUTH_ISSUER", "x")
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert "SHUANGFU_AUTH_JWKS_URL" in result.output
    assert "secret" not in result.output


async def test_list__shows_ids_and_reasons_whole_on_a_narrow_terminal(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await dead_letter(database, Organization(1), reason="payload_does_not_match_contract")
    monkeypatch.setenv("COLUMNS", "60")
    result = await command(database, "list")
    [letter] = await rows(database, "SELECT id, reason, type FROM dead_letters")
    assert result.exit_code == 0, result.output
    assert all(str(letter[name]) in result.output for name in ("id", "reason", "type"))


async def test_list__says_how_many_more_there_are(database: Database) -> None:
    for number in (1, 2, 3):
        await dead_letter(database, Organization(number), reason="payload_does_not_match_contract")
    [newest, *_] = await rows(database, "SELECT id FROM dead_letters ORDER BY recorded_at DESC")
    result = await command(database, "list", "--limit", "1")
    assert (str(newest["id"]) in result.output, "3 in all, 1 of them shown" in result.output) == (True, True)
    assert "in all" not in (await command(database, "list", "--limit", "3")).output
