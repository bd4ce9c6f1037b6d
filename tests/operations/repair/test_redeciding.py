"""`shuangfu funding redecide` and `run`: foreseen by a dry run, then done and recorded (T6)."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import yaml
from typer.testing import CliRunner, Result

from services.funding.app import create_app
from shared.settings import REPOSITORY_POLICIES, ServiceSettings
from shuangfu.cli import app
from shuangfu.commands.operations import funding as command
from tests.conftest import AsAdmin, Hands
from tests.funding.conftest import Funding, completed, party_news
from tests.funding.helpers import MEMBERS, organization_news


@pytest.fixture
async def funding(
    settings_for: Callable[[str], Awaitable[ServiceSettings]], hands: Hands, as_admin: AsAdmin
) -> AsyncIterator[Funding]:
    made = create_app(await settings_for("funding"))
    transport = httpx.ASGITransport(made, raise_app_exceptions=False)
    async with (
        made.router.lifespan_context(made),
        httpx.AsyncClient(transport=transport, base_url="http://funding", auth=hands) as client,
    ):
        yield Funding(made, client, as_admin)


@pytest.fixture
def with_shanghai(tmp_path: Path) -> Path:
    """The repository's policies, and a scheme of Shanghai that is loaded late."""
    folder = Path(shutil.copytree(REPOSITORY_POLICIES, tmp_path / "policies"))
    content: dict[str, Any] = yaml.safe_load((folder / "hangzhou" / "funding.yaml").read_text(encoding="utf-8"))
    content |= {"id": "sh-annual", "region": "31"}
    content["parameters"]["scheme"] = "sh-annual"
    (folder / "shanghai" / "funding.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return folder


async def test_t06_the_command_decides_again__dry_run_then_recorded(
    funding: Funding, with_shanghai: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = funding.app.state.settings.model_copy(update={"policies": with_shanghai})

    @contextmanager
    def places(data: Path | None, services: list[str]) -> Iterator[dict[str, ServiceSettings]]:
        assert (data, services) == (None, ["funding"])
        yield {"funding": settings}

    monkeypatch.setattr(command, "settings_of", places)
    monkeypatch.setenv("SHUANGFU_OPERATOR", "操作员")

    async def run(*arguments: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, ["funding", "redecide", *arguments])

    one, other = completed(division="310101"), completed(division="310104", star=0)
    await funding.deliver(one, other)
    foreseen = await run("--dry-run")
    assert foreseen.exit_code == 0, foreseen.output
    assert f"{one.data.id} 310101 2026: none -> raised 300000 fen sh-annual" in foreseen.output
    assert "2 decisions would be made again: 1 held, 1 raised" in foreseen.output
    assert await funding.grants() == []
    assert await funding.rows("SELECT id FROM operator_actions") == []
    done = await run("--division", "310101")
    assert "1 decisions were made again: 1 raised" in done.output
    [grant] = await funding.grants()
    assert (grant["state"], grant["recipient_id"]) == ("raised", str(one.data.party_organization_id))
    [action] = await funding.rows("SELECT command, operator, arguments, figures FROM operator_actions")
    assert dict(action) == {
        "command": "funding redecide",
        "operator": "操作员",
        "arguments": {"division": "310101", "year": None},
        "figures": {"raised": 1},
    }
    [row] = await funding.rows("SELECT authority FROM audit_log WHERE object_type = 'grants'")
    assert row["authority"] == "cli:操作员"
    assert (await run("--division", "x")).exit_code == 2
    assert "none" in (await run("--year", "2025")).output


async def test_s26_the_command_runs_a_scheme__dry_run_then_recorded(
    funding: Funding, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def places(data: Path | None, services: list[str]) -> Iterator[dict[str, ServiceSettings]]:
        yield {"funding": funding.app.state.settings}

    monkeypatch.setattr(command, "settings_of", places)
    monkeypatch.setenv("SHUANGFU_OPERATOR", "操作员")

    async def run(*arguments: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, ["funding", "run", *arguments])

    party, organization = uuid4(), uuid4()
    long_ago: dict[str, Any] = {"division": "310101", "established_on": date(2020, 1, 1), "on": date(2020, 1, 1)}
    await funding.deliver(organization_news(organization, 3), party_news(party, organization, **long_ago))
    foreseen = await run(MEMBERS, "--year", "2026", "--dry-run")
    assert foreseen.exit_code == 0, foreseen.output
    assert f"{party} 310101 2026: raised 60000 fen" in foreseen.output
    assert "would be raised: 60000 fen (1 raised)" in foreseen.output
    assert await funding.grants() == []
    assert "was raised: 60000 fen (1 raised)" in (await run(MEMBERS, "--year", "2026", "--division", "31")).output
    assert "was raised: 0 fen (1 unchanged)" in (await run(MEMBERS, "--year", "2026")).output
    actions = await funding.rows("SELECT command, arguments, figures FROM operator_actions ORDER BY at")
    assert [(one["command"], one["figures"]) for one in actions] == [
        ("funding run", {"raised": 1}),
        ("funding run", {"unchanged": 1}),
    ]
    needed = await run(MEMBERS)
    assert (needed.exit_code, "Give the year." in needed.output) == (1, True)
    unknown = await run("nobody-knows", "--year", "2026")
    assert (unknown.exit_code, "no such scheme" in unknown.output) == (1, True)
    assert (await run(MEMBERS, "--month", "2026-13")).exit_code == 2
