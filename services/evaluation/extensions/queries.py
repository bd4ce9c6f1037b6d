"""Every SELECT of the extensions and of the late, and the writes beside them."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import column, insert, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import Text, Uuid

from services.evaluation.deadlines.due_days import SUBMITTED, due_on
from services.evaluation.extensions.rules import State
from services.evaluation.tables import extensions
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction


async def insert_extension(tx: Transaction, row: Record) -> None:
    """Record an application."""
    await tx.execute(insert(extensions).values(row))


async def states_of(tx: Transaction, evaluation_id: UUID, stage: str) -> list[State]:
    """What became of the applications for a stage of an evaluation that is locked."""
    statement = select(extensions.c.state).where(
        extensions.c.evaluation_id == evaluation_id, extensions.c.stage == stage
    )
    return [row.state for row in await tx.rows(statement)]


async def get(tx: Transaction, evaluation_id: UUID, extension_id: UUID) -> Record | None:
    """An application of an evaluation, which is locked."""
    return await tx.record(
        select(extensions).where(extensions.c.id == extension_id, extensions.c.evaluation_id == evaluation_id)
    )


async def save_decision(tx: Transaction, extension_id: UUID, values: Mapping[str, Any]) -> None:
    """Write what was decided."""
    await tx.execute(update(extensions).where(extensions.c.id == extension_id).values(**values))


async def list_extensions(
    tx: Transaction,
    *,
    evaluation: UUID | None,
    state: str | None,
    division: str | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id, and one row more where there is another page; `division` is a prefix."""
    statement = where_given(select(extensions), {extensions.c.evaluation_id: evaluation, extensions.c.state: state})
    statement = where_within(statement, extensions.c.division, division)
    return await tx.records(page_by_id(statement, extensions.c.id, after, limit))


_LATE_AT = {
    stage: f"(NOT {done} AND {due_on(stage)} < CAST(:today AS date) AND :stage IN ('', '{stage}'))"
    for stage, done in SUBMITTED.items()
}
_STAGES = "jsonb_path_query_array(jsonb_build_array({}), '$[*] ? (@ != null)')".format(
    ", ".join(
        f"CASE WHEN {late} THEN jsonb_build_object('stage', '{stage}', 'due_on', {due_on(stage)}) END"
        for stage, late in _LATE_AT.items()
    )
)
# The cycle may lie beyond the caller's divisions, where an evaluation that moved waits; its own days go with it.
_LATE = (
    text(
        "SELECT e.id, e.cycle_id, e.party_organization_id, p.name AS party_organization_name, e.division, e.type, "  # noqa: S608 - fixed statements
        f"{_STAGES} AS stages FROM evaluations AS e JOIN party_organizations AS p ON p.id = e.party_organization_id "
        "LEFT JOIN cycles AS c ON c.id = e.cycle_id "
        "WHERE e.state IN ('enrolled', 'scoring') AND (c.id IS NULL OR c.state = 'open' OR e.earlier <> '[]') "
        f"AND ({' OR '.join(_LATE_AT.values())})"
    )
    .columns(
        column("id", Uuid),
        column("cycle_id", Uuid),
        column("party_organization_id", Uuid),
        column("party_organization_name", Text),
        column("division", Text),
        column("type", Text),
        column("stages", JSONB),
    )
    .subquery("late")
)


async def list_late(
    tx: Transaction,
    *,
    cycle: UUID | None,
    stage: str | None,
    division: str | None,
    today: date,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id of the evaluations that are overdue on a day, with their stages; `division` is a prefix."""
    statement = where_given(select(_LATE), {_LATE.c.cycle_id: cycle})
    statement = where_within(statement, _LATE.c.division, division)
    statement = statement.params(today=today, stage=stage or "")
    return await tx.records(page_by_id(statement, _LATE.c.id, after, limit))
