"""The console's container: the issuer for trials on loopback alone, and a provider's anywhere."""

import stat
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from shuangfu.cli import app
from shuangfu.commands.deployment import prepare_deployment
from shuangfu.console.configuration import ConsoleSettings
from shuangfu.console.serving import create_console_app
from shuangfu.embedded.issuer import EmbeddedIssuer, has_issuer
from tests.conftest import REPOSITORY


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.7", "console.example"])
def test_trial__does_not_start_where_others_reach_it(address: str) -> None:
    done = CliRunner().invoke(app, ["console", "--published-on", address])
    assert done.exit_code == 2
    assert f"does not start on {address}" in done.output


def test_settings__what_is_wrong_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUANGFU_REGION", "beijing")
    done = CliRunner().invoke(app, ["console"])
    assert done.exit_code == 2
    assert "SHUANGFU_REGION" in done.output


async def test_trial__signs_with_a_copy_that_the_container_can_read(tmp_path: Path) -> None:
    prepare_deployment(REPOSITORY / "deploy", into=tmp_path)
    copied = tmp_path / "secrets" / "identity"
    assert has_issuer(copied)
    for file in (copied / "issuer").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o444
    original, issuer = EmbeddedIssuer(tmp_path / "secrets" / "trial"), EmbeddedIssuer(copied)
    assert issuer.jwks == original.jwks
    gateway = create_console_app(ConsoleSettings(), issuer, "http://127.0.0.1:1")
    transport = httpx.ASGITransport(gateway)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        found = (await client.get("/identity/.well-known/openid-configuration")).json()
        assert found["issuer"] == "http://127.0.0.1:8000/identity"
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/registry/v1/organizations")).status_code == 404
        without = create_console_app(ConsoleSettings(auth_issuer="https://id.example"), None, "http://127.0.0.1:1")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(without), base_url="http://console.example") as client:
        assert (await client.get("/identity/authorize")).status_code == 404
        assert (await client.get("/console/config.json")).json()["authority"] == "https://id.example"
