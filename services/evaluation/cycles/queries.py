"""Every SELECT of the cycles, and the set-based writes beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update

from services.evaluation.cycles.frozen_rules import FrozenPolicy, FrozenRules
from services.evaluation.cycles.rules import STORED_DRAFT
from services.evaluation.indicator_systems.rules import IndicatorSystem
from services.evaluation.indicator_systems.scoring import ScoringSystem
from services.evaluation.policies import RatingParameters
from services.evaluation.raters.rules import FrozenRaters
from services.evaluation.tables import cycle_indicator_systems, cycles
from shared.db.base import columns_of, insert_list
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction

_NEW_COLUMNS = ("id", "year", "division", "state", "version", "created_at")
_INSERT = insert_list(cycles, _NEW_COLUMNS, "ON CONFLICT (year, division) DO NOTHING RETURNING id")
_SYSTEM_COLUMNS = ("cycle_id", "type", "version", "division", "content")
_INSERT_SYSTEMS = insert_list(cycle_indicator_systems, _SYSTEM_COLUMNS)

OPENED_CYCLES = (
    "SELECT id, year, division, rpad(division, 6, '0') AS first_division, rpad(division, 6, '9') AS last_division, "
    "policy->'parameters'->'rated_forms' AS rated_forms, make_date(year, 12, 31) AS reference_date "
    "FROM cycles WHERE state <> 'draft'"
)
"""For joins: the cycles that were opened, each with the range of six-digit codes that it contains."""
OPEN_CYCLES = f"{OPENED_CYCLES} AND state = 'open'"
"""Those of them that are not closed."""

DECIDED_BY_SESSION = (
    "(COALESCE(c.policy->'parameters'->'session', 'null') <> 'null' "
    "OR COALESCE(c.policy->'parameters'->'quota_max_bp', '{}') <> '{}' "
    "OR COALESCE(CAST(c.policy->'parameters'->>'laggards_min_bp' AS integer), 0) > 0)"
)
"""Whether a session decides in a cycle c, in SQL (`RatingParameters.session_rules`)."""


frozen_systems = (
    select(
        cycles.c.id.label("cycle_id"),
        cycles.c.state.label("cycle_state"),
        cycles.c.opened_by,
        cycles.c.policy,
        cycle_indicator_systems.c.type,
        cycle_indicator_systems.c.content.label("system"),
    )
    .join(cycle_indicator_systems, cycle_indicator_systems.c.cycle_id == cycles.c.id)
    .subquery("frozen_systems")
)
"""For joins: the systems that cycles froze, by cycle and type, each with the cycle's state and policy."""


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


async def freeze_systems(tx: Transaction, cycle: Record, systems: Sequence[IndicatorSystem]) -> None:
    """Store indicator systems as they are, for the cycle that opens."""
    rows: list[dict[str, object]] = [
        {
            "cycle_id": cycle["id"],
            "type": system.type,
            "version": system.version,
            "division": cycle["division"],
            "content": system.model_dump_json(),
        }
        for system in systems
    ]
    await tx.execute(_INSERT_SYSTEMS, columns_of(rows, _SYSTEM_COLUMNS))


async def save_opening(
    tx: Transaction, cycle_id: UUID, *, state: str, policy: Mapping[str, Any], note: str | None, now: datetime
) -> None:
    """Write that a cycle opened, and the policy that it froze."""
    await tx.execute(
        update(cycles)
        .where(cycles.c.id == cycle_id)
        .values(
            state=state,
            policy=dict(policy),
            note=note,
            opened_at=now,
            opened_by=tx.access.actor,
            version=cycles.c.version + 1,
        )
    )


async def save_closing(tx: Transaction, cycle_id: UUID, *, state: str, note: str | None, now: datetime) -> None:
    """Write that a cycle closed."""
    await tx.execute(
        update(cycles)
        .where(cycles.c.id == cycle_id)
        .values(state=state, closing_note=note, closed_at=now, closed_by=tx.access.actor, version=cycles.c.version + 1)
    )


async def is_enclosed(tx: Transaction, year: int, division: str) -> bool:
    """Whether a cycle of the year that was opened contains the division in a larger one."""
    return bool(await tx.scalar(_ENCLOSED, {"year": year, "division": division}))


async def list_outdated(tx: Transaction, today: date) -> list[UUID]:
    """Cycles that enrolled before their reference date, which has passed; be they closed by now."""
    return [row.id for row in await tx.rows(_OUTDATED, {"today": today})]


async def note_up_to_date(tx: Transaction, cycle_ids: Sequence[UUID], now: datetime) -> None:
    """Write that the enrolments of cycles are those of the reference date."""
    await tx.execute(
        text("UPDATE cycles SET brought_up_to_date_at = :now WHERE id = ANY(CAST(:ids AS uuid[]))"),
        {"ids": list(cycle_ids), "now": now},
    )


async def hold_open(tx: Transaction, cycle_id: UUID) -> None:
    """Keep a cycle, be it one above the caller's scope, from closing before this transaction ends."""
    async with tx.system_scope():
        await tx.execute(text("SELECT FROM cycles WHERE id = :id FOR SHARE"), {"id": cycle_id})


_ENCLOSED = text(
    "SELECT EXISTS (SELECT FROM cycles WHERE year = :year AND state <> 'draft' AND division <> :division "
    "AND starts_with(:division, division))"
)
_OUTDATED = text(
    "SELECT id FROM cycles WHERE state <> 'draft' AND brought_up_to_date_at IS NULL "
    "AND make_date(year, 12, 31) < :today ORDER BY id FOR UPDATE"
)


_RULES = text(
    "SELECT c.id, c.policy, jsonb_object_agg(s.type, s.version) AS versions "
    "FROM cycles c JOIN cycle_indicator_systems s ON s.cycle_id = c.id WHERE c.id = ANY(CAST(:ids AS uuid[])) "
    "GROUP BY c.id"
)


async def frozen_rules(tx: Transaction, cycle_ids: Sequence[UUID]) -> dict[UUID, FrozenRules]:
    """What these cycles froze, by cycle; a draft has frozen nothing and is left out."""
    return {
        row.id: FrozenRules(FrozenPolicy.model_validate(row.policy), row.versions)
        for row in await tx.rows(_RULES, {"ids": list(cycle_ids)})
    }


@dataclass(frozen=True, slots=True)
class CycleDuties:
    """What of a cycle bars people from steps: its state, who opened it, and the duties that its policy separates."""

    state: str
    opened_by: str | None
    separate_duties: Sequence[str]
    policy: RatingParameters | None = None
    """What it froze; None of a draft."""
    raters: FrozenRaters | None = None


async def duties_of(tx: Transaction, cycle_ids: Sequence[UUID]) -> dict[UUID, CycleDuties]:
    """Of these cycles, by cycle; of those beyond the caller's scope too, where an evaluation that moved waits."""
    statement = text("SELECT id, state, opened_by, policy FROM cycles WHERE id = ANY(:ids)")
    async with tx.system_scope():
        rows = await tx.rows(statement, {"ids": list(cycle_ids)})
    found = {}
    for row in rows:
        frozen = FrozenPolicy.model_validate(row.policy) if row.policy else None
        separate, policy = (frozen.parameters.separate_duties, frozen.parameters) if frozen else ((), None)
        found[row.id] = CycleDuties(row.state, row.opened_by, separate, policy, frozen.raters if frozen else None)
    return found


async def systems_of(tx: Transaction, cycle_ids: Sequence[UUID]) -> dict[tuple[UUID, str], ScoringSystem]:
    """The systems that cycles froze, by cycle and type; of those beyond the caller's scope too (see `duties_of`)."""
    statement = text("SELECT cycle_id, type, content FROM cycle_indicator_systems WHERE cycle_id = ANY(:ids)")
    async with tx.system_scope():
        rows = await tx.rows(statement, {"ids": list(cycle_ids)})
    return {(row.cycle_id, row.type): ScoringSystem.model_validate(row.content) for row in rows}


_FROZEN = text(
    "SELECT type, version, content->'name'->>'zh' AS name, "
    "(SELECT count(*) FROM jsonb_path_query(content, '$.levels[*].indicators[*]')) AS indicators, "
    "(SELECT sum(CAST(level->>'points' AS numeric)) FROM jsonb_array_elements(content->'levels') AS level) AS points "
    "FROM cycle_indicator_systems WHERE cycle_id = :cycle ORDER BY type"
)


async def list_frozen(tx: Transaction, cycle_id: UUID) -> list[Record]:
    """The systems that a cycle froze: type, version, name, how many indicators, and their points together."""
    return await tx.records(_FROZEN, {"cycle": cycle_id})


async def list_cycles(
    tx: Transaction, *, division: str | None, year: int | None, state: str | None, after: str | None, limit: int
) -> list[Record]:
    """A page by id, and one row more where there is another page; `division` is a prefix."""
    statement = where_given(
        select(cycles), {cycles.c.year: year, cycles.c.state: STORED_DRAFT if state == "drafted" else state}
    )
    statement = where_within(statement, cycles.c.division, division)
    return await tx.records(page_by_id(statement, cycles.c.id, after, limit))
