"""Follows what changes of bodies, and the days: each body stays in the one area that it is in."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from typing import Any
from uuid import UUID

import structlog

from services.incubation.areas import assigned, queries
from services.incubation.areas.assigning import assign_bodies, assign_division
from services.incubation.filed_bodies.projecting import project_filed
from services.incubation.policies import FormationPolicies
from shared.bus.handlers import Received
from shared.contracts.filed_bodies import FiledBodiesRecorded
from shared.contracts.registry import (
    OrganizationDeregistered,
    OrganizationState,
    PartyOrganizationChangedV2,
    PartyOrganizationState,
)
from shared.db.base import utc_now
from shared.db.session import Database, Transaction
from shared.field.calendar import china_day
from shared.telemetry.error_text import describe_error

log = structlog.get_logger(__name__)

Handle = Callable[[Transaction, Sequence[Any]], Awaitable[Any]]

EVERY_SECONDS = 60.0
"""Between two looks at the calendar."""


def then_assign(handle: Handle, policies: FormationPolicies) -> Handle:
    """A handler of the registry's events that also keeps the areas of the organizations that they name."""

    @wraps(handle)
    async def handle_and_assign(tx: Transaction, events: Sequence[Any]) -> None:
        ids = sorted({one for event in events for one in _named(event.data)})
        # Before anything of the list is written: who draws an area holds the division first, too.
        held = await assigned.hold_divisions_of(tx, {event.data.division for event in events}, ids)
        await handle(tx, events)
        if held:
            await assign_bodies(tx, ids, utc_now(), policies)

    return handle_and_assign


async def follow_filed(
    tx: Transaction, events: Sequence[Received[FiledBodiesRecorded]], *, policies: FormationPolicies
) -> None:
    """Note what is filed, and in which area each body is."""
    ids = sorted({body.id for event in events for body in event.data.bodies})
    held = await assigned.hold_divisions_of(tx, {event.data.division for event in events}, ids)
    news = await project_filed(tx, events)
    if held and news:
        await assign_bodies(tx, news, utc_now(), policies)


def _named(data: Any) -> list[UUID]:
    match data:
        case OrganizationState() | OrganizationDeregistered():
            return [data.id]
        case PartyOrganizationState():
            return [one.organization_id for one in data.covers]
        case PartyOrganizationChangedV2():
            return [one.organization_id for one in data.added] + [one.organization_id for one in data.removed]
        case _:
            return []


async def assign_due(database: Database, policies: FormationPolicies) -> bool:
    """Assign the bodies of a division for which a day has begun; False where there is none."""
    now = utc_now()
    today = china_day(now)
    async with database.transaction() as tx:
        division = await queries.next_due(tx, today)
        if division is None:
            return False
        await assign_division(tx, division, now, policies)
        await queries.note_assigned(tx, division, today)
    return True


async def keep_assigning(database: Database, policies: FormationPolicies, every: float = EVERY_SECONDS) -> None:
    """Assign bodies day by day, until cancelled: outlines begin and end, and so do filings."""
    while True:
        try:
            while await assign_due(database, policies):
                pass
        except Exception as error:
            log.error("areas_not_assigned", error=describe_error(error))
        await asyncio.sleep(every)
