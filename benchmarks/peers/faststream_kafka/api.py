"""The registering half: one PUT, and a batch of lines."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from fastapi import FastAPI, Request, Response
from faststream.kafka import KafkaBroker
from pydantic import BaseModel, TypeAdapter
from sqlalchemy import insert, select

from benchmarks.peers.faststream_kafka.messages import BATCH_BYTES, TOPIC, OrganizationRegistered
from benchmarks.peers.faststream_kafka.models import Base, Organization, Outgoing, open_engine, sessions_of

CHUNK = 1_000
WITH_OUTBOX = os.environ.get("PEER_OUTBOX") == "1"

engine = open_engine("PEER_REGISTRY_URL")
sessions = sessions_of(engine)
broker = KafkaBroker(os.environ["PEER_KAFKA"], acks="all", max_batch_size=BATCH_BYTES, logger=None)


class Location(BaseModel):
    """Where it is (WGS 84)."""

    lon: float
    lat: float


class Registration(BaseModel):
    """What the caller states of an organization."""

    name: str
    kind: str
    division: str
    street: str | None = None
    address: str | None = None
    carrier: str | None = None
    location: Location | None = None
    registered_on: date
    full_time_staff: int
    full_members_full_time: int
    full_members: int
    probationary_members: int
    as_of: datetime

    def columns(self) -> dict[str, Any]:
        """As the table has it."""
        place = self.location
        found = self.model_dump(exclude={"location"})
        return {**found, "lon": place and place.lon, "lat": place and place.lat}


class Line(Registration):
    """A registration with its code."""

    uscc: str


LINE = TypeAdapter(Line)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Tables and broker."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    await broker.start()
    yield
    await broker.stop()
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


def _news(row: dict[str, Any]) -> OrganizationRegistered:
    return OrganizationRegistered.model_validate(row, from_attributes=True)


@app.put("/v1/civil-affairs/registrations/{uscc}", status_code=201)
async def register(uscc: str, body: Registration, response: Response) -> OrganizationRegistered:
    """Create or change one, and say so."""
    async with sessions.begin() as session:
        found = await session.scalar(select(Organization).where(Organization.uscc == uscc))
        if found is None:
            found = Organization(id=uuid4(), uscc=uscc, **body.columns())
            session.add(found)
        else:
            response.status_code = 200
            for name, value in body.columns().items():
                setattr(found, name, value)
        news = OrganizationRegistered.model_validate(found, from_attributes=True)
        if WITH_OUTBOX:
            session.add(Outgoing(key=uscc, content=news.model_dump(mode="json")))
    if not WITH_OUTBOX:
        await broker.publish(news, TOPIC, key=uscc.encode())
    return news


@app.post("/v1/civil-affairs/registrations:batch")
async def register_batch(request: Request) -> dict[str, int]:
    """Lines of new organizations, a thousand to a transaction."""
    lines = [LINE.validate_json(line) for line in (await request.body()).splitlines()]
    for first in range(0, len(lines), CHUNK):
        rows = [{"id": uuid4(), "uscc": one.uscc, **one.columns()} for one in lines[first : first + CHUNK]]
        news = [_news(row) for row in rows]
        async with sessions.begin() as session:
            await session.execute(insert(Organization), rows)
            if WITH_OUTBOX:
                waiting = [{"key": one.uscc, "content": one.model_dump(mode="json")} for one in news]
                await session.execute(insert(Outgoing), waiting)
        if not WITH_OUTBOX:
            await broker.publish_batch(*news, topic=TOPIC)
    return {"registered": len(lines)}
