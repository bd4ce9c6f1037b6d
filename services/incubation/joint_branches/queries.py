"""Joint branches as they are covered now, and since when one is too small: derived, nothing of it is stored.

Whoever sees a branch sees how large it is as a whole: the function `joint_sizes` counts its units wherever they are.
Which ones those are is shown only as far as the caller sees them.
"""

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

from services.incubation.policies import FormationPolicies
from shared.db.paging import page_by_id, where_within
from shared.db.session import Record, Transaction

_BRANCHES = """
WITH branches AS MATERIALIZED (
    SELECT p.id, COALESCE(f.name, CAST(p.id AS text)) AS name, p.division, p.kind, f.established_on, p.stated_at,
        r.counted, r.least, r.mend_days
    FROM party_organizations AS p
    LEFT JOIN party_facts AS f ON f.id = p.id
    JOIN LATERAL (
        SELECT r.* FROM unnest(CAST(:regions AS text[]), CAST(:counted AS text[]), CAST(:least AS integer[]),
            CAST(:mend_days AS integer[])) AS r(region, counted, least, mend_days)
        WHERE starts_with(p.division, r.region) ORDER BY length(r.region) DESC LIMIT 1
    ) AS r ON true
    WHERE p.form = 'joint'
)
SELECT b.id, b.name, b.division, b.kind, b.established_on, b.stated_at, s.units, s.unknown, s.counted, b.mend_days,
    s.short, d.since AS short_since, CAST(d.since + b.mend_days AS date) AS due_on
FROM (
    SELECT array_agg(id ORDER BY id) AS ids, array_agg(counted ORDER BY id) AS counted,
        array_agg(least ORDER BY id) AS least
    FROM branches
) AS a
CROSS JOIN LATERAL joint_sizes(a.ids, a.counted, a.least) AS s
JOIN branches AS b ON b.id = s.branch
CROSS JOIN LATERAL (
    SELECT CASE WHEN s.short THEN COALESCE(s.since, CAST(b.stated_at AT TIME ZONE 'Asia/Shanghai' AS date)) END AS since
) AS d
"""
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
            column("unknown", Integer),
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
