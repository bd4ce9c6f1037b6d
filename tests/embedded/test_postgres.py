"""EmbeddedPostgres against the real PostgreSQL of the wheel: what it keeps, and what it refuses."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from structlog.testing import capture_logs

from shuangfu.embedded.postgres import EmbeddedPostgres
from shuangfu.embedded.processes import DataDirInUse, DataDirUnusable, StartFailed, free_port

OWNER = """
import sys, time
from pathlib import Path
from shared.telemetry.logs import configure_logs
from shuangfu.embedded.postgres import EmbeddedPostgres
configure_logs()
server = EmbeddedPostgres.start(Path(sys.argv[1]))
print(server.pid, server.url(), flush=True)
time.sleep(600)
"""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    # not tmp_path: every pytest that starts resets the permissions that PostgreSQL's own account needs
    folder = Path(tempfile.mkdtemp(prefix="shuangfu-pg-"))
    yield folder / "postgres"
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    """A directory whose server has run and stopped, for tests that copy and damage it."""
    folder = Path(tempfile.mkdtemp(prefix="shuangfu-pg-"))
    EmbeddedPostgres.start(folder / "postgres").stop()
    yield folder / "postgres"
    shutil.rmtree(folder)


@pytest.fixture
def used_dir(data_dir: Path, template: Path) -> Path:
    shutil.copytree(template, data_dir)  # as root the copy is root's: starting gives it back to the server
    return data_dir


def query(url: str, *statements: str) -> object:
    async def run() -> object:
        connection = await asyncpg.connect(url)
        try:
            for statement in statements:
                value = await connection.fetchval(statement)
        finally:
            await connection.close()
        return value

    return asyncio.run(run())


async def database_by_sqlalchemy(url: str) -> object:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return (await connection.execute(text("select current_database()"))).scalar()
    finally:
        await engine.dispose()


def test_stopping_and_starting_keeps_the_data(data_dir: Path) -> None:
    with EmbeddedPostgres.start(data_dir) as server:
        query(server.url(), "create table kept (n int)", "insert into kept values (7)")
        assert (data_dir / "password").stat().st_mode & 0o077 == 0
    assert not server.is_running()
    server.stop()
    with EmbeddedPostgres.start(data_dir) as again:
        assert query(again.url(), "select n from kept") == 7
        assert query(again.url(), "select current_setting('fsync')") == "on"


@pytest.mark.parametrize("unix_socket", [False, True])
def test_urls_serve_asyncpg_and_sqlalchemy(used_dir: Path, unix_socket: bool) -> None:
    with EmbeddedPostgres.start(used_dir) as server:
        query(server.url(), 'create database "党建 1"')
        url = server.url("党建 1", unix_socket=unix_socket)
        assert query(url, "select current_database()") == "党建 1"
        reached_by_socket = query(url, "select inet_server_addr() is null")
        assert reached_by_socket is unix_socket
        sqlalchemy_url = server.url("党建 1", "postgresql+asyncpg", unix_socket=unix_socket)
        assert asyncio.run(database_by_sqlalchemy(sqlalchemy_url)) == "党建 1"


def test_no_one_enters_without_the_password(used_dir: Path) -> None:
    with EmbeddedPostgres.start(used_dir) as server:
        for unix_socket in (False, True):
            url = server.url(unix_socket=unix_socket).replace(server.password, "guess")
            with pytest.raises(asyncpg.InvalidPasswordError):
                query(url, "select 1")


def test_a_path_too_long_for_a_socket_leaves_tcp(data_dir: Path) -> None:
    with EmbeddedPostgres.start(data_dir / ("深" * 30)) as server:
        assert server.socket_dir is None
        assert query(server.url(unix_socket=True), "select 1") == 1


def test_trigrams_see_chinese_whatever_the_locale(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    with EmbeddedPostgres.start(data_dir) as server:
        assert query(server.url(), "create extension pg_trgm", "select show_trgm('西湖区')")
        query(server.url(), "create database another")
        assert query(server.url("another"), "create extension pg_trgm", "select show_trgm('西湖区')")


def test_t47_root_lets_postgresql_pass__and_says_what_it_opened(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.getuid() != 0:
        pytest.skip("only root opens folders to the account that runs PostgreSQL")
    closed = data_dir / "closed"
    data_dir.mkdir(parents=True, exist_ok=True)
    closed.mkdir(mode=0o700)
    with capture_logs() as logged, EmbeddedPostgres.start(closed / "postgres"):
        pass
    assert {
        "event": "opened_to_other_users",
        "path": str(closed),
        "mode": "drwx-----x",
        "log_level": "warning",
    } in logged
    with capture_logs() as again, EmbeddedPostgres.start(closed / "postgres"):
        pass
    assert again == [], "only what changes"


def test_a_second_server_on_the_same_directory_is_refused(used_dir: Path) -> None:
    with EmbeddedPostgres.start(used_dir) as server:
        with pytest.raises(DataDirInUse, match=f"process {os.getpid()};"):
            EmbeddedPostgres.start(used_dir)
        other = subprocess.run(
            [sys.executable, "-c", OWNER, str(used_dir)],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        assert "DataDirInUse" in other.stderr
        assert query(server.url(), "select 1") == 1


def test_the_server_of_a_killed_owner_is_taken_over(used_dir: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", OWNER, str(used_dir)], stdout=subprocess.PIPE, text=True) as owner:
        try:
            assert owner.stdout is not None
            orphan, url = owner.stdout.readline().split()
            query(url, "create table kept (n int)", "insert into kept values (7)")
        finally:
            owner.kill()
    assert psutil.pid_exists(int(orphan))
    with EmbeddedPostgres.start(used_dir) as server:
        assert server.pid != int(orphan)
        assert query(server.url(), "select n from kept") == 7
        left = [p for p in psutil.process_iter(["cmdline"]) if str(server.pgdata) in (p.info["cmdline"] or [])]
        assert [process.pid for process in left] == [server.pid]


async def test_a_killed_server_starts_again_while_its_backends_still_work(used_dir: Path) -> None:
    server = EmbeddedPostgres.start(used_dir)
    connection = await asyncpg.connect(server.url())
    await connection.execute("create table kept as select 7 as n")
    work = "do $$ begin for i in 1..2000000000 loop null; end loop; end $$"
    busy = asyncio.create_task(connection.execute(work))
    await asyncio.sleep(0.1)
    os.kill(server.pid, signal.SIGKILL)
    server.stop()
    with EmbeddedPostgres.start(used_dir) as again:
        with pytest.raises(asyncpg.PostgresConnectionError):
            await asyncio.wait_for(busy, 30)
        other = await asyncpg.connect(again.url())
        assert await other.fetchval("select n from kept") == 7
        await other.close()
    connection.terminate()


def test_a_pid_file_whose_id_was_given_to_another_program_does_not_block(used_dir: Path) -> None:
    server = EmbeddedPostgres.start(used_dir)
    pid_file = server.pgdata / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    os.kill(server.pid, signal.SIGKILL)
    server.stop()
    owner = server.pgdata.stat().st_uid
    user = owner if os.geteuid() == 0 else None
    with subprocess.Popen(["sleep", "600"], user=user) as stranger:
        try:
            pid_file.write_text("\n".join([str(stranger.pid), *lines[1:], ""]))
            with EmbeddedPostgres.start(used_dir) as again:
                assert query(again.url(), "select 1") == 1
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_half_made_databases_are_made_anew(data_dir: Path) -> None:
    (data_dir / "pgdata.new-abc" / "base").mkdir(parents=True)
    with EmbeddedPostgres.start(data_dir) as server:
        assert query(server.url(), "select 1") == 1
    assert not list(data_dir.glob("pgdata.new-*"))


def test_data_of_another_version_is_refused(used_dir: Path) -> None:
    (used_dir / "pgdata" / "PG_VERSION").write_text("16\n")
    with pytest.raises(DataDirUnusable, match="holds PostgreSQL 16; needed is PostgreSQL 18"):
        EmbeddedPostgres.start(used_dir)


def test_a_folder_of_something_else_is_refused(data_dir: Path) -> None:
    (data_dir / "pgdata").mkdir(parents=True)
    (data_dir / "password").write_text("x")
    with pytest.raises(DataDirUnusable, match="nothing that PostgreSQL made"):
        EmbeddedPostgres.start(data_dir)


def test_a_lost_password_is_named(used_dir: Path) -> None:
    (used_dir / "password").unlink()
    with pytest.raises(DataDirUnusable, match="password is missing"):
        EmbeddedPostgres.start(used_dir)


def test_a_file_in_place_of_the_directory_is_refused(data_dir: Path) -> None:
    data_dir.write_text("")
    with pytest.raises(DataDirUnusable, match="cannot keep its data"):
        EmbeddedPostgres.start(data_dir)


def test_a_failed_start_shows_the_log_and_lets_go(used_dir: Path) -> None:
    with pytest.raises(StartFailed, match='invalid value for parameter "shared_buffers": "much"'):
        EmbeddedPostgres.start(used_dir, settings={"shared_buffers": "much"})
    port = free_port()
    with EmbeddedPostgres.start(used_dir, port=port) as server:
        assert server.port == port


def test_a_taken_port_is_an_error_only_where_it_was_asked_for(used_dir: Path, data_dir: Path) -> None:
    with (
        EmbeddedPostgres.start(used_dir) as server,
        pytest.raises(StartFailed, match="Address already in use"),
    ):
        EmbeddedPostgres.start(data_dir.parent / "other", port=server.port)


def test_a_port_taken_in_between_is_replaced(used_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with EmbeddedPostgres.start(used_dir) as server:
        ports = iter([server.port, free_port()])
        monkeypatch.setattr("shuangfu.embedded.postgres.free_port", lambda _host: next(ports))
        with EmbeddedPostgres.start(used_dir.parent / "other") as other:
            assert other.port != server.port
            assert query(other.url(), "select 1") == 1
