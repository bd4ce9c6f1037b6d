"""Whom a Party organization covers, an organization a row: an area may cover 200,000 of them."""

from alembic import op

from shared.schema.foreign_keys import SEE_ALL_ROWS_V1, YIELD_TO_WRITERS_V1
from shared.schema.released import secure_table_v2
from shared.schema.scripts import run_script

revision = "evaluation_0013"
down_revision = "evaluation_0012"

TABLE = """
CREATE TABLE covered_organizations (
    id uuid NOT NULL,
    party_organization_id uuid NOT NULL,
    division text NOT NULL,
    organization_id uuid NOT NULL,
    kind text,
    evaluation_type text,
    sequence bigint NOT NULL,
    covered boolean NOT NULL,
    CONSTRAINT pk_covered_organizations PRIMARY KEY (id)
);
CREATE INDEX ix_covered_organizations_party_organization_id ON covered_organizations (party_organization_id, sequence);
-- NULL: the last statement was a whole list.
ALTER TABLE party_organizations ADD COLUMN stated_sequence bigint;
INSERT INTO covered_organizations
    (id, party_organization_id, division, organization_id, kind, evaluation_type, sequence, covered)
SELECT md5(p.id::text || (c.one->>'organization_id'))::uuid, p.id, p.division, (c.one->>'organization_id')::uuid,
    c.one->>'kind', c.one->>'evaluation_type', p.sequence, true
FROM party_organizations AS p CROSS JOIN LATERAL jsonb_array_elements(p.covers) AS c(one);
"""
# The version before knows whole lists only, and writes them into `covers`.
FOLLOW = """
CREATE FUNCTION covered_organizations_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    -- Whoever knows this table sets `stated_sequence`, and writes the rows itself.
    IF NEW.covers IS NULL OR (TG_OP = 'INSERT' AND NEW.stated_sequence IS NOT NULL) THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND (
        NEW.stated_sequence IS DISTINCT FROM OLD.stated_sequence OR NEW.covers IS NOT DISTINCT FROM OLD.covers
    ) THEN
        RETURN NULL;
    END IF;
    DELETE FROM covered_organizations WHERE party_organization_id = NEW.id AND sequence <= NEW.sequence;
    INSERT INTO covered_organizations AS t
        (id, party_organization_id, division, organization_id, kind, evaluation_type, sequence, covered)
    SELECT md5(NEW.id::text || (c.one->>'organization_id'))::uuid, NEW.id, NEW.division,
        (c.one->>'organization_id')::uuid, c.one->>'kind', c.one->>'evaluation_type', NEW.sequence, true
    FROM jsonb_array_elements(NEW.covers) AS c(one)
    ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, evaluation_type = excluded.evaluation_type,
        sequence = excluded.sequence, covered = true WHERE t.sequence < excluded.sequence;
    RETURN NULL;
END $$;
CREATE TRIGGER covered_organizations_follow AFTER INSERT OR UPDATE OF covers ON party_organizations
    FOR EACH ROW EXECUTE FUNCTION covered_organizations_follow();
"""


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, SEE_ALL_ROWS_V1, TABLE):
        run_script(op, script)
    run_script(op, secure_table_v2("covered_organizations", audited=False))
    run_script(op, FOLLOW)
