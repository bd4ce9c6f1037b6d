"""The drill: a running deployment is backed up, lost, restored elsewhere, and works again, on both transports."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from shared.bus.envelope import Message
from shared.bus.transports.kafka import Kafka
from shared.contracts.registry import ORGANIZATIONS
from shared.urls import with_database
from shuangfu.backups import topics
from shuangfu.backups.places import BackupError
from shuangfu.backups.topics import Broker, empty_topics
from shuangfu.embedded.connection import embedded_server_url
from shuangfu.services import SERVICES
from tests.faults.rig.subscribers import SUBSCRIBERS
from tests.journeys.test_main_job import XIHU, organization
from tests.operations.backup.deployments import fetch
from tests.running import commands
from tests.running.callers import PLAIN
from tests.running.serving import Server

TRANSPORTS = ["postgres_log", pytest.param("kafka", marks=pytest.mark.kafka)]
WAIT_SECONDS = 60
READERS = tuple((reader, kind.split(".")[1], kind) for kind, readers in SUBSCRIBERS.items() for reader in readers)
"""Who reads whose events of which types; an event of another type or source is in nobody's inbox."""
POISON = (
    "INSERT INTO outbox (id, topic, key, type, subject, sequence, occurred_at, division, data) VALUES "
    "($1, 'registry.organizations', 'k', 'shuangfu.registry.organization.registered.v1', 'x', 1, now(), '330106', '{}')"
)


class Deployment(Server):
    """`shuangfu serve` on a bus, and commands on its data."""

    def __init__(self, data: Path, kafka: str | None) -> None:
        super().__init__(data)
        self.kafka = kafka

    def arguments(self, port: int) -> list[str]:
        return [*super().arguments(port), *(["--kafka", self.kafka] if self.kafka else [])]

    def register(self, number: int, **changes: Any) -> None:
        body = organization(number, XIHU, 3, **changes)
        path = f"{self.url}/registry/v1/civil-affairs/registrations/{body.pop('uscc')}"
        httpx.put(path, json=body, headers=self.bearer("registrar"), timeout=20, verify=PLAIN).raise_for_status()

    def feed(self, cursor: str | None = None) -> tuple[list[str], str | None]:
        """Ids of the registry's published events after a cursor, and the next cursor."""
        found: list[str] = []
        while True:
            query = {"limit": 500, **({"cursor": cursor} if cursor else {})}
            page = self.get("/registry/v1/changes", **query)
            found += [event["id"] for event in page["items"]]
            cursor = page["cursor"]
            if page["next_cursor"] is None:
                return found, cursor


class Look:
    """Queries the databases as the superuser."""

    def __init__(self, url: str) -> None:
        self._url = url

    def rows(self, service: str, statement: str, *parameters: object) -> list[asyncpg.Record]:
        return asyncio.run(fetch(with_database(self._url, f"shuangfu_{service}"), statement, *parameters))

    def values(self, service: str, statement: str, *parameters: object) -> list[Any]:
        """The first column of a query's rows."""
        return [row[0] for row in self.rows(service, statement, *parameters)]

    def figures(self) -> dict[str, int]:
        return {name: self.values(service, statement)[0] for name, (service, statement) in FIGURES.items()}


@contextmanager
def look(data: Path) -> Iterator[Look]:
    """The databases of a data directory, whether `serve` runs on it or not."""
    with embedded_server_url(data) as (url, _):
        yield Look(url)


def run(*arguments: str) -> str:
    done = commands.run(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not pytest's own: that is closed to PostgreSQL's account, and opened only until the next run starts."""
    with TemporaryDirectory(prefix="shuangfu-drill-") as found:
        yield Path(found)


@pytest.fixture(params=TRANSPORTS)
def kafka(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str | None:
    """The broker, with a prefix of the test's own; None for the embedded log."""
    if request.param != "kafka":
        return None
    monkeypatch.setenv("SHUANGFU_KAFKA_PREFIX", f"t{uuid4().hex[:8]}.")
    monkeypatch.setenv("SHUANGFU_KAFKA_PARTITIONS", "2")
    return str(request.getfixturevalue("kafka_bootstrap"))


@pytest.fixture
def deployment(folder: Path, kafka: str | None) -> Iterator[Callable[[str], Deployment]]:
    """`deployment("one")`: a deployment on a data directory of this name; ended at the end of the test."""
    made: list[Deployment] = []

    def make(name: str) -> Deployment:
        (folder / name).mkdir()
        made.append(Deployment(folder / name / "data", kafka))
        return made[-1]

    yield make
    for one in made:
        one.kill()


class Load:
    """Registers organizations until it is stopped, and remembers which were accepted when."""

    def __init__(self, deployment: Deployment, first: int) -> None:
        self._deployment = deployment
        self._next = first
        self._stop = threading.Event()
        self.accepted: dict[int, float] = {}
        self.slowest = 0.0
        self._failed: list[Exception] = []
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                began = time.monotonic()
                self._deployment.register(self._next)
                self.accepted[self._next] = time.time()
                self.slowest = max(self.slowest, time.monotonic() - began)
                self._next += 1
        except Exception as error:  # reported to the test by `__exit__`
            self._failed.append(error)

    def __enter__(self) -> "Load":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(30)
        assert not self._failed, self._failed


def await_quiet(data: Path) -> None:
    """Wait until every event is published and claimed by its reader. Raises TimeoutError."""
    deadline = time.monotonic() + WAIT_SECONDS
    with look(data) as there:
        while True:
            waiting = {}
            for reader, source, types in READERS:
                sent = there.values(source, "SELECT id FROM outbox WHERE type LIKE $1", types)
                held = there.values(source, "SELECT id FROM outbox WHERE published_at IS NULL")
                claimed = there.values(reader, "SELECT event_id FROM inbox")
                waiting[reader, types] = len(held) + len(set(sent) - set(claimed))
            if not any(waiting.values()):
                return
            assert time.monotonic() < deadline, waiting
            time.sleep(0.2)


FIGURES = {
    "checks": ("incubation", "SELECT count(*) FROM formation_checks"),
    "doubled checks": (
        "incubation",
        "SELECT count(*) - count(DISTINCT (organization_id, organization_sequence)) FROM formation_checks",
    ),
    "party organizations": ("registry", "SELECT count(*) FROM party_organizations"),
    "evaluations": ("evaluation", "SELECT count(*) FROM evaluations"),
    "grants": ("funding", "SELECT count(*) FROM grants"),
    "paid": ("funding", "SELECT sum(credit_fen)::bigint FROM ledger_entries WHERE account = '4001'"),
    "drift": (
        "funding",
        (
            "SELECT count(*) FROM account_balances b WHERE balance_fen <> (SELECT sum(debit_fen - credit_fen) "
            "FROM ledger_entries e WHERE e.account = b.account AND e.division = b.division)"
        ),
    ),
    "dead letters": ("incubation", "SELECT count(*) FROM dead_letters"),
    "contacts": ("registry", "SELECT count(*) FROM contacts"),
    "idempotency keys": ("registry", "SELECT count(*) FROM idempotency_keys"),
}
"""Counts of what must not be duplicated."""


def code(number: int) -> str:
    return str(organization(number, XIHU, 3)["uscc"])


CONTACT = f"/registry/v1/organizations/{code(600)}/contacts/secretary"
LOST = range(1900, 1910)


def make_something_of_everything(first: Deployment) -> None:
    """Up to paid grants, a contact, a dead letter."""
    run("demo", "--url", first.url, "--data", str(first.data))
    first.register(600)
    person = {"name": "示例甲", "phone": "+86 1390000 0000"}
    headers = first.bearer("registrar")
    httpx.put(first.url + CONTACT, json=person, headers=headers, timeout=20, verify=PLAIN).raise_for_status()
    with look(first.data) as there:
        there.rows("registry", POISON, uuid4())
        await_quiet(first.data)
        found = there.figures()
    assert (found["dead letters"], found["contacts"], found["doubled checks"], found["drift"]) == (1, 1, 0, 0)
    assert found["grants"] == 3


def check_one_point(there: Look, load: Load, at: datetime) -> None:
    """Nothing is claimed that was not published; what was accepted before the cut is there, nothing later is."""
    sent: dict[str, set[UUID]] = {service: set() for service in SERVICES}
    for reader, source, types in READERS:
        sent[reader] |= set(there.values(source, "SELECT id FROM outbox WHERE type LIKE $1", types))
    for service in SERVICES:
        assert set(there.values(service, "SELECT event_id FROM inbox")) <= sent[service], service
    rows = there.rows("registry", "SELECT uscc, created_at FROM organizations")
    codes = {row["uscc"] for row in rows}
    before = {code(number) for number, accepted in load.accepted.items() if accepted < at.timestamp()}
    assert len(before) > 3, "there was load"
    assert before <= codes
    assert all(row["created_at"] <= at for row in rows)
    assert not {code(number) for number in LOST} & codes


def check_the_feed(second: Deployment, seen: list[str], cursor: str | None) -> None:
    """Events published before the cut keep their position, and a cursor from after it misses nothing new."""
    with look(second.data) as there:
        rows = there.rows("registry", "SELECT id::text, position FROM outbox WHERE position IS NOT NULL")
    again, _ = second.feed()
    assert again[: len(seen)] == seen
    assert len(again) == len(set(again)) == len(rows)
    second.register(1950)
    await_quiet(second.data)
    fresh, _ = second.feed(cursor)
    # The new one, and what was committed before the cut but had not been published.
    published_since = [row["id"] for row in rows if row["position"] > 10**12]
    assert fresh[:-1] == [event for event in again if event in set(published_since)]
    checks = second.get("/incubation/v1/formation-checks", organization=code(1950))
    assert len(checks["items"]) == 1


def test_drill(deployment: Callable[[str], Deployment], folder: Path, kafka: str | None) -> None:
    first, second, backup = deployment("first"), deployment("second"), folder / "backup"
    first.start()
    make_something_of_everything(first)
    seen, _ = first.feed()
    with Load(first, 1000) as load:
        time.sleep(1)
        output = run("backup", "--to", str(backup), "--data", str(first.data))
        time.sleep(1)
    assert load.slowest < 15
    manifest = json.loads((backup / "manifest.json").read_text())
    assert manifest["field_keys"] == ["k1"]
    assert "Contacts are sealed with k1 (field-keys.json)" in output
    # All of this is lost: changes, their events, and a district system has read them.
    for number in LOST:
        first.register(number)
    await_quiet(first.data)
    _, cursor = first.feed()
    first.kill()

    output = run("restore", "--from", str(backup), "--data", str(second.data), *(["--kafka", kafka] if kafka else []))
    at = datetime.fromisoformat(manifest["at"])
    assert f"as of {at.isoformat()}" in output
    with look(second.data) as there:
        check_one_point(there, load, at)
        before = there.figures()
        [sent] = there.values("registry", "SELECT count(*) FROM outbox")
        [waiting] = there.values("registry", "SELECT count(*) FROM outbox WHERE published_at IS NULL")
        assert waiting == sent if kafka else waiting < sent

    (second.data / "field-keys.json").write_bytes((first.data / "field-keys.json").read_bytes())
    second.start()
    await_quiet(second.data)
    with look(second.data) as there:
        after = there.figures()
        [organizations] = there.values("registry", "SELECT count(*) FROM organizations")
        actions = [there.values(service, "SELECT command FROM operator_actions") for service in SERVICES]
    assert actions == [["restore"]] * 4
    assert after == {**before, "checks": organizations}, "each checked once, and nothing else happened again"
    answer = httpx.get(second.url + CONTACT, headers=second.bearer("registrar"), timeout=20, verify=PLAIN)
    assert answer.json()["name"] == "示例甲", "its key was brought along"
    check_the_feed(second, seen, cursor)
    verified = run("audit", "verify", "--data", str(second.data))
    assert [line.partition(":")[0] for line in verified.splitlines()] == list(SERVICES)
    assert second.get("/readyz")["status"] == "ok"


@pytest.mark.kafka
async def test_kafka__topics_with_a_worker_are_not_emptied(
    kafka_bootstrap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topics, "SESSION_SECONDS", 1.0)
    broker = Broker(kafka_bootstrap, f"t{uuid4().hex[:8]}.")
    transport = Kafka(kafka_bootstrap, partitions=2, prefix=broker.prefix)
    try:
        assert await empty_topics(broker) == 0, "none are there"
        await transport.ensure_topics([ORGANIZATIONS])
        await transport.publish([Message(ORGANIZATIONS, b"%d" % n, {}, b"before") for n in range(20)])
        subscription = await transport.subscribe("incubation", [ORGANIZATIONS])
        async with subscription.next_batch(5, 5) as some:
            assert len(some) == 5
        with pytest.raises(BackupError, match=r"workers in the groups t\w+\.incubation: stop them first"):
            await empty_topics(broker)
        await subscription.close()
        assert await empty_topics(broker) == 20
        await transport.publish([Message(ORGANIZATIONS, b"0", {}, b"after")])
        subscription = await transport.subscribe("incubation", [ORGANIZATIONS])
        values: list[bytes] = []
        while not values:
            async with subscription.next_batch(100, 5) as some:
                values += [delivered.message.value for delivered in some]
        assert values == [b"after"]
        assert (await subscription.position())[:2] == (0, 21), "no lag is left that nobody could work off"
        await subscription.close()
    finally:
        await transport.close()
