"""Every statement on which body is in which area, and on the gaps and overlaps of a division."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import text

from services.incubation.areas.queries import Box
from services.incubation.tables import area_bodies, area_faults
from services.incubation.territory.lying import Fault
from shared.db.base import columns_of, insert_list
from shared.db.session import Record, Transaction

_COLUMNS = ("body_id", "division", "area", "filed", "sequence", "stated_in")
_PUT = insert_list(
    area_bodies,
    _COLUMNS,
    "ON CONFLICT (body_id) DO UPDATE SET division = excluded.division, area = excluded.area, "
    "sequence = area_bodies.sequence + 1, stated_in = excluded.stated_in RETURNING body_id, sequence",
)
_HOLD_OF = text(
    "SELECT division FROM area_divisions WHERE division = ANY(CAST(:divisions AS text[])) "
    "OR division IN (SELECT b.division FROM area_bodies b WHERE b.body_id = ANY(CAST(:ids AS uuid[]))) "
    "ORDER BY division FOR UPDATE"
)
_FAULT = tuple(column.name for column in area_faults.columns)
_INSERT_FAULTS = insert_list(area_faults, _FAULT)


def _placed(which: str, known: str) -> Any:
    """Bodies with a position beside what is stored of them; `which` and `known` say of which bodies."""
    return text(
        f"""
        WITH present AS (
            SELECT id, division, lon, lat, false AS filed FROM organizations
            WHERE status = 'registered' AND lon IS NOT NULL AND {which}
            UNION ALL
            SELECT id, division, lon, lat, true FROM filed_bodies
            WHERE lon IS NOT NULL AND filed_on <= :on AND (until IS NULL OR until > :on) AND {which}
        ), known AS (SELECT * FROM area_bodies WHERE {known})
        SELECT COALESCE(p.id, k.body_id) AS id, COALESCE(p.division, k.division) AS division, p.lon, p.lat,
            COALESCE(p.filed, k.filed) AS filed, k.division AS division_before, k.area
        FROM present AS p FULL JOIN known AS k ON k.body_id = p.id
        WHERE p.id IS NOT NULL OR k.area IS NOT NULL
        """  # noqa: S608 - fixed conditions
    )


_OF_IDS = _placed("id = ANY(CAST(:ids AS uuid[]))", "body_id = ANY(CAST(:ids AS uuid[]))")
_OF_DIVISION = _placed("division = :division", "division = :division OR body_id IN (SELECT id FROM present)")
_IN_BOX = _placed(
    "division = :division AND lon BETWEEN :west AND :east AND lat BETWEEN :south AND :north",
    "body_id IN (SELECT id FROM present)",
)


@dataclass(frozen=True, slots=True)
class Body:
    """A body, where it is (None: nowhere any more), and in which area it was."""

    id: UUID
    division: str
    position: tuple[float, float] | None
    filed: bool
    area: str | None
    moved: bool
    """It was in another division when it was assigned last."""


async def bodies_of(tx: Transaction, ids: Sequence[UUID], on: date) -> list[Body]:
    """These bodies, as far as they have a position on a day, or were in an area."""
    return _bodies(await tx.rows(_OF_IDS, {"ids": list(ids), "on": on}))


async def bodies_in(tx: Transaction, division: str, on: date, box: Box | None) -> list[Body]:
    """The bodies of a division (with a position in the box)."""
    named: dict[str, Any] = {"division": division, "on": on}
    if box is None:
        return _bodies(await tx.rows(_OF_DIVISION, named))
    named |= dict(zip(("west", "south", "east", "north"), box, strict=True))
    return _bodies(await tx.rows(_IN_BOX, named))


async def put(
    tx: Transaction, assigned: Sequence[tuple[Body, str | None]], stated_in: Mapping[UUID, UUID]
) -> dict[UUID, int]:
    """Store in which area bodies are, and the event that states it of each filed one; returns the number of each
    one's assignments."""
    about = [(body, {"area": area, "stated_in": stated_in.get(body.id)}) for body, area in assigned]
    rows: list[Record] = [
        {"body_id": body.id, "division": body.division, "filed": body.filed, "sequence": 1, **more}
        for body, more in about
    ]
    return {row.body_id: row.sequence for row in await tx.rows(_PUT, columns_of(rows, _COLUMNS))}


async def hold_divisions_of(tx: Transaction, divisions: Collection[str], ids: Sequence[UUID]) -> bool:
    """Lock the areas of these divisions, and of those in which these bodies were assigned last, in one order.

    Of divisions that have had areas alone; returns whether there are any.
    """
    return bool(await tx.rows(_HOLD_OF, {"divisions": sorted(divisions), "ids": list(ids)}))


async def replace_faults(tx: Transaction, division: str, faults: Sequence[Fault]) -> None:
    """The gaps and overlaps of a division are these."""
    await tx.execute(text("DELETE FROM area_faults WHERE division = :division"), {"division": division})
    if faults:
        await tx.execute(_INSERT_FAULTS, columns_of([_fault_row(division, one) for one in faults], _FAULT))


def _fault_row(division: str, fault: Fault) -> Record:
    areas = " ".join(fault.areas)
    return {
        # The same gap has the same id, so that a list of them can be read on.
        "id": uuid5(NAMESPACE_OID, f"{division} {fault.what} {areas} {fault.lon} {fault.lat}"),
        "division": division,
        "what": fault.what,
        "areas": areas,
        "square_metres": fault.square_metres,
        "lon": fault.lon,
        "lat": fault.lat,
    }


def _bodies(rows: Sequence[Any]) -> list[Body]:
    return [
        Body(
            row.id,
            row.division,
            None if row.lon is None else (row.lon, row.lat),
            row.filed,
            row.area,
            row.division_before is not None and row.division_before != row.division,
        )
        for row in rows
    ]
