"""Every SELECT of the grants, and the set-based writes beside them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from services.funding.tables import grant_decisions, grant_steps, grants
from shared.db.base import columns_of, insert_list
from shared.db.session import Record, Transaction
from shared.field.divisions import scope_prefix

Key = tuple[UUID, str, int]
"""A grant's recipient, scheme and year."""

_HANDS = ("drafted_by", "reviewed_by", "approved_by", "paid_by")
_NOT_YET = set(_HANDS) - {"drafted_by"}
_COLUMNS = tuple(column.name for column in grants.c if column.name not in _NOT_YET)
_INSERT = insert_list(
    grants, _COLUMNS, "ON CONFLICT (recipient_id, scheme, year) DO NOTHING RETURNING id, recipient_id, scheme, year"
)
_STEP_COLUMNS = tuple(column.name for column in grant_steps.c)
_INSERT_STEPS = insert_list(grant_steps, _STEP_COLUMNS)
_DECISION_COLUMNS = tuple(column.name for column in grant_decisions.c)
_INSERT_DECISIONS = insert_list(grant_decisions, _DECISION_COLUMNS, "ON CONFLICT (event_id) DO NOTHING")
_IDS = bindparam("ids", type_=ARRAY(Uuid))
_LOCK = select(grants).where(grants.c.id == _IDS.any_()).order_by(grants.c.id).with_for_update()
_STEPS = (
    select(grant_steps)
    .where(grant_steps.c.grant_id == _IDS.any_())
    .order_by(grant_steps.c.grant_id, grant_steps.c.version)
)


async def insert_new(tx: Transaction, rows: Sequence[dict[str, Any]]) -> dict[Key, UUID]:
    """Insert; returns the ids of those whose recipient had none of the scheme and year."""
    if not rows:
        return {}
    made = await tx.rows(_INSERT, columns_of(rows, _COLUMNS))
    return {(row.recipient_id, row.scheme, row.year): row.id for row in made}


async def find_by_key(tx: Transaction, keys: Sequence[Key]) -> dict[Key, UUID]:
    """The ids of grants that exist."""
    if not keys:
        return {}
    recipients, schemes, years = zip(*keys, strict=True)
    rows = await tx.rows(
        text(
            "SELECT g.id, g.recipient_id, g.scheme, g.year FROM unnest(CAST(:recipients AS uuid[]), "
            "CAST(:schemes AS text[]), CAST(:years AS integer[])) AS u(recipient_id, scheme, year) "
            "JOIN grants g USING (recipient_id, scheme, year)"
        ),
        {"recipients": list(recipients), "schemes": list(schemes), "years": list(years)},
    )
    return {(row.recipient_id, row.scheme, row.year): row.id for row in rows}


async def insert_steps(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Add to the history."""
    if rows:
        await tx.execute(_INSERT_STEPS, columns_of(rows, _STEP_COLUMNS))


async def insert_decisions(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Keep decisions; one an event, however often it comes."""
    if rows:
        await tx.execute(_INSERT_DECISIONS, columns_of(rows, _DECISION_COLUMNS))


async def lock_many(tx: Transaction, ids: Sequence[UUID]) -> list[Record]:
    """Grants by id, locked in one order so that two lists never wait for each other in a ring."""
    return await tx.records(_LOCK, {"ids": list(ids)})


async def save_states(tx: Transaction, rows: Sequence[Mapping[str, Any]], reasons: Sequence[str]) -> None:
    """Write state, version, reasons and hands of grants that took a step."""
    await tx.execute(
        text(
            "UPDATE grants AS g SET state = u.state, version = u.version, reasons = CAST(u.reasons AS jsonb), "  # noqa: S608 - names of our own columns
            + ", ".join(f"{hand} = u.{hand}" for hand in _HANDS)
            + " FROM unnest(CAST(:ids AS uuid[]), CAST(:states AS text[]), CAST(:versions AS bigint[]), "
            "CAST(:reasons AS text[]), "
            + ", ".join(f"CAST(:{hand} AS text[])" for hand in _HANDS)
            + f") AS u(id, state, version, reasons, {', '.join(_HANDS)}) WHERE g.id = u.id"
        ),
        {
            "ids": [row["id"] for row in rows],
            "states": [row["state"] for row in rows],
            "versions": [row["version"] for row in rows],
            "reasons": list(reasons),
            **columns_of([dict(row) for row in rows], _HANDS),
        },
    )


async def get(tx: Transaction, grant_id: UUID) -> Record | None:
    """One grant."""
    return await tx.record(select(grants).where(grants.c.id == grant_id))


async def steps_of(tx: Transaction, ids: Sequence[UUID]) -> list[Record]:
    """The histories of these grants, each in its order."""
    return await tx.records(_STEPS, {"ids": list(ids)}) if ids else []


async def list_grants(
    tx: Transaction,
    *,
    recipient: UUID | None,
    year: int | None,
    state: str | None,
    division: str | None,
    scheme: str | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id."""
    statement = select(grants).order_by(grants.c.id).limit(limit)
    equal = {"recipient_id": recipient, "year": year, "state": state, "scheme": scheme}
    for name, value in equal.items():
        if value is not None:
            statement = statement.where(grants.c[name] == value)
    if division is not None:
        statement = statement.where(grants.c.division.startswith(scope_prefix(division)))
    if after is not None:
        statement = statement.where(grants.c.id > UUID(after))
    return await tx.records(statement)


async def list_decisions(
    tx: Transaction, *, recipient: UUID | None, year: int | None, after: str | None, limit: int
) -> list[Record]:
    """A page of decisions by id."""
    statement = select(grant_decisions).order_by(grant_decisions.c.id).limit(limit)
    if recipient is not None:
        statement = statement.where(grant_decisions.c.recipient_id == recipient)
    if year is not None:
        statement = statement.where(grant_decisions.c.year == year)
    if after is not None:
        statement = statement.where(grant_decisions.c.id > UUID(after))
    return await tx.records(statement)
