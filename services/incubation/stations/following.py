"""Follows the registry: an organization that is deregistered, or moves away, is managed at no station there."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.incubation.meetings.taking import step_of
from services.incubation.stations import queries
from shared.bus.handlers import Received
from shared.contracts.registry import OrganizationDeregistered, OrganizationState
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.field.calendar import china_day

News = OrganizationState | OrganizationDeregistered


async def follow_units(tx: Transaction, events: Sequence[Received[News]]) -> None:
    """End what is managed of organizations that are deregistered, or elsewhere than their station, as far as is known
    now: from the day of the news on, after a day at least."""
    days: dict[UUID, date] = {}
    for event in sorted(events, key=lambda one: one.envelope.sequence):
        days[event.data.id] = china_day(event.data.as_of)
    places = await queries.places_of(tx, sorted(days))
    if places:
        await queries.end_elsewhere(tx, places, days, step_of(tx, "ending", utc_now(), None))
