"""Whom a Party organization claims to cover, an organization a row: an area may cover 200,000 of them."""

from alembic import op

from shared.schema.foreign_keys import SEE_ALL_ROWS_V1, YIELD_TO_WRITERS_V1
from shared.schema.released import secure_table_v2
from shared.schema.scripts import run_script

revision = "incubation_0014"
down_revision = "incubation_0013"

TABLE = """
CREATE TABLE coverage_claims (
    id uuid NOT NULL,
    party_organization_id uuid NOT NULL,
    division text NOT NULL,
    organization_id uuid NOT NULL,
    sequence bigint NOT NULL,
    covered boolean NOT NULL,
    CONSTRAINT pk_coverage_claims PRIMARY KEY (id)
);
CREATE INDEX ix_coverage_claims_organization_id ON coverage_claims (organization_id);
CREATE INDEX ix_coverage_claims_party_organization_id ON coverage_claims (party_organization_id, sequence);
-- NULL: the last statement was a whole list.
ALTER TABLE party_organizations ADD COLUMN stated_sequence bigint;
INSERT INTO coverage_claims (id, party_organization_id, division, organization_id, sequence, covered)
SELECT md5(p.id::text || c.id::text)::uuid, p.id, p.division, c.id, p.sequence, true
FROM party_organizations AS p CROSS JOIN LATERAL unnest(p.covers) AS c(id);
-- Stated before lists were kept: who is covered is known all the same.
INSERT INTO coverage_claims (id, party_organization_id, division, organization_id, sequence, covered)
SELECT md5(p.id::text || o.id::text)::uuid, p.id, p.division, o.id, p.sequence, true
FROM party_organizations AS p JOIN organizations AS o ON o.covered_by = p.id WHERE p.covers IS NULL;
"""
# The version before knows whole lists only, and writes them into `covers`.
FOLLOW = """
CREATE FUNCTION coverage_claims_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    -- Whoever knows claims sets `stated_sequence`, and writes them itself.
    IF NEW.covers IS NULL OR (TG_OP = 'INSERT' AND NEW.stated_sequence IS NOT NULL) THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND (
        NEW.stated_sequence IS DISTINCT FROM OLD.stated_sequence OR NEW.covers IS NOT DISTINCT FROM OLD.covers
    ) THEN
        RETURN NULL;
    END IF;
    DELETE FROM coverage_claims WHERE party_organization_id = NEW.id AND sequence <= NEW.sequence;
    INSERT INTO coverage_claims AS t (id, party_organization_id, division, organization_id, sequence, covered)
    SELECT md5(NEW.id::text || c.id::text)::uuid, NEW.id, NEW.division, c.id, NEW.sequence, true
    FROM unnest(NEW.covers) AS c(id)
    ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, covered = true WHERE t.sequence < excluded.sequence;
    RETURN NULL;
END $$;
CREATE TRIGGER coverage_claims_follow AFTER INSERT OR UPDATE OF covers ON party_organizations
    FOR EACH ROW EXECUTE FUNCTION coverage_claims_follow();
"""


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, SEE_ALL_ROWS_V1, TABLE):
        run_script(op, script)
    run_script(op, secure_table_v2("coverage_claims", audited=False))
    run_script(op, FOLLOW)
