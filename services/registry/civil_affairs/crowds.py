"""Registers new organizations for requests that share a transaction: each keeps its answer, its event and its audit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.registry.civil_affairs.queueing import Registered
from services.registry.civil_affairs.registering import Sender, apply
from services.registry.civil_affairs.writing import Work, write
from services.registry.organizations.schemas import Registration
from services.registry.policies import RegistrationPolicies
from shared.bus.context import Cause
from shared.db.access import Access
from shared.db.session import Database
from shared.field.calendar import china_day


@dataclass(frozen=True, slots=True)
class Asked:
    """A checked registration, the id of its request, and the cause that its event names."""

    registration: Registration
    request_id: str | None
    cause: Cause


async def register_new(
    database: Database, access: Access, asked: Sequence[Asked], now: datetime, policies: RegistrationPolicies
) -> list[Registered | None]:
    """Insert those that are new, as one set in a transaction; None for every other one, of which nothing is written.

    Others are: whose code is stored already, or comes earlier in the list, or is registered by another transaction
    meanwhile. Raises EventTooLarge.
    """
    places = {one.registration.uscc: place for place, one in reversed(list(enumerate(asked)))}.values()
    sender, work = Sender(access.actor, now, china_day(now), policies.precedence), Work({})
    results = {place: apply(work, asked[place].registration, sender) for place in places}
    causes = {asked[place].registration.uscc: asked[place].cause for place in places}
    work.events = [(code, replace(event, cause=causes[code])) for code, event in work.events]
    requests = tuple((str(result.organization.id), asked[place].request_id) for place, result in results.items())
    async with database.transaction(replace(access, requests=requests)) as tx:
        lost = await write(tx, work, now, policies.affiliations)
    kept = {place: result for place, result in results.items() if result.organization.uscc not in lost}
    return [kept.get(place) for place in range(len(asked))]
