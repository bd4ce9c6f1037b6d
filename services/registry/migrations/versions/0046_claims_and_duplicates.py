"""Who said what of an organization, what sources dispute, and pairs of organizations that may be one."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, IN_SCOPE, of_units, secure_table

revision = "registry_0046"
down_revision = "registry_0045"

CLAIMS = """
CREATE TABLE organization_claims (
    organization_id uuid NOT NULL,
    division text NOT NULL,
    claims jsonb NOT NULL,
    CONSTRAINT pk_organization_claims PRIMARY KEY (organization_id),
    CONSTRAINT fk_organization_claims_organization_id_division_organizations
        FOREIGN KEY (organization_id, division) REFERENCES organizations (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_organization_claims_division ON organization_claims (division text_pattern_ops, organization_id);
"""
# The version before writes conflicts without these columns.
DISPUTES = """
ALTER TABLE conflicts ADD COLUMN data_source text;
ALTER TABLE conflicts ADD COLUMN disputed jsonb;
ALTER TABLE conflicts DROP CONSTRAINT ck_conflicts_kind;
ALTER TABLE conflicts ADD CONSTRAINT ck_conflicts_kind
    CHECK (kind IN ('same_instant', 'other_division', 'precedence')) NOT VALID;
"""
# What pairs are found by. Columns of their own: under row-level security a condition on a function of a column finds no
# index.
KEYS = r"""
CREATE FUNCTION folded_text(written text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT lower(translate(written, ' 　（）()[]【】〔〕·•．.，,、。-－—_/／“”"‘’''：:；;#＃&＆', ''))
$$;
CREATE TABLE organization_keys (
    organization_id uuid NOT NULL,
    division text NOT NULL,
    organization_code text NOT NULL,
    named text NOT NULL,
    addressed text NOT NULL,
    CONSTRAINT pk_organization_keys PRIMARY KEY (organization_id)
);
"""
FILLING = """
SELECT set_config('shuangfu.scope', '%', true);
INSERT INTO organization_keys (organization_id, division, organization_code, named, addressed)
SELECT o.id, o.division, substr(o.uscc, 9, 9), folded_text(o.name), folded_text(o.address) FROM organizations o
ON CONFLICT (organization_id) DO UPDATE
    SET division = excluded.division, named = excluded.named, addressed = excluded.addressed
    WHERE (organization_keys.division, organization_keys.named, organization_keys.addressed)
        IS DISTINCT FROM (excluded.division, excluded.named, excluded.addressed);
"""
INDEXES = """
CREATE INDEX ix_organization_keys_division ON organization_keys (division text_pattern_ops, organization_id);
CREATE INDEX ix_organization_keys_named ON organization_keys (named);
CREATE INDEX ix_organization_keys_organization_code ON organization_keys (organization_code);
ANALYZE organization_keys;
"""
FOLLOWING = """
ALTER TABLE organization_keys ADD CONSTRAINT fk_organization_keys_organization_id_division_organizations
    FOREIGN KEY (organization_id, division) REFERENCES organizations (id, division)
    ON UPDATE CASCADE ON DELETE CASCADE;
"""
# As of a conflict, neither organization is named by a foreign key: who proposes must not wait for another division's
# row.
DUPLICATES = """
CREATE TABLE duplicates (
    id uuid NOT NULL,
    kind text NOT NULL,
    state text NOT NULL DEFAULT 'open',
    organization_id uuid NOT NULL,
    uscc text NOT NULL,
    division text NOT NULL,
    other_id uuid NOT NULL,
    other_uscc text NOT NULL,
    other_division text NOT NULL,
    proposed_at timestamptz NOT NULL,
    verdict text,
    kept_id uuid,
    succession_id uuid,
    reason text,
    reasons jsonb,
    resolved_by text,
    resolved_at timestamptz,
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT pk_duplicates PRIMARY KEY (id),
    CONSTRAINT uq_duplicates_organization_id_other_id UNIQUE (organization_id, other_id),
    CONSTRAINT ck_duplicates_pair CHECK (organization_id <> other_id),
    CONSTRAINT ck_duplicates_kind CHECK (kind IN ('same_name', 'organization_code')),
    CONSTRAINT ck_duplicates_verdict CHECK (
        CASE state WHEN 'open' THEN verdict IS NULL
            WHEN 'resolved' THEN verdict IN ('same', 'different', 'succession') IS TRUE AND reason IS NOT NULL
                AND resolved_by IS NOT NULL AND resolved_at IS NOT NULL
            ELSE false END
    )
);
CREATE INDEX ix_duplicates_division ON duplicates (division text_pattern_ops, id);
CREATE INDEX ix_duplicates_other_division ON duplicates (other_division text_pattern_ops, id);
CREATE INDEX ix_duplicates_other_id ON duplicates (other_id, organization_id);
"""
# Pairs of which one is still registered, each proposed once: not again once it is resolved, nor where a succession is
# recorded. An organization's code (GB 11714, places 9 to 17) stays its own when the unified code becomes another one.
# At most three for one organization: what is alike more often was not entered with care, and whoever resolves them sees
# the next ones after that. `division` is that of the one that was written, whose audit chain its writer holds anyway.
PROPOSING = r"""
CREATE FUNCTION propose_duplicates(ids uuid[]) RETURNS bigint
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
            gen_random_uuid(), p.kind, p.one, p.uscc, p.division, p.two, p.other_uscc, p.other_division, now()
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
GRANT EXECUTE ON FUNCTION propose_duplicates(uuid[]) TO shuangfu_runtime;
CREATE FUNCTION propose_duplicates_of_written() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE ids uuid[];
    scope text := current_setting('shuangfu.scope', true);
    units text := current_setting('shuangfu.units', true);
BEGIN
    PERFORM set_config('shuangfu.scope', '%', true), set_config('shuangfu.units', '', true);
    IF TG_OP = 'INSERT' THEN
        INSERT INTO organization_keys (organization_id, division, organization_code, named, addressed)
            SELECT n.id, n.division, substr(n.uscc, 9, 9), folded_text(n.name), folded_text(n.address) FROM new_rows n;
        SELECT array_agg(n.id) INTO ids FROM new_rows n;
    ELSE
        SELECT array_agg(n.id) INTO ids FROM new_rows n JOIN old_rows o ON o.id = n.id
        WHERE (n.name, n.address) IS DISTINCT FROM (o.name, o.address);
        IF ids IS NOT NULL THEN
            UPDATE organization_keys k SET named = folded_text(n.name), addressed = folded_text(n.address)
                FROM new_rows n WHERE k.organization_id = n.id AND n.id = ANY (ids);
        END IF;
        IF EXISTS (SELECT FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE n.division <> o.division) THEN
            UPDATE duplicates d SET division = n.division FROM new_rows n
                WHERE d.organization_id = n.id AND d.division <> n.division;
            UPDATE duplicates d SET other_division = n.division FROM new_rows n
                WHERE d.other_id = n.id AND d.other_division <> n.division;
        END IF;
    END IF;
    IF ids IS NOT NULL THEN
        PERFORM propose_duplicates(ids);
    END IF;
    PERFORM set_config('shuangfu.scope', scope, true), set_config('shuangfu.units', units, true);
    RETURN NULL;
END $$;
CREATE TRIGGER propose_insert AFTER INSERT ON organizations REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION propose_duplicates_of_written();
CREATE TRIGGER propose_update AFTER UPDATE ON organizations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION propose_duplicates_of_written();
"""
# A pair is both divisions' matter.
EITHER_SIDE = f"({IN_SCOPE} OR {IN_SCOPE.replace('division', 'other_division', 1)})"
SECURED = (
    secure_table("organization_claims", units=of_units("organization_id"), key=("organization_id",)),
    # It repeats what its organization says, whose trail is enough.
    secure_table(
        "organization_keys",
        units=of_units("organization_id"),
        key=("organization_id",),
        audited=False,
        grants="SELECT",
    ),
    secure_table(
        "duplicates",
        units=HIDDEN_FROM_UNITS,
        visible=EITHER_SIDE,
        grants="SELECT, INSERT, UPDATE",
    ),
)


def upgrade() -> None:
    """Forward only. The keys are filled twice: most before writers have to wait, and what they wrote meanwhile."""
    for script in (YIELD_TO_WRITERS_V1, CLAIMS, DISPUTES, KEYS, DUPLICATES, *SECURED, FILLING, INDEXES, PROPOSING):
        run_script(op, script)
    for script in (FOLLOWING, FILLING):
        run_script(op, script)
