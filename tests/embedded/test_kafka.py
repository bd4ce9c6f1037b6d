"""LocalKafka: its errors where it cannot run, and a real broker that is stopped, killed and orphaned."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shuangfu.embedded import kafka_jars
from shuangfu.embedded.kafka import LocalKafka
from shuangfu.embedded.kafka_jars import availability
from shuangfu.embedded.processes import (
    DataDirInUse,
    DataDirUnusable,
    EmbeddedServerError,
    StartFailed,
    running_with,
)
from tests.running.programs import leave_out

OWNER = """
import sys, time
from pathlib import Path
from shuangfu.embedded.kafka import LocalKafka
print(LocalKafka.start(Path(sys.argv[1])).pid, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def can_run() -> None:
    reason = availability()
    if reason is not None:
        leave_out(reason)


@pytest.fixture(scope="module")
def broker(can_run: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    """One for all tests: each leaves it running."""
    with LocalKafka.start(tmp_path_factory.mktemp("卡夫卡, 1") / "kafka") as running:
        yield running


async def create_topic(bootstrap: str, topic: str) -> int:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, -1, -1, {})])
        described = await admin.describe_topics([topic])
        return len(described[0]["partitions"])
    finally:
        await admin.close()


async def produce(bootstrap: str, topic: str, value: str) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True) as producer:
        await producer.send_and_wait(topic, value.encode(), key=b"k")


async def consume(bootstrap: str, topic: str, group: str) -> str:
    async with AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, group_id=group, auto_offset_reset="earliest"
    ) as consumer:
        message = await asyncio.wait_for(consumer.getone(), 120)
        assert message.value is not None
        return str(message.value, "utf-8")


@pytest.mark.kafka
async def test_a_message_arrives_and_survives_a_killed_broker(broker: LocalKafka) -> None:
    assert await create_topic(broker.bootstrap, "kept") == 6
    await produce(broker.bootstrap, "kept", "西湖区")
    assert await consume(broker.bootstrap, "kept", "before") == "西湖区"
    bootstrap, pid = broker.bootstrap, broker.pid
    broker.kill()
    assert not broker.is_running()
    broker.restart()
    assert broker.bootstrap == bootstrap
    assert broker.pid != pid
    assert await consume(bootstrap, "kept", "after") == "西湖区"


@pytest.mark.kafka
def test_it_listens_on_loopback_only(broker: LocalKafka) -> None:
    listening = [c for c in psutil.Process(broker.pid).net_connections("inet") if c.status == "LISTEN"]
    assert len(listening) == 2
    assert {c.laddr.ip.removeprefix("::ffff:") for c in listening} == {"127.0.0.1"}


@pytest.mark.kafka
def test_a_second_broker_on_the_same_directory_is_refused(broker: LocalKafka) -> None:
    with pytest.raises(DataDirInUse, match=f"process {os.getpid()};"):
        LocalKafka.start(broker.data_dir)


@pytest.mark.kafka
def test_a_taken_port_is_named(broker: LocalKafka, tmp_path: Path) -> None:
    with pytest.raises(StartFailed, match="Address already in use"):
        LocalKafka.start(tmp_path / "kafka", port=broker.port)


@pytest.mark.kafka
def test_the_broker_of_a_killed_owner_is_taken_over(can_run: None, tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", OWNER, str(tmp_path)], stdout=subprocess.PIPE, text=True) as owner:
        try:
            assert owner.stdout is not None
            orphan = int(owner.stdout.readline())
        finally:
            owner.kill()
    assert psutil.pid_exists(orphan)
    with LocalKafka.start(tmp_path, heap="256m") as broker:
        assert broker.pid != orphan
        assert [process.pid for process in running_with(f"-Dshuangfu.data={tmp_path}")] == [broker.pid]


@pytest.mark.kafka
def test_a_folder_of_something_else_is_refused(can_run: None, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with pytest.raises(DataDirUnusable, match="holds nothing that Kafka made"):
        LocalKafka.start(tmp_path)


def program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with nothing on it but what the test puts there, and an empty cache."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("SHUANGFU_CACHE", str(tmp_path / "cache"))
    return tmp_path / "bin"


def test_what_is_missing_is_reported(bare: Path) -> None:
    assert "no java on the PATH" in (availability() or "")
    program(bare, "java", """echo 'openjdk version "11.0.2" 2019-01-15' >&2""")
    assert "java on the PATH is 11" in (availability() or "")
    kafka_jars._java_version.cache_clear()
    program(bare, "java", """echo 'openjdk version "21.0.2" 2024-01-16' >&2""")
    assert "no mvn on the PATH" in (availability() or "")
    with pytest.raises(EmbeddedServerError, match="no mvn on the PATH"):
        LocalKafka.start(bare.parent / "kafka")
    program(bare, "mvn", "exit 1")
    assert availability() is None


def test_a_failed_download_leaves_nothing_that_looks_whole(bare: Path) -> None:
    program(
        bare,
        "mvn",
        'for a; do case "$a" in -DoutputDirectory=*) /bin/mkdir -p "${a#*=}";; esac; done\necho no route; exit 1',
    )
    with pytest.raises(EmbeddedServerError, match="no route"):
        kafka_jars.ensure_jars()
    assert not list((bare.parent / "cache").rglob("libs*"))


def test_jars_are_fetched_once(bare: Path) -> None:
    program(bare, "mvn", 'for a; do case "$a" in -DoutputDirectory=*) /bin/mkdir -p "${a#*=}";; esac; done')
    libs = kafka_jars.ensure_jars()
    program(bare, "mvn", "exit 1")
    assert kafka_jars.ensure_jars() == libs
    assert libs.is_dir()
