"""What the registry's events have published, for comparison with what other services keep of it."""

from shared.reconciliation import Invariant, Reconciliation

# The organization with the Party organization that covers it now.
_ORGANIZATIONS = """
SELECT o.id, o.uscc, o.name, o.kind, o.division, o.street, o.carrier, o.lon, o.lat, o.full_members_full_time,
    o.full_members, o.probationary_members, o.status, o.version AS sequence, o.coverage, c.party AS covered_by,
    ARRAY[o.id, c.party] AS subjects
FROM organizations o LEFT JOIN LATERAL (
    SELECT c.party_organization_id AS party FROM coverages c
    WHERE c.organization_id = o.id AND c.until IS NULL ORDER BY c.since DESC LIMIT 1
) AS c ON true
-- An organization whose first event is its deregistration was never published as registered.
WHERE NOT (o.status = 'deregistered' AND o.version = 1)
"""
_PARTY_ORGANIZATIONS = """
SELECT p.id, p.name, p.kind, p.form, p.division, p.established_on, p.dissolved_on, p.version AS sequence,
    COALESCE((
        SELECT array_agg(c.organization_id ORDER BY c.organization_id) FROM coverages c
        WHERE c.party_organization_id = p.id AND c.until IS NULL
    ), '{}') AS covers,
    ARRAY[p.id] AS subjects
FROM party_organizations p
"""
_LEFT_BEHIND = """
SELECT p.id || ' (' || p.division || ', its organization in ' || o.division || ')' AS example
FROM party_organizations p
JOIN coverages c ON c.party_organization_id = p.id AND c.until IS NULL
JOIN organizations o ON o.id = c.organization_id
WHERE p.form IN ('standalone', 'temporary') AND p.dissolved_on IS NULL AND p.division <> o.division ORDER BY p.id
"""
RECONCILIATION = Reconciliation(
    published={"organizations": _ORGANIZATIONS, "party_organizations": _PARTY_ORGANIZATIONS},
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
