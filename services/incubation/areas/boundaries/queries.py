"""The boundaries of divisions, as far as they are recorded: every statement on them, and their shapes."""

import shapely
from sqlalchemy import select, text

from services.incubation.tables import division_boundaries
from services.incubation.territory.polygons import Position, shape_from
from shared.db.base import to_json
from shared.db.session import Record, Transaction

_PUT = text(
    "INSERT INTO division_boundaries AS b "
    "(id, division, polygons, datum, source, square_metres, version, recorded_at) "
    "VALUES (:id, :division, CAST(:polygons AS jsonb), :datum, :source, :square_metres, 1, :now) "
    "ON CONFLICT (division) DO UPDATE SET polygons = excluded.polygons, datum = excluded.datum, "
    "source = excluded.source, square_metres = excluded.square_metres, version = b.version + 1, "
    "recorded_at = excluded.recorded_at RETURNING *"
)


async def get(tx: Transaction, division: str, *, lock: bool = False) -> Record | None:
    """The recorded boundary of a division."""
    statement = select(division_boundaries).where(division_boundaries.c.division == division)
    return await tx.record(statement.with_for_update() if lock else statement)


async def put(tx: Transaction, row: Record, polygons: list[list[tuple[Position, ...]]]) -> Record:
    """Record it, or replace what is recorded."""
    stored = await tx.record(_PUT, {**row, "polygons": to_json(polygons)})
    assert stored is not None
    return stored


async def shape_of(tx: Transaction, division: str) -> shapely.MultiPolygon | None:
    """The shape of a division, None where no boundary of it is recorded."""
    row = await get(tx, division)
    return None if row is None else shape_from(row["polygons"])
