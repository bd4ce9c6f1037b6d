"""Joint branches as they are covered now, and since when one is too small: derived, nothing of it is stored."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Boolean,
    Date,
    DateTime,
    Integer,
    String,
    TextualSelect,
    Uuid,
    bindparam,
    column,
    select,
    text,
)

from services.incubation.joint_branches.rules import MIN_UNITS
from services.incubation.policies import FormationPolicies
from shared.db.paging import page_by_id, where_within
from shared.db.session import Record, Transaction

_CHINA = "CAST({} AT TIME ZONE 'Asia/Shanghai' AS date)"
_CHECKED = _CHINA.format("k.checked_at")
# A unit that is not known yet, or that the caller does not see, is still one: its branch's claim says so.
_UNITS = """
SELECT count(*) AS units, count(*) FILTER (WHERE o.id IS NULL) AS unseen,
    COALESCE(sum(CASE r.counted WHEN 'full_members' THEN o.full_members ELSE o.full_members_full_time END), 0)
        AS counted
FROM coverage_claims AS c LEFT JOIN organizations AS o ON o.id = c.organization_id
WHERE c.party_organization_id = p.id AND c.covered
  AND (o.id IS NULL OR (o.status = 'registered' AND o.covered_by = p.id))
"""
# Day by day, as the units of those that are too small came and left, ended and were checked: the first day after the
# last on which one was large enough. What a unit counted before its first check is what it counted then. A unit that
# was deregistered is one no more from that day on, whenever the news of its branch came.
_BRANCHES = f"""
WITH branches AS (
    SELECT p.id, COALESCE(f.name, CAST(p.id AS text)) AS name, p.division, p.kind, f.established_on, p.stated_at,
        u.units, u.unseen, u.counted, r.least, r.mend_days, q.short
    FROM party_organizations AS p
    LEFT JOIN party_facts AS f ON f.id = p.id
    JOIN LATERAL (
        SELECT r.* FROM unnest(CAST(:regions AS text[]), CAST(:counted AS text[]), CAST(:least AS integer[]),
            CAST(:mend_days AS integer[])) AS r(region, counted, least, mend_days)
        WHERE starts_with(p.division, r.region) ORDER BY length(r.region) DESC LIMIT 1
    ) AS r ON true
    CROSS JOIN LATERAL ({_UNITS}) AS u
    CROSS JOIN LATERAL (
        SELECT u.units < {MIN_UNITS} OR (u.unseen = 0 AND u.counted < r.least) AS short
    ) AS q
    WHERE p.form = 'joint'
), spans AS MATERIALIZED (
    SELECT s.party_organization_id AS branch, s.organization_id, s.since, s.until FROM coverage_spans AS s
    WHERE s.form = 'joint' AND s.party_organization_id IN (SELECT id FROM branches WHERE short)
), stays AS MATERIALIZED (
    SELECT t.organization_id, t.since, t.until FROM organization_stays AS t
    WHERE t.organization_id IN (SELECT organization_id FROM spans)
), checks AS MATERIALIZED (
    SELECT DISTINCT ON (k.organization_id, {_CHECKED}) k.organization_id, {_CHECKED} AS day,
        k.counted_full_members AS counted
    FROM formation_checks AS k WHERE k.organization_id IN (SELECT organization_id FROM spans)
    ORDER BY k.organization_id, {_CHECKED}, k.organization_sequence DESC, k.id DESC
), days AS (
    SELECT branch, since AS day FROM spans UNION SELECT branch, until FROM spans WHERE until IS NOT NULL
    UNION SELECT s.branch, t.until FROM spans AS s JOIN stays AS t ON t.organization_id = s.organization_id
        AND t.until >= s.since AND (s.until IS NULL OR t.until < s.until)
    UNION SELECT s.branch, k.day FROM spans AS s JOIN checks AS k ON k.organization_id = s.organization_id
        AND k.day >= s.since AND (s.until IS NULL OR k.day < s.until)
), sizes AS (
    SELECT d.branch, d.day, count(s.branch) >= {MIN_UNITS} AND COALESCE(sum(k.counted), 0) >= b.least AS enough
    FROM days AS d JOIN branches AS b ON b.id = d.branch
    LEFT JOIN spans AS s ON s.branch = d.branch AND s.since <= d.day AND (s.until IS NULL OR s.until > d.day)
        AND COALESCE((SELECT bool_or(t.since <= d.day AND (t.until IS NULL OR t.until > d.day))
            FROM stays AS t WHERE t.organization_id = s.organization_id), true)
    LEFT JOIN LATERAL (
        SELECT k.counted FROM checks AS k WHERE k.organization_id = s.organization_id
        ORDER BY k.day <= d.day DESC, CASE WHEN k.day <= d.day THEN d.day - k.day ELSE k.day - d.day END LIMIT 1
    ) AS k ON true
    GROUP BY d.branch, d.day, b.least
), beginnings AS (
    SELECT x.branch, min(x.day) AS day FROM (
        SELECT branch, day, bool_or(enough) OVER (PARTITION BY branch ORDER BY day DESC) AS later FROM sizes
    ) AS x WHERE NOT x.later GROUP BY x.branch
)
SELECT b.id, b.name, b.division, b.kind, b.established_on, b.stated_at, b.units, b.unseen, b.counted, b.mend_days,
    b.short, s.since AS short_since, CAST(s.since + b.mend_days AS date) AS due_on
FROM branches AS b LEFT JOIN beginnings AS g ON g.branch = b.id
CROSS JOIN LATERAL (
    SELECT CASE WHEN b.short THEN COALESCE(g.day, {_CHINA.format("b.stated_at")}) END AS since
) AS s
"""  # noqa: S608 - fixed statements
TOO_SMALL = (
    "SELECT id, name, division, CAST(short_since AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS since, due_on, "  # noqa: S608
    f"CAST('{{}}' AS text[]) AS barred FROM ({_BRANCHES}) AS s WHERE short"
)
"""As SQL, those that are too small, as tasks."""
_UNITS_OF = text(
    """
    SELECT o.covered_by AS branch, o.id, o.uscc, o.name, o.division, o.street, o.kind, o.evaluation_type,
        o.full_members, o.full_members_full_time, o.probationary_members
    FROM organizations AS o JOIN coverage_claims AS c
        ON c.organization_id = o.id AND c.party_organization_id = o.covered_by AND c.covered
    WHERE o.covered_by = ANY(CAST(:ids AS uuid[])) AND o.status = 'registered' ORDER BY o.uscc
    """
)
_HOMES = text("SELECT id, division FROM party_organizations WHERE id = ANY(CAST(:ids AS uuid[]))")


def figures(policies: FormationPolicies, today: date) -> list[BindParameter[Any]]:
    """The parameters of the statements above: the policies of a day, by region."""
    found = policies.by_region(today)
    named = {
        "regions": ([one.region for one in found], String),
        "counted": ([one.parameters.counted for one in found], String),
        "least": ([one.parameters.joint_min_full_members for one in found], Integer),
        "mend_days": ([one.parameters.joint_mend_days for one in found], Integer),
    }
    return [bindparam(name, value, ARRAY(kind), unique=True) for name, (value, kind) in named.items()]


def _branches(policies: FormationPolicies, today: date) -> TextualSelect:
    return (
        text(_BRANCHES)
        .bindparams(*figures(policies, today))
        .columns(
            column("id", Uuid),
            column("name", String),
            column("division", String),
            column("kind", String),
            column("established_on", Date),
            column("stated_at", DateTime(timezone=True)),
            column("units", Integer),
            column("unseen", Integer),
            column("counted", Integer),
            column("mend_days", Integer),
            column("short", Boolean),
            column("short_since", Date),
            column("due_on", Date),
        )
    )


async def list_branches(
    tx: Transaction,
    policies: FormationPolicies,
    today: date,
    *,
    division: str | None,
    short: bool | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id; `short`: those alone that are too small, or large enough."""
    found = _branches(policies, today).subquery("branches")
    statement = where_within(select(found), found.c.division, division)
    if short is not None:
        statement = statement.where(found.c.short.is_(short))
    return await tx.records(page_by_id(statement, found.c.id, after, limit))


async def get_branch(tx: Transaction, policies: FormationPolicies, today: date, branch: UUID) -> Record | None:
    """One joint branch that the caller sees."""
    found = _branches(policies, today).subquery("branches")
    return await tx.record(select(found).where(found.c.id == branch))


async def units_of(tx: Transaction, branches: Sequence[UUID]) -> list[Record]:
    """The units that the caller sees of each `branch`, by code."""
    return await tx.records(_UNITS_OF, {"ids": list(branches)}) if branches else []


async def homes_of(tx: Transaction, branches: Sequence[UUID]) -> dict[UUID, str]:
    """The division of each of these, as far as the caller sees them."""
    rows = await tx.rows(_HOMES, {"ids": list(branches)}) if branches else []
    return {row.id: row.division for row in rows}
