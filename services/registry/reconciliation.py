"""What the registry's events have published, for comparison with what other services keep of it."""

from shared.reconciliation import Comparison, Invariant, Reconciliation

# The organization with the Party organization that covers it now.
_ORGANIZATIONS = """
SELECT o.id, o.uscc, o.name, o.kind, o.division, o.street, o.carrier, o.lon, o.lat, o.full_members_full_time,
    o.full_members, o.probationary_members, o.evaluation_type, o.status, o.version AS sequence,
    o.coverage, c.party AS covered_by, ARRAY[o.id, c.party] AS subjects
FROM organizations o LEFT JOIN LATERAL (
    SELECT c.party_organization_id AS party FROM coverages c
    WHERE c.organization_id = o.id AND c.until IS NULL ORDER BY c.since DESC LIMIT 1
) AS c ON true
-- An organization whose first event is its deregistration was never published as registered.
WHERE NOT (o.status = 'deregistered' AND o.version = 1)
"""
_PARTY_ORGANIZATIONS = """
SELECT p.id, p.name, p.kind, p.form, p.division, p.established_on, p.dissolved_on, p.state,
    p.term_since, p.term_ends_on, a.body AS affiliated_to, a.kind AS affiliated_as, a.since AS affiliated_since,
    p.version AS sequence,
    COALESCE((
        SELECT array_agg(c.organization_id ORDER BY c.organization_id) FROM coverages c
        WHERE c.party_organization_id = p.id AND c.until IS NULL
    ), '{}') AS covers,
    ARRAY[p.id] AS subjects
FROM party_organizations p
LEFT JOIN affiliations a ON a.party_organization_id = p.id AND a.until IS NULL
"""
# The id is the one that readers give to a Party organization and an organization together.
_COVERAGES = """
SELECT DISTINCT md5(c.party_organization_id::text || c.organization_id::text)::uuid AS id,
    c.party_organization_id AS party, c.organization_id AS organization, true AS stated,
    ARRAY[c.party_organization_id] AS subjects
FROM coverages c WHERE c.until IS NULL
"""
# Their events state lists: the subject is the list that stated a body last.
_FILED_BODIES = """
SELECT id, number, name, kind, division, street, community, lon, lat, filed_on, until, version AS sequence,
    ARRAY[stated_in] AS subjects
FROM filed_bodies
"""
_LEFT_BEHIND = """
SELECT p.id || ' (' || p.division || ', its organization in ' || o.division || ')' AS example
FROM party_organizations p
JOIN coverages c ON c.party_organization_id = p.id AND c.until IS NULL
JOIN organizations o ON o.id = c.organization_id
WHERE p.form IN ('standalone', 'temporary') AND p.dissolved_on IS NULL AND p.division <> o.division ORDER BY p.id
"""
_STANDINGS = """
SELECT id, organization_id, year, star, total, party_organization_id, final_on, sequence, ARRAY[id] AS subjects
FROM standings
"""
_MANAGEMENTS = """
SELECT id, year, party_organization_id, tier, mode, level, managed_from, ended_on, sequence, ARRAY[id] AS subjects
FROM managements
"""
_BODIES = "SELECT *, version AS sequence, ARRAY[id] AS subjects FROM bodies"
RECONCILIATION = Reconciliation(
    published={
        "organizations": _ORGANIZATIONS,
        "party_organizations": _PARTY_ORGANIZATIONS,
        "coverages": _COVERAGES,
        "bodies": _BODIES,
        "filed_bodies": _FILED_BODIES,
    },
    comparisons=(
        Comparison(
            "standings",
            ("standings",),
            "evaluation",
            "standings",
            content="ROW(organization_id, year, star, total, party_organization_id, final_on, sequence)",
            rows=_STANDINGS,
        ),
        Comparison(
            "managements",
            ("managements",),
            "evaluation",
            "commended_selections",
            content="ROW(year, party_organization_id, tier, mode, level, managed_from, ended_on, sequence)",
            rows=_MANAGEMENTS,
        ),
        Comparison(
            "areas of filed bodies",
            ("filed_body_areas",),
            "incubation",
            "filed_body_areas",
            content="ROW(division, area, sequence)",
            # Its statements are lists: which one stated a body last is known by incubation.
            rows="SELECT *, '{}'::uuid[] AS subjects FROM filed_body_areas",
        ),
    ),
    invariants=(
        Invariant(
            "standalone Party organizations are where their organizations are",
            "party_organizations",
            _LEFT_BEHIND,
            "they moved before Party organizations followed: the next change that is registered of the organization "
            "brings its Party organization along",
        ),
    ),
)
