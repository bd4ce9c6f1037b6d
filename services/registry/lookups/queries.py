"""The SELECT behind the list of organizations."""

from typing import Any

from sqlalchemy import select

from services.registry.organizations.organization import EvaluationType, Kind, Status
from services.registry.organizations.search import is_filtered, is_in_street, matches
from services.registry.party_organizations.covering import covered_under
from services.registry.tables import organization_searches, organizations
from shared.contracts.base import Coverage
from shared.db.paging import page_by_id, where_in_scope, where_within
from shared.db.session import Record, Transaction


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
