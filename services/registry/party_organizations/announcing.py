"""Announces what became of Party organizations: whole while the list is short, by what changed where it is long."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from services.registry.party_organizations import covering, divisions, queries
from shared.bus.context import Cause
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.base import Payload
from shared.contracts.registry import (
    MAX_STATED,
    CoveredOrganization,
    PartyOrganizationChanged,
    PartyOrganizationChangedV2,
    PartyOrganizationDissolved,
    PartyOrganizationEstablished,
    ReleasedOrganization,
)
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day


@dataclass(slots=True)
class Change:
    """Whom a Party organization covers besides, and whom no more. One in both has changed its division.

    `left` are divisions that it was seated in itself.
    """

    added: list[CoveredOrganization] = field(default_factory=list)
    removed: list[ReleasedOrganization] = field(default_factory=list)
    left: set[str] = field(default_factory=set)


T = TypeVar("T")
Changes = Mapping[UUID, Change]


async def announce(
    tx: Transaction, changes: Changes, founded: set[UUID], causes: Mapping[UUID, Cause], now: datetime
) -> None:
    """Emit what is new of each Party organization: it is established, changed, or covers none any more (dissolved).

    The caller has locked them, and sees all their divisions.
    """
    ids = sorted(changes)
    added = [(party, one.division or "") for party, change in changes.items() for one in change.added]
    left = [(party, one.division) for party, change in changes.items() for one in change.removed]
    await divisions.follow(tx, added, left)
    rows = [row for row in await queries.lock_many(tx, ids) if row["dissolved_on"] is None]
    # One more than may be stated: that there are too many is all that is asked of the rest.
    covers = await covering.current_coverages(tx, ids, limit=MAX_STATED + 1)
    places = await divisions.of(tx, ids)
    events, ended, raised = [], [], {}
    for row in rows:
        party, change = row["id"], changes[row["id"]]
        also = places.get(party, frozenset()) | {one.division for one in change.removed} | change.left
        payloads = list(_payloads(row, change, covers[party], new=party in founded, now=now))
        if not covers[party]:
            ended.append(party)
        first = row["version"] if party in founded else row["version"] + 1
        raised[party] = first + len(payloads) - 1 - row["version"]
        events += [
            NewEvent(party, first + place, payload, row["division"], now, cause=causes.get(party), also=also)
            for place, payload in enumerate(payloads)
        ]
    await queries.raise_versions(tx, {party: steps for party, steps in raised.items() if steps})
    await queries.dissolve(tx, ended, china_day(now))
    await emit(tx, events)


def _payloads(row: Record, change: Change, covers: Sequence[Record], *, new: bool, now: datetime) -> Iterator[Payload]:
    """The events of one Party organization, each within the bounds of one event."""
    if not covers:
        yield PartyOrganizationDissolved(
            id=row["id"], division=row["division"], dissolved_on=china_day(now), cause="no_organization_left"
        )
        return
    if len(covers) <= MAX_STATED:
        kind = PartyOrganizationEstablished if new else PartyOrganizationChanged
        yield kind.model_validate({**row, "covers": sorted(covers, key=lambda cover: str(cover["uscc"]))})
        return
    added, removed = change.added, change.removed
    if new:
        yield PartyOrganizationEstablished.model_validate({**row, "covers": added[:MAX_STATED]})
        added = added[MAX_STATED:]
    if max(len(added), len(removed)) <= MAX_STATED:
        yield PartyOrganizationChangedV2.model_validate({**row, "added": added, "removed": removed})
        return
    # Removals first: of who is in both, because its division changed, the last word is that it is covered.
    parts: list[tuple[Sequence[CoveredOrganization], Sequence[ReleasedOrganization]]]
    parts = [([], part) for part in _parts(removed)] + [(part, []) for part in _parts(added)]
    for now_covered, no_more in parts:
        yield PartyOrganizationChangedV2.model_validate({**row, "added": now_covered, "removed": no_more})


def _parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), MAX_STATED):
        yield items[start : start + MAX_STATED]
