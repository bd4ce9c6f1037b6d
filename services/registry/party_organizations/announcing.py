"""Announces what became of Party organizations: whole while the list is short, by what changed where it is long."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, TypeVar
from uuid import UUID

from services.registry.party_organizations import covering, divisions, queries
from services.registry.party_organizations.affiliation.giving import Superiors, affiliate
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
    Term,
)
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day


@dataclass(frozen=True, slots=True)
class Ending:
    """It was decided that a Party organization ends on a day: dissolved, or merged into `successor`."""

    on: date
    decision: Literal["dissolution", "merger"]
    successor: UUID | None = None


@dataclass(slots=True)
class Change:
    """Whom a Party organization covers besides, and whom no more. One in both has changed its division.

    `left` are divisions that it was seated in itself. `ending` is the decision that it ends, where there is one.
    """

    added: list[CoveredOrganization] = field(default_factory=list)
    removed: list[ReleasedOrganization] = field(default_factory=list)
    left: set[str] = field(default_factory=set)
    ending: Ending | None = None
    again: bool = False
    """Where it belongs by default is decided again."""
    since: date | None = None
    """The day from which what `left` or `again` says holds; None for today."""

    emptied_on: date | None = None
    """The day on which the last one left that it covered, where that was not today."""

    def ends_on(self, founded_on: date, today: date) -> date:
        """The day on which it ends if it covers none any more; not before it was founded, the last time."""
        if self.ending is not None:
            return self.ending.on
        return today if self.emptied_on is None else min(max(self.emptied_on, founded_on), today)


T = TypeVar("T")
Changes = Mapping[UUID, Change]


async def announce(
    tx: Transaction,
    changes: Changes,
    founded: set[UUID],
    causes: Mapping[UUID, Cause],
    superiors: Superiors,
    now: datetime,
) -> None:
    """Emit what is new of each Party organization: it is established, changed, or covers none any more (dissolved).

    Each that exists gets the affiliation that is its default where it has none; what was dissolved belongs to nobody.
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
    today = china_day(now)
    moved = {party: change.since or today for party, change in changes.items() if change.left or change.again}
    ends = {row["id"]: changes[row["id"]].ends_on(row["refounded_on"] or row["established_on"], today) for row in rows}
    affiliated = await affiliate(tx, rows, covers, moved, superiors, now, ends=ends)
    events, ended, raised = [], [], {}
    for row in rows:
        party, change = row["id"], changes[row["id"]]
        also = places.get(party, frozenset()) | {one.division for one in change.removed} | change.left
        facts = {**row, "affiliation": affiliated.get(party), "term": term_of(row)}
        payloads = list(_payloads(facts, change, covers[party], new=party in founded, ends_on=ends[party]))
        if not covers[party]:
            ended.append(party)
        first = row["version"] if party in founded else row["version"] + 1
        raised[party] = first + len(payloads) - 1 - row["version"]
        events += [
            NewEvent(party, first + place, payload, row["division"], now, cause=causes.get(party), also=also)
            for place, payload in enumerate(payloads)
        ]
    await queries.raise_versions(tx, {party: steps for party, steps in raised.items() if steps})
    await queries.dissolve(tx, {party: ends[party] for party in ended})
    await emit(tx, events)


def term_of(row: Record) -> Term | None:
    """The term that a Party organization's row has."""
    if row["term_since"] is None or row["term_ends_on"] is None:
        return None
    return Term(since=row["term_since"], ends_on=row["term_ends_on"])


def _payloads(row: Record, change: Change, covers: Sequence[Record], *, new: bool, ends_on: date) -> Iterator[Payload]:
    """The events of one Party organization, each within the bounds of one event."""
    if not covers:
        ending = change.ending
        yield PartyOrganizationDissolved(
            id=row["id"],
            division=row["division"],
            dissolved_on=ends_on,
            cause="no_organization_left",
            decision=None if ending is None else ending.decision,
            successor_id=None if ending is None else ending.successor,
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
