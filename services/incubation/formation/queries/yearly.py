"""Who was eligible, what became of cases, and work groups, by division and year: for the yearly report."""

from datetime import date

from sqlalchemy import text

from services.incubation.bodies.queries import FEDERATIONS
from services.incubation.history.periods import Count, Counted, ReportYear, counts_of
from services.incubation.organizations.counting import present
from shared.db.session import Transaction
from shared.field.calendar import china_day

# By the last check until the day's end; the check is seen where the organization was then.
_ELIGIBLE = """
SELECT p.division, count(*) FILTER (WHERE k.outcome = 'standalone') AS eligible,
    count(*) FILTER (WHERE k.outcome = 'standalone' AND p.coverage = 'standalone') AS eligible_with_own,
    count(*) FILTER (WHERE k.outcome IS NULL) AS unknown
FROM ({present}) AS p LEFT JOIN (
    SELECT DISTINCT ON (organization_id) organization_id, outcome FROM formation_checks
    WHERE checked_at < :end ORDER BY organization_id, id DESC
) AS k ON k.organization_id = p.organization_id
GROUP BY 1 ORDER BY 1
"""
_WORK_GROUPS = """
SELECT p.division, count(DISTINCT p.organization_id) AS work_groups
FROM case_arrangements AS a
JOIN formation_case_steps AS s ON s.case_id = a.case_id AND s.version = a.version AND s.at < :end
JOIN formation_cases AS c ON c.id = a.case_id
JOIN ({present}) AS p ON p.organization_id = c.organization_id
WHERE a.work_group GROUP BY 1 ORDER BY 1
"""
# A decision that the service took by itself has a day, and not always a step.
_CASES = text(
    """
    WITH taken AS (
        SELECT case_id, bool_or(step = 'approval' AND at >= :begin) AS approved,
            bool_or(step = 'deferral' AND at >= :begin) AS deferred,
            (array_agg(step ORDER BY version DESC))[1] AS last, max(version) AS version
        FROM formation_case_steps WHERE division LIKE :within AND at < :end GROUP BY 1
    ), cases AS (
        SELECT c.division, c.created_at >= :begin AS opened,
            COALESCE(t.approved, c.state = 'approved' AND c.decided_at >= :begin AND c.decided_at < :end) AS approved,
            COALESCE(t.deferred, false) AS deferred,
            CASE WHEN CAST(:running AS boolean) THEN c.state IN ('open', 'deferred')
                ELSE NOT (c.state IN ('approved', 'closed') AND c.decided_at < :end)
                    AND COALESCE(t.last, 'deferral') = 'deferral' END AS pending,
            CASE WHEN CAST(:running AS boolean)
                THEN CASE c.state WHEN 'deferred' THEN c.deferred_until ELSE c.due_on END
                WHEN t.last = 'deferral' THEN COALESCE(a.until, c.deferred_until) ELSE c.due_on END AS due_on
        FROM formation_cases AS c LEFT JOIN taken AS t ON t.case_id = c.id
        LEFT JOIN case_arrangements AS a ON a.case_id = c.id AND a.version = t.version
        WHERE c.division LIKE :within AND c.created_at < :end
    )
    SELECT division, count(*) FILTER (WHERE opened) AS cases_opened, count(*) FILTER (WHERE approved) AS cases_approved,
        count(*) FILTER (WHERE deferred) AS cases_deferred, count(*) FILTER (WHERE pending) AS cases_pending,
        count(*) FILTER (WHERE pending AND due_on < :day) AS cases_overdue
    FROM cases GROUP BY 1 ORDER BY 1
    """
)
# Ids are in the order of time: the first row of each is the oldest.
_KNOWN_FROM = text(
    "SELECT (SELECT checked_at FROM formation_checks ORDER BY id LIMIT 1) AS checks, "
    "(SELECT created_at FROM formation_cases ORDER BY id LIMIT 1) AS cases"
)
_OF_CHECKS = ("eligible", "eligible_with_own")
_OF_CASES = ("cases_opened", "cases_approved", "cases_deferred", "cases_pending", "cases_overdue")
# To which body one belonged before is not kept: of today alone.
_FEDERATED = text(
    f"""
    SELECT f.division, count(*) AS number FROM party_facts AS f
    WHERE f.division LIKE :within AND f.dissolved_on IS NULL AND f.established_on <= :day
        AND f.affiliated_to IN ({FEDERATIONS})
    GROUP BY 1 ORDER BY 1
    """  # noqa: S608 - fixed statements
)
_IN_FEDERATIONS = text(
    f"""
    SELECT o.division, count(*) AS number FROM organizations AS o JOIN party_facts AS f ON f.id = o.covered_by
    WHERE o.division LIKE :within AND o.status = 'registered' AND f.affiliated_to IN ({FEDERATIONS})
    GROUP BY 1 ORDER BY 1
    """  # noqa: S608 - fixed statements
)
_OF_FEDERATIONS = {"federation_party_organizations": _FEDERATED, "organizations_in_federations": _IN_FEDERATIONS}


async def count_of_year(tx: Transaction, division: str, year: ReportYear) -> Counted:
    """Eligible organizations, work groups, cases, and what belongs to federations (S14), by division."""
    asked = year.asked(division)
    rows = await tx.rows(text(_ELIGIBLE.format(present=present(year))), asked)
    counts = [Count(row.division, name, getattr(row, name), row.unknown) for row in rows for name in _OF_CHECKS]
    counts += counts_of(await tx.rows(text(_WORK_GROUPS.format(present=present(year))), asked), "work_groups")
    counts += counts_of(await tx.rows(_CASES, {**asked, "running": year.running}), *_OF_CASES)
    if year.running:
        for figure, statement in _OF_FEDERATIONS.items():
            counts += [Count(row.division, figure, row.number) for row in await tx.rows(statement, asked)]
    async with tx.system_scope():
        begun = await tx.row(_KNOWN_FROM)
    checks: date | None = None if begun.checks is None else china_day(begun.checks)
    opened: date | None = None if begun.cases is None else china_day(begun.cases)
    known_from: dict[str, date | None] = dict.fromkeys(_OF_CHECKS, checks)
    known_from |= dict.fromkeys(("work_groups", *_OF_CASES), opened)
    return Counted(counts, known_from)
