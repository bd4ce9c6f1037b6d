"""How incubation's copies of the registry's data are compared with it."""

from shared.reconciliation import Comparison, Invariant, Reconciliation

# Of every approved case the registry answers: it records the Party organization, or that nothing came of it.
_CAME_TO_NOTHING = """
SELECT c.id || ' (' || c.party_organization_id || ')' AS example FROM formation_cases c
WHERE c.state = 'approved' AND c.decided_at < now() - make_interval(secs => $1)
    AND NOT EXISTS (SELECT FROM party_organizations p WHERE p.id = c.party_organization_id)
ORDER BY c.id
"""

# Their events state lists: the subject is the list that stated a body last.
_FILED_BODY_AREAS = """
SELECT body_id AS id, division, area, sequence, ARRAY[stated_in] AS subjects FROM area_bodies WHERE filed
"""
_DOUBLE_REPORTS = """
SELECT id, party_organization_id, year, division, counts, outcome, policy, version AS sequence, ARRAY[id] AS subjects
FROM double_reports
"""
# Each step of an incubatee is a version of it, and most publish nothing. Where an event is missing that a step since
# the oldest kept event should have published, no version is declared: the gap is found.
_UNANNOUNCED = """
SELECT i.id::text AS subject, n.sequence
FROM incubatees i
JOIN (SELECT subject, count(*) AS events, min(occurred_at) AS since FROM outbox GROUP BY subject) AS o
    ON o.subject = i.id::text
CROSS JOIN LATERAL generate_series(1, i.version) AS n(sequence)
WHERE NOT EXISTS (SELECT FROM outbox p WHERE p.subject = i.id::text AND p.sequence = n.sequence)
    AND o.events = (
        SELECT count(*) FROM jsonb_array_elements(i.steps) AS s
        WHERE s->>'step' IN ('agreement', 'graduation', 'exit') AND (s->>'at')::timestamptz >= o.since)
"""
RECONCILIATION = Reconciliation(
    published={"filed_body_areas": _FILED_BODY_AREAS, "double_reports": _DOUBLE_REPORTS},
    comparisons=(
        Comparison(
            "organizations and coverage",
            ("organizations",),
            "registry",
            "organizations",
            # A deregistration carries nothing but itself: the rest stays as it was published before.
            content="CASE WHEN status = 'deregistered' THEN ROW(status, sequence)::text ELSE ROW(status, sequence, "
            "uscc, name, kind, division, street, carrier, lon, lat, full_members_full_time, full_members, "
            "probationary_members, evaluation_type, coverage, covered_by)::text END",
            rows="SELECT *, ARRAY[id, covered_by] AS subjects FROM organizations",
        ),
        Comparison(
            "Party organizations",
            ("party_organizations",),
            "registry",
            "party_organizations",
            content="ROW(division, CASE WHEN dissolved_on IS NULL THEN form END, sequence)",
            # A dissolved one has no form here.
            rows="SELECT id, division, form, NULL::date AS dissolved_on, sequence, ARRAY[id] AS subjects "
            "FROM party_organizations",
        ),
        Comparison(
            "claims of Party organizations",
            ("coverage_claims",),
            "registry",
            "coverages",
            # A functional one claims nobody; none states more than it has said.
            content="ROW(party, organization, stated)",
            rows="SELECT c.id, c.party_organization_id AS party, c.organization_id AS organization, "
            "c.sequence <= p.sequence AS stated, ARRAY[c.party_organization_id] AS subjects "
            "FROM coverage_claims c JOIN party_organizations p ON p.id = c.party_organization_id WHERE c.covered",
        ),
        Comparison(
            "stays of organizations",
            ("organization_stays",),
            "registry",
            "organizations",
            content="CASE WHEN status = 'deregistered' THEN status ELSE ROW(status, division)::text END",
            rows="SELECT DISTINCT ON (organization_id) organization_id AS id, division, CASE WHEN until IS NULL "
            "THEN 'registered' ELSE 'deregistered' END AS status, ARRAY[organization_id] AS subjects "
            "FROM organization_stays ORDER BY organization_id, until DESC NULLS FIRST",
        ),
        Comparison(
            "spans of coverage",
            ("coverage_spans",),
            "registry",
            "coverages",
            content="ROW(party, organization)",
            rows="SELECT md5(s.party_organization_id::text || s.organization_id::text)::uuid AS id, "
            "s.party_organization_id AS party, s.organization_id AS organization, "
            "ARRAY[s.party_organization_id] AS subjects FROM coverage_spans s WHERE s.until IS NULL",
        ),
        Comparison(
            "facts of Party organizations",
            ("party_facts",),
            "registry",
            "party_organizations",
            # A dissolution carries nothing but itself.
            content="ROW(division, dissolved_on, sequence, CASE WHEN dissolved_on IS NULL THEN "
            "ROW(name, state, established_on, term_since, term_ends_on, affiliated_to, affiliated_as, "
            "affiliated_since, form)::text END)",
            rows="SELECT *, ARRAY[id] AS subjects FROM party_facts",
        ),
        Comparison(
            "filed bodies",
            ("filed_bodies",),
            "registry",
            "filed_bodies",
            content="ROW(number, name, division, street, lon, lat, filed_on, until, sequence)",
            # Its statements are lists: what is stated of a body is known by the body.
            rows="SELECT *, '{}'::uuid[] AS subjects FROM filed_bodies",
        ),
        Comparison(
            "superior bodies",
            ("bodies",),
            "registry",
            "bodies",
            content="ROW(code, names, level, kind, structure, department, division, street, parent, since, until, "
            "conference, sequence)",
            rows="SELECT *, ARRAY[id] AS subjects FROM bodies",
        ),
    ),
    invariants=(
        Invariant(
            "approved cases came to be",
            "formation_cases",
            _CAME_TO_NOTHING,
            "the registry recorded nothing and did not answer: does its worker run, and are its dead letters empty? "
            "What was approved before it answered is closed with the organization's next deregistration",
        ),
    ),
    # The subject of a formation check's event is the organization: its number of checks is the event's sequence.
    sequences={"organizations": "checks"},
    unannounced=_UNANNOUNCED,
)
