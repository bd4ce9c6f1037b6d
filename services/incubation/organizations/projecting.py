"""What the registry's events change in the projection, and nothing else: no decision, no event, no case.

The consumer's handlers call these first and go on from what they return; a replay calls them alone
(`consumers.PROJECTIONS`).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from services.incubation.organizations import claims, queries
from services.incubation.organizations.dating import Cover, Stay, date_coverage, date_ends, date_states
from services.incubation.organizations.queries import TakenState
from services.incubation.organizations.rounds import in_rounds
from shared.bus.handlers import Received
from shared.contracts.covering import Covering, fold_covering
from shared.contracts.covering import News as PartyOrganizationNews
from shared.contracts.registry import (
    OrganizationDeregistered,
    OrganizationState,
    PartyOrganizationChangedV2,
    PartyOrganizationDissolved,
)
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day

State = TypeVar("State", OrganizationState, OrganizationDeregistered, PartyOrganizationNews, PartyOrganizationDissolved)
_COVERING = ("standalone", "joint", "area")


async def project_states(
    tx: Transaction, events: Sequence[Received[OrganizationState]]
) -> list[tuple[Received[OrganizationState], TakenState]]:
    """Store the newest state of each organization; returns those that were news.

    `checks` counts the states stored: it is the sequence of the check that the caller owes for each.
    """
    newest = _newest(events)
    taken = await queries.upsert_organizations(tx, [_organization_row(event) for event in newest.values()])
    news = [e for e in events if e.data.id in taken and e.envelope.sequence > taken[e.data.id].before]
    for number, states in enumerate(in_rounds(news, _subject_of)):
        await date_states(tx, [_stay(e, None if number else taken[e.data.id]) for e in states])
    await claims.derive_coverage(tx, [one for one, state in taken.items() if state.claimed])
    return [(newest[organization], state) for organization, state in taken.items()]


async def project_ends(tx: Transaction, events: Sequence[Received[OrganizationDeregistered]]) -> list[UUID]:
    """Note deregistrations; returns the organizations for which they are news."""
    newest = _newest(events)
    news = await queries.end_organizations(tx, {one: event.envelope.sequence for one, event in newest.items()})
    ended = {one: (china_day(newest[one].data.as_of), newest[one].envelope.sequence) for one in news}
    await date_ends(tx, ended)
    return news


async def project_coverage(
    tx: Transaction, events: Sequence[Received[PartyOrganizationNews]]
) -> tuple[list[UUID], list[UUID]]:
    """Note whom each Party organization covers.

    Returns the organizations that its newest statements are about, and those of them whose coverage changed.
    """
    touched: set[UUID] = set()
    changed: set[UUID] = set()
    for news in in_rounds(events, _subject_of, _dated_together):
        affected, moved = await _take_coverage(tx, news)
        touched |= affected
        changed |= set(moved)
    return sorted(touched), sorted(changed)


def _dated_together(earlier: Sequence[Received[PartyOrganizationNews]], event: Received[PartyOrganizationNews]) -> bool:
    """Whether a change says of the same day what earlier ones do not speak of."""
    first, data = earlier[0].data, event.data
    if not isinstance(data, PartyOrganizationChangedV2) or (first.form, first.division) != (data.form, data.division):
        return False
    if china_day(earlier[0].envelope.time) != china_day(event.envelope.time):
        return False
    named = _named_in(event)
    return all(named.isdisjoint(_named_in(one)) for one in earlier)


def _named_in(event: Received[PartyOrganizationNews]) -> set[UUID]:
    data = event.data
    if isinstance(data, PartyOrganizationChangedV2):
        return {one.organization_id for one in data.added} | {one.organization_id for one in data.removed}
    return {one.organization_id for one in data.covers}


async def _take_coverage(
    tx: Transaction, events: Sequence[Received[PartyOrganizationNews]]
) -> tuple[set[UUID], list[UUID]]:
    newest = _newest(events)
    folded = fold_covering([(event.envelope.sequence, event.data) for event in events if event.data.form in _COVERING])
    states = [
        claims.PartyOrganizationState(
            party,
            event.data.division,
            event.data.form,
            event.envelope.sequence,
            event.envelope.time,
            folded.get(party) or Covering(),
            event.data.kind,
        )
        for party, event in sorted(newest.items())
    ]
    _, touched = await claims.take(tx, states)
    stated = {one: (china_day(event.envelope.time), event.envelope.sequence) for one, event in newest.items()}
    # The organizations are locked first, as they are where they change themselves.
    changed = await claims.derive_coverage(tx, touched)
    await date_coverage(tx, stated, touched, _covers(folded))
    return touched, changed


async def project_dissolutions(
    tx: Transaction, events: Sequence[Received[PartyOrganizationDissolved]]
) -> tuple[list[UUID], list[UUID]]:
    """Whom a dissolved Party organization covered falls to another that claims it, or is uncovered.

    Returns the Party organizations for which the dissolution is news, and the organizations whose coverage changed.
    """
    newest = _newest(events)
    states = [
        claims.PartyOrganizationState(
            party, event.data.division, None, event.envelope.sequence, event.envelope.time, Covering()
        )
        for party, event in sorted(newest.items())
    ]
    news, _ = await claims.take(tx, states)
    claimed = await claims.claimed_by(tx, news)
    stated = {one: (newest[one].data.dissolved_on, newest[one].envelope.sequence) for one in news}
    changed = await claims.derive_coverage(tx, claimed)
    await date_coverage(tx, stated, claimed, [])
    return sorted(news), changed


def _newest(events: Iterable[Received[State]]) -> dict[UUID, Received[State]]:
    newest: dict[UUID, Received[State]] = {}
    for event in events:
        known = newest.get(event.data.id)
        if known is None or known.envelope.sequence < event.envelope.sequence:
            newest[event.data.id] = event
    return newest


def _subject_of(event: Received[OrganizationState] | Received[PartyOrganizationNews]) -> UUID:
    return event.data.id


def _stay(event: Received[OrganizationState], taken: TakenState | None) -> Stay:
    data = event.data
    new, claimed = (False, False) if taken is None else (taken.left is None, taken.claimed)
    day = china_day(data.as_of)
    return Stay(data.id, data.division, data.registered_on, day, event.envelope.sequence, new, claimed)


def _covers(folded: Mapping[UUID, Covering]) -> list[Cover]:
    return [
        Cover(party, organization, sequence, cover.since, cover.division)
        for party, covering in folded.items()
        for organization, (sequence, cover) in covering.claims.items()
        if cover is not None
    ]


def _organization_row(event: Received[OrganizationState]) -> Record:
    data = event.data
    return {
        "id": data.id,
        "uscc": data.uscc,
        "name": data.name,
        "kind": data.kind,
        "division": data.division,
        "street": data.street,
        "carrier": data.carrier,
        "lon": data.location.lon if data.location else None,
        "lat": data.location.lat if data.location else None,
        "full_members_full_time": data.full_members_full_time,
        "full_members": data.full_members,
        "probationary_members": data.probationary_members,
        "status": "registered",
        "sequence": event.envelope.sequence,
        "registered_on": data.registered_on,
        "evaluation_type": data.evaluation_type,
        "checks": 1,
    }
