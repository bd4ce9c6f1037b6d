"""Survey rounds: counts per organization that somebody vouches for (D7), and what was locked of them."""

from alembic import op

from shared.schema.scripts import run_script
from shared.schema.security import ABOVE_SCOPE, HIDDEN_FROM_UNITS, of_rows, of_units, secure_table

revision = "registry_0036"
down_revision = "registry_0035"

TABLES = """
CREATE TABLE surveys (
    id uuid NOT NULL,
    period text NOT NULL,
    division text NOT NULL,
    reference_day date NOT NULL,
    due_on date,
    state text NOT NULL,
    locking_id uuid,
    steps jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_surveys PRIMARY KEY (id),
    CONSTRAINT uq_surveys_period_division UNIQUE (period, division),
    CONSTRAINT uq_surveys_id_division UNIQUE (id, division),
    CONSTRAINT ck_surveys_state CHECK (state IN ('open', 'locked')),
    CONSTRAINT ck_surveys_locking CHECK ((state = 'locked') = (locking_id IS NOT NULL))
);
CREATE INDEX ix_surveys_division ON surveys (division text_pattern_ops, id);
CREATE TABLE survey_returns (
    id uuid NOT NULL,
    survey_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    division text NOT NULL,
    full_time_staff integer NOT NULL,
    full_members_full_time integer NOT NULL,
    full_members_part_time integer NOT NULL,
    full_members integer NOT NULL,
    probationary_members integer NOT NULL,
    applicants integer NOT NULL,
    word text,
    jump boolean NOT NULL,
    compared jsonb,
    policy text NOT NULL,
    reasons jsonb NOT NULL,
    entered_by text NOT NULL,
    entered_at timestamptz NOT NULL,
    confirmed_by text,
    confirmed_at timestamptz,
    confirmed_as text,
    steps jsonb NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_survey_returns PRIMARY KEY (id),
    CONSTRAINT uq_survey_returns_survey_id_organization_id UNIQUE (survey_id, organization_id),
    CONSTRAINT fk_survey_returns_survey_id_surveys FOREIGN KEY (survey_id) REFERENCES surveys (id),
    CONSTRAINT fk_survey_returns_organization_id_division_organizations FOREIGN KEY (organization_id, division)
        REFERENCES organizations (id, division) ON UPDATE CASCADE,
    CONSTRAINT ck_survey_returns_counts CHECK (
        full_time_staff >= full_members_full_time AND applicants >= 0 AND probationary_members >= 0
        AND full_members_full_time >= 0 AND full_members_part_time >= 0
        AND full_members >= full_members_full_time + full_members_part_time
    ),
    CONSTRAINT ck_survey_returns_confirmed CHECK (
        (confirmed_at IS NULL) = (confirmed_by IS NULL) AND (confirmed_at IS NULL) = (confirmed_as IS NULL)
        AND confirmed_as IN ('unit', 'street')
    )
);
CREATE INDEX ix_survey_returns_organization_id ON survey_returns (organization_id);
CREATE INDEX ix_survey_returns_division ON survey_returns (division text_pattern_ops, id);
CREATE TABLE survey_lockings (
    id uuid NOT NULL,
    survey_id uuid NOT NULL,
    number integer NOT NULL,
    division text NOT NULL,
    counts jsonb NOT NULL,
    totals jsonb NOT NULL,
    word text,
    entered_all boolean NOT NULL,
    reasons jsonb NOT NULL,
    locked_by text NOT NULL,
    locked_at timestamptz NOT NULL,
    reopened_by text,
    reopened_at timestamptz,
    reopening_reason text,
    CONSTRAINT pk_survey_lockings PRIMARY KEY (id),
    CONSTRAINT uq_survey_lockings_survey_id_number UNIQUE (survey_id, number),
    CONSTRAINT fk_survey_lockings_survey_id_division_surveys FOREIGN KEY (survey_id, division)
        REFERENCES surveys (id, division)
);
CREATE INDEX ix_survey_lockings_division ON survey_lockings (division text_pattern_ops, id);
CREATE TABLE survey_locked_returns (
    locking_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    division text NOT NULL,
    street text NOT NULL,
    state text NOT NULL,
    full_time_staff integer,
    full_members_full_time integer,
    full_members_part_time integer,
    full_members integer,
    probationary_members integer,
    applicants integer,
    word text,
    return_version bigint,
    CONSTRAINT pk_survey_locked_returns PRIMARY KEY (locking_id, organization_id),
    CONSTRAINT fk_survey_locked_returns_locking_id_survey_lockings FOREIGN KEY (locking_id)
        REFERENCES survey_lockings (id),
    CONSTRAINT fk_survey_locked_returns_organization_id_division_organizations FOREIGN KEY (organization_id, division)
        REFERENCES organizations (id, division) ON UPDATE CASCADE,
    CONSTRAINT ck_survey_locked_returns_state CHECK (state IN ('missing', 'entered', 'confirmed'))
);
CREATE INDEX ix_survey_locked_returns_organization_id ON survey_locked_returns (organization_id);
CREATE INDEX ix_survey_locked_returns_division
    ON survey_locked_returns (division text_pattern_ops, locking_id, organization_id);
"""
COVERED = "SELECT organization_id FROM coverages WHERE until IS NULL AND party_organization_id = ANY ({UNITS})"
ITS_OWN = of_units("organization_id", through=COVERED)
SECURED = (
    secure_table("survey_returns", units=ITS_OWN, policy="policy", grants="SELECT, INSERT, UPDATE"),
    # A unit sees the rounds that it was counted in.
    secure_table(
        "surveys",
        units=of_rows("id", "SELECT survey_id FROM survey_returns"),
        readable=ABOVE_SCOPE,
        grants="SELECT, INSERT, UPDATE",
    ),
    secure_table("survey_lockings", units=HIDDEN_FROM_UNITS, readable=ABOVE_SCOPE, grants="SELECT, INSERT, UPDATE"),
    secure_table(
        "survey_locked_returns", units=ITS_OWN, key=("locking_id", "organization_id"), grants="SELECT, INSERT"
    ),
)


def upgrade() -> None:
    """Forward only."""
    for script in (TABLES, *SECURED):
        run_script(op, script)
