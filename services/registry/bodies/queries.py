"""Every SELECT of the bodies, and the writes beside them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from services.registry.bodies.body import Body, DatedName, Seat
from services.registry.tables import bodies
from shared.contracts.bodies import BodyKind, BodyLevel
from shared.db.base import columns_of, insert_list, to_json, update_list
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction
from shared.field.divisions import divisions_above

_CONTENT = (
    "names",
    "level",
    "kind",
    "structure",
    "department",
    "division",
    "street",
    "parent",
    "since",
    "until",
    "conference",
    "version",
)
_INSERT = insert_list(bodies, ("id", "code", *_CONTENT))
_UPDATE = update_list(bodies, ("id",), _CONTENT)
_CODES = bindparam("codes", type_=ARRAY(Text))
_DIVISIONS = bindparam("divisions", type_=ARRAY(Text))
_ONE_WRITER = text("SELECT pg_advisory_xact_lock(hashtext('bodies'))")


async def lock_tree(tx: Transaction) -> None:
    """Let one transaction at a time change bodies: two of them could close a circle of parents."""
    await tx.scalar(_ONE_WRITER)


async def get(tx: Transaction, code: str) -> Body | None:
    """One body that the caller sees."""
    found = await tx.record(select(bodies).where(bodies.c.code == code))
    return None if found is None else body_of(found)


async def by_code(tx: Transaction, codes: Iterable[str], *, lock: bool = False) -> dict[str, Body]:
    """Bodies that the caller sees, by code."""
    statement = select(bodies).where(bodies.c.code == _CODES.any_()).order_by(bodies.c.code)
    return await _bodies(tx, statement.with_for_update() if lock else statement, {"codes": sorted(set(codes))})


async def around(tx: Transaction, divisions: Iterable[str], *, hold: bool = False) -> dict[str, Body]:
    """The bodies of these divisions and of those above, as far as the scope sees them: a body's parents are among them.

    `hold` keeps them as they are until the transaction ends; it needs the system's scope, since it asks for the right
    to change them, and a district belongs under bodies of its city.
    """
    wanted = sorted({above for division in divisions for above in divisions_above(division)})
    statement = select(bodies).where(bodies.c.division == _DIVISIONS.any_()).order_by(bodies.c.code)
    return await _bodies(tx, statement.with_for_update(read=True) if hold else statement, {"divisions": wanted})


async def within(tx: Transaction, prefix: str) -> list[Body]:
    """The bodies of a division and of those inside it that the caller sees, by code."""
    statement = where_within(select(bodies), bodies.c.division, prefix).order_by(bodies.c.code)
    return list((await _bodies(tx, statement, {})).values())


async def list_divisions(tx: Transaction, on: date) -> list[str]:
    """The divisions that have a body in force on a day."""
    return [row.division for row in await tx.rows(_in_force(select(bodies.c.division), on).distinct(), {})]


async def children(tx: Transaction, codes: Sequence[str]) -> list[Body]:
    """The bodies that these are the parents of, whoever sees them."""
    async with tx.system_scope():
        found = await _bodies(tx, select(bodies).where(bodies.c.parent == _CODES.any_()), {"codes": list(codes)})
    return list(found.values())


async def list_bodies(
    tx: Transaction,
    *,
    division: str | None,
    kind: BodyKind | None,
    level: BodyLevel | None,
    on: date | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id; `on` keeps those in force on the day."""
    statement = where_given(select(bodies), {bodies.c.kind: kind, bodies.c.level: level})
    statement = where_within(statement, bodies.c.division, division)
    if on is not None:
        statement = _in_force(statement, on)
    return await tx.records(page_by_id(statement, bodies.c.id, after, limit))


def _in_force(statement: Select[Any], on: date) -> Select[Any]:
    return statement.where(bodies.c.since <= on, or_(bodies.c.until.is_(None), bodies.c.until > on))


async def insert(tx: Transaction, new: Sequence[Body]) -> None:
    """Record new bodies."""
    if new:
        await tx.execute(_INSERT, columns_of([_row(body) for body in new], ("id", "code", *_CONTENT)))


async def update(tx: Transaction, changed: Sequence[Body]) -> None:
    """Write what changed of bodies whose rows are locked."""
    if changed:
        await tx.execute(_UPDATE, columns_of([_row(body) for body in changed], ("id", *_CONTENT)))


async def _bodies(tx: Transaction, statement: Select[Any], parameters: dict[str, Any]) -> dict[str, Body]:
    return {row["code"]: body_of(row) for row in await tx.records(statement, parameters)}


def body_of(row: Record) -> Body:
    """A stored row."""
    seat = row["conference"]
    return Body(
        **{name: row[name] for name in ("id", "code", *_CONTENT) if name not in ("names", "conference")},
        names=tuple(DatedName(one["name"], date.fromisoformat(one["from"])) for one in row["names"]),
        conference=seat and Seat(seat["role"], date.fromisoformat(seat["from"]), _day(seat["until"])),
    )


def plain_names(body: Body) -> list[dict[str, Any]]:
    """The names as they are stored and sent."""
    return [{"name": one.name, "from": one.since} for one in body.names]


def plain_seat(body: Body) -> dict[str, Any] | None:
    """Its part in a conference as it is stored and sent."""
    seat = body.conference
    return None if seat is None else {"role": seat.role, "from": seat.since, "until": seat.until}


def _row(body: Body) -> dict[str, Any]:
    row = {name: getattr(body, name) for name in ("id", "code", *_CONTENT)}
    seat = plain_seat(body)
    return row | {"names": to_json(plain_names(body)), "conference": None if seat is None else to_json(seat)}


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)
