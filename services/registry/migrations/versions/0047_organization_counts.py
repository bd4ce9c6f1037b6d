"""Registered organizations counted by division and coverage; pairs that may be one in the order of their proposal."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, secure_table

revision = "registry_0047"
down_revision = "registry_0046"

# A division and a coverage have as many rows as there were writers at once; their sum is the count.
TABLE = """
CREATE TABLE organization_counts (
    id uuid NOT NULL,
    division text NOT NULL,
    coverage text NOT NULL,
    organizations bigint NOT NULL,
    CONSTRAINT pk_organization_counts PRIMARY KEY (id)
);
CREATE INDEX ix_organization_counts_division ON organization_counts (division text_pattern_ops, coverage);
"""
# Each writer adds to a row that no other transaction is writing to, and begins another where there is none: nobody
# waits for somebody else's commit, and no two of them in a circle. Whoever writes an organization need not see the
# other division of one that moves.
FOLLOWING = """
CREATE FUNCTION count_organizations() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    scope text := current_setting('shuangfu.scope', true);
    units text := current_setting('shuangfu.units', true);
    divisions text[];
    coverages text[];
    changes bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(c.division), array_agg(c.coverage), array_agg(c.n) INTO divisions, coverages, changes
        FROM (SELECT n.division, n.coverage, count(*) AS n FROM new_rows n WHERE n.status = 'registered'
            GROUP BY n.division, n.coverage) AS c;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(c.division), array_agg(c.coverage), array_agg(c.n) INTO divisions, coverages, changes
        FROM (SELECT o.division, o.coverage, -count(*) AS n FROM old_rows o WHERE o.status = 'registered'
            GROUP BY o.division, o.coverage) AS c;
    ELSE
        SELECT array_agg(c.division), array_agg(c.coverage), array_agg(c.n) INTO divisions, coverages, changes
        FROM (SELECT b.division, b.coverage, sum(b.one) AS n FROM (
                SELECT n.division, n.coverage, 1 AS one FROM new_rows n WHERE n.status = 'registered'
                UNION ALL SELECT o.division, o.coverage, -1 FROM old_rows o WHERE o.status = 'registered'
            ) AS b GROUP BY b.division, b.coverage HAVING sum(b.one) <> 0) AS c;
    END IF;
    IF divisions IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('shuangfu.scope', '%', true), set_config('shuangfu.units', '', true);
    FOR place IN 1 .. array_length(divisions, 1) LOOP
        UPDATE organization_counts SET organizations = organizations + changes[place] WHERE id = (
            SELECT c.id FROM organization_counts c
            WHERE c.division = divisions[place] AND c.coverage = coverages[place]
            LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
        );
        IF NOT FOUND THEN
            INSERT INTO organization_counts (id, division, coverage, organizations)
            VALUES (uuidv7(), divisions[place], coverages[place], changes[place]);
        END IF;
    END LOOP;
    PERFORM set_config('shuangfu.scope', scope, true), set_config('shuangfu.units', units, true);
    RETURN NULL;
END $$;
CREATE TRIGGER counts_insert AFTER INSERT ON organizations REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_organizations();
CREATE TRIGGER counts_update AFTER UPDATE ON organizations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_organizations();
CREATE TRIGGER counts_delete AFTER DELETE ON organizations REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_organizations();
"""
# The triggers let no writer in until the commit: what is counted is what they count on from.
FILLING = """
SELECT set_config('shuangfu.scope', '%', true);
INSERT INTO organization_counts (id, division, coverage, organizations)
SELECT uuidv7(), o.division, o.coverage, count(*) FROM organizations o
WHERE o.status = 'registered' GROUP BY o.division, o.coverage;
ANALYZE organization_counts;
"""
# As before, but for the id: a list goes by it, so what was proposed first comes first.
PROPOSING = r"""
CREATE OR REPLACE FUNCTION propose_duplicates(ids uuid[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE proposed bigint := 0;
    kinds text[];
    ones uuid[];
    others uuid[];
    scope text := current_setting('shuangfu.scope', true);
    units text := current_setting('shuangfu.units', true);
BEGIN
    PERFORM set_config('shuangfu.scope', '%', true), set_config('shuangfu.units', '', true);
    SELECT array_agg(a.kind), array_agg(k.organization_id), array_agg(a.id) INTO kinds, ones, others
    FROM organization_keys k CROSS JOIN LATERAL (
        (SELECT 'organization_code' AS kind, b.organization_id AS id FROM organization_keys b
            WHERE b.organization_code = k.organization_code AND b.organization_id <> k.organization_id LIMIT 20)
        UNION ALL
        (SELECT 'same_name', b.organization_id FROM organization_keys b
            WHERE b.named = k.named AND b.organization_id <> k.organization_id AND (
                right(b.addressed, length(k.addressed)) = k.addressed
                OR right(k.addressed, length(b.addressed)) = b.addressed) LIMIT 20)
    ) AS a
    WHERE k.organization_id = ANY (ids);
    IF ones IS NOT NULL THEN
        INSERT INTO duplicates (
            id, kind, organization_id, uscc, division, other_id, other_uscc, other_division, proposed_at
        )
        SELECT DISTINCT ON (least(p.one, p.two), greatest(p.one, p.two))
            uuidv7(), p.kind, p.one, p.uscc, p.division, p.two, p.other_uscc, p.other_division, now()
        FROM (
            SELECT f.*, n.uscc, n.division, c.uscc AS other_uscc, c.division AS other_division,
                row_number() OVER (PARTITION BY f.one ORDER BY f.kind, f.two) AS place
            FROM unnest(kinds, ones, others) AS f(kind, one, two)
            JOIN organizations n ON n.id = f.one JOIN organizations c ON c.id = f.two
            WHERE 'registered' IN (c.status, n.status)
                AND NOT EXISTS (SELECT FROM duplicates d WHERE d.organization_id = f.one AND d.other_id = f.two)
                AND NOT EXISTS (SELECT FROM duplicates d WHERE d.organization_id = f.two AND d.other_id = f.one)
                AND NOT EXISTS (SELECT FROM successions s WHERE s.organization_id = f.one AND s.predecessor_id = f.two)
                AND NOT EXISTS (SELECT FROM successions s WHERE s.organization_id = f.two AND s.predecessor_id = f.one)
        ) AS p
        WHERE p.place <= 3
        ORDER BY least(p.one, p.two), greatest(p.one, p.two), p.kind
        ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS proposed = ROW_COUNT;
    END IF;
    PERFORM set_config('shuangfu.scope', scope, true), set_config('shuangfu.units', units, true);
    RETURN proposed;
END $$;
"""
# It repeats what the organizations say, whose trail is enough.
SECURED = secure_table(
    "organization_counts",
    units=HIDDEN_FROM_UNITS,
    audited=False,
    grants="SELECT",
)


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, TABLE, SECURED, PROPOSING, FOLLOWING, FILLING):
        run_script(op, script)
