"""Every statement of the simulations; ratings are only read."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from services.evaluation.party_organizations.queries import described
from services.evaluation.tables import cycles, simulation_changes, simulations
from shared.computing.jobs import Jobs
from shared.db.base import columns_of, insert_list
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction

JOBS = Jobs(simulations, key="id", counted="evaluations", channel="simulations")
KEPT = 50
"""Simulations of a division that are kept: the oldest goes where another is asked."""
_CHANGE_COLUMNS = tuple(column.name for column in simulation_changes.columns)
_INSERT_CHANGES = insert_list(simulation_changes, _CHANGE_COLUMNS)
# A basis is taken apart once: with facts it is long. What is left out is that of the rating: the Party organization may
# have another form by now.
_STORED = text(
    """
    SELECT CAST(jsonb_build_object(
        'id', e.id, 'cycle', e.cycle_id, 'division', e.division, 'type', e.type,
        'party', e.party_organization_id, 'session', s.recorded_at, 'final', e.state = 'completed',
        'scores', x.scores, 'bonus', x.bonus, 'vetoes', x.vetoes, 'catalogue', x.catalogue,
        'unsubmitted', x.unsubmitted, 'final_on', CAST(e.completed_at AT TIME ZONE 'Asia/Shanghai' AS date),
        'left_out', COALESCE((l.facts->'not_for_them') || (l.facts->'absent'), '[]'),
        'total', b.total, 'star', b.star, 'laggard', CAST(e.decision->>'laggard' AS boolean),
        'before', CASE WHEN :steps THEN (
            SELECT COALESCE(p.star, CAST(p.earlier->-1->>'star' AS smallint)) FROM evaluations AS p
            WHERE p.party_organization_id = e.party_organization_id AND p.year < e.year
              AND (p.state = 'completed' OR p.earlier <> '[]') ORDER BY p.year DESC LIMIT 1) END
    ) AS text) AS row
    FROM evaluations AS e LEFT JOIN sessions AS s ON s.id = CAST(e.decision->>'session_id' AS uuid)
    CROSS JOIN LATERAL (SELECT
        CASE WHEN e.state = 'completed' THEN e.basis ELSE e.decision->'basis' END AS basis,
        CASE WHEN e.state = 'completed' THEN e.reasons ELSE e.decision->'reasons' END AS reasons,
        CASE WHEN e.state = 'completed' THEN CAST(e.total AS text) ELSE e.decision->>'total' END AS total,
        CASE WHEN e.state = 'completed' THEN e.star ELSE CAST(e.decision->>'star' AS smallint) END AS star
    ) AS b
    CROSS JOIN LATERAL jsonb_to_record(b.basis)
        AS x(scores jsonb, bonus jsonb, vetoes jsonb, catalogue jsonb, unsubmitted jsonb)
    CROSS JOIN LATERAL (
        SELECT jsonb_path_query_first(b.reasons, '$[*] ? (@.rule == "H14" && @.outcome == "scaled").facts') AS facts
    ) AS l
    WHERE e.cycle_id = ANY(CAST(:cycles AS uuid[])) AND e.state <> 'withdrawn'
      AND (e.state = 'completed' OR jsonb_typeof(e.decision) = 'object')
    ORDER BY e.cycle_id, e.id
    """
)
_PRUNE = text(
    "DELETE FROM simulations WHERE id IN (SELECT id FROM simulations WHERE division = :division "
    "ORDER BY id DESC OFFSET :kept)"
)


async def cycles_of(tx: Transaction, *, cycle: UUID | None, year: int | None, division: str | None) -> list[Record]:
    """One cycle, or those of a year inside a division, that were opened."""
    statement = where_given(select(cycles), {cycles.c.id: cycle, cycles.c.year: year})
    statement = where_within(statement, cycles.c.division, division)
    return await tx.records(statement.where(cycles.c.policy.is_not(None)).order_by(cycles.c.id))


async def contents_of(tx: Transaction, cycle_ids: Sequence[UUID]) -> dict[tuple[UUID, str], dict[str, Any]]:
    """The indicator systems that these cycles froze, by cycle and type."""
    statement = text("SELECT cycle_id, type, content FROM cycle_indicator_systems WHERE cycle_id = ANY(:ids)")
    return {(row.cycle_id, row.type): row.content for row in await tx.rows(statement, {"ids": list(cycle_ids)})}


async def final_days_of(tx: Transaction, cycle_ids: Sequence[UUID]) -> list[tuple[str, date | None]]:
    """In which divisions these cycles rated, and on which days ratings became final there; None of the others."""
    statement = text(
        "SELECT DISTINCT division, CASE WHEN state = 'completed' THEN "
        "CAST(completed_at AT TIME ZONE 'Asia/Shanghai' AS date) END AS final_on "
        "FROM evaluations WHERE cycle_id = ANY(:ids) ORDER BY 1, 2"
    )
    return [(row.division, row.final_on) for row in await tx.rows(statement, {"ids": list(cycle_ids)})]


async def insert(tx: Transaction, row: Record) -> None:
    """Store a simulation for a worker; the oldest beyond `KEPT` of the division go."""
    await JOBS.insert(tx, row)
    await tx.execute(_PRUNE, {"division": row["division"], "kept": KEPT})


async def stored_of(tx: Transaction, cycle_ids: Sequence[UUID], *, steps: bool) -> list[str]:
    """The ratings of cycles, each as a JSON text; with the star before, where `steps` count."""
    return [row.row for row in await tx.rows(_STORED, {"cycles": list(cycle_ids), "steps": steps})]


async def count_open(tx: Transaction, cycle_ids: Sequence[UUID]) -> int:
    """Evaluations of cycles that are enrolled and have no final rating."""
    statement = text(
        "SELECT count(*) FROM evaluations WHERE cycle_id = ANY(:ids) AND state NOT IN ('completed', 'withdrawn')"
    )
    return int(await tx.scalar(statement, {"ids": list(cycle_ids)}) or 0)


async def insert_changes(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Store who would change."""
    if rows:
        await tx.execute(_INSERT_CHANGES, columns_of(rows, _CHANGE_COLUMNS))


async def get(tx: Transaction, simulation_id: UUID) -> Record | None:
    """One simulation."""
    return await tx.record(select(simulations).where(simulations.c.id == simulation_id))


async def list_simulations(
    tx: Transaction, *, division: str | None, year: int | None, before: str | None, limit: int
) -> list[Record]:
    """A page, the newest first."""
    statement = where_given(select(simulations), {simulations.c.year: year})
    statement = where_within(statement, simulations.c.division, division)
    return await tx.records(page_by_id(statement, simulations.c.id, before, limit, newest_first=True))


async def list_changes(
    tx: Transaction,
    simulation_id: UUID,
    *,
    star_before: int | None,
    star_after: int | None,
    division: str | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page of who would change, by evaluation, each with its name of today."""
    change = simulation_changes.c
    statement = (
        select(simulation_changes, described.c.party_organization_name, described.c.party_organization_kind)
        .outerjoin(described, described.c.id == change.party_organization_id)
        .where(change.simulation_id == simulation_id)
    )
    statement = where_given(statement, {change.star_before: star_before, change.star_after: star_after})
    statement = where_within(statement, change.evaluated_in, division)
    return await tx.records(page_by_id(statement, change.evaluation_id, after, limit))
