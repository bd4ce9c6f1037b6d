"""Commands connect to the databases of a data directory: to the running server's, or by starting a server."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from shared.urls import driver_url
from shuangfu.embedded import connection
from shuangfu.embedded.connection import embedded_database_urls, note_databases, runtime_password
from shuangfu.embedded.processes import DataDirInUse, DataDirUnusable
from shuangfu.embedded.server import Options, database_server, prepare_databases
from shuangfu.services import SERVICES


@pytest.fixture(scope="module")
def used() -> Iterator[Path]:
    """A data directory as a stopped server leaves it."""
    # not tmp_path: every pytest that starts resets the permissions that PostgreSQL's own account needs
    folder = Path(tempfile.mkdtemp(prefix="shuangfu-data-"))
    with database_server(Options(data=folder)) as (url, _):
        note_databases(folder, asyncio.run(prepare_databases(url, runtime_password(folder), log=False)))
    yield folder
    shutil.rmtree(folder)


def who(url: str) -> str:
    """The role that a URL logs in as; it must be able to read its service's audit."""

    async def ask() -> str:
        found = await asyncpg.connect(driver_url(url))
        try:
            return str(await found.fetchval("SELECT current_user FROM (SELECT count(*) FROM audit_heads) AS seen"))
        finally:
            await found.close()

    return asyncio.run(ask())


def test_without_a_server_one_is_started_for_the_duration(used: Path) -> None:
    with embedded_database_urls(used) as urls:
        assert sorted(urls) == sorted(SERVICES)
        assert {who(url) for url in urls.values()} == {"shuangfu_runtime"}
    with pytest.raises((FileNotFoundError, ConnectionRefusedError)):
        who(urls["registry"])


def test_the_running_server_is_used(used: Path) -> None:
    with database_server(Options(data=used)) as (url, _):
        noted = asyncio.run(prepare_databases(url, runtime_password(used), log=False))
        note_databases(used, noted)
        for _ in range(2):
            with embedded_database_urls(used) as urls:
                assert urls == noted
                assert {who(found) for found in urls.values()} == {"shuangfu_runtime"}
        assert {who(found) for found in noted.values()} == {"shuangfu_runtime"}, "the server runs on"


def test_word_of_a_server_before_this_one_is_not_believed(used: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "WAIT_SECONDS", 0.5)
    with database_server(Options(data=used)):
        started = time.monotonic()
        with pytest.raises(DataDirInUse), embedded_database_urls(used):
            pass
        assert time.monotonic() - started >= 0.5


def test_what_is_noted_is_for_its_owner_only(used: Path) -> None:
    for name in ("databases.json", "runtime.password"):
        assert (used / name).stat().st_mode & 0o777 == 0o600


def test_a_directory_without_data_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(DataDirUnusable, match="has no databases"), embedded_database_urls(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_beside_a_named_server_its_word_is_enough(tmp_path: Path) -> None:
    noted = {service: f"postgresql+asyncpg://somewhere/{service}" for service in (*SERVICES, "bus")}
    note_databases(tmp_path, noted)
    with embedded_database_urls(tmp_path) as urls:
        assert urls == noted
