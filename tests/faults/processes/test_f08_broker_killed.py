"""F8: Kafka killed under load, unavailable for a while, restarted (I1 I3 I8)."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from shuangfu.embedded.issuer import EmbeddedIssuer
from shuangfu.embedded.kafka import LocalKafka
from shuangfu.embedded.postgres import EmbeddedPostgres
from tests.conftest import NewDatabase, TokenFor
from tests.faults.rig.proof import LONG, rounds
from tests.faults.rig.stack import Stack, open_stack
from tests.faults.rig.trial import Trial

pytestmark = pytest.mark.kafka
AWAY_SECONDS = 60 if LONG else 6


@pytest.fixture
def broker() -> Iterator[LocalKafka]:
    """A broker that may be killed."""
    with TemporaryDirectory(prefix="shuangfu-kafka-") as folder, LocalKafka.start(Path(folder)) as found:
        yield found


@pytest.fixture
async def stack_on_it(
    tmp_path: Path,
    postgres_server: EmbeddedPostgres,
    database_url: NewDatabase,
    broker: LocalKafka,
    issuer: EmbeddedIssuer,
) -> AsyncIterator[Stack]:
    """A stack whose broker is its own."""
    async with open_stack(tmp_path, postgres_server, database_url, broker.bootstrap, issuer) as found:
        yield found


async def test_f8_broker_killed_and_away(broker: LocalKafka, stack_on_it: Stack, token_for: TokenFor) -> None:
    trial = Trial("F8", stack_on_it, token_for)
    await trial.begin()
    async with trial.under_load():
        for _ in range(rounds(1, 2)):
            await asyncio.to_thread(broker.kill)
            trial.schedule.strike()
            acknowledged = len(trial.load.done_at)
            await asyncio.sleep(AWAY_SECONDS)
            assert len(trial.load.done_at) > acknowledged, "doors do not need the broker"
            await asyncio.to_thread(broker.restart)
            trial.schedule.heal()
            await asyncio.sleep(trial.schedule.chance.random() * 3)
    await trial.prove(within=90)
    workers = [process for (half, _), process in stack_on_it.running.items() if half == "worker"]
    async with asyncio.timeout(60):
        while [await worker.health() for worker in workers] != [200] * len(workers):  # noqa: ASYNC110 - they answer late
            await asyncio.sleep(0.5)
