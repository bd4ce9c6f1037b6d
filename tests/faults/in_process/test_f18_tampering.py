"""F18: the owner edits, deletes, reorders, truncates audit rows: the verifier fails, and says where."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from shared.audit.anchor_checks import verify_anchors
from shared.audit.anchoring import anchor_heads
from shared.audit.anchors import Anchors
from shared.audit.trail import Finding, describe, verify_chain
from shared.schema.security import OWNER
from tests.conftest import SYSTEM
from tests.faults.checker.invariants import check
from tests.faults.conftest import OpenHouse
from tests.faults.load.desk import Desk, under_load
from tests.faults.rig.house import House
from tests.faults.rig.proof import Schedule, rounds
from tests.running import commands

Place = tuple[str, int, int]
"""Division, a number in its chain, and the chain's last number."""
Tampering = Callable[[Place, Random], tuple[str, set[tuple[str, int]]]]
"""Statements, and which (kind, number) the verifier may name first for them."""

# As the owner can: nothing but its own rights stands in its way.
UNGUARD = (
    f"SET ROLE {OWNER}; SELECT set_config('shuangfu.scope', '%', false); "
    "ALTER TABLE audit_log DISABLE TRIGGER audit_log_only_grows; "
)
GUARD = "; ALTER TABLE audit_log ENABLE TRIGGER audit_log_only_grows"
KEEP = (
    "CREATE SCHEMA kept",
    "CREATE TABLE kept.log AS SELECT * FROM audit_log",
    "CREATE TABLE kept.heads AS SELECT * FROM audit_heads",
)
RESTORE = (
    "SET session_replication_role = replica; DELETE FROM audit_log; DELETE FROM audit_heads; "
    "INSERT INTO audit_log SELECT * FROM kept.log; INSERT INTO audit_heads SELECT * FROM kept.heads"
)


def _edit(place: Place, chance: Random) -> tuple[str, set[tuple[str, int]]]:
    division, number, _ = place
    change = chance.choice(
        (
            "actor = 'somebody else'",
            "at = at + interval '1 microsecond'",
            "diff = diff || '{\"more\": 1}'",
            "object_id = 'another'",
            "request_id = 'another'",
            "policy = 'another'",
            "hash = sha256(hash)",
        )
    )
    return f"UPDATE audit_log SET {change} WHERE division = '{division}' AND number = {number}", {("edited", number)}


def _delete(place: Place, _: Random) -> tuple[str, set[tuple[str, int]]]:
    division, number, last = place
    kind = "truncated" if number == last else "deleted"
    return f"DELETE FROM audit_log WHERE division = '{division}' AND number = {number}", {(kind, number)}


def _close_the_gap(place: Place, _: Random) -> tuple[str, set[tuple[str, int]]]:
    """A row goes, and those behind it move up."""
    division, number, last = place
    statement = f"DELETE FROM audit_log WHERE division = '{division}' AND number = {number}"
    # One after the other: numbers are unique.
    for later in range(number + 1, last + 1):
        statement += f"; UPDATE audit_log SET number = {later - 1} WHERE division = '{division}' AND number = {later}"
    return statement, {("truncated" if number == last else "edited", number)}


def _reorder(place: Place, chance: Random) -> tuple[str, set[tuple[str, int]]]:
    division, number, last = place
    other = chance.choice([n for n in range(1, last + 1) if n != number])
    moves = ((number, -1), (other, number), (-1, other))
    statement = "; ".join(
        f"UPDATE audit_log SET number = {to} WHERE division = '{division}' AND number = {of}" for of, to in moves
    )
    return statement, {("edited", min(number, other))}


def _cut_off(place: Place, _: Random) -> tuple[str, set[tuple[str, int]]]:
    division, number, _last = place
    return f"DELETE FROM audit_log WHERE division = '{division}' AND number >= {number}", {("truncated", number)}


def _empty(_: Place, __: Random) -> tuple[str, set[tuple[str, int]]]:
    return "TRUNCATE audit_log", {("truncated", 1)}


TAMPERINGS: tuple[Tampering, ...] = (_edit, _delete, _close_the_gap, _reorder, _cut_off, _empty)


@pytest.mark.kafka
async def test_f18_whatever_the_owner_does_is_found_and_placed(a_house: OpenHouse, tmp_path: Path) -> None:
    schedule = Schedule("F18")
    async with a_house("kafka") as house:
        desk = Desk(house, schedule)
        async with under_load(house, schedule):
            await desk.grants(4, "review", "approval", "payment")
            await asyncio.sleep(1.5)
        await house.settle()
        await house.stop()
        for service in house.parts:
            await house.change(service, *KEEP)
        for round_number in range(rounds(len(TAMPERINGS), 60)):
            service = schedule.chance.choice(list(house.parts))
            tamper = TAMPERINGS[round_number % len(TAMPERINGS)]
            place = await _some_place(house, service, schedule.chance)
            statement, expected = tamper(place, schedule.chance)
            await house.change(service, UNGUARD + statement + GUARD)
            schedule.strike()
            found = {(one.kind, one.number) for one in await _findings(house, service) if one.division == place[0]}
            assert expected <= found, f"seed {schedule.seed}: {tamper.__name__} at {place}: {found}"
            if tamper is not _empty:
                assert {one.division for one in await _findings(house, service)} == {place[0]}
            if round_number == 0:
                assert (await check(house.databases)).broken() == {"I7"}
            await house.change(service, RESTORE)
            assert await _findings(house, service) == []
        await _whole_chain_forged(house, schedule, tmp_path)
        await _told_by_the_command(house, schedule)
        await house.start()
        await schedule.prove(house)


async def _whole_chain_forged(house: House, schedule: Schedule, folder: Path) -> None:
    """Cut off and its head set back: the chain holds, the anchor does not."""
    database = house.database("registry")
    database.access = SYSTEM
    assert await anchor_heads(database, folder, "registry")
    division, number, last = await _some_place(house, "registry", schedule.chance, last=False)
    forged = (
        f"DELETE FROM audit_log WHERE division = '{division}' AND number > {number}; UPDATE audit_heads h SET "
        f"number = {number}, hash = l.hash FROM audit_log l WHERE h.division = l.division AND l.number = {number} "
        f"AND l.division = '{division}'"
    )
    await house.change("registry", UNGUARD + forged + GUARD)
    schedule.strike()
    assert await _findings(house, "registry") == []
    [found] = await verify_anchors(database, Anchors(folder, "registry").read())
    assert (found.kind, found.division, found.number) == ("truncated", division, last)
    await house.change("registry", RESTORE)


async def _told_by_the_command(house: House, schedule: Schedule) -> None:
    """`shuangfu audit verify` names the place and fails; and holds when it is put right."""
    division, number, _ = place = await _some_place(house, "funding", schedule.chance)
    statement, _expected = _edit(place, schedule.chance)
    for statements, code in (((UNGUARD + statement + GUARD,), 1), ((RESTORE,), 0)):
        await house.change("funding", *statements)
        output, status = await _verify(house, "funding")
        assert status == code, output
        assert (f"edited at {division} #{number}" in output) == bool(code), output
    schedule.strike()


async def _verify(house: House, service: str) -> tuple[str, int | None]:
    settings = house.parts[service].settings
    environment = {
        "SHUANGFU_DATABASE_URL": settings.database_url,
        "SHUANGFU_BUS": "postgres_log",
        "SHUANGFU_BUS_DATABASE_URL": str(settings.bus_database_url),
        "SHUANGFU_AUTH_ISSUER": str(settings.auth_issuer),
        "SHUANGFU_AUTH_JWKS_FILE": str(settings.auth_jwks_file),
    }
    done = await commands.run_beside("audit", "verify", "--service", service, **environment)
    return done.stdout + done.stderr, done.returncode


async def _some_place(house: House, service: str, chance: Random, *, last: bool = True) -> Place:
    """A row of some chain, drawn by the seed; `last`: also a chain's last one."""
    rows = await house.rows(service, "SELECT division, number FROM audit_heads WHERE number > 2 ORDER BY division")
    row = chance.choice(rows)
    return row["division"], chance.randrange(1, row["number"] + int(last)), row["number"]


async def _findings(house: House, service: str) -> list[Finding]:
    async with house.database(service).transaction(SYSTEM) as tx:
        found = await verify_chain(tx)
    assert len(describe(found).splitlines()) == len(found)
    return found
