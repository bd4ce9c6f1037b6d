"""Organizations, their coverage and Party organizations by division, as of a day: for the yearly report."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import text

from services.incubation.history.periods import Count, Counted, ReportYear
from shared.db.session import Transaction

_NOW = (
    "SELECT o.id AS organization_id, o.division, o.coverage, o.covered_by AS party FROM organizations AS o "
    "WHERE o.status = 'registered' AND o.division LIKE :within"
)
# Of several that cover an organization on a day, the last one counts: it counts once.
_THEN = """
SELECT s.organization_id, s.division, COALESCE(c.form, 'uncovered') AS coverage, c.party_organization_id AS party
FROM organization_stays AS s LEFT JOIN (
    SELECT DISTINCT ON (p.organization_id) p.organization_id, p.form, p.party_organization_id FROM coverage_spans AS p
    WHERE p.division LIKE :within AND p.since <= :day AND (p.until IS NULL OR p.until > :day)
    ORDER BY p.organization_id, p.since DESC, p.party_organization_id DESC
) AS c ON c.organization_id = s.organization_id
WHERE s.division LIKE :within AND s.since <= :day AND (s.until IS NULL OR s.until > :day)
"""
_COUNT = "SELECT p.division, p.coverage, count(*) AS number FROM ({present}) AS p GROUP BY 1, 2 ORDER BY 1, 2"
# What was stated before stays and spans were kept, and has not been replayed.
_UNDATED = text(
    """
    SELECT o.division, count(*) FILTER (WHERE s.organization_id IS NULL) AS organizations,
        count(*) FILTER (WHERE s.organization_id IS NULL OR (o.coverage <> 'uncovered' AND c.organization_id IS NULL))
        AS covered
    FROM organizations AS o
    LEFT JOIN (SELECT DISTINCT organization_id FROM organization_stays) AS s ON s.organization_id = o.id
    LEFT JOIN (SELECT DISTINCT organization_id FROM coverage_spans WHERE until IS NULL) AS c
        ON c.organization_id = o.id
    WHERE o.division LIKE :within AND (o.registered_on IS NULL OR o.registered_on <= :day) GROUP BY 1 ORDER BY 1
    """
)
# The form of one that ended before forms were kept is not known.
_PARTIES = text(
    """
    SELECT f.division, COALESCE(f.form, p.form) AS form, count(*) FILTER (WHERE f.established_on <= :day) AS number,
        count(*) FILTER (WHERE f.established_on IS NULL) AS undated
    FROM party_facts AS f LEFT JOIN party_organizations AS p ON p.id = f.id
    WHERE f.division LIKE :within AND (f.dissolved_on IS NULL OR f.dissolved_on > :day)
    GROUP BY 1, 2 ORDER BY 1, 2
    """
)
_KNOWN_FROM = text(
    "SELECT (SELECT min(since) FROM organization_stays) AS organizations, "
    "(SELECT min(since) FROM coverage_spans) AS covered, (SELECT min(established_on) FROM party_facts) AS parties"
)
_COVERED = {
    "standalone": "organizations_standalone",
    "joint": "organizations_in_joint",
    "area": "organizations_in_areas",
}
_BY_COVERAGE = (*_COVERED.values(), "organizations_covered", "organizations_uncovered")
_FORMS = {"standalone": "standalone_branches", "joint": "joint_branches", "area": "area_party_organizations"}


def present(year: ReportYear) -> str:
    """SQL of what the modules above join: each organization of the year's day with its coverage and who covers it.

    It reads `:within` and `:day`. Of today, what the registry stated last is asked, which needs no history.
    """
    return _NOW if year.running else _THEN


async def count_of_year(tx: Transaction, division: str, year: ReportYear) -> Counted:
    """Organizations by coverage and Party organizations by form, by division."""
    asked = year.asked(division)
    rows = await tx.rows(text(_COUNT.format(present=present(year))), asked)
    counts = [one for row in rows for one in _of_coverage(row)]
    if not year.running:
        counts += [one for row in await tx.rows(_UNDATED, asked) for one in _undated(row)]
    counts += [one for row in await tx.rows(_PARTIES, asked) for one in _of_form(row)]
    if year.running:
        return Counted(counts, {})
    async with tx.system_scope():
        begun = await tx.row(_KNOWN_FROM)
    return Counted(
        counts,
        {"organizations": begun.organizations}
        | dict.fromkeys(_BY_COVERAGE, begun.covered)
        | dict.fromkeys(_FORMS.values(), begun.parties),
    )


def _of_coverage(row: Any) -> Iterator[Count]:
    yield Count(row.division, "organizations", row.number)
    if row.coverage == "uncovered":
        yield Count(row.division, "organizations_uncovered", row.number)
    else:
        yield Count(row.division, "organizations_covered", row.number)
        yield Count(row.division, _COVERED[row.coverage], row.number)


def _undated(row: Any) -> Iterator[Count]:
    yield Count(row.division, "organizations", 0, row.organizations)
    for figure in _BY_COVERAGE:
        yield Count(row.division, figure, 0, row.covered)


def _of_form(row: Any) -> Iterator[Count]:
    if row.form is None:
        for figure in _FORMS.values():
            yield Count(row.division, figure, 0, row.number + row.undated)
    elif row.form in _FORMS:
        yield Count(row.division, _FORMS[row.form], row.number, row.undated)
