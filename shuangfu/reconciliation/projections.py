"""Projections against their sources, and grants against evaluations."""

from shared.bus.projections import Projection
from shuangfu.reconciliation.found import Finding, House, compare, settled, stream
from shuangfu.services import load

_CURRENT = (
    "LEFT JOIN LATERAL (SELECT c.party_organization_id AS party FROM coverages c WHERE c.organization_id = o.id "
    "AND c.until IS NULL ORDER BY c.since DESC LIMIT 1) AS c ON true"
)
_STATE = (
    "o.uscc, o.name, o.kind, o.division, o.street, o.carrier, o.lon, o.lat, o.full_members_full_time, "
    "o.full_members, o.probationary_members"
)
# An event of the end tells of nothing but the end: the rest stays as it was told before.
_ORGANIZATION = (
    "CASE WHEN o.status = 'deregistered' THEN ROW(o.status, o.{version})::text "
    "ELSE ROW(o.status, o.{version}, " + _STATE + ", o.coverage, {party})::text END"
)
_REGISTRY_ORGANIZATIONS = (
    f"SELECT o.id, {_ORGANIZATION.format(version='version', party='c.party')} AS content, "  # noqa: S608
    f"ARRAY[o.id, c.party] AS subjects FROM organizations o {_CURRENT} "
    # Whose first event was its end was never told to be there.
    "WHERE NOT (o.status = 'deregistered' AND o.version = 1) ORDER BY o.id"
)
_INCUBATION_ORGANIZATIONS = (
    f"SELECT o.id, {_ORGANIZATION.format(version='sequence', party='o.covered_by')} AS content, "  # noqa: S608
    "ARRAY[o.id, o.covered_by] AS subjects FROM organizations o ORDER BY o.id"
)
_REGISTRY_PARTIES = (
    "SELECT id, ROW(division, CASE WHEN dissolved_on IS NULL THEN form END, version)::text AS content, "
    "ARRAY[id] AS subjects FROM party_organizations ORDER BY id"
)
_INCUBATION_PARTIES = (
    "SELECT id, ROW(division, form, sequence)::text AS content, ARRAY[id] AS subjects "
    "FROM party_organizations ORDER BY id"
)
# Whom a dissolved one covered last is nobody's business any more.
_REGISTRY_COVERING = (
    "SELECT p.id, ROW(p.name, p.kind, p.form, p.division, p.established_on, p.dissolved_on, p.version, "
    "CASE WHEN p.dissolved_on IS NULL THEN COALESCE((SELECT array_agg(c.organization_id ORDER BY c.organization_id) "
    "FROM coverages c WHERE c.party_organization_id = p.id AND c.until IS NULL), '{}') END)::text AS content, "
    "ARRAY[p.id] AS subjects FROM party_organizations p ORDER BY p.id"
)
_EVALUATION_PARTIES = (
    "SELECT p.id, ROW(p.name, p.kind, p.form, p.division, p.established_on, p.dissolved_on, p.sequence, "
    "CASE WHEN p.dissolved_on IS NULL THEN COALESCE((SELECT array_agg((c->>'organization_id')::uuid "
    "ORDER BY (c->>'organization_id')::uuid) FROM jsonb_array_elements(p.covers) AS c), '{}') END)::text AS content, "
    "ARRAY[p.id] AS subjects FROM party_organizations p ORDER BY p.id"
)
_COMPLETED = (
    "SELECT id, ROW(party_organization_id, division, year, star)::text AS content, ARRAY[id] AS subjects "
    "FROM evaluations WHERE state = 'completed' ORDER BY id"
)
# The newest decision of each evaluation; one that entitles without a grant counts as none.
_DECIDED = (
    "SELECT DISTINCT ON (d.evaluation_id) d.evaluation_id AS id, "
    "ROW(d.recipient_id, d.division, d.year, (d.facts->>'star')::smallint)::text AS content, "
    "ARRAY[d.evaluation_id] AS subjects FROM grant_decisions d "
    "WHERE d.outcome = 'none' OR EXISTS (SELECT FROM grants g WHERE g.id = d.grant_id "
    "AND (g.recipient_id, g.scheme, g.year) = (d.recipient_id, d.scheme, d.year)) "
    "ORDER BY d.evaluation_id, d.id DESC"
)
_PAIRS = {
    "incubation": (
        ("organizations and coverage", "registry", _REGISTRY_ORGANIZATIONS, _INCUBATION_ORGANIZATIONS),
        ("Party organizations", "registry", _REGISTRY_PARTIES, _INCUBATION_PARTIES),
    ),
    "evaluation": (("Party organizations", "registry", _REGISTRY_COVERING, _EVALUATION_PARTIES),),
    "funding": (("decisions on completed evaluations", "evaluation", _COMPLETED, _DECIDED),),
}


def sources_of(service: str) -> set[str]:
    """The services whose databases a service is compared with."""
    return {source for _, source, _, _ in _PAIRS.get(service, ())}


async def check_projections(house: House, service: str) -> list[Finding]:
    """What the service keeps of others, row by row against what they have."""
    findings = []
    for name, source, theirs, ours in _PAIRS.get(service, ()):
        compared, differ = await compare(
            stream(house.databases[source], theirs), stream(house.databases[service], ours)
        )
        finding = Finding(f"{name} as in {source}", service, compared)
        finding.add(await settled(house.databases[source], differ, house.grace_seconds))
        if finding.differ:
            finding.advice = _advice(service, load(service).projections)
        findings.append(finding)
    return findings


def _advice(service: str, kept: tuple[Projection, ...]) -> str:
    if kept:
        return f"`shuangfu replay --service {service} --from beginning --dry-run`, then without --dry-run"
    return f"`shuangfu dead-letters list --service {service}`; does its worker run? Else correct by the audit trail"
