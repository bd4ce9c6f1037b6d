"""The SELECT behind the list of organizations."""

from typing import Any

from sqlalchemy import select

from services.registry.organizations.organization import EvaluationType, Kind, Status
from services.registry.organizations.search import matches
from services.registry.party_organizations.covering import covered_under
from services.registry.tables import organizations
from shared.contracts.base import Coverage
from shared.db.paging import page_by_id, where_given, where_within
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
    column: Any = organizations.c
    given = {
        column.street: street,
        column.kind: kind,
        column.evaluation_type: evaluation_type,
        column.coverage: coverage,
        column.status: status,
    }
    statement = where_within(where_given(select(organizations), given), column.division, division)
    if affiliation is not None:
        statement = statement.where(column.id.in_(covered_under(affiliation)))
    if q is not None:
        statement = statement.where(matches(q))
    return await tx.records(page_by_id(statement, column.id, after, limit))
