"""Every SELECT of the claims, and the writes beside them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from services.registry.claims.rules import Claims, Stored
from services.registry.tables import organization_claims
from shared.db.base import columns_of, insert_list, to_json
from shared.db.session import Transaction
from shared.db.statements import prepare

_COLUMNS = ("organization_id", "division", "claims")
_KEEP = insert_list(
    organization_claims, _COLUMNS, "ON CONFLICT (organization_id) DO UPDATE SET claims = excluded.claims"
)
_OF = prepare(
    select(organization_claims.c.organization_id, organization_claims.c.claims).where(
        organization_claims.c.organization_id == bindparam("ids", type_=ARRAY(Uuid)).any_()
    )
)


async def kept_of(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Claims]:
    """The claims of each of these organizations for which some are kept."""
    rows = await tx.rows(_OF, {"ids": list(ids)}) if ids else []
    return {row.organization_id: Stored.of(row.claims).claims for row in rows}


async def keep(tx: Transaction, claims: Mapping[UUID, tuple[str, Claims]]) -> None:
    """Keep who said what, by organization, each with the division where it is stored now."""
    rows: list[dict[str, object]] = [
        {"organization_id": one, "division": division, "claims": to_json(Stored(said).document())}
        for one, (division, said) in sorted(claims.items())
    ]
    if rows:
        await tx.execute(_KEEP, columns_of(rows, _COLUMNS))
