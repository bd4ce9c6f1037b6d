"""The four services with rows in one district, so that another district has something not to see."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import orjson
from fastapi import FastAPI

from services.registry.imports import runner
from services.registry.policies import read_words
from shared.bus.sending.relay import Relay
from shared.db.access import system_access
from shared.db.session import Database
from shared.field.policies import PolicyBook
from shared.settings import REPOSITORY_POLICIES, ServiceSettings
from shared.urls import driver_url
from shuangfu.embedded.field_keys import embedded_field_keys
from shuangfu.services import SERVICES, load
from tests.conftest import AsAdmin, Hands, NewDatabase, make_settings
from tests.evaluation.conftest import ENGLISH, Round
from tests.evaluation.conftest import established as rated
from tests.evaluation.conftest import received as rating_news
from tests.funding.conftest import Funding
from tests.incubation.conftest import Incubation, Organization
from tests.registry.conftest import registration
from tests.registry.helpers import code
from tests.registry.party_organizations.helpers import deliver, formed

DISTRICT = "330106"
PERSON = {"name": "示例某", "phone": "0571-87000000"}


@dataclass
class World:
    """A service with rows in the district; `ids` fill the places of its paths."""

    service: str
    app: FastAPI
    http: httpx.AsyncClient
    ids: dict[str, str] = field(default_factory=dict)
    seeded: dict[str, int] = field(default_factory=dict)
    """How many rows each table had in the beginning."""

    @property
    def database(self) -> Database:
        found: Database = self.app.state.database
        return found


_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"


async def count_rows(world: World, as_admin: AsAdmin) -> dict[str, int]:
    """Rows of every table, as a superuser counts them."""
    tables = [str(row[0]) for row in await as_admin.rows(world.database.url, _TABLES)]
    statement = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in tables)
    return {str(name): int(n) for name, n in await as_admin.rows(world.database.url, statement)}


async def publish_all(settings: ServiceSettings) -> None:
    """Mark every event as the relay does, without a transport."""

    async def nowhere(messages: object) -> None:
        pass

    relay = Relay(settings.service, settings.database_url, None)  # type: ignore[arg-type]
    connection = await asyncpg.connect(driver_url(settings.database_url), server_settings={"shuangfu.scope": "%"})
    try:
        while await relay.move_batch(connection, nowhere):  # type: ignore[arg-type]
            pass
    finally:
        await connection.close()


async def _registry(world: World, http: httpx.AsyncClient) -> None:
    ids = world.ids
    for number in (1, 2):
        made = await http.put(f"/v1/civil-affairs/registrations/{code(number)}", json=registration())
        assert made.status_code == 201, made.text
        ids[f"organization_{number}"] = made.json()["id"]
    ids["uscc"] = code(1)
    event = formed(ids["organization_1"])
    await deliver(world.app, event)
    ids["party"] = str(event.data.party_organization_id)
    for role in ("secretary", "instructor"):
        put = await http.put(f"/v1/organizations/{ids['organization_1']}/contacts/{role}", json=PERSON)
        assert put.status_code == 201, put.text
        ids[f"{role}_version"] = put.headers["ETag"]
    refused = orjson.dumps({"uscc": code(3), **registration(kind="?")})
    imported = await http.post("/v1/imports", files={"file": ("a.ndjson", refused)})
    assert imported.status_code == 202, imported.text
    ids["import"] = imported.json()["id"]
    background = Database(world.database.url, pool_size=1, access=system_access("registry", "worker"))
    words = read_words(REPOSITORY_POLICIES, REPOSITORY_POLICIES)
    opened = await runner._step(background, None, words=words, allow_sample_codes=True)
    await runner._step(background, opened, words=words, allow_sample_codes=True)
    await background.close()


async def _incubation(world: World, http: httpx.AsyncClient, as_admin: AsAdmin) -> None:
    incubation = Incubation(world.app, http, as_admin)
    ones = [Organization(n, street=f"示例街道{n}") for n in (1, 2)]
    grouped = [Organization(n, carrier="示例公益园") for n in (3, 4, 5)]
    await incubation.deliver(*(o.state(3) for o in ones), *(o.state(1) for o in grouped))
    world.ids["case_1"], world.ids["case_2"] = [(await incubation.case(one))["id"] for one in ones]
    world.ids["organization"] = ones[0].code
    plan = await incubation.post("/joint-plans", {"division": DISTRICT})
    assert plan.json()["proposals"], plan.text
    world.ids["plan"] = plan.json()["id"]


async def _evaluation(world: World, http: httpx.AsyncClient) -> None:
    a_round = Round(http, world.database)
    parties = [rated(), rated(), rated()]
    await a_round.project(*(rating_news(party) for party in parties))
    # Without the city's cycle, which all its districts see.
    book = world.app.state.evaluation_policies
    world.app.state.evaluation_policies = PolicyBook(
        [replace(one, parameters=one.parameters.model_copy(update={"city_first": False})) for one in book.policies]
    )
    world.ids["ending"] = (await a_round.open(DISTRICT, 2024))["id"]
    world.ids["draft"] = (await a_round.draft(DISTRICT, 2025))["id"]
    world.ids["cycle"] = (await a_round.open(DISTRICT, 2026))["id"]
    world.ids["party"] = str(parties[0].id)
    evaluations = [await a_round.evaluation_of(party.id) for party in parties]
    world.ids["evaluation"], world.ids["ready"] = (one["id"] for one in evaluations[:2])
    marks = await a_round.full_marks(evaluations[1]["type"])
    for one in evaluations[1:]:
        put = await a_round.put(one, "committee", scores=marks)
        assert put.status_code == 200, put.text
    completed = await a_round.complete(evaluations[2])
    assert completed.status_code == 200, completed.text
    declared = await http.post("/v1/interests", json={"party_organization_id": str(parties[0].id), "reason": "亲属"})
    assert declared.status_code == 201, declared.text


async def _funding(world: World, http: httpx.AsyncClient, as_admin: AsAdmin) -> None:
    funding = Funding(world.app, http, as_admin)
    steps = {"raised": (), "reviewed": ("review",), "approved": ("review", "approval")}
    for state, taken in steps.items():
        [grant] = await funding.raised(1, *taken)
        world.ids[state] = grant["id"]
    [held] = await funding.raised(1, star=0)
    assert held["state"] == "held"
    world.ids["held"] = held["id"]


@asynccontextmanager
async def open_worlds(
    make_database: NewDatabase,
    issuer: Any,
    hands: Hands,
    as_admin: AsAdmin,
    folder: Path,
    services: tuple[str, ...] = SERVICES,
) -> AsyncIterator[dict[str, World]]:
    """Each service as production opens it (its own pool, the runtime role), with rows of 330106."""
    bus = await make_database("bus")
    worlds: dict[str, World] = {}
    async with AsyncExitStack() as stack:
        for service in services:
            settings = make_settings(service, await make_database(service), bus, issuer)
            settings = settings.model_copy(update={"field_keys_file": embedded_field_keys(folder)})
            app = load(service).create_app(settings)
            await stack.enter_async_context(app.router.lifespan_context(app))
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            open_client: Callable[..., httpx.AsyncClient] = lambda transport=transport, **more: httpx.AsyncClient(  # noqa: E731
                transport=transport, base_url="http://test", headers=ENGLISH, **more
            )
            world = World(service, app, await stack.enter_async_context(open_client()))
            seeding = await stack.enter_async_context(open_client(auth=hands))
            seeds: dict[str, Callable[[], Awaitable[None]]] = {
                "registry": lambda world=world, http=seeding: _registry(world, http),
                "incubation": lambda world=world, http=seeding: _incubation(world, http, as_admin),
                "evaluation": lambda world=world, http=seeding: _evaluation(world, http),
                "funding": lambda world=world, http=seeding: _funding(world, http, as_admin),
            }
            await seeds[service]()
            await publish_all(settings)
            world.seeded = await count_rows(world, as_admin)
            worlds[service] = world
        yield worlds
