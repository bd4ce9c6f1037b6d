"""Evaluation's first tables."""

from alembic import op

from shared.schema.bus import BUS_TABLES_V1
from shared.schema.idempotency import IDEMPOTENCY_TABLE_V1
from shared.schema.scripts import run_script

revision = "evaluation_0001"
down_revision = None

TABLES = """
-- Projection of registry.party-organizations; a dissolution that comes first leaves the rest unknown.
CREATE TABLE party_organizations (
    id uuid NOT NULL,
    name text,
    kind text,
    form text,
    division text NOT NULL,
    established_on date,
    dissolved_on date,
    covers jsonb,
    sequence bigint NOT NULL,
    CONSTRAINT pk_party_organizations PRIMARY KEY (id)
);
CREATE INDEX ix_party_organizations_division ON party_organizations (division) WHERE dissolved_on IS NULL;

CREATE TABLE cycles (
    id uuid NOT NULL,
    year integer NOT NULL,
    division text NOT NULL,
    state text NOT NULL DEFAULT 'draft',
    note text,
    policy jsonb,
    enrolled integer,
    not_rated integer,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    opened_at timestamptz,
    CONSTRAINT pk_cycles PRIMARY KEY (id),
    CONSTRAINT uq_cycles_year_division UNIQUE (year, division),
    CONSTRAINT ck_cycles_state CHECK (state IN ('draft', 'open', 'closed')),
    CONSTRAINT ck_cycles_policy CHECK (state = 'draft' OR policy IS NOT NULL)
);

-- The systems as they were when the cycle opened.
CREATE TABLE cycle_indicator_systems (
    cycle_id uuid NOT NULL,
    type text NOT NULL,
    version text NOT NULL,
    division text NOT NULL,
    content jsonb NOT NULL,
    CONSTRAINT pk_cycle_indicator_systems PRIMARY KEY (cycle_id, type),
    CONSTRAINT fk_cycle_indicator_systems_cycle_id_cycles FOREIGN KEY (cycle_id) REFERENCES cycles
);

CREATE TABLE evaluations (
    id uuid NOT NULL,
    cycle_id uuid NOT NULL,
    year integer NOT NULL,
    party_organization_id uuid NOT NULL,
    division text NOT NULL,
    type text NOT NULL,
    state text NOT NULL DEFAULT 'enrolled',
    total numeric(7, 2),
    star smallint,
    reasons jsonb NOT NULL,
    basis jsonb,
    note text,
    sequence bigint NOT NULL DEFAULT 0,
    version bigint NOT NULL,
    enrolled_at timestamptz NOT NULL,
    completed_at timestamptz,
    withdrawn_at timestamptz,
    CONSTRAINT pk_evaluations PRIMARY KEY (id),
    CONSTRAINT uq_evaluations_party_organization_id_year UNIQUE (party_organization_id, year),
    CONSTRAINT fk_evaluations_cycle_id_cycle_indicator_systems
        FOREIGN KEY (cycle_id, type) REFERENCES cycle_indicator_systems,
    CONSTRAINT fk_evaluations_party_organization_id_party_organizations
        FOREIGN KEY (party_organization_id) REFERENCES party_organizations,
    CONSTRAINT ck_evaluations_state CHECK (state IN ('enrolled', 'scoring', 'completed', 'withdrawn')),
    CONSTRAINT ck_evaluations_star CHECK (star BETWEEN 0 AND 5),
    CONSTRAINT ck_evaluations_completed CHECK (
        (state = 'completed') = (total IS NOT NULL AND star IS NOT NULL AND basis IS NOT NULL))
);
CREATE INDEX ix_evaluations_cycle_id ON evaluations (cycle_id, id);
CREATE INDEX ix_evaluations_division ON evaluations (division, id);

CREATE TABLE evaluation_scores (
    evaluation_id uuid NOT NULL,
    stage text NOT NULL,
    division text NOT NULL,
    scores jsonb NOT NULL,
    bonus jsonb NOT NULL,
    vetoes jsonb NOT NULL,
    put_at timestamptz NOT NULL,
    CONSTRAINT pk_evaluation_scores PRIMARY KEY (evaluation_id, stage),
    CONSTRAINT fk_evaluation_scores_evaluation_id_evaluations FOREIGN KEY (evaluation_id) REFERENCES evaluations,
    CONSTRAINT ck_evaluation_scores_stage CHECK (stage IN ('self', 'group', 'committee'))
);
"""


def upgrade() -> None:
    """Forward only."""
    for script in (BUS_TABLES_V1, IDEMPOTENCY_TABLE_V1, TABLES):
        run_script(op, script)
