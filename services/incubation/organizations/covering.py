"""How organizations are covered: SELECTs over both tables of the projection."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from shared.db.session import Record, Transaction

_COVERED = text(
    """
    SELECT k.id, k.uscc, k.name, k.division, k.street, k.full_members_full_time, k.full_members,
        k.probationary_members, k.coverage, p.id AS party, p.division AS party_division, p.form, p.kind,
        j.members, j.branch_full_members
    FROM organizations AS k LEFT JOIN party_organizations AS p ON p.id = k.covered_by AND p.form IS NOT NULL
    LEFT JOIN LATERAL (
        SELECT sum(o.full_members + o.probationary_members)::bigint AS members,
            sum(o.full_members)::bigint AS branch_full_members
        FROM organizations AS o WHERE p.form = 'joint' AND o.covered_by = p.id AND o.status = 'registered'
    ) AS j ON true
    WHERE k.id = ANY(CAST(:ids AS uuid[])) AND k.status = 'registered' ORDER BY k.id
    """
)
_PARTY_ORGANIZATION = text(
    "SELECT p.division, p.form, p.kind, array_agg(k.street) AS streets, array_agg(k.carrier) AS carriers, "
    "sum(k.full_members)::bigint AS full_members, "
    "sum(k.full_members + k.probationary_members)::bigint AS members "
    "FROM party_organizations AS p JOIN organizations AS k ON k.covered_by = p.id AND k.status = 'registered' "
    "WHERE p.id = :id AND p.form IS NOT NULL GROUP BY p.id"
)


async def list_covered(tx: Transaction, organization_ids: Sequence[UUID]) -> Sequence[Any]:
    """Those of these organizations that are registered, with what covers each (`party…`, NULL where nothing does)."""
    return await tx.rows(_COVERED, {"ids": list(organization_ids)})


async def get_covering(tx: Transaction, party_organization_id: UUID) -> Record | None:
    """A Party organization that covers some organizations, with their places and members; None without one."""
    return await tx.record(_PARTY_ORGANIZATION, {"id": party_organization_id})
