"""Every SELECT of the Party organizations, and the set-based writes beside them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from services.registry.tables import coverages, party_organizations
from shared.db.base import columns_of, insert_list
from shared.db.session import Record, Transaction
from shared.field.divisions import scope_prefix

_COLUMNS = ("id", "name", "kind", "form", "division", "street", "established_on", "version")
_INSERT = insert_list(party_organizations, _COLUMNS)
_COVERAGE_COLUMNS = ("party_organization_id", "organization_id", "since", "division")
_INSERT_COVERAGES = insert_list(
    coverages,
    _COVERAGE_COLUMNS,
    "ON CONFLICT (party_organization_id, organization_id, since) DO UPDATE SET until = NULL",
)
_IDS = bindparam("ids", type_=ARRAY(Uuid))
# An array, so that it goes by the key: `id = ... OR id IN (SELECT ...)` would read the table through.
_LOCK_WITH_COVERING = text(
    "SELECT * FROM party_organizations WHERE id = ANY(CAST(:ids AS uuid[]) || ARRAY(SELECT party_organization_id "
    "FROM coverages WHERE organization_id = ANY(CAST(:organization_ids AS uuid[])) AND until IS NULL)) "
    "ORDER BY id FOR UPDATE"
)


async def lock_many(tx: Transaction, ids: Sequence[UUID]) -> list[Record]:
    """Rows by id, locked, in the order of their ids."""
    statement = (
        select(party_organizations)
        .where(party_organizations.c.id == _IDS.any_())
        .order_by(party_organizations.c.id)
        .with_for_update()
    )
    return await tx.records(statement, {"ids": list(ids)}) if ids else []


async def lock_with_covering(tx: Transaction, ids: Sequence[UUID], organization_ids: Sequence[UUID]) -> list[Record]:
    """The same, and of those too that cover these organizations now; what covers them changes under their own lock."""
    return await tx.records(_LOCK_WITH_COVERING, {"ids": list(ids), "organization_ids": list(organization_ids)})


async def insert(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Record new Party organizations."""
    if rows:
        await tx.execute(_INSERT, columns_of(rows, _COLUMNS))


async def insert_coverages(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Record who is covered since when; a coverage that ended the same day goes on."""
    if rows:
        await tx.execute(_INSERT_COVERAGES, columns_of(rows, _COVERAGE_COLUMNS))


async def end_coverages(tx: Transaction, organization_ids: Sequence[UUID], until: date) -> dict[UUID, UUID]:
    """End what covers these organizations now; returns for each Party organization that lost some one of them."""
    rows = await tx.rows(
        text(
            "UPDATE coverages SET until = :until WHERE organization_id = ANY(CAST(:ids AS uuid[])) "
            "AND until IS NULL RETURNING party_organization_id, organization_id"
        ),
        {"until": until, "ids": list(organization_ids)},
    )
    return {row.party_organization_id: row.organization_id for row in rows}


async def move_coverages(tx: Transaction, organization_ids: Sequence[UUID], divisions: Sequence[str]) -> None:
    """Coverage belongs to the division of the organization that is covered."""
    await tx.execute(
        text(
            "UPDATE coverages AS c SET division = u.division "
            "FROM unnest(CAST(:ids AS uuid[]), CAST(:divisions AS text[])) AS u(id, division) "
            "WHERE c.organization_id = u.id AND c.division <> u.division"
        ),
        {"ids": list(organization_ids), "divisions": list(divisions)},
    )


async def set_coverage(tx: Transaction, coverage: Mapping[UUID, str]) -> None:
    """Note on each organization how it is covered now."""
    if coverage:
        await tx.execute(
            text(
                "UPDATE organizations AS o SET coverage = u.coverage "
                "FROM unnest(CAST(:ids AS uuid[]), CAST(:coverage AS text[])) AS u(id, coverage) WHERE o.id = u.id"
            ),
            {"ids": list(coverage), "coverage": list(coverage.values())},
        )


async def current_coverages(tx: Transaction, ids: Sequence[UUID]) -> list[Record]:
    """What each of these Party organizations covers now, with what readers need of it."""
    return await tx.records(
        text(
            "SELECT c.party_organization_id, c.organization_id, o.uscc, o.kind, o.evaluation_type, c.since "
            "FROM coverages c JOIN organizations o ON o.id = c.organization_id "
            "WHERE c.party_organization_id = ANY(CAST(:ids AS uuid[])) AND c.until IS NULL ORDER BY o.uscc"
        ),
        {"ids": list(ids)},
    )


async def raise_versions(tx: Transaction, ids: Sequence[UUID]) -> None:
    """One more version for each."""
    if ids:
        await tx.execute(
            text(
                "UPDATE party_organizations SET version = version + 1 "
                "WHERE id = ANY(CAST(:ids AS uuid[])) AND dissolved_on IS NULL"
            ),
            {"ids": list(ids)},
        )


async def dissolve(tx: Transaction, ids: Sequence[UUID], on: date) -> None:
    """Note the end."""
    if ids:
        await tx.execute(
            text("UPDATE party_organizations SET dissolved_on = :on WHERE id = ANY(CAST(:ids AS uuid[]))"),
            {"ids": list(ids), "on": on},
        )


async def revive(tx: Transaction, ids: Sequence[UUID]) -> None:
    """Take a dissolution back."""
    if ids:
        await tx.execute(
            text("UPDATE party_organizations SET dissolved_on = NULL WHERE id = ANY(CAST(:ids AS uuid[]))"),
            {"ids": list(ids)},
        )


async def get(tx: Transaction, party_organization_id: UUID) -> Record | None:
    """One Party organization."""
    return await tx.record(select(party_organizations).where(party_organizations.c.id == party_organization_id))


async def list_party_organizations(
    tx: Transaction, *, division: str | None, kind: str | None, form: str | None, after: str | None, limit: int
) -> list[Record]:
    """A page of those that exist, by id."""
    statement = (
        select(party_organizations)
        .where(party_organizations.c.dissolved_on.is_(None))
        .order_by(party_organizations.c.id)
        .limit(limit)
    )
    if division is not None:
        statement = statement.where(party_organizations.c.division.startswith(scope_prefix(division)))
    if kind is not None:
        statement = statement.where(party_organizations.c.kind == kind)
    if form is not None:
        statement = statement.where(party_organizations.c.form == form)
    if after is not None:
        statement = statement.where(party_organizations.c.id > UUID(after))
    return await tx.records(statement)


async def count_coverage(tx: Transaction, prefix: str) -> Record:
    """The counts of a division: of organizations by how they are covered, of Party organizations by form."""
    row = await tx.record(
        text(
            "WITH o AS (SELECT coverage, count(*) AS n FROM organizations "
            "           WHERE division LIKE :scope AND status = 'registered' GROUP BY coverage), "
            "     p AS (SELECT form, count(*) AS n FROM party_organizations "
            "           WHERE division LIKE :scope AND dissolved_on IS NULL GROUP BY form) "
            "SELECT COALESCE((SELECT sum(n) FROM o), 0)::bigint AS organizations, "
            "  COALESCE((SELECT sum(n) FROM p WHERE form = 'standalone'), 0)::bigint AS standalone, "
            "  COALESCE((SELECT sum(n) FROM p WHERE form = 'joint'), 0)::bigint AS joint, "
            "  COALESCE((SELECT sum(n) FROM p WHERE form = 'area'), 0)::bigint AS areas, "
            "  COALESCE((SELECT sum(n) FROM o WHERE coverage <> 'uncovered'), 0)::bigint AS covered, "
            "  COALESCE((SELECT n FROM o WHERE coverage = 'uncovered'), 0)::bigint AS uncovered, "
            "  COALESCE((SELECT n FROM o WHERE coverage = 'standalone'), 0)::bigint AS covered_standalone, "
            "  COALESCE((SELECT n FROM o WHERE coverage = 'joint'), 0)::bigint AS covered_joint, "
            "  COALESCE((SELECT n FROM o WHERE coverage = 'area'), 0)::bigint AS covered_area"
        ),
        {"scope": prefix + "%"},
    )
    assert row is not None
    return row
