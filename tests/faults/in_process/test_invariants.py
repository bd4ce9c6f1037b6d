"""The checker itself: silent on a sound deployment, and red, by the right name, on each thing put wrong by hand."""

import asyncio
from dataclasses import replace

import asyncpg
import orjson
import pytest

from shared.db.base import new_id
from shared.urls import driver_url
from tests.faults.checker import report as report_module
from tests.faults.checker.invariants import check, take_baseline
from tests.faults.checker.observed import Wire
from tests.faults.conftest import OpenHouse
from tests.faults.load.client_log import Outcome
from tests.faults.load.desk import FIRST_NUMBER, Desk, under_load
from tests.faults.rig.house import House
from tests.faults.rig.proof import Schedule, read_wire
from tests.faults.rig.trial import CHAIN
from tests.registry.conftest import registration

WRITES = 100
_RATED = (
    "SELECT e.id FROM evaluations e JOIN party_organizations p ON p.id = e.party_organization_id "
    "WHERE p.dissolved_on IS NULL"
)
NEEDED = (
    # service, what must be there to be tampered with
    ("funding", "SELECT FROM ledger_entries LIMIT 1"),
    ("registry", "SELECT FROM party_organizations WHERE form = 'area' LIMIT 1"),
    ("evaluation", f"{_RATED} OFFSET 2"),  # some may be dissolved before the clients end
)
_NEWEST = "(SELECT seq FROM outbox ORDER BY sequence DESC, seq LIMIT 1)"
_AGAIN = "topic, key, type, subject, sequence + 100, occurred_at, division, causation_id, data, now()"
_CHECK = "organization_id, uscc, division, outcome, counted_full_members, policy, reasons, organization_sequence"
TAMPERED = (
    # service, statement, the breach that it must make
    (
        "evaluation",
        "DELETE FROM inbox WHERE event_id = (SELECT event_id FROM inbox ORDER BY 1 LIMIT 1)",
        ("I1", "not in evaluation"),
    ),
    (
        "incubation",
        """
        DELETE FROM formation_checks WHERE organization_id = (
            SELECT id FROM organizations WHERE status = 'registered' ORDER BY id LIMIT 1)
        """,
        ("I1", "no formation check"),
    ),
    ("funding", "DELETE FROM grant_decisions", ("I1", "no grant decision")),
    (
        "registry",
        """
        DELETE FROM coverages WHERE organization_id = (
            SELECT organization_id FROM coverages WHERE until IS NULL ORDER BY 1 LIMIT 1)
        """,
        ("I1", "no coverage of organization"),
    ),
    (
        "registry",
        "DELETE FROM party_organizations WHERE id = (SELECT id FROM party_organizations WHERE form = 'area' LIMIT 1)",
        ("I1", "no Party organization"),
    ),
    (
        "evaluation",
        f"DELETE FROM evaluations WHERE id = ({_RATED} ORDER BY e.id DESC LIMIT 1)",  # not that whose claim is gone
        ("I1", "is not enrolled"),
    ),
    (
        "incubation",
        "DELETE FROM organizations WHERE status = 'deregistered'",
        ("I4", "incubation has no organization"),
    ),
    (
        "funding",
        "UPDATE outbox SET type = 'shuangfu.funding.grant.lost.v1' WHERE seq = (SELECT max(seq) FROM outbox)",
        ("I1", "of a type whose consumers nobody wrote down"),
    ),
    ("funding", "INSERT INTO inbox VALUES (gen_random_uuid(), 'funding')", ("I2", "funding consumed")),
    (
        "incubation",
        f"""
        INSERT INTO formation_checks (id, {_CHECK}, checked_at)
        SELECT gen_random_uuid(), {_CHECK}, now() FROM formation_checks LIMIT 1
        """,
        ("I3", "checked twice"),
    ),
    (
        "incubation",
        f"""
        INSERT INTO outbox (id, topic, key, type, subject, sequence, occurred_at, division, causation_id, data,
            published_at)
        SELECT gen_random_uuid(), {_AGAIN} FROM outbox WHERE type LIKE '%formation_check%' LIMIT 1
        """,
        ("I3", "caused the same event twice"),
    ),
    ("registry", f"UPDATE outbox SET sequence = sequence + 1 WHERE seq = {_NEWEST}", ("I4", "registry")),
    (
        "incubation",
        "UPDATE organizations SET sequence = 99 WHERE id = (SELECT id FROM organizations ORDER BY id LIMIT 1)",
        ("I4", "version of organization"),
    ),
    (
        "incubation",
        "UPDATE inbox SET claimed_at = claimed_at - interval '1 hour' WHERE event_id = ANY($1::uuid[])",
        ("I4", "before the version below"),
    ),
    ("funding", "UPDATE account_balances SET balance_fen = balance_fen + 1 WHERE account = '5001'", ("I5", "balance")),
    (
        "funding",
        "UPDATE ledger_entries SET posted_at = now() WHERE id = (SELECT id FROM ledger_entries LIMIT 1)",
        ("I5", "changed"),
    ),
    ("funding", "DELETE FROM ledger_entries", ("I5", "out of balance")),
    ("evaluation", "ALTER TABLE evaluations DISABLE ROW LEVEL SECURITY", ("I6", "evaluation.evaluations")),
    ("registry", "ALTER TABLE imports NO FORCE ROW LEVEL SECURITY", ("I6", "registry.imports")),
    ("registry", "ALTER TABLE import_errors DISABLE ROW LEVEL SECURITY", ("I6", "registry.import_errors")),
    ("registry", "UPDATE audit_log SET actor = 'somebody' WHERE number = 2", ("I7", "edited")),
    (
        "incubation",
        "UPDATE outbox SET published_at = NULL WHERE seq = (SELECT min(seq) FROM outbox)",
        ("I8", "unpublished"),
    ),
)


async def test_check__is_silent_until_something_is_put_wrong(
    a_house: OpenHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_module, "_SHOWN", 10_000)  # what is put wrong last is named behind all the rest
    schedule = Schedule("checker")
    async with a_house() as house:
        async with under_load(house, schedule, mix=CHAIN, pause=0.0) as load:
            while len(load.done_at) < WRITES or not all([await house.rows(*one) for one in NEEDED]):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            desk, ended = Desk(house, schedule), FIRST_NUMBER
            await desk.register(ended)
            assert (await desk.register(ended, status="deregistered")).status_code == 200
            await _import_badly(house)
        await house.settle()
        await house.stop()
        baseline, (wire, _) = await take_baseline(house.databases), await read_wire(house)
        report = await check(house.databases, baseline=baseline, log=load.log, wire=wire)
        assert not report.breaches, report.breaches
        assert report.events > WRITES

        later = [
            row["id"]
            for row in await house.rows(
                "registry", "SELECT id FROM outbox WHERE sequence > 1 AND type LIKE '%.changed.v1'"
            )
        ]
        before: set[str] = set(report.breaches)
        for service, statement, (invariant, part) in TAMPERED:
            connection = await asyncpg.connect(driver_url(house.databases[service]))
            try:
                await connection.execute("SET session_replication_role = replica")  # no trigger stands in the way
                done = await connection.execute(statement, *([later] if "$1" in statement else []))
                assert not done.endswith(" 0"), f"{statement}\nfound nothing to put wrong"
            finally:
                await connection.close()
            found = set((await check(house.databases, baseline=baseline)).breaches)
            new = [breach for breach in found - before if breach.startswith(f"{invariant}:") and part in breach]
            assert new, f"{statement}\nmade {sorted(found - before)}"
            before = found


async def _import_badly(house: House) -> None:
    """A file with a row that is refused: rows that have no division, and are their uploader's."""
    file = {"file": ("rows.ndjson", orjson.dumps({"uscc": "nobody's", **registration()}))}
    assert (await house.http.post("/registry/v1/imports", files=file)).status_code == 202

    async def noted() -> bool:
        return bool(await house.rows("registry", "SELECT FROM import_errors"))

    await house.until(noted, "the import worked off")


async def test_check__holds_clients_and_the_wire_against_the_databases(a_house: OpenHouse) -> None:
    schedule = Schedule("checker")
    async with a_house() as house:
        async with under_load(house, schedule, mix={"register": 1, "change": 1}) as load:
            while len(load.done_at) < 20:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await house.settle()
        wire, _ = await read_wire(house)
        assert not (await check(house.databases, log=load.log, wire=wire)).breaches

        [told, *_] = [reference for (_, reference), outcome in load.log.writes.items()]
        load.log.note("registration", told, Outcome.REFUSED)
        load.log.note("registration", "52330106PDY99999X@1", Outcome.ACKNOWLEDGED)
        load.log.note("approval", "one that nobody answered", Outcome.UNKNOWN)
        ghost = Wire("registry.organizations", 0, 10_000, new_id(), "somebody", 1)
        report = await check(house.databases, log=load.log, wire=[*wire, ghost])
        assert report.breaches == [
            "I2: on the broker, and never committed (1): " + str(ghost.event_id),
            "I1: acknowledged, and not there (1): registration 52330106PDY99999X@1",
            f"I2: refused, and there all the same (1): registration {told}",
        ]
        backwards = [Wire(m.topic, m.partition, -m.offset, m.event_id, m.subject, m.sequence) for m in (*wire, wire[0])]
        report = await check(house.databases, wire=backwards)
        assert report.broken() == {"I4"}
        assert report.repeats == 1
        report = await check(house.databases, wire=wire[1:])
        assert report.broken() == {"I1"}, report.breaches
        [first, *_] = wire
        elsewhere = replace(first, partition=first.partition + 1, offset=10_001)
        report = await check(house.databases, wire=[*wire, elsewhere])
        assert report.breaches == [f"I4: on several partitions (1): {first.topic} {first.subject}: [0, 1]"]
        assert (await check(house.databases, wire=wire, lag=3)).broken() == {"I8"}
