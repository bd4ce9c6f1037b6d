"""Every statement on areas and their outlines."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, or_, select, text

from services.incubation.areas.area import Area, area_of, outline_of
from services.incubation.areas.rules import Outline
from services.incubation.tables import area_outlines, area_records
from shared.db.base import columns_of, insert_list, new_id, to_json
from shared.db.paging import page_by_id, where_within
from shared.db.session import Record, Transaction

Box = tuple[float, float, float, float]
"""West, south, east and north."""

_RECORD = ("id", "code", "division", "name", "followed_by", "ended_why", "version", "created_at")
_INSERT = insert_list(area_records, _RECORD)
_UPDATE = text(
    "UPDATE area_records SET name = :name, followed_by = CAST(:followed_by AS jsonb), ended_why = :ended_why, "
    "version = :version WHERE id = :id"
)
_OUTLINE = tuple(column.name for column in area_outlines.columns)
_CONTENT = ("polygon", "datum", "workers", "valid_until", "square_metres", "west", "south", "east", "north", "within")
_WRITTEN = (*_CONTENT, "policy", "recorded_at")
_PUT_OUTLINES = insert_list(
    area_outlines,
    _OUTLINE,
    "ON CONFLICT (area_id, valid_from) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _WRITTEN)
    + " WHERE "
    + " OR ".join(f"area_outlines.{name} IS DISTINCT FROM excluded.{name}" for name in _CONTENT),
)
_DROP_OUTLINES = text("DELETE FROM area_outlines WHERE area_id = :id AND valid_from <> ALL(CAST(:kept AS date[]))")
# Created where there is none yet, so that the first two areas of a division do not pass each other by.
_HOLD = text(
    "INSERT INTO area_divisions AS d (division) SELECT division FROM unnest(CAST(:divisions AS text[])) AS u(division) "
    "ORDER BY 1 ON CONFLICT (division) DO UPDATE SET division = excluded.division"
)
_HOLD_KNOWN = text(
    "SELECT division FROM area_divisions WHERE division = ANY(CAST(:divisions AS text[])) ORDER BY division FOR UPDATE"
)
_BESIDE = text(
    "SELECT r.code, o.* FROM area_outlines o JOIN area_records r ON r.id = o.area_id "
    "WHERE o.division = :division AND (o.valid_until IS NULL OR o.valid_until > :since) "
    "AND (CAST(:until AS date) IS NULL OR o.valid_from < :until) "
    "AND o.west <= :east AND o.east >= :west AND o.south <= :north AND o.north >= :south"
)
_ON = text(
    "SELECT r.code, o.* FROM area_outlines o JOIN area_records r ON r.id = o.area_id "
    "WHERE o.division = ANY(CAST(:divisions AS text[])) "
    "AND o.valid_from <= :on AND (o.valid_until IS NULL OR o.valid_until > :on)"
)
_OUTLINES = text("SELECT * FROM area_outlines WHERE area_id = ANY(CAST(:ids AS uuid[]))")
_DUE = text(
    "SELECT d.division FROM area_divisions d WHERE d.assigned_on IS NOT NULL AND d.assigned_on < :today "
    "ORDER BY d.assigned_on, d.division LIMIT 1 FOR UPDATE SKIP LOCKED"
)


async def hold_divisions(tx: Transaction, divisions: Sequence[str], *, known: bool = False) -> list[str]:
    """Lock divisions' areas, in one order: who writes them, or assigns bodies to them, waits here.

    `known`: of divisions that have had areas alone. Returns these.
    """
    if not divisions:
        return []
    named = {"divisions": sorted(set(divisions))}
    if not known:
        await tx.execute(_HOLD, named)
    return [row.division for row in await tx.rows(_HOLD_KNOWN, named)]


async def next_due(tx: Transaction, today: date) -> str | None:
    """A division whose bodies were assigned for a day that is over, held from now on; none that another holds."""
    row = await tx.row(_DUE, {"today": today})
    return None if row is None else str(row.division)


async def note_begun(tx: Transaction, division: str, on: date) -> None:
    """The division has areas from a day on: its bodies are assigned day by day.

    All of them once more at once: what came while its first area was drawn did not know of it.
    """
    statement = text("UPDATE area_divisions SET assigned_on = :on WHERE division = :division AND assigned_on IS NULL")
    await tx.execute(statement, {"division": division, "on": on - timedelta(days=1)})


async def note_assigned(tx: Transaction, division: str, on: date) -> None:
    """The division's bodies are assigned for a day."""
    statement = text("UPDATE area_divisions SET assigned_on = :on WHERE division = :division")
    await tx.execute(statement, {"division": division, "on": on})


async def get(tx: Transaction, code: str) -> Area | None:
    """One area with all its outlines."""
    row = await tx.record(select(area_records).where(area_records.c.code == code))
    return None if row is None else (await _with_outlines(tx, [row]))[0]


async def known_codes(tx: Transaction, codes: Sequence[str]) -> set[str]:
    """Those of these codes that areas have."""
    statement = text("SELECT code FROM area_records WHERE code = ANY(CAST(:codes AS text[]))")
    return {row.code for row in await tx.rows(statement, {"codes": list(codes)})}


async def list_areas(
    tx: Transaction, *, division: str | None, on: date | None, after: str | None, limit: int
) -> list[Record]:
    """A page by id; with `on`, of those that stand on that day."""
    statement = where_within(select(area_records), area_records.c.division, division)
    if on is not None:
        standing = select(area_outlines.c.area_id).where(
            area_outlines.c.area_id == area_records.c.id,
            and_(
                area_outlines.c.valid_from <= on,
                or_(area_outlines.c.valid_until.is_(None), area_outlines.c.valid_until > on),
            ),
        )
        statement = statement.where(standing.exists())
    return await tx.records(page_by_id(statement, area_records.c.id, after, limit))


async def with_outlines(tx: Transaction, rows: Sequence[Record]) -> dict[UUID, Area]:
    """The areas of these rows, with all their outlines, by id."""
    return {area.id: area for area in await _with_outlines(tx, rows)}


async def list_on(tx: Transaction, divisions: Sequence[str], on: date) -> dict[str, dict[str, Outline]]:
    """By division and code, the outlines that hold on a day."""
    found: dict[str, dict[str, Outline]] = {one: {} for one in divisions}
    for row in await tx.records(_ON, {"divisions": list(divisions), "on": on}):
        found[row["division"]][row["code"]] = outline_of(row)
    return found


async def list_beside(
    tx: Transaction, division: str, box: Box, *, since: date, until: date | None
) -> dict[str, list[Outline]]:
    """By code, a division's outlines that hold on some day of a period, near a box."""
    named = dict(zip(("west", "south", "east", "north"), box, strict=True))
    found: dict[str, list[Outline]] = {}
    for row in await tx.records(_BESIDE, {**named, "division": division, "since": since, "until": until}):
        found.setdefault(row["code"], []).append(outline_of(row))
    return found


async def insert(tx: Transaction, areas: Sequence[Area], now: datetime) -> None:
    """Store new areas with their outlines."""
    rows: list[Record] = [_row(one) | {"created_at": now} for one in areas]
    await tx.execute(_INSERT, columns_of(rows, _RECORD))
    await _put_outlines(tx, areas)


async def update(tx: Transaction, area: Area) -> None:
    """Write an area, and its outlines as they are now."""
    await tx.execute(_UPDATE, _row(area))
    await tx.execute(_DROP_OUTLINES, {"id": area.id, "kept": [one.since for one in area.timeline]})
    await _put_outlines(tx, [area])


async def _put_outlines(tx: Transaction, areas: Sequence[Area]) -> None:
    rows = [_outline_row(area, one) for area in areas for one in area.timeline]
    if rows:
        await tx.execute(_PUT_OUTLINES, columns_of(rows, _OUTLINE))


async def _with_outlines(tx: Transaction, rows: Sequence[Record]) -> list[Area]:
    outlines: dict[UUID, list[Record]] = {row["id"]: [] for row in rows}
    for one in await tx.records(_OUTLINES, {"ids": list(outlines)}):
        outlines[one["area_id"]].append(one)
    return [area_of(row, outlines[row["id"]]) for row in rows]


def _row(area: Area) -> Record:
    return {
        "id": area.id,
        "code": area.code,
        "division": area.division,
        "name": area.name,
        "followed_by": to_json(list(area.followed_by)),
        "ended_why": area.ended_why,
        "version": area.version,
    }


def _outline_row(area: Area, outline: Outline) -> Record:
    west, south, east, north = outline.drawn.box
    return {
        "id": new_id(),
        "area_id": area.id,
        "division": area.division,
        "valid_from": outline.since,
        "valid_until": outline.until,
        "polygon": to_json(outline.drawn.ring),
        "datum": outline.datum,
        "square_metres": outline.drawn.square_metres,
        "workers": outline.workers,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "within": outline.within,
        "policy": outline.policy,
        "recorded_at": outline.recorded_at,
    }
