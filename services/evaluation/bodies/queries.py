"""Every SELECT of the bodies, and the write of the projection beside them."""

from collections.abc import Iterable, Sequence

from sqlalchemy import text

from services.evaluation.bodies.body import Body
from services.evaluation.tables import bodies
from shared.db.base import columns_of, insert_list
from shared.db.session import Record, Transaction
from shared.superiors.stated import read_names

_COLUMNS = tuple(column.name for column in bodies.c)
_UPSERT = insert_list(
    bodies,
    _COLUMNS,
    "ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name != "id")
    + " WHERE bodies.sequence < excluded.sequence",
)
# Of a body in another place, the next above may be one of the divisions above that place.
_AROUND = text(
    """
    WITH RECURSIVE places AS (
        SELECT DISTINCT above.division FROM bodies AS b CROSS JOIN LATERAL (
            VALUES (b.division), (left(b.division, 4) || '00'), (left(b.division, 2) || '0000')
        ) AS above(division)
        WHERE b.code = ANY(CAST(:codes AS text[]))
    ), up AS (
        SELECT b.id, b.parent FROM bodies AS b
        WHERE b.code = ANY(CAST(:codes AS text[])) OR b.division IN (SELECT division FROM places)
        UNION
        SELECT b.id, b.parent FROM up JOIN bodies AS b ON b.code = up.parent
    )
    SELECT b.* FROM bodies AS b WHERE b.id IN (SELECT id FROM up) ORDER BY b.code
    """
)


async def upsert(tx: Transaction, rows: Sequence[Record]) -> None:
    """Store what is stated of bodies, unless something newer is known."""
    if rows:
        await tx.execute(_UPSERT, columns_of(rows, _COLUMNS))


async def around(tx: Transaction, codes: Iterable[str]) -> dict[str, Body]:
    """The bodies of these codes, those of their divisions and of the divisions above, and the parents of all of them up
    to the last; whoever sees them.

    A district's bodies are under bodies of its city, which the district does not see as its own.
    """
    wanted = sorted(set(codes))
    if not wanted:
        return {}
    async with tx.system_scope():
        rows = await tx.records(_AROUND, {"codes": wanted})
    return {row["code"]: body_of(row) for row in rows}


def body_of(row: Record) -> Body:
    """A stored row."""
    content = {name: row[name] for name in _COLUMNS if name not in ("names", "sequence")}
    return Body(**content, names=read_names(row["names"]))
