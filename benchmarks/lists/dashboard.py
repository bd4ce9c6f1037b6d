"""A leader's dashboard of a province with as many bodies as Shanghai has: both coverages, areas and what is overdue."""

import asyncpg

from benchmarks.data import DIVISIONS
from benchmarks.options import say
from benchmarks.servers import Servers
from shared.db.base import utc_now
from shared.field.calendar import china_day
from shared.web.identity.permissions import Role

ORGANIZATIONS, FILED, AREAS = 38_000, 200_000, 1_700
BODIES = ORGANIZATIONS + FILED
YEAR = str(china_day(utc_now()).year)
_FILL = """
SELECT set_config('shuangfu.scope', '%', false);
CREATE TEMPORARY TABLE places AS
SELECT g, '{divisions}'::text[] AS codes, uuidv7() AS id FROM generate_series(1, {most}) g;
INSERT INTO organizations (id, uscc, name, kind, division, street, carrier, lon, lat, full_members_full_time,
    full_members, probationary_members, status, sequence, checks, coverage, covered_by, registered_on)
SELECT p.id, 'bench' || p.g, '示例社会工作服务中心', 'social_service_institution', p.codes[1 + p.g % 8], '示例街道',
    NULL, 120.1, 30.2, p.g % 6, p.g % 6 + 1, p.g % 2, 'registered', 1, 1,
    (ARRAY['standalone', 'joint', 'area', 'uncovered'])[1 + p.g / 8 % 4],
    CASE WHEN p.g / 8 % 4 < 3 THEN gen_random_uuid() END, '2019-03-01'
FROM places p WHERE p.g <= {organizations};
INSERT INTO filed_bodies (id, number, name, division, street, lon, lat, filed_on, sequence)
SELECT p.id, 'bench' || p.g, '示例团队', p.codes[1 + p.g % 8], '示例街道', 120.1, 30.2, '2024-03-01', 1
FROM places p WHERE p.g > {organizations};
INSERT INTO area_records (id, code, division, name, followed_by, version, created_at)
SELECT p.id, p.codes[1 + p.g % 8] || '-' || p.g, p.codes[1 + p.g % 8], '示例片区', '[]', 1, now()
FROM places p WHERE p.g <= {areas};
INSERT INTO area_outlines (id, area_id, division, valid_from, polygon, datum, square_metres, workers, west, south,
    east, north, within, policy, recorded_at)
SELECT uuidv7(), r.id, r.division, '2024-03-01', '{{}}', 'WGS84', 100000, 2, 120, 30, 121, 31, 'inside', 'bench', now()
FROM area_records r;
INSERT INTO area_bodies (body_id, division, area, filed, sequence)
SELECT p.id, p.codes[1 + p.g % 8],
    CASE WHEN p.g / 8 % 10 > 0 THEN p.codes[1 + p.g % 8] || '-' || (p.g / 8 % 212 * 8 + p.g % 8) END,
    p.g > {organizations}, 1
FROM places p;
INSERT INTO organization_stays (id, organization_id, division, since, sequence)
SELECT uuidv7(), o.id, o.division, '2019-03-01', 1 FROM organizations o;
INSERT INTO coverage_spans (id, party_organization_id, organization_id, division, form, since, sequence)
SELECT uuidv7(), o.covered_by, o.id, o.division, o.coverage, '2025-03-01', 1 FROM organizations o
WHERE o.covered_by IS NOT NULL;
INSERT INTO party_facts (id, division, name, established_on, form, sequence)
SELECT o.covered_by, o.division, '中共示例支部委员会', '2025-03-01', o.coverage, 1 FROM organizations o
WHERE o.coverage IN ('standalone', 'joint');
ANALYZE;
"""


async def open_dashboard(servers: Servers) -> tuple[int, str]:
    """An incubation api with all of it; its port, and a leader's token."""
    say(f"filling a dashboard of {BODIES:,} bodies")
    urls = {name: await servers.database(name, f"{name}_dashboard") for name in ("incubation", "bus")}
    admin = await asyncpg.connect(urls["incubation"])
    try:
        divisions = "{" + ",".join(DIVISIONS) + "}"
        await admin.execute(
            _FILL.format(divisions=divisions, most=BODIES, organizations=ORGANIZATIONS, areas=AREAS), timeout=300
        )
    finally:
        await admin.close()
    port = await servers.product("api", "incubation", servers.product_env("postgres_log", urls))
    return port, servers.issue("leader", [Role.LEADER])
