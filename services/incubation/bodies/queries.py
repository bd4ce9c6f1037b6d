"""Every SELECT of the bodies, and the write of the projection beside them."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from services.incubation.bodies.body import Body
from services.incubation.tables import bodies
from shared.db.base import columns_of, insert_list
from shared.db.paging import where_within
from shared.db.session import Record, Transaction
from shared.field.divisions import divisions_above
from shared.superiors.stated import read_names

_COLUMNS = tuple(column.name for column in bodies.c)
_UPSERT = insert_list(
    bodies,
    _COLUMNS,
    "ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name != "id")
    + " WHERE bodies.sequence < excluded.sequence",
)
FEDERATIONS = (
    "SELECT code FROM bodies WHERE kind = 'federation_committee' AND since <= :day AND (until IS NULL OR until > :day)"
)
"""As SQL: the codes of the federations' Party committees (S14) of a `:day`, for the modules above."""
UNDER_CIVIL_AFFAIRS = """
SELECT FROM bodies AS b JOIN bodies AS above ON above.code = b.parent
WHERE b.code = {code} AND b.since <= {day} AND (b.until IS NULL OR b.until > {day})
  AND b.kind = 'incubator_committee' AND b.structure = ANY({structures})
  AND starts_with({division}, regexp_replace(b.division, '(00)+$', '')) AND (b.street IS NULL OR b.street = {street})
  AND above.department = {department}
"""
"""As SQL: whether a body is an incubator's committee or general branch as H5 asks for, for the modules above."""
_BY_CODE = select(bodies).where(bodies.c.code == bindparam("codes", type_=ARRAY(Text)).any_())

# Of a body in another place, the next above may be one of the divisions above that place.
_ABOVE_PLACES = text(
    """
    WITH RECURSIVE places AS (
        SELECT unnest(CAST(:divisions AS text[])) AS division
        UNION
        SELECT above.division FROM bodies AS b CROSS JOIN LATERAL (
            VALUES (b.division), (left(b.division, 4) || '00'), (left(b.division, 2) || '0000')
        ) AS above(division)
        WHERE b.code = ANY(CAST(:codes AS text[]))
    ), up AS (
        SELECT b.id, b.code, b.parent FROM bodies AS b
        WHERE b.code = ANY(CAST(:codes AS text[])) OR b.division IN (SELECT division FROM places)
        UNION
        SELECT b.id, b.code, b.parent FROM up JOIN bodies AS b ON b.code = up.parent
    )
    SELECT b.* FROM bodies AS b WHERE b.id IN (SELECT id FROM up) ORDER BY b.code
    """
)


async def upsert(tx: Transaction, rows: Sequence[Record]) -> None:
    """Store what is stated of bodies, unless something newer is known."""
    if rows:
        await tx.execute(_UPSERT, columns_of(rows, _COLUMNS))


async def get(tx: Transaction, body_id: UUID) -> Body | None:
    """One body that the caller sees."""
    row = await tx.record(select(bodies).where(bodies.c.id == body_id))
    return None if row is None else _body_of(row)


async def by_code(tx: Transaction, codes: Iterable[str]) -> dict[str, Body]:
    """Bodies that the caller sees, by code: those of the divisions above as well."""
    return await _by_code(tx, {*codes})


async def within(tx: Transaction, prefix: str) -> list[Body]:
    """The caller's bodies of a division and of those inside it, by code."""
    rows = await tx.records(where_within(select(bodies), bodies.c.division, prefix).order_by(bodies.c.code))
    return [_body_of(row) for row in rows if tx.access.reaches(row["division"])]


async def of_division(tx: Transaction, division: str) -> list[Body]:
    """The bodies of one division, by code."""
    rows = await tx.records(select(bodies).where(bodies.c.division == division).order_by(bodies.c.code))
    return [_body_of(row) for row in rows]


async def above_places(tx: Transaction, divisions: Iterable[str], codes: Iterable[str] = ()) -> dict[str, Body]:
    """The bodies of these divisions and of those above, those of these codes with the bodies of their own divisions and
    above, and the parents of all of them up to the last; whoever sees them.

    A district's bodies are under bodies of its city, which the district does not see as its own.
    """
    wanted = sorted({above for division in divisions for above in divisions_above(division)})
    async with tx.system_scope():
        rows = await tx.records(_ABOVE_PLACES, {"divisions": wanted, "codes": sorted(set(codes))})
    return {row["code"]: _body_of(row) for row in rows}


async def with_parents(tx: Transaction, codes: Iterable[str]) -> dict[str, Body]:
    """Bodies of these codes and their parents, whoever sees them: an incubator's is under its city's, perhaps."""
    async with tx.system_scope():
        found = await _by_code(tx, set(codes))
        parents = {one.parent for one in found.values() if one.parent is not None} - found.keys()
        return found | (await _by_code(tx, parents) if parents else {})


async def _by_code(tx: Transaction, codes: set[str]) -> dict[str, Body]:
    if not codes:
        return {}
    return {row["code"]: _body_of(row) for row in await tx.records(_BY_CODE, {"codes": sorted(codes)})}


def _body_of(row: Record) -> Body:
    content = {name: row[name] for name in _COLUMNS if name not in ("names", "sequence")}
    return Body(**content, names=read_names(row["names"]))
