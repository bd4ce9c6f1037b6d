"""F17: fifty clients with one Idempotency-Key; one hot account, locked in opposite orders."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx
import pytest

from services.funding.grants.actions import take_step
from shared.db.base import utc_now
from shuangfu.embedded.postgres import EmbeddedPostgres
from tests.faults.checker.invariants import take_baseline
from tests.faults.checker.observed import connected
from tests.faults.conftest import OpenHouse
from tests.faults.load.desk import DIVISIONS, HUANGPU, YUHANG, Desk, code_of, under_load
from tests.faults.rig.proof import Schedule, rounds
from tests.funding.conftest import APPROVER

CLIENTS = 50
BINJIANG = "330108"
OTHERS = (
    "SELECT state, query, xact_start, wait_event FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


@pytest.mark.kafka
async def test_f17_crowds_with_one_key_and_on_one_account(
    a_house: OpenHouse, postgres_server: EmbeddedPostgres
) -> None:
    schedule = Schedule("F17")
    async with a_house("kafka") as house:
        desk = Desk(house, schedule)
        baseline = None
        async with under_load(house, schedule, clients=2):
            for _ in range(rounds(1, 20)):
                await _one_payment(desk)
                await _one_registration(desk, schedule)
                await _one_approval(desk)
                await _hot_account(desk, schedule)
                schedule.strike(4)
                baseline = await take_baseline(house.databases)
        assert baseline is not None
        await schedule.prove(house, baseline=baseline)
        databases = house.databases
    async with connected(databases) as connections:
        deadlocks = {service: await _deadlocks(connection) for service, connection in connections.items()}
    assert not any(deadlocks.values()), f"{deadlocks}: {_told_of_deadlocks(postgres_server.log)}"


async def _deadlocks(connection: asyncpg.Connection) -> int:
    """How many the database has met. Its backends tell at their end for certain, and not before."""
    deadline = time.monotonic() + 20
    while others := await connection.fetch(OTHERS):
        assert time.monotonic() < deadline, f"the house is closed, and still there: {others}"
        await asyncio.sleep(0.05)
    met: int = await connection.fetchval(DEADLOCKS)
    return met


def _told_of_deadlocks(log: Path) -> str:
    """Who waited for whom, by the server's log."""
    lines = log.read_text(errors="replace").splitlines()
    found = [place for place, line in enumerate(lines) if "deadlock detected" in line]
    return "\n".join(line for place in found for line in lines[place : place + 16])


async def _one_payment(desk: Desk) -> None:
    """Fifty at once and one more afterwards: one pays, the others get its answer or a 409 to wait."""
    [grant] = await desk.grants(1, "review", "approval")
    key = f"pay {grant}"
    answers = await asyncio.gather(*(desk.step(grant, "payment", key) for _ in range(CLIENTS)))
    answers.append(await desk.step(grant, "payment", key))
    _assert_one_effect(answers)
    rows = await desk.house.rows(
        "funding", "SELECT kind FROM ledger_transactions WHERE grant_id = :id AND kind = 'grant_paid'", id=grant
    )
    assert len(rows) == 1
    # The key was this grant's: with another it is refused.
    [other] = await desk.grants(1, "review", "approval")
    assert (await desk.step(other, "payment", key)).status_code == 422
    assert (await desk.step(other, "payment", f"pay {other}")).status_code == 200


async def _one_registration(desk: Desk, schedule: Schedule) -> None:
    """A PUT is its own key: one is new, the others find it so."""
    number = desk.number(schedule.chance.choice(DIVISIONS))
    path, body = f"/registry/v1/civil-affairs/registrations/{code_of(number)}", desk.registration(number)
    headers = {"Idempotency-Key": "one key"}
    answers = await asyncio.gather(*(desk.house.http.put(path, json=body, headers=headers) for _ in range(CLIENTS)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: CLIENTS - 1}
    assert len({answer.content for answer in answers}) == 1
    told = "SELECT count(*) FROM outbox WHERE type LIKE '%organization.registered%' AND data->>'uscc' = :uscc"
    assert await desk.house.scalar("registry", told, uscc=code_of(number)) == 1


async def _one_approval(desk: Desk) -> None:
    """Of a case whose street has no area yet: one Party organization is formed."""
    # Where the load has no clients: one of them might decide this case first, or be refused because of us.
    number = desk.number(HUANGPU)
    members = {"full_members": 0, "full_members_full_time": 0}
    assert (await desk.register(number, street=f"人群街道{number}", **members)).status_code == 201
    find = "SELECT id FROM formation_cases WHERE uscc = :uscc AND state = 'open'"
    cases: list[UUID] = []

    async def opened() -> bool:
        cases[:] = [row["id"] for row in await desk.house.rows("incubation", find, uscc=code_of(number))]
        return bool(cases)

    await desk.house.until(opened, "a case opened")
    path, headers = f"/incubation/v1/formation-cases/{cases[0]}/approval", {"Idempotency-Key": f"approve {number}"}
    answers = await asyncio.gather(*(desk.house.http.post(path, headers=headers) for _ in range(CLIENTS)))
    answers.append(await desk.house.http.post(path, headers=headers))
    _assert_one_effect(answers)
    told = "SELECT count(*) FROM outbox WHERE data->>'decision_id' = :id"
    assert await desk.house.scalar("incubation", told, id=str(cases[0])) == 1


def _assert_one_effect(answers: Sequence[httpx.Response]) -> None:
    served = [answer for answer in answers if answer.status_code == 200]
    assert len({answer.content for answer in served}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in served) == 1
    assert "idempotent-replayed" in answers[-1].headers
    for answer in answers:
        if answer.status_code != 200:
            assert answer.json()["type"].endswith("idempotency-key-in-flight"), answer.text


async def _hot_account(desk: Desk, schedule: Schedule) -> None:
    """Payments and approvals meet on one payable account, and lists over two divisions come in opposite orders."""
    house = desk.house
    paid = await desk.grants(8, "review", "approval")
    approved = await desk.grants(8, "review")
    listed = [*await desk.grants(12, "review"), *await desk.grants(12, "review", division=BINJIANG)]
    schedule.chance.shuffle(listed)
    lists = [listed[start::4] for start in range(4)]

    async def approve(some: Sequence[UUID]) -> int:
        async with house.database("funding").transaction(APPROVER) as tx:
            return 200 if await take_step(tx, "approval", some, utc_now()) else 0

    async def step(grant: UUID, name: str) -> int:
        return (await desk.step(grant, name, f"hot {name} {grant}")).status_code

    work = [step(grant, "payment") for grant in paid] + [step(grant, "approval") for grant in approved]
    work += [approve(sorted(some, reverse=bool(place % 2))) for place, some in enumerate(lists)]
    schedule.chance.shuffle(work)
    assert set(await asyncio.gather(*work)) == {200}
    state = "SELECT division, sum(amount_fen) AS due FROM grants WHERE id = ANY(:ids) AND state = 'approved' GROUP BY 1"
    rows = await house.rows("funding", state, ids=[*approved, *listed])
    assert {row["division"] for row in rows} == {YUHANG, BINJIANG}
