"""Every SELECT of the cycles, and the set-based writes beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update

from services.evaluation.policies import EvaluationParameters
from services.evaluation.tables import cycle_indicator_systems, cycles
from shared.db.base import columns_of, insert_list
from shared.db.session import Record, Transaction
from shared.field.divisions import scope_prefix

_NEW_COLUMNS = ("id", "year", "division", "state", "version", "created_at")
_INSERT = insert_list(cycles, _NEW_COLUMNS, "ON CONFLICT (year, division) DO NOTHING RETURNING id")
_SYSTEM_COLUMNS = ("cycle_id", "type", "version", "division", "content")
_INSERT_SYSTEMS = insert_list(cycle_indicator_systems, _SYSTEM_COLUMNS)


async def insert_new(tx: Transaction, rows: Sequence[dict[str, Any]]) -> set[UUID]:
    """Insert; returns the ids of those whose year and division were free."""
    return {row.id for row in await tx.rows(_INSERT, columns_of(rows, _NEW_COLUMNS))}


async def find(tx: Transaction, year: int, division: str) -> Record | None:
    """The cycle of a division and year."""
    return await tx.record(select(cycles).where(cycles.c.year == year, cycles.c.division == division))


async def get(tx: Transaction, cycle_id: UUID, *, lock: bool = False) -> Record | None:
    """One cycle."""
    statement = select(cycles).where(cycles.c.id == cycle_id)
    return await tx.record(statement.with_for_update() if lock else statement)


async def open_cycle(
    tx: Transaction, cycle_id: UUID, *, policy: Mapping[str, Any], note: str | None, now: datetime
) -> None:
    """Note that it is open, and the parameters it goes by."""
    await tx.execute(
        update(cycles)
        .where(cycles.c.id == cycle_id)
        .values(state="open", policy=dict(policy), note=note, opened_at=now, version=cycles.c.version + 1)
    )


async def set_counts(tx: Transaction, cycle_id: UUID, *, enrolled: int, not_rated: int) -> None:
    """What the opening found."""
    await tx.execute(update(cycles).where(cycles.c.id == cycle_id).values(enrolled=enrolled, not_rated=not_rated))


async def insert_systems(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Freeze indicator systems into a cycle."""
    await tx.execute(_INSERT_SYSTEMS, columns_of(rows, _SYSTEM_COLUMNS))


@dataclass(frozen=True, slots=True)
class FrozenRules:
    """What a cycle goes by: the policy's id and parameters, the version of each type's system."""

    policy_id: str
    parameters: EvaluationParameters
    versions: Mapping[str, str]


_RULES = text(
    "SELECT c.id, c.policy, jsonb_object_agg(s.type, s.version) AS versions "
    "FROM cycles c JOIN cycle_indicator_systems s ON s.cycle_id = c.id WHERE c.id = ANY(CAST(:ids AS uuid[])) "
    "GROUP BY c.id"
)


async def frozen_rules(tx: Transaction, cycle_ids: Sequence[UUID]) -> dict[UUID, FrozenRules]:
    """The rules that opened cycles go by."""
    return {
        row.id: FrozenRules(
            row.policy["id"], EvaluationParameters.model_validate(row.policy["parameters"]), row.versions
        )
        for row in await tx.rows(_RULES, {"ids": list(cycle_ids)})
    }


async def list_cycles(
    tx: Transaction, *, division: str | None, year: int | None, state: str | None, after: str | None, limit: int
) -> list[Record]:
    """A page by id."""
    statement = select(cycles).order_by(cycles.c.id).limit(limit)
    if division is not None:
        statement = statement.where(cycles.c.division.startswith(scope_prefix(division), autoescape=True))
    if year is not None:
        statement = statement.where(cycles.c.year == year)
    if state is not None:
        statement = statement.where(cycles.c.state == state)
    if after is not None:
        statement = statement.where(cycles.c.id > UUID(after))
    return await tx.records(statement)
