"""The SELECT behind the list of organizations."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from services.registry.organizations.organization import EvaluationType, Kind, Status
from services.registry.organizations.search import is_filtered, is_in_street, matches
from services.registry.party_organizations.covering import covered_under
from services.registry.tables import organization_searches, organizations
from shared.contracts.base import Coverage
from shared.db.paging import page_by_id, where_in_scope, where_within
from shared.db.session import Record, Transaction

_FIRST = "00000000-0000-0000-0000-000000000000"
# Filters hold of what an organization was: of the first version that is kept and was not replaced by then, else of what
# it is.
_THEN = text(
    """
    SELECT o.id FROM organizations AS o LEFT JOIN LATERAL (
        SELECT v.content FROM organization_versions AS v
        WHERE v.organization_id = o.id AND v.version > COALESCE((
            SELECT max(b.version) FROM organization_versions AS b
            WHERE b.organization_id = o.id AND b.until <= :end), 0)
        ORDER BY v.version LIMIT 1
    ) AS h ON true
    WHERE o.id > :after AND COALESCE(CAST(h.content ->> 'registered_on' AS date), o.registered_on) <= :day
        AND (CAST(:division AS text) IS NULL OR COALESCE(h.content ->> 'division', o.division) LIKE :division || '%')
        AND (CAST(:street AS text) IS NULL OR COALESCE(h.content ->> 'street', o.street) = :street)
        AND (CAST(:kind AS text) IS NULL OR COALESCE(h.content ->> 'kind', o.kind) = :kind)
        AND (CAST(:status AS text) IS NULL OR COALESCE(h.content ->> 'status', o.status) = :status)
        AND (CAST(:evaluation_type AS text) IS NULL OR :evaluation_type = CASE
            WHEN h.content IS NULL THEN o.evaluation_type ELSE h.content ->> 'evaluation_type' END)
    ORDER BY o.id LIMIT :limit
    """
)


async def list_ids_as_of(
    tx: Transaction, day: date, end: datetime, filters: Mapping[str, str | None], *, after: str | None, limit: int
) -> list[UUID]:
    """The ids of a page, and one more, of those registered by a day under filters of what they were at its `end`."""
    place = {"after": UUID(after or _FIRST), "limit": limit + 1}
    return [row.id for row in await tx.rows(_THEN, {"day": day, "end": end, **filters, **place})]


async def list_organizations(
    tx: Transaction,
    *,
    division: str | None,
    street: str | None,
    kind: Kind | None,
    evaluation_type: EvaluationType | None,
    coverage: Coverage | None,
    affiliation: str | None,
    status: Status | None,
    q: str | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id; for `q` see `organizations.search.matches`, `affiliation` is the code of a body."""
    column: Any = organization_searches.c
    statement = where_within(select(column.organization_id), column.division, division)
    statement = where_in_scope(statement, column.division, tx.access)
    given = {"kind": kind, "type": evaluation_type, "covered": coverage, "status": status}
    statement = statement.where(*is_filtered(given), *([] if street is None else is_in_street(street)))
    if affiliation is not None:
        statement = statement.where(column.organization_id.in_(covered_under(affiliation)))
    if q is not None:
        statement = statement.where(matches(q))
    found = page_by_id(statement, column.organization_id, after, limit).subquery("found")
    shown = select(organizations).join(found, found.c.organization_id == organizations.c.id)
    return await tx.records(shown.order_by(organizations.c.id))
