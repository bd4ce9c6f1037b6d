"""What pending cases are about, and which of them are settled."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import literal_column, or_, select, text

from services.incubation.formation.queries.conditions import IDS, OF_ORGANIZATION, PENDING
from services.incubation.organizations.queries import COVERING, KNOWN
from services.incubation.tables import case_occasions, formation_cases
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

_PENDING_OF = text(
    "SELECT formation_cases.organization_id, k.occasion, k.concerns, formation_cases.party_organization_kind "  # noqa: S608 - a fixed statement
    "FROM formation_cases LEFT JOIN case_occasions AS k ON k.case_id = formation_cases.id "
    f"WHERE {PENDING} AND (formation_cases.organization_id = ANY(CAST(:ids AS uuid[])) "
    "OR (k.occasion = 'kind' AND k.concerns = ANY(CAST(:parties AS uuid[])))) ORDER BY formation_cases.id"
)
_LIST_OFFERED = text(
    "SELECT DISTINCT c.organization_id FROM formation_cases AS c JOIN formation_checks AS k ON k.id = c.check_id "
    "WHERE c.organization_id = ANY(CAST(:ids AS uuid[])) AND c.state = 'approved' "
    """AND k.reasons @> '[{"rule": "S21"}]'"""
)
_CASE, _ABOUT = formation_cases.c, case_occasions.c
# A formation is settled by the coverage that was due; a move by any other Party organization that gives it, a change of
# kind by the registry's record of it.
_LIST_SETTLED = prepare(
    select(_CASE.organization_id)
    .join(KNOWN, OF_ORGANIZATION)
    .outerjoin(case_occasions, _ABOUT.case_id == _CASE.id)
    .outerjoin(COVERING, COVERING.c.id == _ABOUT.concerns)
    .where(
        text(PENDING),
        KNOWN.c.coverage == _CASE.outcome,
        or_(
            _ABOUT.occasion.is_(None),
            (_ABOUT.occasion == literal_column("'moved'")) & KNOWN.c.covered_by.is_distinct_from(_ABOUT.concerns),
            (_ABOUT.occasion == literal_column("'kind'"))
            & (
                (COVERING.c.kind == _CASE.party_organization_kind)
                | KNOWN.c.covered_by.is_distinct_from(_ABOUT.concerns)
            ),
        ),
        KNOWN.c.id == IDS,
    )
)


async def list_pending(
    tx: Transaction, organization_ids: Sequence[UUID], party_organization_ids: Sequence[UUID] = ()
) -> list[Record]:
    """What is pending of these organizations, and which changes of kind are pending of these Party organizations."""
    return await tx.records(_PENDING_OF, {"ids": list(organization_ids), "parties": list(party_organization_ids)})


async def list_offered(tx: Transaction, organization_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these organizations of which a case was approved that had offered a work group."""
    return {row.organization_id for row in await tx.rows(_LIST_OFFERED, {"ids": list(organization_ids)})}


async def list_settled(tx: Transaction, organization_ids: Sequence[UUID]) -> list[UUID]:
    """Those of these organizations whose pending case asks for what they have."""
    if not organization_ids:
        return []
    rows = await tx.rows(_LIST_SETTLED, {"ids": list(organization_ids)})
    return [row.organization_id for row in rows]
