"""Closes approved cases of which nothing came."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, exists, literal_column, text, update

from services.incubation.formation.queries.conditions import IDS
from services.incubation.organizations.queries import COVERING
from services.incubation.tables import formation_cases
from shared.db.session import Transaction
from shared.db.statements import prepare

# The decision on a joint branch is its proposal, which no other case of these organizations names.
_CLOSE_DECLINED = text(
    "UPDATE formation_cases AS c SET state = 'closed', party_organization_id = NULL, decided_at = :now, "
    "version = c.version + 1 FROM unnest(CAST(:decisions AS uuid[]), CAST(:parties AS uuid[]), "
    "CAST(:organizations AS uuid[])) AS u(decision, party, organization) "
    "WHERE c.organization_id = u.organization AND c.party_organization_id = u.party "
    "AND (c.id = u.decision OR c.outcome = 'joint')"
)
_CLOSE_UNRECORDED = prepare(
    update(formation_cases)
    .where(
        formation_cases.c.organization_id == IDS,
        formation_cases.c.state == literal_column("'approved'"),
        ~exists().where(COVERING.c.id == formation_cases.c.party_organization_id),
    )
    .values(
        state=literal_column("'closed'"),
        decided_at=bindparam("now"),
        version=formation_cases.c.version + literal_column("1"),
    )
)

Declined = tuple[UUID, UUID, UUID]
"""A decision, the Party organization that it named, and the organization for which it came to nothing."""


async def close_declined(tx: Transaction, declined: Sequence[Declined], now: datetime) -> None:
    """Close what decisions approved of organizations for which they came to nothing."""
    if declined:
        decisions, parties, organizations = zip(*declined, strict=True)
        parameters = {"decisions": list(decisions), "parties": list(parties), "organizations": list(organizations)}
        await tx.execute(_CLOSE_DECLINED, {**parameters, "now": now})


async def close_unrecorded(tx: Transaction, organization_ids: Sequence[UUID], now: datetime) -> None:
    """Close what was approved of these organizations and is not recorded by the registry."""
    if organization_ids:
        await tx.execute(_CLOSE_UNRECORDED, {"ids": list(organization_ids), "now": now})
