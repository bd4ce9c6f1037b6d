"""Which organizations each grant stands for: of one purpose and year, each counts once, by a unique key."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from services.funding.grants.rules import Grant
from services.funding.tables import grant_organizations
from shared.db.base import columns_of, insert_list
from shared.db.session import Record, Transaction

_COLUMNS = tuple(column.name for column in grant_organizations.c)
# In the order of the unique key, so that two lists that want the same wait for each other instead of deadlocking.
_INSERT = insert_list(
    grant_organizations,
    _COLUMNS,
    "ORDER BY u.purpose, u.year, u.organization_id ON CONFLICT DO NOTHING RETURNING grant_id, organization_id",
)
_HOLDERS = text(
    "SELECT u.grant_id, u.organization_id, c.grant_id AS holder FROM unnest(CAST(:grants AS uuid[]), "
    "CAST(:organizations AS uuid[]), CAST(:purposes AS text[]), CAST(:years AS integer[])) "
    "AS u(grant_id, organization_id, purpose, year) "
    "JOIN grant_organizations c USING (organization_id, purpose, year) WHERE c.grant_id <> u.grant_id"
)


@dataclass(frozen=True, slots=True)
class Claims:
    """What grants stand for after a claim, and which organizations another grant stands for (its id), by grant."""

    own: Mapping[UUID, Sequence[UUID]]
    taken: Mapping[UUID, Mapping[UUID, UUID]]


async def claim(tx: Transaction, wanted: Sequence[tuple[Grant, Iterable[UUID]]]) -> Claims:
    """Let grants stand for organizations, as far as no other grant of the purpose and year does."""
    rows: list[Record] = [
        {
            "grant_id": grant.id,
            "organization_id": organization,
            "purpose": counted[0],
            "year": counted[1],
            "division": grant.division,
        }
        for grant, organizations in wanted
        if (counted := grant.counted_as) is not None
        for organization in organizations
    ]
    if not rows:
        return Claims({}, {})
    own: dict[UUID, list[UUID]] = defaultdict(list)
    taken: dict[UUID, dict[UUID, UUID]] = defaultdict(dict)
    for row in await tx.rows(_INSERT, columns_of(rows, _COLUMNS)):
        own[row.grant_id].append(row.organization_id)
    parameters = {f"{name}s": [row[column] for row in rows] for name, column in _HOLDER_COLUMNS.items()}
    for row in await tx.rows(_HOLDERS, parameters):
        taken[row.grant_id][row.organization_id] = row.holder
    return Claims(own, taken)


_HOLDER_COLUMNS = {"grant": "grant_id", "organization": "organization_id", "purpose": "purpose", "year": "year"}


async def claims_of(tx: Transaction, grant_ids: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    """The organizations that grants stand for, by grant."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    statement = text("SELECT * FROM grant_organizations WHERE grant_id = ANY(CAST(:ids AS uuid[]))")
    for row in await tx.rows(statement, {"ids": list(grant_ids)}) if grant_ids else []:
        found[row.grant_id].add(row.organization_id)
    return found


async def release(tx: Transaction, given_up: Sequence[tuple[UUID, UUID]]) -> None:
    """Let grants stand for organizations no longer: pairs of a grant and an organization."""
    if given_up:
        grants, organizations = zip(*given_up, strict=True)
        await tx.execute(
            text(
                "DELETE FROM grant_organizations AS c USING unnest(CAST(:grants AS uuid[]), "
                "CAST(:organizations AS uuid[])) AS u(grant_id, organization_id) "
                "WHERE c.grant_id = u.grant_id AND c.organization_id = u.organization_id"
            ),
            {"grants": list(grants), "organizations": list(organizations)},
        )


async def give_up(tx: Transaction, grant_ids: Sequence[UUID]) -> None:
    """Let grants stand for nothing."""
    if grant_ids:
        statement = text("DELETE FROM grant_organizations WHERE grant_id = ANY(CAST(:ids AS uuid[]))")
        await tx.execute(statement, {"ids": list(grant_ids)})
