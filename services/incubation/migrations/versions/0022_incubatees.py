"""Incubatees with their milestones and visits, yearly assessments of incubators, facts of Party organizations."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, of_rows, of_units, secure_table

revision = "incubation_0022"
down_revision = "incubation_0021"

# A record that was made in error stays, with who withdrew it and why.
_RECORDED = """
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_by text,
    withdrawn_why text,
"""
TABLES = f"""
CREATE TABLE party_facts (
    id uuid NOT NULL,
    division text NOT NULL,
    name text,
    state text,
    established_on date,
    term_since date,
    term_ends_on date,
    dissolved_on date,
    sequence bigint NOT NULL,
    CONSTRAINT pk_party_facts PRIMARY KEY (id)
);
CREATE INDEX ix_party_facts_division ON party_facts (division text_pattern_ops, id);
CREATE TABLE incubatees (
    id uuid NOT NULL,
    incubator_id uuid NOT NULL,
    division text NOT NULL,
    organization_id uuid,
    uscc text,
    name text NOT NULL,
    state text NOT NULL,
    purpose text NOT NULL,
    applied_on date NOT NULL,
    applied_by text NOT NULL,
    decided_on date,
    panel jsonb,
    entered_on date,
    ends_on date,
    agreement jsonb,
    assessed jsonb NOT NULL,
    graduated_on date,
    follow_up_until date,
    exited_on date,
    exit_cause text,
    policy text,
    reasons jsonb NOT NULL,
    steps jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_incubatees PRIMARY KEY (id),
    CONSTRAINT uq_incubatees_id_division UNIQUE (id, division),
    CONSTRAINT ck_incubatees_state CHECK (
        state IN ('applied', 'refused', 'admitted', 'incubating', 'graduated', 'exited')
    ),
    CONSTRAINT ck_incubatees_organization CHECK ((organization_id IS NULL) = (uscc IS NULL)),
    CONSTRAINT ck_incubatees_days CHECK (
        (state = 'exited') = (exited_on IS NOT NULL) AND (state = 'graduated') = (graduated_on IS NOT NULL)
        AND (entered_on IS NULL) = (ends_on IS NULL) AND ends_on > entered_on
    ),
    CONSTRAINT fk_incubatees_incubator_id_division_incubators
        FOREIGN KEY (incubator_id, division) REFERENCES incubators (id, division) ON UPDATE CASCADE
);
-- An organization has one place at a time.
CREATE UNIQUE INDEX uq_incubatees_inside ON incubatees (organization_id)
    WHERE state IN ('applied', 'admitted', 'incubating');
CREATE INDEX ix_incubatees_incubator_id ON incubatees (incubator_id, id);
CREATE INDEX ix_incubatees_organization_id ON incubatees (organization_id);
CREATE INDEX ix_incubatees_division ON incubatees (division text_pattern_ops, id);
CREATE TABLE milestones (
    id uuid NOT NULL,
    incubatee_id uuid NOT NULL,
    division text NOT NULL,
    track text NOT NULL,
    moment text NOT NULL,
    on_day date NOT NULL,
    note text,{_RECORDED}
    CONSTRAINT pk_milestones PRIMARY KEY (id),
    CONSTRAINT ck_milestones_track CHECK (track IN ('organization', 'party_organization')),
    CONSTRAINT fk_milestones_incubatee_id_division_incubatees
        FOREIGN KEY (incubatee_id, division) REFERENCES incubatees (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_milestones_incubatee_id ON milestones (incubatee_id, on_day);
CREATE INDEX ix_milestones_division ON milestones (division text_pattern_ops, id);
CREATE TABLE visits (
    id uuid NOT NULL,
    incubatee_id uuid NOT NULL,
    division text NOT NULL,
    visited_on date NOT NULL,
    organization text NOT NULL,
    party_organization text NOT NULL,
    follow_up text,{_RECORDED}
    CONSTRAINT pk_visits PRIMARY KEY (id),
    CONSTRAINT fk_visits_incubatee_id_division_incubatees
        FOREIGN KEY (incubatee_id, division) REFERENCES incubatees (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_visits_incubatee_id ON visits (incubatee_id, visited_on);
CREATE INDEX ix_visits_division ON visits (division text_pattern_ops, id);
CREATE TABLE incubator_assessments (
    id uuid NOT NULL,
    incubator_id uuid NOT NULL,
    division text NOT NULL,
    year integer NOT NULL,
    state text NOT NULL,
    scores jsonb NOT NULL,
    total text,
    grade text,
    policy text NOT NULL,
    basis jsonb NOT NULL,
    put_by text NOT NULL,
    steps jsonb NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_incubator_assessments PRIMARY KEY (id),
    CONSTRAINT uq_incubator_assessments_incubator_id_year UNIQUE (incubator_id, year),
    CONSTRAINT ck_incubator_assessments_state CHECK (state IN ('put', 'completed')),
    CONSTRAINT ck_incubator_assessments_grade CHECK ((state = 'completed') = (grade IS NOT NULL)),
    CONSTRAINT fk_incubator_assessments_incubator_id_division_incubators
        FOREIGN KEY (incubator_id, division) REFERENCES incubators (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_incubator_assessments_division ON incubator_assessments (division text_pattern_ops, id);
"""

# What a Party organization covers now is its secretary's to see.
COVERED = "SELECT organization_id FROM coverage_claims WHERE covered AND party_organization_id = ANY ({UNITS})"
INCUBATEES = "SELECT id FROM incubatees"
KEPT = "SELECT, INSERT, UPDATE"
SECURED = (
    secure_table("party_facts", units=of_units("id"), audited=False),
    secure_table("incubatees", units=of_units("organization_id", through=COVERED), policy="policy", grants=KEPT),
    secure_table("milestones", units=of_rows("incubatee_id", INCUBATEES), grants=KEPT),
    secure_table("visits", units=of_rows("incubatee_id", INCUBATEES), grants=KEPT),
    secure_table("incubator_assessments", units=HIDDEN_FROM_UNITS, policy="policy", grants=KEPT),
)


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, TABLES, *SECURED):
        run_script(op, script)
