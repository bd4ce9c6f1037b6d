"""Incubation's first tables."""

from alembic import op

from shared.schema.bus import BUS_TABLES_V1
from shared.schema.idempotency import IDEMPOTENCY_TABLE_V1
from shared.schema.scripts import run_script

revision = "incubation_0001"
down_revision = None

TABLES = """
-- What incubation needs to know of an organization: a projection of the registry's events.
CREATE TABLE organizations (
    id uuid NOT NULL,
    uscc text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    division text NOT NULL,
    street text,
    carrier text,
    lon double precision,
    lat double precision,
    full_members_full_time integer NOT NULL,
    full_members integer NOT NULL,
    probationary_members integer NOT NULL,
    status text NOT NULL,
    sequence bigint NOT NULL,
    checks bigint NOT NULL,
    coverage text NOT NULL DEFAULT 'uncovered',
    covered_by uuid,
    CONSTRAINT pk_organizations PRIMARY KEY (id)
);
CREATE INDEX ix_organizations_uscc ON organizations (uscc);
CREATE INDEX ix_organizations_covered_by ON organizations (covered_by) WHERE covered_by IS NOT NULL;

-- The registry's Party organizations, as far as coverage goes: the newest sequence seen of each.
CREATE TABLE party_organizations (
    id uuid NOT NULL,
    division text NOT NULL,
    form text,
    sequence bigint NOT NULL,
    CONSTRAINT pk_party_organizations PRIMARY KEY (id)
);

CREATE TABLE formation_checks (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    uscc text NOT NULL,
    division text NOT NULL,
    outcome text NOT NULL,
    counted_full_members integer NOT NULL,
    policy text NOT NULL,
    reasons jsonb NOT NULL,
    organization_sequence bigint NOT NULL,
    checked_at timestamptz NOT NULL,
    CONSTRAINT pk_formation_checks PRIMARY KEY (id),
    CONSTRAINT ck_formation_checks_outcome CHECK (outcome IN ('standalone', 'joint', 'area'))
);
CREATE INDEX ix_formation_checks_organization ON formation_checks (organization_id, id DESC);
CREATE INDEX ix_formation_checks_uscc ON formation_checks (uscc, id DESC);

CREATE TABLE formation_cases (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    uscc text NOT NULL,
    name text NOT NULL,
    division text NOT NULL,
    street text,
    check_id uuid NOT NULL,
    outcome text NOT NULL,
    party_organization_kind text NOT NULL,
    state text NOT NULL,
    due_on date NOT NULL,
    deferred_until date,
    note text,
    party_organization_id uuid,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    decided_at timestamptz,
    CONSTRAINT pk_formation_cases PRIMARY KEY (id),
    CONSTRAINT ck_formation_cases_state CHECK (state IN ('open', 'approved', 'deferred', 'closed'))
);
CREATE UNIQUE INDEX uq_formation_cases_pending ON formation_cases (organization_id)
    WHERE state IN ('open', 'deferred');
CREATE INDEX ix_formation_cases_division ON formation_cases (division text_pattern_ops, id);
CREATE INDEX ix_formation_cases_organization ON formation_cases (organization_id);

CREATE TABLE areas (
    party_organization_id uuid NOT NULL,
    division text NOT NULL,
    street text NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_areas PRIMARY KEY (party_organization_id),
    CONSTRAINT uq_areas_division_street UNIQUE (division, street)
);

CREATE TABLE joint_plans (
    id uuid NOT NULL,
    division text NOT NULL,
    policy text NOT NULL,
    covered integer NOT NULL,
    upper_bound integer NOT NULL,
    unplaced jsonb NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_joint_plans PRIMARY KEY (id)
);
CREATE INDEX ix_joint_plans_division ON joint_plans (division text_pattern_ops, id);
CREATE TABLE joint_proposals (
    id uuid NOT NULL,
    plan_id uuid NOT NULL,
    position integer NOT NULL,
    division text NOT NULL,
    organizations jsonb NOT NULL,
    full_members integer NOT NULL,
    why jsonb NOT NULL,
    state text NOT NULL,
    party_organization_id uuid,
    CONSTRAINT pk_joint_proposals PRIMARY KEY (id),
    CONSTRAINT fk_joint_proposals_plan_id_joint_plans FOREIGN KEY (plan_id) REFERENCES joint_plans,
    CONSTRAINT ck_joint_proposals_state CHECK (state IN ('proposed', 'approved', 'outdated'))
);
CREATE INDEX ix_joint_proposals_plan ON joint_proposals (plan_id, position);
"""


def upgrade() -> None:
    """Forward only."""
    for script in (BUS_TABLES_V1, IDEMPOTENCY_TABLE_V1, TABLES):
        run_script(op, script)
