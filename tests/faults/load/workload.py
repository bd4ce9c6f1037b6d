"""A seeded workload over HTTP: what district systems send, with their retries, and a log of the answers."""

import asyncio
import itertools
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import orjson

from shared.field import uscc
from shuangfu.demonstration.stars.rating import city_of
from tests.conftest import TokenFor
from tests.faults.load.client import Client, Json, Line
from tests.faults.load.client_log import ClientLog, Outcome, registration_ref

XIHU, GONGSHU = "330106", "330105"
DIVISIONS = (XIHU, GONGSHU)
YEAR = 2025
FOUNDED_ON = "2025-12-31"
LATE = {"note": "补开"}
START = datetime(2025, 1, 1, tzinfo=UTC)
NEXT_STEP = {"raised": "review", "reviewed": "approval", "approved": "payment"}
DEFAULT_MIX = {"register": 30, "change": 20, "deregister": 3, "batch": 6, "approve": 25, "rate": 8, "pay": 15}


@dataclass
class _Organization:
    """What a district knows of one of its organizations."""

    number: int
    division: str
    busy: bool = False
    ended: bool = False

    @property
    def code(self) -> str:
        return uscc.make("52", self.division, f"PDY{self.number:05d}")


@dataclass
class Workload:
    """Several clients of two divisions at once. A seed draws the same choices again; what they meet, time decides."""

    bases: Mapping[str, str]
    """Service to the URL of its API (without `/v1`)."""
    token_for: TokenFor
    seed: int
    clients: int = 4
    divisions: Sequence[str] = DIVISIONS
    mix: Mapping[str, int] = field(default_factory=lambda: DEFAULT_MIX)
    lose_replies: float = 0.0
    transport: httpx.AsyncBaseTransport | None = None
    pause: float = 0.05
    """Longest rest of a client between two requests, in seconds: the load is to leave the services some capacity."""
    log: ClientLog = field(default_factory=ClientLog)
    done_at: list[float] = field(default_factory=list)
    """When each write was acknowledged (monotonic seconds): for rates."""

    def __post_init__(self) -> None:
        self.line = Line(self.bases, self.token_for, self.lose_replies, self.transport)
        self._numbers = itertools.count(1)
        self._instants = itertools.count(1)
        self._organizations: list[_Organization] = []
        self._claimed: set[str] = set()
        self._marks: dict[str, Json] = {}
        self._chance = random.Random(self.seed)
        self._actions: dict[str, Callable[[Client], Awaitable[bool]]] = {
            "register": self._register,
            "change": self._change,
            "deregister": self._deregister,
            "batch": self._batch,
            "approve": self._approve,
            "rate": self._rate,
            "pay": self._pay,
        }

    async def open_cycles(self) -> None:
        """The round of the year of each division's city: without it nobody is rated."""
        for division in sorted({city_of(division) for division in self.divisions}):
            async with Client(self.line, division, random.Random(0)) as client:
                body = {"year": YEAR, "division": division}
                key = f"cycle-{self.seed}-{division}"
                response = await client.send("officer", "POST", "evaluation", "/cycles", key=key, json=body)
                assert response is not None
                cycle = response.json()["id"]
                await client.send(
                    "officer", "POST", "evaluation", f"/cycles/{cycle}/opening", key=f"{key}-open", json=LATE
                )

    async def run(self, writes: int) -> None:
        """Until `writes` more were acknowledged."""
        goal = len(self.done_at) + writes
        await self._run(lambda: len(self.done_at) < goal)

    async def run_until(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; requests under way are finished, retries included."""
        await self._run(lambda: not stop.is_set())

    def rate(self, since: float, until: float) -> float:
        """Acknowledged writes a second, between two instants of the monotonic clock."""
        return sum(1 for at in self.done_at if since <= at < until) / (until - since)

    async def _run(self, going: Callable[[], bool]) -> None:
        async def act(number: int, chance: random.Random) -> None:
            async with Client(self.line, self.divisions[number % len(self.divisions)], chance) as client:
                while going():
                    [name] = chance.choices(list(self.mix), list(self.mix.values()))
                    if not await self._actions[name](client) and "register" in self.mix:
                        await self._register(client)
                    await asyncio.sleep(self.pause * chance.random())

        async with asyncio.TaskGroup() as group:
            for number in range(self.clients):
                group.create_task(act(number, random.Random(self._chance.random())))

    async def _register(self, client: Client) -> bool:
        organization = _Organization(next(self._numbers), client.division)
        await self._put(client, organization)
        self._organizations.append(organization)
        return True

    async def _change(self, client: Client) -> bool:
        organization = self._free(client)
        if organization is not None:
            await self._put(client, organization)
        return organization is not None

    async def _deregister(self, client: Client) -> bool:
        organization = self._free(client)
        if organization is not None:
            organization.ended = True
            await self._put(client, organization, status="deregistered")
        return organization is not None

    def _free(self, client: Client) -> _Organization | None:
        """An organization of the client's division that no other client is writing."""
        mine = [o for o in self._organizations if o.division == client.division and not (o.busy or o.ended)]
        return client.chance.choice(mine) if mine else None

    async def _put(self, client: Client, organization: _Organization, **changes: Any) -> None:
        body, as_of = self._registration(organization, client.chance, **changes)
        organization.busy = True
        path = f"/civil-affairs/registrations/{organization.code}"
        response = await client.send("registrar", "PUT", "registry", path, json=body)
        self._note("registration", registration_ref(organization.code, as_of), response)
        organization.busy = False

    async def _batch(self, client: Client) -> bool:
        made = [_Organization(next(self._numbers), client.division) for _ in range(client.chance.randrange(3, 15))]
        lines = {o.code: self._registration(o, client.chance) for o in made}
        body = b"\n".join(orjson.dumps({"uscc": code, **line}) for code, (line, _) in lines.items())
        answers: dict[str, int] = {}

        def accepted(response: httpx.Response) -> bool:
            # A line whose chunk was rolled back may be sent again, like the whole file.
            answers.update((line["uscc"], line["status"]) for line in map(orjson.loads, response.content.splitlines()))
            return answers.keys() == lines.keys() and all(status < 500 for status in answers.values())

        path = "/civil-affairs/registrations:batch"
        response = await client.send("registrar", "POST", "registry", path, content=body, accepted=accepted)
        for code, (_, as_of) in lines.items():
            status = answers.get(code) if response is not None else None
            self._note("registration", registration_ref(code, as_of), status)
        self._organizations += made
        return True

    async def _approve(self, client: Client) -> bool:
        outcome = client.chance.choice(("area", "area", "standalone"))
        cases = await client.listed("officer", "incubation", "/formation-cases", state="open", outcome=outcome)
        case = self._claim(client, cases)
        if case is not None:
            path = f"/formation-cases/{case['id']}/approval"
            response = await client.send(
                "officer", "POST", "incubation", path, key=f"approve-{case['id']}", json={"founded_on": FOUNDED_ON}
            )
            self._note("approval", case["id"], response)
        return case is not None

    async def _rate(self, client: Client) -> bool:
        found = await client.listed("rater", "evaluation", "/evaluations", state="enrolled")
        evaluation = self._claim(client, found)
        if evaluation is None:
            return False
        kind = evaluation["type"]
        if kind not in self._marks:
            path = f"/indicator-systems/{kind}"
            response = await client.send("rater", "GET", "evaluation", path, params={"year": YEAR})
            if response is None:
                return False
            self._marks[kind] = response.json()
        # Above two stars, so that the grant is raised and not held.
        share = Decimal(client.chance.choice((72, 85, 96))) / 100
        scores = {
            one["code"]: str((Decimal(one["points"]) * share).quantize(Decimal("0.01")))
            for level in self._marks[kind]["levels"]
            for one in level["indicators"]
        }
        path = f"/evaluations/{evaluation['id']}"
        put = await client.send("rater", "PUT", "evaluation", f"{path}/scores/committee", json={"scores": scores})
        if put is not None and put.status_code == 200:
            key = f"complete-{evaluation['id']}"
            response = await client.send("completer", "POST", "evaluation", f"{path}/completion", key=key, json={})
            self._note("completion", evaluation["id"], response)
        return True

    async def _pay(self, client: Client) -> bool:
        state = client.chance.choice(list(NEXT_STEP))
        step = NEXT_STEP[state]
        grant = self._claim(client, await client.listed(step, "funding", "/grants", state=state), step)
        if grant is not None:
            path = f"/grants/{grant['id']}/{step}"
            response = await client.send(step, "POST", "funding", path, key=f"{step}-{grant['id']}", json={})
            self._note("grant_step", f"{grant['id']}:{step}", response)
        return grant is not None

    def _claim(self, client: Client, found: Sequence[Json], step: str = "") -> Json | None:
        """One that no other client takes: each decision is one client's, so its log is one too."""
        free = [item for item in found if f"{item['id']}{step}" not in self._claimed]
        if not free:
            return None
        item = client.chance.choice(free)
        self._claimed.add(f"{item['id']}{step}")
        return item

    def _registration(
        self, organization: _Organization, chance: random.Random, **changes: Any
    ) -> tuple[Json, datetime]:
        """A state that no other write has: its instant is its own."""
        number = next(self._instants)
        as_of = START + timedelta(seconds=number)
        members = chance.choice((0, 0, 0, 0, 1, 3, 5, 60))
        body = {
            "name": f"示例社会组织{organization.number}第{number}版",
            "kind": "social_service_institution",
            "division": organization.division,
            "street": f"示例街道{organization.number % 3}",
            "address": f"示例路 {number} 号",
            "registered_on": "2024-05-01",
            "full_time_staff": 100,
            "full_members_full_time": members,
            "full_members": members,
            "probationary_members": 0,
            "evaluation_type": "T10",
            "as_of": as_of.isoformat(),
            **changes,
        }
        return body, as_of

    def _note(self, kind: str, reference: str, answer: httpx.Response | int | None) -> None:
        status = answer.status_code if isinstance(answer, httpx.Response) else answer
        if status is None:
            self.log.note(kind, reference, Outcome.UNKNOWN)
        elif status < 400:
            self.log.note(kind, reference, Outcome.ACKNOWLEDGED)
            self.done_at.append(time.monotonic())
        else:
            self.log.note(kind, reference, Outcome.REFUSED)
