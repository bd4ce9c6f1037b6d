"""Who said what of an organization, and since when it is so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from services.registry.claim_terms.parts import Part
from services.registry.claims.queries import kept_of
from services.registry.claims.rules import Claim, claims_of, part_of
from services.registry.conflicts.queries import list_open
from services.registry.organizations import versions
from services.registry.organizations.history import Replaced
from services.registry.organizations.organization import Organization
from services.registry.tables import organizations
from shared.db.session import Transaction


@dataclass(frozen=True, slots=True)
class Origin:
    """Who last said a part as it is, the instant as of which it became so, and when that was stored."""

    part: Part
    claim: Claim
    since: datetime | None
    """None: it was never otherwise."""
    stored_at: datetime


@dataclass(frozen=True, slots=True)
class Provenance:
    """The origin of each part of an organization, and the conflicts that wait."""

    organization: Organization
    origins: tuple[Origin, ...]
    conflicts: tuple[UUID, ...]


async def find_provenance(tx: Transaction, organization: Organization) -> Provenance:
    """Who said what of an organization."""
    claims = claims_of(organization, (await kept_of(tx, [organization.id])).get(organization.id))
    replaced = await versions.all_recorded(tx, organization.id)
    created_at = await tx.scalar(select(organizations.c.created_at).where(organizations.c.id == organization.id))
    origins = [
        Origin(part, claim, *_became(organization, replaced, part, created_at)) for part, claim in claims.items()
    ]
    return Provenance(organization, tuple(origins), tuple(await list_open(tx, organization)))


def _became(
    organization: Organization, replaced: Sequence[tuple[Replaced, datetime]], part: Part, created_at: datetime
) -> tuple[datetime | None, datetime]:
    """The last version that had another value, until when, and when the next one was stored."""
    now = part_of(organization.content, part)
    for one, recorded_at in reversed(replaced):
        if part_of(one.content, part) != now:
            return one.until, recorded_at
    return None, created_at
