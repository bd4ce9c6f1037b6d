"""What evaluation's events have published, and how its copies of Party organizations and bodies are compared."""

from shared.reconciliation import Comparison, Reconciliation

# Of one that was reopened, what was published last stands until it is completed again.
_COMPLETED = """
SELECT id, party_organization_id, division, year, COALESCE(star, CAST(earlier->-1->>'star' AS smallint)) AS star,
    ARRAY[id] AS subjects
FROM evaluations WHERE state = 'completed' OR earlier <> '[]'
"""
_PARTY_ORGANIZATIONS = """
SELECT p.id, p.name, p.kind, p.form, p.division, p.established_on, p.dissolved_on, p.sequence,
    p.affiliated_to, p.affiliated_as,
    COALESCE((
        SELECT array_agg(c.organization_id ORDER BY c.organization_id) FROM covered_organizations c
        WHERE c.party_organization_id = p.id AND c.covered
    ), '{}') AS covers,
    ARRAY[p.id] AS subjects
FROM party_organizations p
"""
_STANDINGS = """
SELECT id, organization_id, year, star, total, party_organization_id, final_on, sequence, ARRAY[id] AS subjects
FROM standings
"""
# Those whose closing was published: `sequence` counts their events.
_RECTIFICATIONS = """
SELECT id, evaluation_id, year, party_organization_id, sequence, ARRAY[id] AS subjects
FROM consequences WHERE kind = 'rectification' AND sequence > 0
"""
_COMMENDED = """
SELECT id, year, party_organization_id, tier, management->>'mode' AS mode, management->>'level' AS level,
    (management->>'managed_from')::date AS managed_from,
    (management->>'ended_on')::date AS ended_on, sequence, ARRAY[id] AS subjects
FROM selections WHERE state = 'commended'
"""
RECONCILIATION = Reconciliation(
    published={
        "completed_evaluations": _COMPLETED,
        "standings": _STANDINGS,
        "closed_rectifications": _RECTIFICATIONS,
        "commended_selections": _COMMENDED,
    },
    comparisons=(
        Comparison(
            "Party organizations",
            ("party_organizations",),
            "registry",
            "party_organizations",
            # Nothing follows from what a dissolved one covered last.
            content="ROW(name, kind, form, division, established_on, dissolved_on, sequence, "
            "CASE WHEN dissolved_on IS NULL THEN ROW(affiliated_to, affiliated_as)::text END, "
            "CASE WHEN dissolved_on IS NULL THEN covers END)",
            rows=_PARTY_ORGANIZATIONS,
        ),
        Comparison(
            "covered organizations",
            ("covered_organizations",),
            "registry",
            "coverages",
            # None states more than its Party organization has said.
            content="ROW(party, organization, stated)",
            rows="SELECT c.id, c.party_organization_id AS party, c.organization_id AS organization, "
            "c.sequence <= p.sequence AS stated, ARRAY[c.party_organization_id] AS subjects "
            "FROM covered_organizations c JOIN party_organizations p ON p.id = c.party_organization_id "
            "WHERE c.covered AND p.dissolved_on IS NULL",
        ),
        Comparison(
            "superior bodies",
            ("bodies",),
            "registry",
            "bodies",
            content="ROW(code, names, level, kind, department, division, street, parent, since, until, sequence)",
            rows="SELECT *, ARRAY[id] AS subjects FROM bodies",
        ),
        Comparison(
            "double check-ins and reports",
            ("double_reports",),
            "incubation",
            "double_reports",
            content="ROW(party_organization_id, year, division, counts, outcome, policy, sequence)",
            rows="SELECT *, ARRAY[id] AS subjects FROM double_reports",
        ),
    ),
)
