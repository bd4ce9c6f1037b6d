"""Every SELECT of the Party organizations, and the set-based writes beside them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text, Uuid

from services.registry.affiliations.queries import belonging, under
from services.registry.party_organizations.rules import ELECTING, FOLLOWING, Led
from services.registry.tables import party_organizations
from shared.contracts.base import Form, PartyOrganizationKind
from shared.db.base import columns_of, insert_list, update_list
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction

COLUMNS = (
    "id",
    "name",
    "kind",
    "form",
    "division",
    "street",
    "established_on",
    "version",
    "state",
    "founding_number",
    "founding_form",
)
_INSERT = insert_list(party_organizations, COLUMNS)
_REVISED = ("name", "kind", "division", "street")
_REVISE = update_list(party_organizations, ("id",), _REVISED, where="t.dissolved_on IS NULL")
_TERM = {"since": "term_since", "ends_on": "term_ends_on", "secretary_is_head": "secretary_is_head"}
_DISSOLVE = update_list(party_organizations, ("id",), ("dissolved_on",))
_LEAD = update_list(party_organizations, ("id",), ("state", *_TERM.values()))
_MOVE = text(
    """
    UPDATE party_organizations AS p SET division = u.division, street = u.street
    FROM unnest(CAST(:ids AS uuid[]), CAST(:divisions AS text[]), CAST(:streets AS text[])) AS u(id, division, street)
    JOIN coverages AS c ON c.organization_id = u.id AND c.until IS NULL
    WHERE p.id = c.party_organization_id AND p.dissolved_on IS NULL AND p.form = ANY(CAST(:forms AS text[]))
      AND (p.division, p.street) IS DISTINCT FROM (u.division, u.street)
    RETURNING new.id, old.division AS left
    """
)
_IDS = bindparam("ids", type_=ARRAY(Uuid))
# An array, so that the primary key is used: `id = ... OR id IN (SELECT ...)` would scan the whole table.
_LOCK_WITH_COVERING = text(
    "SELECT * FROM party_organizations WHERE id = ANY(CAST(:ids AS uuid[]) || ARRAY(SELECT party_organization_id "
    "FROM coverages WHERE organization_id = ANY(CAST(:organization_ids AS uuid[])) AND until IS NULL)) "
    "ORDER BY id FOR UPDATE"
)
_HOLD_NAMES = text(
    "SELECT pg_advisory_xact_lock(hashtext('joint names ' || division)) "
    "FROM unnest(CAST(:divisions AS text[])) AS division"
)
_JOINT_NAMES = text(
    "SELECT id, division, name FROM party_organizations "
    "WHERE division = ANY(CAST(:divisions AS text[])) AND form = 'joint' AND dissolved_on IS NULL"
)


Place = tuple[str, str]
"""A division and a street."""


async def hold_joint_names(tx: Transaction, divisions: Collection[str]) -> None:
    """Let nobody else name a joint one in these divisions until the transaction ends."""
    if divisions:
        await tx.execute(_HOLD_NAMES, {"divisions": sorted(divisions)})


async def joint_names(tx: Transaction, divisions: Collection[str]) -> dict[UUID, tuple[str, str]]:
    """Division and name of each joint one there that is not dissolved."""
    rows = await tx.records(_JOINT_NAMES, {"divisions": sorted(divisions)}) if divisions else []
    return {row["id"]: (row["division"], row["name"]) for row in rows}


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


async def lock_unaffiliated(tx: Transaction, prefix: str, places: Sequence[str], *, limit: int) -> list[Record]:
    """Those in a division, and in one of `places` (prefixes), that belong to no body and that nobody else holds."""
    statement = (
        select(party_organizations)
        .where(
            party_organizations.c.dissolved_on.is_(None),
            party_organizations.c.division.like(bindparam("places", type_=ARRAY(Text)).any_()),
            party_organizations.c.id.not_in(belonging()),
        )
        .order_by(party_organizations.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    statement = where_within(statement, party_organizations.c.division, prefix or None)
    return await tx.records(statement, {"places": [f"{place}%" for place in places]})


async def insert(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Record new Party organizations."""
    if rows:
        await tx.execute(_INSERT, columns_of(rows, COLUMNS))


async def raise_versions(tx: Transaction, raised: Mapping[UUID, int]) -> None:
    """Raise each version by its number of steps."""
    if raised:
        await tx.execute(
            text(
                "UPDATE party_organizations AS p SET version = version + u.by "
                "FROM unnest(CAST(:ids AS uuid[]), CAST(:steps AS bigint[])) AS u(id, by) WHERE p.id = u.id"
            ),
            {"ids": list(raised), "steps": list(raised.values())},
        )


async def dissolve(tx: Transaction, days: Mapping[UUID, date]) -> None:
    """Write the day of each dissolution."""
    if days:
        await tx.execute(_DISSOLVE, {"id": list(days), "dissolved_on": list(days.values())})


async def revive(tx: Transaction, days: Mapping[UUID, date]) -> None:
    """Undo a dissolution. Those that elect are founded again on a day: without a leadership, whatever they had."""
    if days:
        await tx.execute(
            text(
                "UPDATE party_organizations AS p SET dissolved_on = NULL, refounded_on = u.day, "
                "secretary_is_head = NULL, state = CASE WHEN p.form = ANY(CAST(:electing AS text[])) THEN 'founding' "
                "ELSE 'active' END, term_since = NULL, term_ends_on = NULL "
                "FROM unnest(CAST(:ids AS uuid[]), CAST(:days AS date[])) AS u(id, day) WHERE p.id = u.id"
            ),
            {"ids": list(days), "days": list(days.values()), "electing": list(ELECTING)},
        )


async def lead(tx: Transaction, led: Mapping[UUID, Led]) -> None:
    """Write what follows from the leadership that was approved last."""
    if led:
        rows = [
            {"id": party, "state": "active", **{_TERM[name]: getattr(one, name) for name in _TERM}}
            for party, one in led.items()
        ]
        await tx.execute(_LEAD, columns_of(rows, ("id", "state", *_TERM.values())))


async def revise(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Write name, kind and place of those that are not dissolved."""
    if rows:
        await tx.execute(_REVISE, columns_of(rows, ("id", *_REVISED)))


async def move_to(tx: Transaction, places: Mapping[UUID, Place]) -> dict[UUID, str]:
    """Move each standalone one to its organization's place (by organization).

    Returns those that were elsewhere, with the division that each was in.
    """
    if not places:
        return {}
    parameters = {
        "ids": list(places),
        "divisions": [division for division, _ in places.values()],
        "streets": [street for _, street in places.values()],
        "forms": list(FOLLOWING),
    }
    return {row.id: row.left for row in await tx.rows(_MOVE, parameters)}


async def get(tx: Transaction, party_organization_id: UUID) -> Record | None:
    """One Party organization."""
    return await tx.record(select(party_organizations).where(party_organizations.c.id == party_organization_id))


async def list_party_organizations(
    tx: Transaction,
    *,
    division: str | None,
    kind: PartyOrganizationKind | None,
    form: Form | None,
    body: str | None,
    affiliated: bool | None,
    conditions: Sequence[ColumnElement[bool]] = (),
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page of those that exist, by id; `body` is the code of what they belong to."""
    statement = where_given(
        select(party_organizations).where(party_organizations.c.dissolved_on.is_(None), *conditions),
        {party_organizations.c.kind: kind, party_organizations.c.form: form},
    )
    statement = where_within(statement, party_organizations.c.division, division)
    if body is not None:
        statement = statement.where(party_organizations.c.id.in_(under(body)))
    if affiliated is not None:
        belongs = party_organizations.c.id.in_(belonging())
        statement = statement.where(belongs if affiliated else ~belongs)
    return await tx.records(page_by_id(statement, party_organizations.c.id, after, limit))
