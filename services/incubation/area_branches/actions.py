"""Covers organizations without members by the Party organization of their area (S15).

The area is the drawn one that an organization's position lies in; where none is, its street is the area, and without a
street the division.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.incubation.area_branches import queries
from services.incubation.area_branches.queries import Branch, Drawn, Place
from services.incubation.names import name_area
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.base import Reason
from shared.contracts.incubation import PartyOrganizationExtended, PartyOrganizationFormed
from shared.db.session import Transaction
from shared.field.names import NameFormatError
from shared.field.places import street_name

MAX_COVERED = 500
"""The most organizations that one event names."""


@dataclass(frozen=True, slots=True)
class Placing:
    """Organizations that an area's Party organization is to cover, by whose decision, and why."""

    place: Place
    name: str
    street: str | None
    organizations: Sequence[UUID]
    decision_id: UUID
    reasons: list[Reason]
    since: date

    @property
    def lists(self) -> list[list[UUID]]:
        """The organizations, as many as an event names in each."""
        ids = list(self.organizations)
        return [ids[start : start + MAX_COVERED] for start in range(0, len(ids), MAX_COVERED)]


async def cover_by_area(
    tx: Transaction,
    organization_id: UUID,
    *,
    division: str,
    street: str | None,
    decision_id: UUID,
    reasons: list[Reason],
    since: date,
    now: datetime,
) -> UUID:
    """The area covers the organization from `since` on; the first organization of an area forms its Party organization.

    Returns the Party organization.
    """
    drawn = (await queries.find_drawn(tx, [organization_id])).get(organization_id)
    place, name, street = place_of(division, street, drawn)
    placing = Placing(place, name, street, [organization_id], decision_id, reasons, since)
    return (await cover(tx, [placing], now))[place].party_organization_id


def place_of(division: str, street: str | None, drawn: Drawn | None) -> tuple[Place, str, str | None]:
    """Where an organization's area is, what it is called, and its street where that is the area."""
    if drawn is not None:
        return (division, drawn.code), drawn.name, None
    street = _stored(street, division)
    # Without a street the whole division is the area.
    place = street or division
    return (division, place), place, street


async def cover(tx: Transaction, placings: Sequence[Placing], now: datetime) -> dict[Place, Branch]:
    """Have the areas' Party organizations cover organizations, each place once; one that is missing is formed."""
    branches = await queries.upsert_branches(tx, {one.place: len(one.lists) for one in placings})
    events = []
    for one in placings:
        branch, lists = branches[one.place], one.lists
        first = branch.version - len(lists) + 1
        for sequence, organizations in enumerate(lists, first):
            payload = _payload(one, branch, organizations, formed=sequence == 1)
            # Keyed by the area's Party organization, so that its forming is read before what extends it.
            events.append(NewEvent(branch.party_organization_id, sequence, payload, one.place[0], now))
    await emit(tx, events)
    return branches


def _payload(
    placing: Placing, branch: Branch, organizations: list[UUID], *, formed: bool
) -> PartyOrganizationFormed | PartyOrganizationExtended:
    if formed:
        return PartyOrganizationFormed(
            party_organization_id=branch.party_organization_id,
            name=name_area(placing.name),
            kind="BRANCH",
            form="area",
            division=placing.place[0],
            street=placing.street,
            organization_ids=organizations,
            formed_on=placing.since,
            decided_by="formation_case",
            decision_id=placing.decision_id,
            reasons=placing.reasons,
        )
    return PartyOrganizationExtended(
        party_organization_id=branch.party_organization_id,
        division=placing.place[0],
        organization_ids=organizations,
        since=placing.since,
        decision_id=placing.decision_id,
        reasons=placing.reasons,
    )


def _stored(street: str | None, division: str) -> str | None:
    """One street for the ways in which it is written, so that it has one area; None where none is named."""
    if street is None:
        return None
    try:
        return street_name(street, division)
    except NameFormatError:
        return None
