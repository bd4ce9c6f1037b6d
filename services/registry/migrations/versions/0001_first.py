"""The registry's first tables."""

from alembic import op

from shared.schema.bus import BUS_TABLES_V1
from shared.schema.idempotency import IDEMPOTENCY_TABLE_V1
from shared.schema.scripts import run_script

revision = "registry_0001"
down_revision = None

TABLES = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE organizations (
    id uuid NOT NULL,
    uscc text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    division text NOT NULL,
    street text NOT NULL,
    address text NOT NULL,
    carrier text,
    lon double precision,
    lat double precision,
    registered_on date NOT NULL,
    full_time_staff integer NOT NULL,
    full_members_full_time integer NOT NULL,
    full_members integer NOT NULL,
    probationary_members integer NOT NULL,
    evaluation_type text,
    source text NOT NULL,
    status text NOT NULL,
    as_of timestamptz NOT NULL,
    version bigint NOT NULL,
    coverage text NOT NULL DEFAULT 'uncovered',
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_organizations PRIMARY KEY (id),
    CONSTRAINT uq_organizations_uscc UNIQUE (uscc),
    CONSTRAINT ck_organizations_counts CHECK (
        full_members_full_time <= full_time_staff AND full_members_full_time <= full_members
        AND full_members_full_time >= 0 AND probationary_members >= 0)
);
CREATE INDEX ix_organizations_division ON organizations (division text_pattern_ops, id);
CREATE INDEX ix_organizations_name ON organizations USING gin (name gin_trgm_ops);

CREATE TABLE party_organizations (
    id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    form text NOT NULL,
    division text NOT NULL,
    street text,
    established_on date NOT NULL,
    dissolved_on date,
    version bigint NOT NULL,
    CONSTRAINT pk_party_organizations PRIMARY KEY (id),
    CONSTRAINT ck_party_organizations_kind CHECK (kind IN ('BRANCH', 'GENERAL', 'COMMITTEE'))
);
CREATE INDEX ix_party_organizations_division ON party_organizations (division text_pattern_ops, id);

-- Who covers whom, since when and until when (S13: a Party organization covers many).
CREATE TABLE coverages (
    party_organization_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    since date NOT NULL,
    until date,
    CONSTRAINT pk_coverages PRIMARY KEY (party_organization_id, organization_id, since),
    CONSTRAINT fk_coverages_party_organization_id_party_organizations
        FOREIGN KEY (party_organization_id) REFERENCES party_organizations,
    CONSTRAINT fk_coverages_organization_id_organizations FOREIGN KEY (organization_id) REFERENCES organizations
);
CREATE INDEX ix_coverages_current ON coverages (organization_id) WHERE until IS NULL;

CREATE TABLE imports (
    id uuid NOT NULL,
    filename text NOT NULL,
    format text NOT NULL,
    dry_run boolean NOT NULL,
    state text NOT NULL,
    content bytea,
    rows_total integer NOT NULL,
    rows_done integer NOT NULL DEFAULT 0,
    created integer NOT NULL DEFAULT 0,
    changed integer NOT NULL DEFAULT 0,
    same integer NOT NULL DEFAULT 0,
    refused integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    CONSTRAINT pk_imports PRIMARY KEY (id),
    CONSTRAINT ck_imports_state CHECK (state IN ('waiting', 'running', 'completed', 'failed'))
);
CREATE TABLE import_errors (
    import_id uuid NOT NULL,
    row_number integer NOT NULL,
    uscc text,
    problem jsonb NOT NULL,
    CONSTRAINT pk_import_errors PRIMARY KEY (import_id, row_number),
    CONSTRAINT fk_import_errors_import_id_imports FOREIGN KEY (import_id) REFERENCES imports
);
"""


def upgrade() -> None:
    """Forward only."""
    for script in (BUS_TABLES_V1, IDEMPOTENCY_TABLE_V1, TABLES):
        run_script(op, script)
