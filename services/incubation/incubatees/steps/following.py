"""Follows the registry: who is renamed is called so, whose organization is deregistered leaves its incubator."""

from collections.abc import Sequence

from services.incubation.incubatees import queries
from services.incubation.incubatees.knowing import called_now, deregistered
from services.incubation.incubatees.steps.ending import announce_exits
from services.incubation.incubatees.steps.taking import codes_of
from services.incubation.meetings.taking import step_of
from shared.bus.handlers import Received
from shared.contracts.registry import OrganizationDeregistered, OrganizationState
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.field.calendar import china_day


async def follow_names(tx: Transaction, events: Sequence[Received[OrganizationState]]) -> None:
    """Call the incubatees among these organizations what they are called now."""
    called = await called_now(tx, sorted({event.data.id for event in events}))
    if called:
        await queries.rename(tx, called)


async def follow_ends(tx: Transaction, events: Sequence[Received[OrganizationDeregistered]]) -> None:
    """Let the incubatees among deregistered organizations leave; those that have left or graduated stay as they are."""
    rows = await queries.lock_inside(tx, await deregistered(tx, sorted({event.data.id for event in events})))
    if not rows:
        return
    now = utc_now()
    ended = {event.data.id: china_day(event.data.as_of) for event in events}
    changed = []
    for row in rows:
        # Not before what was recorded since, where the news came late.
        since = row["entered_on"] or row["decided_on"] or row["applied_on"]
        left = {"state": "exited", "exited_on": max(ended[row["organization_id"]], since), "exit_cause": "deregistered"}
        changed.append({**row, **left, "steps": [*row["steps"], step_of(tx, "exit", now, None)]})
    saved = await queries.update(tx, changed)
    await announce_exits(tx, saved, await codes_of(tx, saved), now)
