"""By which decisions areas cover organizations, and by which no longer."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from shared.db.session import Transaction

_DECISIONS = text(
    "SELECT DISTINCT ON (organization_id) organization_id, id FROM formation_cases "
    "WHERE organization_id = ANY(CAST(:ids AS uuid[])) AND outcome = 'area' AND state = 'approved' AND NOT EXISTS "
    "(SELECT FROM case_occasions AS k WHERE k.case_id = formation_cases.id AND k.occasion = 'work_group') "
    "ORDER BY organization_id, decided_at DESC, id DESC"
)
# Whom an area covers again that is due otherwise has a later case.
_LEAVING = text(
    "SELECT c.organization_id FROM (SELECT DISTINCT ON (organization_id) * FROM formation_cases "
    "WHERE organization_id = ANY(CAST(:ids AS uuid[])) ORDER BY organization_id, id DESC) AS c "
    "JOIN organizations AS k ON k.id = c.organization_id "
    "WHERE c.outcome <> 'area' AND c.state = 'approved' AND k.covered_by IS DISTINCT FROM c.party_organization_id"
)


async def find_area_decisions(tx: Transaction, organization_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """By organization, the last case that had it covered by an area."""
    rows = await tx.rows(_DECISIONS, {"ids": list(organization_ids)})
    return {row.organization_id: row.id for row in rows}


async def find_leaving(tx: Transaction, organization_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these organizations whose last case approved another Party organization that does not cover them yet."""
    rows = await tx.rows(_LEAVING, {"ids": list(organization_ids)})
    return {row.organization_id for row in rows}
