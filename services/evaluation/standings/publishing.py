"""Publishes what a final rating means for each organization that was covered on 31 December (decision 4)."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from services.evaluation.standings import queries
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.base import Form, Reason
from shared.contracts.evaluation import StandingChanged
from shared.db.session import Transaction


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


async def publish_standings(tx: Transaction, rating: Rated, organization_ids: Collection[UUID], now: datetime) -> None:
    """State each organization's standing for the year as a whole, in an event of its own; a correction again.

    For whom an earlier completion of the evaluation counted and this one does not, it is withdrawn. In the system's
    scope: an organization may have been rated with a Party organization of another division before.
    """
    async with tx.system_scope():
        gone = {*await queries.organizations_of(tx, rating.evaluation_id)} - {*organization_ids}
        rows = await queries.put(
            tx,
            [
                *((one, rating.star, rating.total) for one in sorted(organization_ids)),
                *((one, None, None) for one in sorted(gone)),
            ],
            evaluation_id=rating.evaluation_id,
            party_organization_id=rating.party_organization_id,
            year=rating.year,
            division=rating.division,
            published_on=rating.published_on,
            final_on=rating.final_on,
        )
    await emit(tx, [_event(rating, row, now) for row in sorted(rows, key=lambda row: row.organization_id)])


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
