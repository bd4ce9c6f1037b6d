"""Commands while the database is unavailable: one sentence about it, and the exit code 2."""

import pytest
from typer.testing import CliRunner

from shuangfu.cli import app

AWAY = "postgresql+asyncpg://nobody@127.0.0.1:1/none"
SETTINGS = {
    "DATABASE_URL": AWAY,
    "BUS": "postgres_log",
    "BUS_DATABASE_URL": AWAY,
    "AUTH_ISSUER": "unused",
    "AUTH_JWKS_FILE": "unused",
}


@pytest.mark.parametrize(
    "command", [["reconcile"], ["audit", "verify"], ["audit", "export"], ["reconcile", "--service", "funding"]]
)
def test_database__unavailable_is_reported_in_one_sentence(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(f"SHUANGFU_{name}", value)
    result = CliRunner().invoke(app, command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"shuangfu {command[0]}: ConnectionRefusedError")
    assert result.stderr.count("\n") == 1
