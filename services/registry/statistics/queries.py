"""Every SELECT of the statistical reports, what they count, and the writes beside them."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import insert, select, text

from services.registry.party_organizations.rules import COVERAGE_OF_FORM
from services.registry.statistic_tables.policies import Measure
from services.registry.statistics.report import Counted, Facts, ReportState
from services.registry.tables import statistic_reports
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction
from shared.field.calendar import CHINA

_LEVEL = 6
_ONE_DAY = timedelta(days=1)
# What each organization was at the end of the day: a version that was replaced later, or what it is now; and what
# covered it then. Groups, so that what is read does not grow with the organizations.
_FACTS = text(
    """
    SELECT d.day, f.* FROM unnest(CAST(:days AS date[]), CAST(:finishes AS timestamptz[]), CAST(:enoughs AS integer[]))
        AS d(day, finish, enough) CROSS JOIN LATERAL (
    WITH begun AS (
        SELECT organization_id, max(version) AS version FROM organization_versions
        WHERE until <= d.finish GROUP BY organization_id
    ), held AS (
        SELECT DISTINCT ON (v.organization_id) v.organization_id, v.content,
            b.version IS NOT NULL OR v.version = 1 AS known
        FROM organization_versions AS v LEFT JOIN begun AS b ON b.organization_id = v.organization_id
        WHERE v.version > COALESCE(b.version, 0) ORDER BY v.organization_id, v.version
    ), known_as AS (
        SELECT o.id, COALESCE(h.content ->> 'kind', o.kind) AS kind,
            COALESCE(h.content ->> 'division', o.division) AS division,
            COALESCE(h.content ->> 'street', o.street) AS street,
            COALESCE(h.content ->> 'status', o.status) AS status,
            COALESCE(CAST(h.content ->> 'registered_on' AS date), o.registered_on) AS registered_on,
            COALESCE(CAST(h.content ->> 'full_time_staff' AS integer), o.full_time_staff) AS full_time_staff,
            COALESCE(CAST(h.content ->> 'full_members_full_time' AS integer), o.full_members_full_time)
                AS full_members_full_time,
            COALESCE(CAST(h.content ->> 'full_members' AS integer), o.full_members) AS full_members,
            COALESCE(CAST(h.content ->> 'probationary_members' AS integer), o.probationary_members)
                AS probationary_members,
            CASE WHEN h.organization_id IS NOT NULL THEN h.known
                ELSE o.version = 1 OR b.version IS NOT NULL OR o.as_of <= d.finish END AS known
        FROM organizations AS o LEFT JOIN held AS h ON h.organization_id = o.id
            LEFT JOIN begun AS b ON b.organization_id = o.id
    ), covered AS (
        SELECT c.organization_id, (max(ARRAY[CAST(c.since AS text), g.coverage]))[2] AS coverage
        FROM coverages AS c JOIN party_organizations AS p ON p.id = c.party_organization_id
            JOIN unnest(CAST(:forms AS text[]), CAST(:coverages AS text[])) AS g(form, coverage) ON g.form = p.form
        WHERE c.since <= d.day AND (c.until IS NULL OR c.until > d.day) GROUP BY c.organization_id
    )
    SELECT t.kind, t.division, t.street, COALESCE(c.coverage, 'uncovered') AS coverage,
        CASE WHEN t.full_members >= d.enough THEN 'enough'
            WHEN t.full_members + t.probationary_members > 0 THEN 'few' ELSE 'none' END AS members,
        count(*) AS organizations, sum(t.full_time_staff) AS full_time_staff,
        sum(t.full_members_full_time) AS full_members_full_time, sum(t.full_members) AS full_members,
        sum(t.probationary_members) AS probationary_members, count(*) FILTER (WHERE NOT t.known) AS assumed
    FROM known_as AS t LEFT JOIN covered AS c ON c.organization_id = t.id
    WHERE t.status = 'registered' AND t.registered_on <= d.day AND t.division LIKE :scope
    GROUP BY 1, 2, 3, 4, 5
    ) AS f ORDER BY d.day, f.kind, f.division, f.street, f.coverage, f.members
    """
)
_MEASURES: tuple[Measure, ...] = get_args(Measure)
# The planner takes what policies let through for a handful of rows, and would sort and look up each of them by itself.
_PLANNED = text("SELECT set_config('enable_sort', :to, true), set_config('enable_nestloop', :to, true)")
_HOLD = text("SELECT pg_advisory_xact_lock(hashtext('statistics ' || CAST(:name AS text)))")
_WRITTEN = ("state", "figures", "findings", "words", "reasons", "signed_by", "steps", "computed_at")
_LAST = text(
    "SELECT * FROM statistic_reports WHERE table_code = :table AND division = :division AND lower_levels = :lower "
    "AND state = 'locked' AND cut_off < :cut_off ORDER BY cut_off DESC LIMIT 1"
)


async def count(tx: Transaction, division: str, enough: Mapping[date, int], *, lower_levels: bool) -> dict[date, Facts]:
    """What there was in a division (a prefix) at the end of each day, whoever sees it now.

    `enough` has, by day, how many full members make eligible.
    """
    days = sorted(enough)
    asked = {
        "days": days,
        "finishes": [datetime.combine(day + _ONE_DAY, time(), CHINA) - timedelta(microseconds=1) for day in days],
        "enoughs": [enough[day] for day in days],
        "scope": f"{division}%" if lower_levels else division.ljust(_LEVEL, "0"),
        "forms": list(COVERAGE_OF_FORM),
        "coverages": list(COVERAGE_OF_FORM.values()),
    }
    counted: dict[date, list[Counted]] = {day: [] for day in days}
    assumed = dict.fromkeys(days, 0)
    async with tx.system_scope():
        await tx.execute(_PLANNED, {"to": "off"})
        rows = await tx.rows(_FACTS, asked)
        await tx.execute(_PLANNED, {"to": "on"})
    for row in rows:
        sums: dict[Measure, int] = {name: int(row[name]) for name in _MEASURES}
        counted[row.day].append(Counted(row.kind, row.division, row.street, row.coverage, row.members, sums))
        assumed[row.day] += row.assumed
    return {day: Facts(tuple(counted[day]), assumed[day]) for day in days}


async def hold(tx: Transaction, name: str) -> None:
    """Let nobody draw up the same report, or take a step of one (its id), until the transaction ends."""
    await tx.scalar(_HOLD, {"name": name})


async def find(tx: Transaction, key: Mapping[str, Any]) -> Record | None:
    """The report of a table, a division and a day."""
    statement = select(statistic_reports).where(*(statistic_reports.c[name] == value for name, value in key.items()))
    return await tx.record(statement)


async def get(tx: Transaction, report_id: UUID) -> Record | None:
    """One report."""
    return await tx.record(select(statistic_reports).where(statistic_reports.c.id == report_id))


async def last_locked(tx: Transaction, row: Mapping[str, Any]) -> Record | None:
    """The locked report of the same table and division with the latest earlier cut-off day."""
    named = {"table": row["table_code"], "division": row["division"], "lower": row["lower_levels"]}
    return await tx.record(_LAST, {**named, "cut_off": row["cut_off"]})


async def insert_one(tx: Transaction, row: Record) -> None:
    """Store a report."""
    await tx.execute(insert(statistic_reports).values(row))


async def write(tx: Transaction, row: Record) -> None:
    """Write what a step changed, and raise the version."""
    values = {name: row[name] for name in _WRITTEN} | {"version": row["version"] + 1}
    await tx.execute(statistic_reports.update().where(statistic_reports.c.id == row["id"]).values(values))


async def list_reports(
    tx: Transaction,
    *,
    division: str | None,
    table: str | None,
    cut_off: date | None,
    state: ReportState | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id."""
    column: Any = statistic_reports.c
    given = {column.table_code: table, column.cut_off: cut_off, column.state: state}
    statement = where_within(where_given(select(statistic_reports), given), column.division, division)
    return await tx.records(page_by_id(statement, column.id, after, limit))
