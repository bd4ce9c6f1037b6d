"""Clients of a `House`: the workload inside this process, and a desk for what a fault asks for by itself."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import httpx

from services.registry.civil_affairs.registering import register
from services.registry.organizations.schemas import Registration
from services.registry.policies import read_registration_policies
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.evaluation import EvaluationCompleted
from shared.db.base import new_id, utc_now
from shared.db.session import Transaction
from shared.field import uscc
from shared.settings import REPOSITORY_POLICIES
from tests.conftest import SYSTEM
from tests.faults.load.workload import START, Workload
from tests.faults.rig.house import House
from tests.faults.rig.proof import Schedule
from tests.funding.conftest import evaluation
from tests.registry.conftest import registration
from tests.shared.db.test_row_level_security import CancelledAt

XIHU, GONGSHU, HUANGPU = DIVISIONS = ("330106", "330105", "310101")
PATIENCE = 20
"""How often a busy machine may say: not now."""
FIRST_NUMBER = 50_000
YUHANG = "330110"
"""Organizations and grants of a desk are none of the workload's."""


@asynccontextmanager
async def under_load(house: House, schedule: Schedule, **options: Any) -> AsyncIterator[Workload]:
    """The workload runs until the block ends; requests under way are finished then, retries included."""
    load = Workload(
        {service: f"http://house/{service}" for service in house.parts},
        house.token_for,
        schedule.seed,
        **{"transport": house.inside, **options},
    )
    schedule.log = load.log
    await load.open_cycles()
    ended = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(load.run_until(ended))
        try:
            yield load
            schedule.heal()
        finally:
            ended.set()


class Cancelling(httpx.AsyncBaseTransport):
    """Breaks off requests at a random await of theirs. Their client sees a connection that was reset."""

    def __init__(self, house: House, chance: Random, share: float) -> None:
        self._inside = house.inside
        self._chance = chance
        self.share = share
        self._longest = 20
        self.cancelled = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """See httpx."""
        places = {self._chance.randrange(self._longest)} if self._chance.random() < self.share else set()
        doomed = CancelledAt(self._inside.handle_async_request(request), places)

        async def run() -> httpx.Response:
            return await doomed

        [outcome] = await asyncio.gather(asyncio.create_task(run()), return_exceptions=True)
        self._longest = max(self._longest, doomed.awaits)
        if isinstance(outcome, asyncio.CancelledError):
            self.cancelled += 1
            raise httpx.ReadError("cancelled in the middle", request=request)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


class Desk:
    """Writes that a fault needs at a certain moment. The seed draws them too."""

    def __init__(self, house: House, schedule: Schedule) -> None:
        self.house = house
        self._chance = schedule.chance
        self._numbers = itertools.count(FIRST_NUMBER)
        self._instants = itertools.count(1)

    def number(self, division: str) -> int:
        """An organization of a division that nobody registered yet."""
        return next(number for number in self._numbers if division_of(number) == division)

    def registration(self, number: int, **changes: Any) -> dict[str, Any]:
        """A state of it that is newer than all before, and differs from them."""
        instant, members = next(self._instants), self._chance.randrange(6)
        return registration(
            **{
                "name": f"柜台组织{number}第{instant}版",
                "division": division_of(number),
                "full_members": members,
                "full_members_full_time": members,
                "registered_on": "2024-05-01",
                "as_of": (START + timedelta(seconds=instant)).isoformat(),
                **changes,
            }
        )

    async def register(self, number: int, **changes: Any) -> httpx.Response:
        """Put a newer state; again where a busy machine says: not now."""
        path = f"/registry/v1/civil-affairs/registrations/{code_of(number)}"
        body = self.registration(number, **changes)
        for _ in range(PATIENCE):
            answer = await self.house.http.put(path, json=body)
            if answer.status_code != 503:
                break
        return answer

    async def rate(self, count: int, **changes: Any) -> list[EvaluationCompleted]:
        """Evaluations completed, as evaluation's own outbox tells (the rating is left out)."""
        return await self.rate_each([changes.pop("division", YUHANG)] * count, **changes)

    async def rate_each(self, divisions: Sequence[str], **changes: Any) -> list[EvaluationCompleted]:
        """One of each division, at once."""
        found = [evaluation(**{"id": new_id(), "division": division, **changes}) for division in divisions]
        async with self.house.database("evaluation").transaction(SYSTEM) as tx:
            now = utc_now()
            await emit(tx, [NewEvent(o.id, 1, o, o.division, now, key=o.party_organization_id) for o in found])
        return found

    async def grants(self, count: int, *steps: str, **changes: Any) -> list[UUID]:
        """New grants that have taken the steps; their ids."""
        due = [one.id for one in await self.rate(count, **changes)]
        found: list[UUID] = []

        async def raised() -> bool:
            rows = await self.house.rows("funding", "SELECT id FROM grants WHERE evaluation_id = ANY(:due)", due=due)
            found[:] = [row["id"] for row in rows]
            return len(found) == count

        await self.house.until(raised, "grants raised")
        for grant in found:
            for step in steps:
                answer = await self.step(grant, step, f"{grant}/{step}")
                assert answer.status_code == 200, answer.text
        return found

    async def step(self, grant: UUID, step: str, key: str, **options: Any) -> httpx.Response:
        """A step of a grant, with its Idempotency-Key."""
        return await self.house.http.post(
            f"/funding/v1/grants/{grant}/{step}", headers={"Idempotency-Key": key}, **options
        )


def division_of(number: int) -> str:
    """Fixed for each organization of a desk."""
    return DIVISIONS[number % len(DIVISIONS)]


def code_of(number: int) -> str:
    """Its code."""
    return uscc.make("52", division_of(number), f"PDY{number:05d}")


def others(division: str) -> Sequence[str]:
    """The divisions besides one."""
    return [other for other in DIVISIONS if other != division]


async def register_in(tx: Transaction, state: dict[str, Any]) -> None:
    """Register an organization in a transaction that is the test's own."""
    policies = read_registration_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES)
    await register(tx, [Registration.model_validate(state, strict=False)], utc_now(), policies)
