"""Every SELECT of stations and managed units, and the writes beside them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, bindparam, func, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY

from services.incubation.organizations.queries import KNOWN, find_organization
from services.incubation.tables import managed_units, stations
from shared.db.base import to_json
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction

_COLUMNS = tuple(column.name for column in managed_units.c)
_IDS = bindparam("ids", type_=ARRAY(Uuid))
# A period lasts a day at least.
_END_ELSEWHERE = text(
    "UPDATE managed_units AS m SET until = GREATEST(u.day, m.since + 1), version = m.version + 1, "
    "steps = m.steps || CAST(:step AS jsonb) "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:divisions AS text[]), CAST(:days AS date[])) AS u(id, division, day) "
    "WHERE m.organization_id = u.id AND m.division IS DISTINCT FROM u.division "
    "AND (m.until IS NULL OR m.until > GREATEST(u.day, m.since + 1))"
)
_ONE_WRITER = text("SELECT pg_advisory_xact_lock(hashtext('stations'))")


def _on(day: date) -> ColumnElement[bool]:
    return and_(managed_units.c.since <= day, or_(managed_units.c.until.is_(None), managed_units.c.until > day))


def _stations(today: date) -> Select[Any]:
    managed = select(func.count()).where(managed_units.c.station_id == stations.c.id, _on(today))
    return select(stations, managed.scalar_subquery().label("units"))


async def get(tx: Transaction, code: str, today: date) -> Record | None:
    """One station that the caller sees."""
    return await tx.record(_stations(today).where(stations.c.code == code))


async def lock(tx: Transaction, code: str) -> Record | None:
    """The station of a code, whoever sees it, locked: codes are one station's anywhere, and a unit is at one station.

    One writer at a time: two requests may be about a station, or a unit, that has no row yet.
    """
    async with tx.system_scope():
        await tx.execute(_ONE_WRITER)
        return await tx.record(select(stations).where(stations.c.code == code).with_for_update())


async def add(tx: Transaction, row: Record) -> None:
    """A new station."""
    await tx.execute(insert(stations).values(row))


async def write(tx: Transaction, row: Record) -> None:
    """A station whose row is locked, as it is now."""
    await tx.execute(update(stations).where(stations.c.id == row["id"]).values(row))


async def list_stations(
    tx: Transaction, *, division: str | None, on: date | None, today: date, after: str | None, limit: int
) -> list[Record]:
    """A page by id; with `on`, those in force on that day."""
    statement = where_within(_stations(today), stations.c.division, division)
    if on is not None:
        statement = statement.where(stations.c.since <= on, or_(stations.c.until.is_(None), stations.c.until > on))
    return await tx.records(page_by_id(statement, stations.c.id, after, limit))


async def last(tx: Transaction, organization: UUID) -> Record | None:
    """The last period in which a unit is or was managed, wherever, locked."""
    statement = select(managed_units).where(managed_units.c.organization_id == organization)
    async with tx.system_scope():
        return await tx.record(statement.order_by(managed_units.c.since.desc()).limit(1).with_for_update())


async def count_beyond(tx: Transaction, station: UUID, since: date, *ends: date | None) -> int:
    """How many units are managed at a station before `since`, or from one of the `ends` on."""
    beyond = [managed_units.c.since < since]
    beyond += [or_(managed_units.c.until.is_(None), managed_units.c.until > day) for day in ends if day is not None]
    its = and_(managed_units.c.station_id == station, or_(*beyond))
    return int(await tx.scalar(select(func.count()).select_from(managed_units).where(its)))


async def add_unit(tx: Transaction, row: Record) -> None:
    """A unit is managed from a day on."""
    await tx.execute(insert(managed_units).values(row))


async def write_unit(tx: Transaction, row: Record) -> None:
    """A managed unit whose row is locked, as it is now."""
    values = {name: row[name] for name in _COLUMNS}
    await tx.execute(update(managed_units).where(managed_units.c.id == row["id"]).values(values))


async def places_of(tx: Transaction, organizations: Sequence[UUID]) -> dict[UUID, str | None]:
    """Where those of these organizations are that were ever managed at a station; None for a deregistered one."""
    ever = select(managed_units.c.organization_id).where(managed_units.c.organization_id == _IDS.any_())
    statement = select(KNOWN.c.id, KNOWN.c.division, KNOWN.c.status).where(KNOWN.c.id.in_(ever))
    rows = await tx.rows(statement, {"ids": list(organizations)})
    return {row.id: row.division if row.status == "registered" else None for row in rows}


async def end_elsewhere(
    tx: Transaction, places: Mapping[UUID, str | None], days: Mapping[UUID, date], step: Record
) -> None:
    """End what is managed of these organizations in other divisions than theirs, each from its day on."""
    ids = list(places)
    parameters = {"ids": ids, "divisions": list(places.values()), "days": [days[one] for one in ids]}
    await tx.execute(_END_ELSEWHERE, {**parameters, "step": to_json(step)})


def _units() -> Select[Any]:
    return select(managed_units, stations.c.code.label("station")).join(
        stations, stations.c.id == managed_units.c.station_id
    )


async def _named(tx: Transaction, rows: list[Record]) -> list[Record]:
    """With what the units are called, also where they have moved away since."""
    statement = select(KNOWN.c.id, KNOWN.c.uscc, KNOWN.c.name).where(KNOWN.c.id == _IDS.any_())
    async with tx.system_scope():
        known = await tx.rows(statement, {"ids": [row["organization_id"] for row in rows]})
    called = {one.id: {"uscc": one.uscc, "name": one.name} for one in known}
    unknown = {"uscc": "", "name": ""}
    return [{**row, **called.get(row["organization_id"], unknown)} for row in rows]


async def get_unit(tx: Transaction, unit_id: UUID, *, lock: bool = False) -> Record | None:
    """One managed unit with its station and its name."""
    statement = _units().where(managed_units.c.id == unit_id)
    row = await tx.record(statement.with_for_update(of=managed_units) if lock else statement)
    return None if row is None else (await _named(tx, [row]))[0]


async def list_units(
    tx: Transaction,
    *,
    division: str | None,
    station: str | None,
    organization: str | None,
    on: date | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id; with `on`, those managed on that day."""
    statement = where_within(where_given(_units(), {stations.c.code: station}), managed_units.c.division, division)
    if organization is not None:
        async with tx.system_scope():
            found = await find_organization(tx, organization)
        if found is None:
            return []
        statement = statement.where(managed_units.c.organization_id == found["id"])
    if on is not None:
        statement = statement.where(_on(on))
    return await _named(tx, await tx.records(page_by_id(statement, managed_units.c.id, after, limit)))
