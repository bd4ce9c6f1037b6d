"""Whoever sees a joint branch sees how large it is, also where some of its units are in a division of others."""

from alembic import op

from shared.schema.scripts import run_script

revision = "incubation_0038"
down_revision = "incubation_0037"

CHECKED = "CAST(k.checked_at AT TIME ZONE 'Asia/Shanghai' AS date)"
# Numbers alone, and of branches that the caller sees under its own scope: which units are elsewhere stays there.
#
# A unit that is not known yet is still one: its branch's claim says so. Since when one is too small goes day by day, as
# its units came and left, ended and were checked: the first day after the last on which it was large enough. What a
# unit counted before its first check is what it counted then. A unit that was deregistered is one no more from that day
# on, whenever the news of its branch came.
SIZES = f"""
CREATE FUNCTION joint_sizes(ids uuid[], counting text[], minima integer[])
RETURNS TABLE (branch uuid, units bigint, unknown bigint, counted bigint, short boolean, since date)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    scope text := current_setting('shuangfu.scope', true);
    narrowed text := current_setting('shuangfu.units', true);
BEGIN
SELECT array_agg(u.id), array_agg(u.counted), array_agg(u.least) INTO ids, counting, minima
FROM unnest(ids, counting, minima) AS u(id, counted, least)
WHERE EXISTS (SELECT FROM party_organizations p WHERE p.id = u.id);
PERFORM set_config('shuangfu.scope', '%', true), set_config('shuangfu.units', '', true);
RETURN QUERY WITH asked AS (
    SELECT u.id, u.counted, u.least FROM unnest($1, $2, $3) AS u(id, counted, least)
), now AS (
    SELECT a.id, a.least, u.units, u.unknown, u.counted,
        u.units < 2 OR (u.unknown = 0 AND u.counted < a.least) AS short
    FROM asked AS a CROSS JOIN LATERAL (
        SELECT count(*) AS units, count(*) FILTER (WHERE o.id IS NULL) AS unknown,
            COALESCE(sum(CASE a.counted WHEN 'full_members' THEN o.full_members ELSE o.full_members_full_time END), 0)
                AS counted
        FROM coverage_claims AS c LEFT JOIN organizations AS o ON o.id = c.organization_id
        WHERE c.party_organization_id = a.id AND c.covered
          AND (o.id IS NULL OR (o.status = 'registered' AND o.covered_by = a.id))
    ) AS u
), spans AS MATERIALIZED (
    SELECT s.party_organization_id AS branch, s.organization_id, s.since, s.until FROM coverage_spans AS s
    WHERE s.form = 'joint' AND s.party_organization_id IN (SELECT n.id FROM now AS n WHERE n.short)
), stays AS MATERIALIZED (
    SELECT t.organization_id, t.since, t.until FROM organization_stays AS t
    WHERE t.organization_id IN (SELECT s.organization_id FROM spans AS s)
), checks AS MATERIALIZED (
    SELECT DISTINCT ON (k.organization_id, {CHECKED}) k.organization_id, {CHECKED} AS day,
        k.counted_full_members AS counted
    FROM formation_checks AS k WHERE k.organization_id IN (SELECT s.organization_id FROM spans AS s)
    ORDER BY k.organization_id, {CHECKED}, k.organization_sequence DESC, k.id DESC
), days AS (
    SELECT s.branch, s.since AS day FROM spans AS s
    UNION SELECT s.branch, s.until FROM spans AS s WHERE s.until IS NOT NULL
    UNION SELECT s.branch, t.until FROM spans AS s JOIN stays AS t ON t.organization_id = s.organization_id
        AND t.until >= s.since AND (s.until IS NULL OR t.until < s.until)
    UNION SELECT s.branch, k.day FROM spans AS s JOIN checks AS k ON k.organization_id = s.organization_id
        AND k.day >= s.since AND (s.until IS NULL OR k.day < s.until)
), sizes AS (
    SELECT d.branch, d.day, count(s.branch) >= 2 AND COALESCE(sum(k.counted), 0) >= n.least AS enough
    FROM days AS d JOIN now AS n ON n.id = d.branch
    LEFT JOIN spans AS s ON s.branch = d.branch AND s.since <= d.day AND (s.until IS NULL OR s.until > d.day)
        AND COALESCE((SELECT bool_or(t.since <= d.day AND (t.until IS NULL OR t.until > d.day))
            FROM stays AS t WHERE t.organization_id = s.organization_id), true)
    LEFT JOIN LATERAL (
        SELECT k.counted FROM checks AS k WHERE k.organization_id = s.organization_id
        ORDER BY k.day <= d.day DESC, CASE WHEN k.day <= d.day THEN d.day - k.day ELSE k.day - d.day END LIMIT 1
    ) AS k ON true
    GROUP BY d.branch, d.day, n.least
), beginnings AS (
    SELECT x.branch, min(x.day) AS day FROM (
        SELECT z.branch, z.day, bool_or(z.enough) OVER (PARTITION BY z.branch ORDER BY z.day DESC) AS later
        FROM sizes AS z
    ) AS x WHERE NOT x.later GROUP BY x.branch
)
SELECT n.id, n.units, n.unknown, n.counted, n.short, g.day FROM now AS n LEFT JOIN beginnings AS g ON g.branch = n.id;
PERFORM set_config('shuangfu.scope', scope, true), set_config('shuangfu.units', narrowed, true);
END $$;
REVOKE ALL ON FUNCTION joint_sizes(uuid[], text[], integer[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION joint_sizes(uuid[], text[], integer[]) TO shuangfu_runtime;
"""  # noqa: S608 - fixed statements


def upgrade() -> None:
    """Forward only."""
    run_script(op, SIZES)
