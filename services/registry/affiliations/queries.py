"""Every SELECT of the affiliations, and the set-based writes beside them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text, Uuid

from services.registry.affiliations.timelines import Affiliation, Timeline
from services.registry.tables import affiliations
from shared.db.base import columns_of, insert_list, new_id, to_json, update_list
from shared.db.paging import page_by_id
from shared.db.session import Record, Transaction

_COLUMNS = (
    "id",
    "party_organization_id",
    "division",
    "body",
    "kind",
    "since",
    "until",
    "by_default",
    "note",
    "reasons",
    "set_by",
    "recorded_at",
)
_VALUES = ("body", "kind", "since", "until", "by_default", "note", "set_by")
_CHANGED = ("since", "until")
_INSERT = insert_list(affiliations, _COLUMNS)
_UPDATE = update_list(affiliations, ("id",), _CHANGED)
_DELETE = text("DELETE FROM affiliations WHERE id = ANY(CAST(:ids AS uuid[]))")
_IDS = bindparam("ids", type_=ARRAY(Uuid))


async def timelines(tx: Transaction, ids: Iterable[UUID]) -> dict[UUID, list[Affiliation]]:
    """The affiliations of each of these Party organizations, in the order of their days."""
    found: dict[UUID, list[Affiliation]] = {one: [] for one in ids}
    statement = (
        select(affiliations)
        .where(affiliations.c.party_organization_id == _IDS.any_())
        .order_by(affiliations.c.party_organization_id, affiliations.c.since)
    )
    if found:
        for row in await tx.records(statement, {"ids": list(found)}):
            found[row["party_organization_id"]].append(affiliation_of(row))
    return found


async def list_of(tx: Transaction, party_organization_id: UUID, *, after: str | None, limit: int) -> list[Record]:
    """A page by id of what a Party organization belonged to."""
    statement = select(affiliations).where(affiliations.c.party_organization_id == party_organization_id)
    return await tx.records(page_by_id(statement, affiliations.c.id, after, limit))


def under(code: str) -> Select[Any]:
    """The ids of the Party organizations that belong to a body now, for other modules' statements."""
    return select(affiliations.c.party_organization_id).where(
        affiliations.c.body == code, affiliations.c.until.is_(None)
    )


def belonging() -> Select[Any]:
    """The same of those that belong to any."""
    return select(affiliations.c.party_organization_id).where(affiliations.c.until.is_(None))


async def count_outside(tx: Transaction, spans: Mapping[str, tuple[date, date | None]]) -> dict[str, int]:
    """How many Party organizations belong to each of these bodies outside its period, whoever sees them."""
    bound = (
        func.unnest(
            bindparam("codes", type_=ARRAY(Text)),
            bindparam("starts", type_=ARRAY(affiliations.c.since.type)),
            bindparam("ends", type_=ARRAY(affiliations.c.until.type)),
        )
        .table_valued("code", "since", "until")
        .render_derived(name="bound")
    )
    later = (bound.c.until.is_not(None)) & (affiliations.c.until.is_(None) | (affiliations.c.until > bound.c.until))
    statement = (
        select(bound.c.code, func.count(affiliations.c.party_organization_id.distinct()).label("n"))
        .join(affiliations, affiliations.c.body == bound.c.code)
        .where((affiliations.c.since < bound.c.since) | later)
        .group_by(bound.c.code)
    )
    days = {"starts": [since for since, _ in spans.values()], "ends": [until for _, until in spans.values()]}
    async with tx.system_scope():
        return {row.code: row.n for row in await tx.rows(statement, {"codes": list(spans), **days})}


Amended = Mapping[UUID, tuple[str, Timeline, Timeline]]
"""By Party organization: its division, its affiliations as they are stored, and as they are to be."""


async def write(tx: Transaction, amended: Amended, now: datetime) -> None:
    """Write what became of timelines. The Party organizations are locked; the database refuses an overlap."""
    deleted: list[UUID] = []
    changed: list[dict[str, Any]] = []
    added: list[dict[str, Any]] = []
    for party, (division, stored, wanted) in amended.items():
        kept = {one.id: one for one in wanted if one.id is not None}
        deleted += [one.id for one in stored if one.id is not None and one.id not in kept]
        changed += [
            {"id": one.id, "since": kept[one.id].since, "until": kept[one.id].until}
            for one in stored
            if one.id in kept and (one.since, one.until) != (kept[one.id].since, kept[one.id].until)
        ]
        added += [
            {name: getattr(one, name) for name in _VALUES}
            | {"id": new_id(), "party_organization_id": party, "division": division, "recorded_at": now}
            | {"reasons": to_json(list(one.reasons)), "set_by": one.set_by or tx.access.actor}
            for one in wanted
            if one.id is None
        ]
    if deleted:
        await tx.execute(_DELETE, {"ids": deleted})
    if changed:
        await tx.execute(_UPDATE, columns_of(changed, ("id", *_CHANGED)))
    if added:
        await tx.execute(_INSERT, columns_of(added, _COLUMNS))


def affiliation_of(row: Record) -> Affiliation:
    """A stored row."""
    return Affiliation(**{name: row[name] for name in (*_VALUES, "id")}, reasons=tuple(row["reasons"]))
