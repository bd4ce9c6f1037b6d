"""Every SELECT of the Party organizations, and the set-based writes beside them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, null, select, text, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text, Uuid

from services.registry.organizations.queries import COUNTS_BY_COVERAGE, IDENTITIES
from services.registry.party_organizations.rules import FOLLOWING
from services.registry.tables import coverages, party_organizations
from shared.contracts.base import Coverage, Form, PartyOrganizationKind
from shared.db.base import columns_of, insert_list, update_list
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

_COLUMNS = ("id", "name", "kind", "form", "division", "street", "established_on", "version")
_INSERT = insert_list(party_organizations, _COLUMNS)
_REVISED = ("name", "kind", "division", "street")
_REVISE = update_list(party_organizations, ("id",), _REVISED, where="t.dissolved_on IS NULL")
_MOVE = text(
    """
    UPDATE party_organizations AS p SET division = u.division, street = u.street
    FROM unnest(CAST(:ids AS uuid[]), CAST(:divisions AS text[]), CAST(:streets AS text[])) AS u(id, division, street)
    JOIN coverages AS c ON c.organization_id = u.id AND c.until IS NULL
    WHERE p.id = c.party_organization_id AND p.dissolved_on IS NULL AND p.form = ANY(CAST(:forms AS text[]))
      AND (p.division, p.street) IS DISTINCT FROM (u.division, u.street)
    RETURNING p.id
    """
)
_COVERAGE_COLUMNS = ("party_organization_id", "organization_id", "since", "division")
_INSERT_COVERAGES = insert_list(
    coverages,
    _COVERAGE_COLUMNS,
    "ON CONFLICT (party_organization_id, organization_id, since) DO UPDATE SET until = NULL",
)
_IDS = bindparam("ids", type_=ARRAY(Uuid))
# An array, so that the primary key is used: `id = ... OR id IN (SELECT ...)` would scan the whole table.
_LOCK_WITH_COVERING = text(
    "SELECT * FROM party_organizations WHERE id = ANY(CAST(:ids AS uuid[]) || ARRAY(SELECT party_organization_id "
    "FROM coverages WHERE organization_id = ANY(CAST(:organization_ids AS uuid[])) AND until IS NULL)) "
    "ORDER BY id FOR UPDATE"
)
_CURRENT = prepare(
    select(
        coverages.c.party_organization_id,
        coverages.c.organization_id,
        IDENTITIES.c.uscc,
        IDENTITIES.c.kind,
        IDENTITIES.c.evaluation_type,
        coverages.c.since,
    )
    .join(IDENTITIES, IDENTITIES.c.id == coverages.c.organization_id)
    .where(coverages.c.party_organization_id == _IDS.any_(), coverages.c.until.is_(None))
    .order_by(IDENTITIES.c.uscc)
)
_COUNTS = prepare(
    union_all(
        select(COUNTS_BY_COVERAGE.c.coverage, null().label("form"), COUNTS_BY_COVERAGE.c.n),
        select(null(), party_organizations.c.form, func.count())
        .where(party_organizations.c.division.like(bindparam("scope", type_=Text)))
        .where(party_organizations.c.dissolved_on.is_(None))
        .group_by(party_organizations.c.form),
    )
)


Place = tuple[str, str]
"""A division and a street."""


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
    """The same, with those that cover these organizations now. Coverages change only under the organizations' locks."""
    return await tx.records(_LOCK_WITH_COVERING, {"ids": list(ids), "organization_ids": list(organization_ids)})


async def insert(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Record new Party organizations."""
    if rows:
        await tx.execute(_INSERT, columns_of(rows, _COLUMNS))


async def insert_coverages(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Insert coverages. One that began on the same day and has ended is reopened."""
    if rows:
        await tx.execute(_INSERT_COVERAGES, columns_of(rows, _COVERAGE_COLUMNS))


async def end_coverages(tx: Transaction, organization_ids: Sequence[UUID], until: date) -> dict[UUID, UUID]:
    """End the current coverages of these organizations.

    Returns, for each Party organization that lost some, one of them.
    """
    rows = await tx.rows(
        text(
            "UPDATE coverages SET until = :until WHERE organization_id = ANY(CAST(:ids AS uuid[])) "
            "AND until IS NULL RETURNING party_organization_id, organization_id"
        ),
        {"until": until, "ids": list(organization_ids)},
    )
    return {row.party_organization_id: row.organization_id for row in rows}


async def current_coverages(tx: Transaction, ids: Sequence[UUID]) -> list[Record]:
    """What each of these Party organizations covers now, with what identifies the covered organization."""
    return await tx.records(_CURRENT, {"ids": list(ids)})


async def raise_versions(tx: Transaction, ids: Sequence[UUID]) -> None:
    """Raise the version of those that are not dissolved."""
    if ids:
        await tx.execute(
            text(
                "UPDATE party_organizations SET version = version + 1 "
                "WHERE id = ANY(CAST(:ids AS uuid[])) AND dissolved_on IS NULL"
            ),
            {"ids": list(ids)},
        )


async def dissolve(tx: Transaction, ids: Sequence[UUID], on: date) -> None:
    """Write the day of the dissolution."""
    if ids:
        await tx.execute(
            text("UPDATE party_organizations SET dissolved_on = :on WHERE id = ANY(CAST(:ids AS uuid[]))"),
            {"ids": list(ids), "on": on},
        )


async def revive(tx: Transaction, ids: Sequence[UUID]) -> None:
    """Undo a dissolution."""
    if ids:
        await tx.execute(
            text("UPDATE party_organizations SET dissolved_on = NULL WHERE id = ANY(CAST(:ids AS uuid[]))"),
            {"ids": list(ids)},
        )


async def revise(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Write name, kind and place of those that are not dissolved."""
    if rows:
        await tx.execute(_REVISE, columns_of(rows, ("id", *_REVISED)))


async def move_to(tx: Transaction, places: Mapping[UUID, Place]) -> list[UUID]:
    """Move each standalone one to its organization's place (by organization); returns those that were elsewhere."""
    parameters = {
        "ids": list(places),
        "divisions": [division for division, _ in places.values()],
        "streets": [street for _, street in places.values()],
        "forms": list(FOLLOWING),
    }
    return [row.id for row in await tx.rows(_MOVE, parameters)]


async def get(tx: Transaction, party_organization_id: UUID) -> Record | None:
    """One Party organization."""
    return await tx.record(select(party_organizations).where(party_organizations.c.id == party_organization_id))


async def list_party_organizations(
    tx: Transaction,
    *,
    division: str | None,
    kind: PartyOrganizationKind | None,
    form: Form | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page of those that exist, by id."""
    statement = where_given(
        select(party_organizations).where(party_organizations.c.dissolved_on.is_(None)),
        {party_organizations.c.kind: kind, party_organizations.c.form: form},
    )
    statement = where_within(statement, party_organizations.c.division, division)
    return await tx.records(page_by_id(statement, party_organizations.c.id, after, limit))


async def count_coverage(tx: Transaction, prefix: str) -> tuple[dict[Coverage, int], dict[Form, int]]:
    """(registered organizations by coverage, Party organizations by form) of a division, in one snapshot."""
    coverages_of: dict[Coverage, int] = {}
    forms: dict[Form, int] = {}
    for row in await tx.rows(_COUNTS, {"scope": prefix + "%"}):
        if row.coverage is not None:
            coverages_of[row.coverage] = row.n
        else:
            forms[row.form] = row.n
    return coverages_of, forms
