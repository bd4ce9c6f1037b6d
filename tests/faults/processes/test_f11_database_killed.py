"""F11: PostgreSQL killed and restarted, backends terminated, commits whose outcome nobody knows (I1 I2 I5)."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import pytest

from shared.bus.sending.relay import Relay
from shared.bus.transports.postgres_log import PostgresLog
from shared.db.errors import is_transient
from shared.urls import driver_url
from shuangfu.embedded.issuer import EmbeddedIssuer
from shuangfu.embedded.postgres import HOST, EmbeddedPostgres
from shuangfu.embedded.server import prepare_databases
from tests.conftest import NewDatabase, TokenFor
from tests.faults.rig.proof import rounds
from tests.faults.rig.proxy import CommitCutter
from tests.faults.rig.stack import Stack, open_stack
from tests.faults.rig.trial import CHAIN, Trial

pytestmark = pytest.mark.kafka
# A killed server keeps what it handed to the kernel, so nothing need be synced; but a commit must be written.
WRITTEN = {"fsync": "off", "synchronous_commit": "on", "full_page_writes": "on", "wal_compression": "off"}
WRITTEN |= {"max_connections": "300"}
_OTHERS = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"


class Server:
    """A PostgreSQL that may be killed, and comes back at the same place."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.running = EmbeddedPostgres.start(folder, settings=WRITTEN)

    def kill(self, number: signal.Signals) -> None:
        """SIGQUIT: an immediate shutdown; SIGKILL: the postmaster is gone, its backends follow."""
        os.kill(self.running.pid, number)

    def restart(self) -> None:
        """Recovers from its log."""
        self.running.stop()
        self.running = EmbeddedPostgres.start(self._folder, port=self.running.port, settings=WRITTEN)


@pytest.fixture
async def killable(tmp_path: Path, kafka_bootstrap: str, issuer: EmbeddedIssuer) -> AsyncIterator[tuple[Server, Stack]]:
    """A stack whose database server is its own. Not in pytest's folder: that is closed to the server's account."""
    with TemporaryDirectory(prefix="shuangfu-f11-") as folder:
        server = Server(Path(folder) / "postgres")
        try:
            urls = await prepare_databases(server.running.url(), "of-this-test", log=False)

            async def made(service: str) -> str:
                return urls[service]

            async with open_stack(tmp_path, server.running, made, kafka_bootstrap, issuer) as stack:
                yield server, stack
        finally:
            server.running.stop()


async def test_f11_server_killed_and_backends_terminated(killable: tuple[Server, Stack], token_for: TokenFor) -> None:
    server, stack = killable
    trial = Trial("F11", stack, token_for, mix=CHAIN)
    chance = trial.schedule.chance
    await trial.begin(postings=True)
    async with trial.under_load():
        async for turn in trial.turns(rounds(2, 6)):
            await asyncio.sleep(chance.random())
            await asyncio.to_thread(server.kill, (signal.SIGQUIT, signal.SIGKILL)[turn % 2])
            trial.schedule.strike()
            await asyncio.sleep(chance.random() * 2)
            await asyncio.to_thread(server.restart)
            trial.schedule.strike(await _terminate_some(server, trial, times=rounds(15, 40)))
    await trial.prove(within=60)


async def _terminate_some(server: Server, trial: Trial, *, times: int) -> int:
    """Backends of whoever, again and again."""
    ended = 0
    connection = await asyncpg.connect(driver_url(server.running.url()))
    try:
        while ended < times:
            pids = [row["pid"] for row in await connection.fetch(_OTHERS)]
            if pids:
                victim = trial.schedule.chance.choice(pids)
                ended += await connection.fetchval("SELECT pg_terminate_backend($1)::int", victim)
            await asyncio.sleep(trial.schedule.chance.random() * 0.1)
    finally:
        await connection.close()
    return ended


async def test_f11_commits_of_unknown_outcome(stack: Stack, token_for: TokenFor) -> None:
    trial = Trial("F11 unknown commits", stack, token_for, mix=CHAIN)
    cutter = CommitCutter(HOST, stack.server.port, driver_url(stack.server.url()), trial.schedule.chance)
    async with cutter.listening() as port:
        for part in [("api", "registry"), ("api", "incubation"), ("api", "funding"), ("worker", "registry")]:
            direct = stack.urls[part[1]]
            through = direct.replace(f":{stack.server.port}/", f":{port}/")
            assert through != direct
            await stack.start(*part, SHUANGFU_DATABASE_URL=through)
        await trial.begin(postings=True)
        async with trial.under_load():
            async for _ in trial.turns(rounds(6, 30)):
                times = trial.schedule.chance.randint(1, 3)
                await cutter.cut(times)
                trial.schedule.strike(times)
        await trial.prove()
    assert cutter.cut_before
    assert cutter.cut_after
    assert trial.load.line.repeats > 0, "no client was left in doubt"


async def test_f11_relay_outlives_a_connection_that_ended_while_idle(
    database_url: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The driver then says that its own state is muddled: an error of its own kind, which once ended the worker.
    muddled = asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress")
    answers: list[BaseException | int] = [muddled, 0]
    took_again = asyncio.Event()

    async def move_batch(*_: object) -> int:
        answer = answers.pop(0) if answers else 0
        if isinstance(answer, BaseException):
            raise answer
        took_again.set()
        return answer

    relay = Relay("registry", await database_url("registry"), PostgresLog("unused"), poll_seconds=0.1)
    monkeypatch.setattr(relay, "move_batch", move_batch)
    running = asyncio.create_task(relay.run())
    try:
        await asyncio.wait_for(took_again.wait(), 10)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert is_transient(muddled)
