"""Superior bodies, and which of them each Party organization belongs to."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.released import secure_table_v2
from shared.schema.scripts import run_script
from shared.schema.security import IN_SCOPE

revision = "registry_0016"
down_revision = "registry_0015"

# The exclusion constraint compares uuids by GiST. The extension is trusted: the database's owner may create it.
EXTENSION = """
CREATE EXTENSION IF NOT EXISTS btree_gist;
"""
# Affiliations carry the division of their Party organization. One row for each Party organization: some thousands.
INDEX = """
CREATE UNIQUE INDEX uq_party_organizations_id_division ON party_organizations (id, division);
"""
TABLES = """
CREATE TABLE bodies (
    id uuid NOT NULL,
    code text NOT NULL,
    names jsonb NOT NULL,
    level text NOT NULL,
    kind text NOT NULL,
    structure text,
    department text,
    division text NOT NULL,
    street text,
    parent text,
    since date NOT NULL,
    until date,
    conference jsonb,
    version bigint NOT NULL,
    CONSTRAINT pk_bodies PRIMARY KEY (id),
    CONSTRAINT uq_bodies_code UNIQUE (code),
    CONSTRAINT ck_bodies_level CHECK (level IN ('city', 'district', 'street', 'community')),
    CONSTRAINT ck_bodies_until CHECK (until > since),
    CONSTRAINT fk_bodies_parent_bodies FOREIGN KEY (parent) REFERENCES bodies (code)
);
CREATE INDEX ix_bodies_division ON bodies (division text_pattern_ops, id);
CREATE INDEX ix_bodies_parent ON bodies (parent);
CREATE TABLE affiliations (
    id uuid NOT NULL,
    party_organization_id uuid NOT NULL,
    division text NOT NULL,
    body text NOT NULL,
    kind text NOT NULL,
    since date NOT NULL,
    until date,
    by_default boolean NOT NULL,
    note text,
    reasons jsonb NOT NULL,
    set_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT pk_affiliations PRIMARY KEY (id),
    CONSTRAINT ck_affiliations_kind CHECK (kind IN ('competent_unit', 'host', 'territory', 'other')),
    CONSTRAINT ck_affiliations_until CHECK (until > since),
    CONSTRAINT ex_affiliations_one_at_a_time EXCLUDE USING gist (
        party_organization_id WITH =, daterange(since, until) WITH &&
    ) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_affiliations_party_organization_id_division_party_orgs
        FOREIGN KEY (party_organization_id, division) REFERENCES party_organizations (id, division) ON UPDATE CASCADE,
    CONSTRAINT fk_affiliations_body_bodies FOREIGN KEY (body) REFERENCES bodies (code)
);
CREATE INDEX ix_affiliations_party_organization_id ON affiliations (party_organization_id, since);
CREATE INDEX ix_affiliations_body ON affiliations (body, party_organization_id);
CREATE INDEX ix_affiliations_division ON affiliations (division text_pattern_ops, id);
"""

# A district reads the bodies of its city too: its Party organizations belong to them. 330100, 330000 are above 330106.
ABOVE = """EXISTS (
    SELECT FROM unnest((SELECT string_to_array(current_setting('shuangfu.scope', true), ','))::text[]) AS s(pattern)
    WHERE rtrim(s.pattern, '%') LIKE regexp_replace(division, '(00)+$', '') || '%'
)"""
# Whoever sees the Party organization sees where it belongs: a joint branch may cover organizations elsewhere.
OF_SEEN = "EXISTS (SELECT FROM party_organizations AS p WHERE p.id = party_organization_id)"
SECURED = (
    secure_table_v2("bodies", readable=f"({IN_SCOPE} OR {ABOVE})", grants="SELECT, INSERT, UPDATE"),
    secure_table_v2("affiliations", readable=OF_SEEN),
)


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, EXTENSION, INDEX, TABLES, *SECURED):
        run_script(op, script)
