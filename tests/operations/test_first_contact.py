"""The first commands of a newcomer, in a fresh home: one sentence where one is refused, never a traceback."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from shuangfu.services import SERVICES
from tests.conftest import REPOSITORY
from tests.running import commands
from tests.running.callers import PLAIN
from tests.running.serving import Server

XIHU = REPOSITORY / "examples" / "xihu" / "registrations.xlsx"
BARE = {name: "" for name in os.environ if name.startswith("SHUANGFU_")}


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """Nothing is in it; not in pytest's own folder, which is closed to PostgreSQL's account."""
    with TemporaryDirectory(prefix="shuangfu-home-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Server]:
    """`shuangfu serve` on the default data directory of that home."""
    found = Server(home / ".local" / "share" / "shuangfu")
    (home / ".local" / "share").mkdir(parents=True)
    found.start()
    yield found
    found.end()


REFUSALS = [
    (["audit", "verify"], "has no databases"),
    (["audit", "export"], "has no databases"),
    (["reconcile"], "has no databases"),
    (["keys", "rotate", "--dry-run"], "has no databases"),
    (["dead-letters", "list", "--service", "registry"], "has no databases"),
    (["backup", "--to", "x"], "has no PostgreSQL"),
    (["token", "--role", "registrar", "--division", "3301"], "no `shuangfu serve` has run"),
    (["backup", "--to", "x", "--server-url", "nonsense", "--bus", "kafka"], "shuangfu backup"),
    (["keys", "rotate", "--keys-file", "x", "--database-url", "nonsense"], "shuangfu keys"),
    (["dead-letters", "list", "--service", "registry", "--database-url", "nonsense"], "no database URL"),
    (["serve", "--port", "0", "--data", "x", "--database-url", "nonsense"], "shuangfu serve"),
    (["import", str(XIHU)], "no token"),
    (["import", str(XIHU), "--token", "x", "--url", "http://127.0.0.1:1"], "shuangfu import"),
    (["import", str(XIHU), "--token", "x", "--url", "nonsense"], "shuangfu import"),
]


@pytest.mark.parametrize(("arguments", "said"), REFUSALS, ids=[" ".join(one[0][:2]) + one[1] for one in REFUSALS])
def test_t39_refusals__are_one_sentence(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = commands.run(*arguments, HOME=str(tmp_path), **BARE)
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not list(tmp_path.rglob("private.pem")), "T42: a token on a wrong folder makes no issuer"


def test_t39_session__the_default_of_data_is_one(server: Server, home: Path) -> None:
    there = {"HOME": str(home), **BARE}
    token = commands.run("token", "--role", "registrar", "--division", "3301", **there)
    assert token.returncode == 0, token.stderr
    refused = commands.run("import", str(XIHU), "--url", server.url, "--token", "wrong", **there)
    assert (refused.returncode, "401" in refused.stderr, "Traceback" in refused.stderr) == (1, True, False)
    done = commands.run("import", str(XIHU), "--url", server.url, SHUANGFU_TOKEN=token.stdout.strip(), **there)
    assert done.returncode == 0, done.stderr
    for arguments in (["audit", "verify"], ["keys", "rotate", "--dry-run"], ["audit", "anchor", "--dry-run"]):
        found = commands.run(*arguments, **there)
        assert found.returncode == 0, found.stdout + found.stderr
    exported = commands.run("audit", "export", "--service", "registry", "--division", "330106", **there)
    assert (exported.returncode, len(exported.stdout.splitlines())) == (0, 30), (
        "27 of the import, 3 of the bodies that the server began with"
    )


def test_t40_drill__touches_nothing_live(server: Server, home: Path) -> None:
    there = {"HOME": str(home), **BARE}
    backup = home / "backup"
    made = commands.run("backup", "--to", str(backup), **there)
    assert made.returncode == 0, made.stderr
    assert commands.run("audit", "anchor", **there).returncode == 0
    anchors = {path: path.read_bytes() for path in (server.data / "anchors").iterdir()}
    drill = ("restore", "--from", str(backup), "--bus", "postgres_log", "--database-prefix", "drill_")
    done = commands.run(*drill, **there)
    assert done.returncode == 0, done.stderr
    assert {path: path.read_bytes() for path in (server.data / "anchors").iterdir()} == anchors
    assert commands.run("audit", "verify", **there).returncode == 0
    assert httpx.get(f"{server.url}/readyz", timeout=10, verify=PLAIN).status_code == 200


def test_t42_port__that_is_taken_is_one_sentence_before_anything_is_started(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = commands.run("serve", "--port", port, "--data", str(tmp_path / "data"))
    assert done.returncode == 1
    assert f"port {port} cannot be used" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data" / "postgres").exists()


def test_t42_version__is_shown() -> None:
    done = commands.run("--version")
    assert (done.returncode, done.stdout) == (0, "shuangfu 0.1.0\n")


def test_t42_policies__are_loaded_beside_the_data(server: Server, home: Path) -> None:
    done = commands.run("policies", "load", str(REPOSITORY / "policies"), HOME=str(home), **BARE)
    assert done.returncode == 0, done.stderr
    assert "nothing to change" in done.stderr


def test_t41_serve__without_policies_refuses(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    tmp_path.chmod(0o755)
    given = {"SHUANGFU_POLICIES": str(tmp_path / "none")}
    done = commands.run("serve", "--port", "0", "--data", str(tmp_path / "data"), **given)
    assert done.returncode == 2
    assert "no policies" in done.stderr
    assert "Traceback" not in done.stderr


def started(side: str, service: str, **given: str) -> "subprocess.CompletedProcess[str]":
    """One process of a service, with settings of which `given` are wrong."""
    settings = {
        "SHUANGFU_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "SHUANGFU_KAFKA_BOOTSTRAP": "127.0.0.1:1",
        "SHUANGFU_AUTH_ISSUER": "https://id.example",
        "SHUANGFU_AUTH_JWKS_URL": "https://id.example/keys",
    }
    return commands.run(side, service, "--port", "0", **BARE | settings | given)


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("side", ["api", "worker"])
def test_t41_service__without_policies_refuses(tmp_path: Path, side: str, service: str) -> None:
    done = started(side, service, SHUANGFU_POLICIES=str(tmp_path))
    assert (done.returncode, done.stderr) == (2, f"shuangfu {side}: policies: no policies in {tmp_path}\n")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SHUANGFU_DATABASE_URL", "nonsense", "SHUANGFU_DATABASE_URL"),
        ("SHUANGFU_DATABASE_URL", "mysql://u@h/d", "SHUANGFU_DATABASE_URL"),
        ("SHUANGFU_FIELD_KEYS_FILE", "/dev/null", "the key file /dev/null is not JSON"),
        ("SHUANGFU_FIELD_KEYS_FILE", "/nowhere/keys", "the key file /nowhere/keys cannot be read"),
    ],
)
def test_t39_service__with_a_setting_that_is_wrong_refuses_in_one_sentence(name: str, value: str, said: str) -> None:
    done = started("api", "registry", **{name: value})
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert said in done.stderr


def test_t45_postgres__killed_under_serve_is_started_again(server: Server) -> None:
    assert server.process is not None
    pid_file = server.data / "postgres" / "pgdata" / "postmaster.pid"
    pid = int(pid_file.read_text().splitlines()[0])
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.process.poll() is None:
        started = pid_file.read_text().splitlines()[:1] != [str(pid)]
        if started and httpx.get(f"{server.url}/readyz", timeout=10, verify=PLAIN).status_code == 200:
            break
        time.sleep(0.2)
    assert server.process.poll() is None, server.log.read_text()[-3000:]
    assert httpx.get(f"{server.url}/readyz", timeout=10, verify=PLAIN).status_code == 200
    assert httpx.get(f"{server.url}/healthz", timeout=10, verify=PLAIN).status_code == 200


@pytest.mark.parametrize("text", ["[red]x[/red]", "\x1b[31mx", "\u202ex", "\x9b2J", "a\nb"])
def test_t47_showing__foreign_text_is_not_obeyed(text: str) -> None:
    from io import StringIO

    from rich.console import Console
    from rich.table import Table

    from shuangfu.showing import add_row, plain

    table, out = Table("x"), StringIO()
    add_row(table, text)
    Console(file=out, force_terminal=False, width=80).print(table)
    assert plain(text) in out.getvalue()
    assert not {"\x1b", "\u202e", "\x9b"} & set(out.getvalue())
