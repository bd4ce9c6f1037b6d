"""Puts what was not taken of registrations into the queue of conflicts."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from services.registry.claims.rules import Dispute
from services.registry.conflicts import queries as conflict_queries
from services.registry.conflicts.rules import Contradiction
from services.registry.organizations import queries
from services.registry.organizations.organization import Organization
from services.registry.organizations.rules import Effect, content_of
from services.registry.organizations.schemas import Registration
from shared.db.session import Transaction


@dataclass(frozen=True, slots=True)
class Registered:
    """What one registration did, and the organization after it (unchanged when stale or contradicted)."""

    effect: Effect
    organization: Organization
    conflict: UUID | None = None
    """Where it waits for a decision."""
    disputes: tuple[Dispute, ...] = ()
    """What it could not change, and nobody has decided yet."""


async def enqueue(
    tx: Transaction, refused: dict[int, tuple[Registration, Registered]], now: datetime
) -> dict[int, Registered]:
    """Put what was not taken into the conflict queue, beside what is stored; by place in the list.

    A dispute that somebody has decided is none any more.
    """
    hidden = sorted({one.uscc for one, result in refused.values() if result.effect is Effect.HIDDEN})
    elsewhere: dict[str, Organization] = {}
    if hidden:
        async with tx.system_scope():
            elsewhere = {one.uscc: one for one in await queries.list_by_uscc(tx, hidden)}
    found: dict[int, Contradiction] = {}
    for place, (registration, result) in refused.items():
        content, as_of = content_of(registration), registration.as_of.astimezone(UTC)
        if result.disputes:
            fields = [name for one in result.disputes for name in one.fields]
            documents = [one.document() for one in result.disputes]
            found[place] = Contradiction(
                "precedence", result.organization, content, as_of, registration.data_source, documents, fields
            )
        elif result.effect is Effect.CONTRADICTED:
            source = registration.data_source
            found[place] = Contradiction("same_instant", result.organization, content, as_of, source)
        elif registration.uscc in elsewhere:
            source = registration.data_source
            found[place] = Contradiction("other_division", elsewhere[registration.uscc], content, as_of, source)
    queued = await conflict_queries.enqueue(tx, list(found.values()), now)
    waiting: dict[int, Registered] = {}
    for (place, one), conflict in zip(found.items(), queued, strict=True):
        effect, disputes = refused[place][1].effect, refused[place][1].disputes
        waiting[place] = Registered(effect, one.stored, conflict.id, () if conflict.decided else disputes)
    return waiting
