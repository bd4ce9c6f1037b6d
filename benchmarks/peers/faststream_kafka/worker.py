"""The deciding half, and the relay of the variant with an outbox."""

import asyncio
import os

from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker
from sqlalchemy import func, insert, select, update

from benchmarks.peers.deciding import decide
from benchmarks.peers.faststream_kafka.messages import BATCH_BYTES, GROUP, TOPIC, OrganizationRegistered
from benchmarks.peers.faststream_kafka.models import Base, FormationCheck, Outgoing, open_engine, sessions_of

BATCH = 500
NAP_SECONDS = 0.02
RELAYING: set[asyncio.Task[None]] = set()
WITH_OUTBOX = os.environ.get("PEER_OUTBOX") == "1"

engine = open_engine("PEER_INCUBATION_URL")
sessions = sessions_of(engine)
broker = KafkaBroker(os.environ["PEER_KAFKA"], acks="all", max_batch_size=BATCH_BYTES, logger=None)
app = FastStream(broker, logger=None)


@broker.subscriber(
    TOPIC,
    group_id=GROUP,
    auto_offset_reset="earliest",
    batch=True,
    max_records=BATCH,
    ack_policy=AckPolicy.NACK_ON_ERROR,
)
async def check(news: list[OrganizationRegistered]) -> None:
    """Decide about each, and store what was decided."""
    rows = [
        {"organization_id": one.id, "outcome": decide(one.full_members), "full_members": one.full_members}
        for one in news
    ]
    async with sessions.begin() as session:
        await session.execute(insert(FormationCheck), rows)


async def relay() -> None:
    """Publish what waits in the outbox, in order."""
    registry = open_engine("PEER_REGISTRY_URL")
    outgoing = sessions_of(registry)
    while True:
        async with outgoing.begin() as session:
            waiting = (
                select(Outgoing)
                .where(Outgoing.published_at.is_(None))
                .order_by(Outgoing.id)
                .limit(BATCH)
                .with_for_update(skip_locked=True)
            )
            rows = (await session.scalars(waiting)).all()
            if rows:
                await broker.publish_batch(*(row.content for row in rows), topic=TOPIC)
                sent = [row.id for row in rows]
                await session.execute(update(Outgoing).where(Outgoing.id.in_(sent)).values(published_at=func.now()))
        if not rows:
            await asyncio.sleep(NAP_SECONDS)


async def main() -> None:
    """Until the process is ended."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    if WITH_OUTBOX:
        app.after_startup(_begin_relay)
    await app.run()


async def _begin_relay() -> None:
    RELAYING.add(asyncio.create_task(relay()))


if __name__ == "__main__":
    import uvloop

    uvloop.run(main())
