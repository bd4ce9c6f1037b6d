"""What organizations are found by, and a policy of units whose cost the planner can tell."""

from alembic import op

from shared.schema.scripts import run_script
from shared.schema.security import UNITS, secure_table

revision = "registry_0042"
down_revision = "registry_0041"

TABLE = """
CREATE TABLE organization_searches (
    organization_id uuid NOT NULL,
    division text NOT NULL,
    street text NOT NULL,
    texts text NOT NULL,
    terms text NOT NULL,
    CONSTRAINT pk_organization_searches PRIMARY KEY (organization_id)
);
CREATE INDEX ix_organization_searches_division ON organization_searches (division text_pattern_ops, organization_id);
"""
# A trigram index finds no word of one or two characters, as Chinese ones are. So `terms` has every two neighbours of
# the texts as a word of their own, first those that begin at odd places, then those at even ones; and what lists are
# filtered by, each after a mark that no text holds.
TERMS = r"""
CREATE FUNCTION organization_texts(name text, address text, former_names jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT lower(name || E'\n' || address || CASE WHEN former_names IS NULL THEN '' ELSE
        (SELECT coalesce(string_agg(E'\n' || one, ''), '') FROM jsonb_array_elements_text(former_names) AS f(one)) END)
$$;
CREATE FUNCTION organization_terms(
    uscc text, kind text, evaluation_type text, coverage text, status text, street text, texts text
) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT lower(E' \x01code' || uscc || E' \x01kind' || kind || E' \x01type' || coalesce(evaluation_type, '')
            || E' \x01covered' || coverage || E' \x01status' || status
            || E' \x01street' || replace(street, ' ', '') || ' ')
        || regexp_replace(texts, '(..)', '\1 ', 'g')
        || ' ' || regexp_replace(substr(texts, 2), '(..)', '\1 ', 'g') || ' '
$$;
"""
FILLING = """
SELECT set_config('shuangfu.scope', '%', true);
INSERT INTO organization_searches (organization_id, division, street, texts, terms)
SELECT o.id, o.division, o.street, t.texts,
    organization_terms(o.uscc, o.kind, o.evaluation_type, o.coverage, o.status, o.street, t.texts)
FROM organizations o CROSS JOIN LATERAL organization_texts(o.name, o.address, o.former_names) AS t(texts)
ON CONFLICT (organization_id) DO UPDATE
    SET division = excluded.division, street = excluded.street, texts = excluded.texts, terms = excluded.terms
    WHERE (organization_searches.division, organization_searches.street, organization_searches.terms)
        IS DISTINCT FROM (excluded.division, excluded.street, excluded.terms);
"""
# Whoever searches reads what waits to be put into the index as well: little of it.
INDEX = """
CREATE INDEX ix_organization_searches_terms ON organization_searches USING gin (terms gin_trgm_ops)
    WITH (gin_pending_list_limit = 512);
ANALYZE organization_searches;
"""
FOLLOWING = """
CREATE FUNCTION follow_organization_searches() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO organization_searches (organization_id, division, street, texts, terms)
        SELECT n.id, n.division, n.street, t.texts,
            organization_terms(n.uscc, n.kind, n.evaluation_type, n.coverage, n.status, n.street, t.texts)
        FROM new_rows n CROSS JOIN LATERAL organization_texts(n.name, n.address, n.former_names) AS t(texts);
    ELSE
        UPDATE organization_searches s
        SET street = n.street, texts = t.texts,
            terms = organization_terms(n.uscc, n.kind, n.evaluation_type, n.coverage, n.status, n.street, t.texts)
        FROM new_rows n JOIN old_rows b ON b.id = n.id
        CROSS JOIN LATERAL organization_texts(n.name, n.address, n.former_names) AS t(texts)
        WHERE s.organization_id = n.id
            AND (b.name, b.address, b.former_names, b.uscc, b.kind, b.evaluation_type, b.coverage, b.status, b.street)
            IS DISTINCT FROM
            (n.name, n.address, n.former_names, n.uscc, n.kind, n.evaluation_type, n.coverage, n.status, n.street);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER search_insert AFTER INSERT ON organizations REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION follow_organization_searches();
CREATE TRIGGER search_update AFTER UPDATE ON organizations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION follow_organization_searches();
ALTER TABLE organization_searches ADD CONSTRAINT fk_organization_searches_organization_id_division_organizations
    FOREIGN KEY (organization_id, division) REFERENCES organizations (id, division)
    ON UPDATE CASCADE ON DELETE CASCADE;
"""


COVERED = f"SELECT organization_id FROM coverages WHERE until IS NULL AND party_organization_id = ANY ({UNITS})"  # noqa: S608 - SQL of our own


def of_units(column: str) -> str:
    """A condition that says what `UNITS IS NULL OR …` says; of that, the planner expects one row in two hundred."""
    return f"(CASE WHEN {UNITS} IS NULL THEN true ELSE {column} = ANY ({UNITS} || ARRAY({COVERED})) END)"


# Names are found by the new index: the version before reads the table for them until it is replaced.
UNUSED = "DROP INDEX ix_organizations_name;"
POLICY = f"ALTER POLICY units ON organizations USING ({of_units('id')}) WITH CHECK ({of_units('id')});"
# It repeats what its organization says, whose trail is enough.
SECURED = secure_table(
    "organization_searches",
    units=of_units("organization_id"),
    key=("organization_id",),
    audited=False,
    grants="SELECT",
)


def upgrade() -> None:
    """Forward only. Filled twice: most of it before writers have to wait, and what they wrote meanwhile after that."""
    for script in (TABLE, TERMS, SECURED, FILLING, INDEX, FOLLOWING, FILLING, UNUSED, POLICY):
        run_script(op, script)
