"""Publishes events again after a broker lost them."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import asyncpg
import typer
from sqlalchemy import text

from shared.audit.operations import operator_access, record_action
from shared.db.session import Database
from shared.db.wake import OUTBOX_CHANNEL
from shuangfu.commands.places import Data, DryRun, chosen_services, settings_of

_COUNT = text(
    "SELECT count(*) FROM outbox WHERE published_at IS NOT NULL AND created_on >= CAST(CAST(:day AS text) AS date)"
)
_PUT_BACK = text(
    "UPDATE outbox SET published_at = NULL "
    "WHERE published_at IS NOT NULL AND created_on >= CAST(CAST(:day AS text) AS date)"
)
Service = Annotated[
    list[str] | None, typer.Option("--service", help="Only this service; may be given several times. Default: all.")
]


def republish(
    service: Service = None,
    since: Annotated[
        datetime,
        typer.Option(formats=["%Y-%m-%d"], help="The first day (UTC); default: everything that the outbox holds."),
    ] = datetime(1970, 1, 1, tzinfo=UTC),
    data: Data = None,
    dry_run: DryRun = False,
) -> None:
    """Mark published events of the outbox as unpublished: the relay publishes them again, in their order.

    For a broker that lost its data. Inboxes drop what has already taken effect, and the pull feed repeats nothing.
    Events older than SHUANGFU_REPLAY_DAYS are no longer in the outbox.
    """
    names = chosen_services(service)
    with settings_of(data, names) as settings:
        for name in names:
            try:
                events = asyncio.run(_put_back(name, settings[name].database_url, since, dry_run=dry_run))
            except (OSError, asyncpg.PostgresError) as error:
                typer.echo(f"{name}: {error or type(error).__name__}", err=True)
                raise typer.Exit(1) from error
            typer.echo(f"{name}: {events} events {'would be' if dry_run else 'will be'} published again")


async def _put_back(service: str, url: str, since: datetime, *, dry_run: bool) -> int:
    day: Mapping[str, Any] = {"day": since.date().isoformat()}
    database = Database(url, pool_size=1, access=operator_access(service))
    try:
        async with database.transaction() as tx:
            if dry_run:
                return int(await tx.scalar(_COUNT, day))
            events = await tx.execute(_PUT_BACK, day)
            await record_action(tx, "republish", arguments={"since": day["day"]}, figures={"events": events})
            tx.channels.add(OUTBOX_CHANNEL)
        return events
    finally:
        await database.close()
