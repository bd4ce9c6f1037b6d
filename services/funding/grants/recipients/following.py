"""Follows the registry's Party organizations: open grants move, are held, and stand for whom their recipients cover."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from services.funding.coverage.projecting import take_over
from services.funding.coverage.rules import News, PartyOrganization
from services.funding.grants import queries
from services.funding.grants.events import grant_event
from services.funding.grants.recipients import claims
from services.funding.grants.recipients.holding import (
    OPEN,
    Change,
    Following,
    follow_recipient,
    hold,
    hold_counted,
    relocate,
)
from services.funding.grants.rules import Grant
from shared.bus.context import Cause
from shared.bus.handlers import Received
from shared.bus.sending.outbox import emit
from shared.contracts.base import Reason
from shared.db.base import utc_now
from shared.db.session import Transaction


async def follow(tx: Transaction, events: Sequence[Received[News]]) -> None:
    """Take over established, changed and dissolved Party organizations, and let their grants follow.

    What is approved or paid stays where and as it was decided; what was amended stays where its postings are.
    """
    now = utc_now()
    parties = {one.id: one for one in await take_over(tx, events)}
    grants = await queries.lock_of_recipients(tx, sorted(parties)) if parties else []
    if not grants:
        return
    causes = {event.data.id: event.cause for event in events}
    times = {event.data.id: event.envelope.time for event in sorted(events, key=lambda one: one.envelope.sequence)}
    moved = [
        relocate(grant, parties[grant.recipient_id].division)
        for grant in grants
        if grant.state in OPEN and not grant.amendments and grant.division != parties[grant.recipient_id].division
    ]
    left = {grant.id: grant.division for grant in grants}
    await _save(tx, "relocation", [(grant, ()) for grant in moved], causes, now, left)
    present = {grant.id: grant for grant in (*grants, *moved)}
    changes = await _changes(tx, list(present.values()), parties, times, now)
    await claims.release(tx, [(one.grant.id, organization) for one in changes for organization in one.give_up])
    taken = (await claims.claim(tx, [(one.grant, one.claim) for one in changes])).taken
    held = [
        (
            one.grant,
            [*one.hold, *hold_counted(one.grant, taken.get(one.grant.id, {}), times[one.grant.recipient_id], now)],
        )
        for one in changes
    ]
    await _save(tx, "holding", [(hold(grant, reasons), reasons) for grant, reasons in held if reasons], causes, now)


async def _changes(
    tx: Transaction,
    grants: Sequence[Grant],
    parties: Mapping[UUID, PartyOrganization],
    times: Mapping[UUID, datetime],
    now: datetime,
) -> list[Change]:
    known = await claims.claims_of(tx, [grant.id for grant in grants])
    return [
        follow_recipient(grant, parties[grant.recipient_id], known[grant.id], times[grant.recipient_id], now)
        for grant in grants
    ]


async def _save(
    tx: Transaction,
    step: Following,
    after: Sequence[tuple[Grant, Sequence[Reason]]],
    causes: Mapping[UUID, Cause],
    now: datetime,
    left: Mapping[UUID, str] = MappingProxyType({}),
) -> None:
    await queries.save_following(tx, after)
    await queries.insert_steps(tx, [(grant, step) for grant, _ in after], now)
    await emit(tx, [grant_event(grant, now, causes[grant.recipient_id], left.get(grant.id)) for grant, _ in after])
