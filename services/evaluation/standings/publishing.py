"""Publishes what a final rating means for each organization that was covered on 31 December (decision 4)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from services.evaluation.standings import queries
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.base import Form, Reason
from shared.contracts.evaluation import StandingChanged
from shared.db.base import new_id
from shared.db.session import Record, Transaction


class Rated(Protocol):
    """A final rating."""

    @property
    def evaluation_id(self) -> UUID: ...
    @property
    def year(self) -> int: ...
    @property
    def party_organization_id(self) -> UUID: ...
    @property
    def party_organization_name(self) -> str: ...
    @property
    def form(self) -> Form: ...
    @property
    def division(self) -> str: ...
    @property
    def total(self) -> Decimal: ...
    @property
    def star(self) -> int: ...
    @property
    def published_on(self) -> date: ...
    @property
    def final_on(self) -> date: ...


async def publish_standings(
    tx: Transaction, published: Sequence[tuple[Rated, Collection[UUID]]], now: datetime, *, again: bool = True
) -> set[UUID]:
    """State for each rating the standing of the organizations that it counts for, as a whole, in an event of its own.

    For whom an evaluation was published before and does not count any more, it is withdrawn. In the system's scope: an
    organization may have been rated with a Party organization of another division before. Returns the organizations
    for which none of these counts any more. Without `again`, what stands already is neither written nor published.
    """
    ratings = {rating.evaluation_id: rating for rating, _ in published}
    async with tx.system_scope():
        before = await queries.organizations_of(tx, sorted(ratings))
        gone = [
            _row(rating, one, counts=False)
            for rating, organizations in published
            for one in before.get(rating.evaluation_id, set()) - {*organizations}
        ]
        withdrawn = await queries.put(tx, _once(gone), again=again)
        # Of two of these that cover an organization, that which counts for it already goes on to.
        counted = [_row(rating, one, counts=True) for rating, organizations in published for one in organizations]
        counted.sort(key=lambda row: row["organization_id"] not in before.get(row["evaluation_id"], ()))
        stated = await queries.put(tx, _once(counted), again=again)
    rows = [row for written in (withdrawn, stated) for row in sorted(written, key=lambda row: row.organization_id)]
    await emit(tx, [_event(ratings[row.evaluation_id], row, now) for row in rows])
    return {row.organization_id for row in withdrawn} - {row.organization_id for row in stated}


async def restate_standings(
    tx: Transaction, published: Sequence[tuple[Rated, Collection[UUID]]], now: datetime
) -> tuple[dict[int, set[UUID]], int]:
    """Publish those of these ratings again that count for other organizations than before, for these alone.

    Returns by year the organizations for which none of these counts any more, and how many were published.
    """
    async with tx.system_scope():
        before = await queries.organizations_of(tx, sorted(rating.evaluation_id for rating, _ in published))
    changed = [
        (rating, organizations)
        for rating, organizations in published
        if before.get(rating.evaluation_id, set()) != {*organizations}
    ]
    freed = {}
    for year in sorted({rating.year for rating, _ in changed}):
        freed[year] = await publish_standings(tx, [one for one in changed if one[0].year == year], now, again=False)
    return freed, len(changed)


def _row(rating: Rated, organization_id: UUID, *, counts: bool) -> Record:
    return {
        "id": new_id(),
        "organization_id": organization_id,
        "year": rating.year,
        "division": rating.division,
        "evaluation_id": rating.evaluation_id,
        "party_organization_id": rating.party_organization_id,
        "star": rating.star if counts else None,
        "total": rating.total if counts else None,
        "published_on": rating.published_on,
        "final_on": rating.final_on,
    }


def _once(rows: Sequence[Record]) -> list[Record]:
    """Each organization and year once: of several the first one stays."""
    found: dict[tuple[UUID, int], Record] = {}
    for row in rows:
        found.setdefault((row["organization_id"], row["year"]), row)
    return list(found.values())


def _event(rating: Rated, row: Any, now: datetime) -> NewEvent:
    counted = row.star is not None
    covered_on = date(rating.year, 12, 31)
    facts: dict[str, object] = {
        "star": row.star,
        "year": rating.year,
        "final_on": rating.final_on.isoformat(),
        "party_organization": rating.party_organization_name,
        "covered_on": covered_on.isoformat(),
    }
    outcome = f"star_{row.star}" if counted else "not_rated"
    payload = StandingChanged(
        id=row.id,
        organization_id=row.organization_id,
        division=rating.division,
        year=rating.year,
        covered_on=covered_on,
        party_organization_id=rating.party_organization_id,
        party_organization_name=rating.party_organization_name,
        form=rating.form,
        evaluation_id=rating.evaluation_id,
        star=row.star,
        total=row.total,
        published_on=rating.published_on,
        final_on=rating.final_on,
        reasons=[Reason(rule="R-star-covers", outcome=outcome, facts=facts, as_of=now)],
    )
    left = row.before if row.before is not None and row.before != rating.division else None
    also = frozenset() if left is None else frozenset((left,))
    return NewEvent(row.id, row.sequence, payload, rating.division, now, also=also)
