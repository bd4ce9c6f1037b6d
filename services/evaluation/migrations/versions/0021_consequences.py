"""What follows from final ratings, and what they mean for each organization."""

from alembic import op

from shared.schema.foreign_keys import SEE_ALL_ROWS_V1, YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import of_units, secure_table

revision = "evaluation_0021"
down_revision = "evaluation_0020"

TABLES = """
CREATE TABLE consequences (
    id uuid NOT NULL,
    evaluation_id uuid NOT NULL,
    division text NOT NULL,
    cycle_id uuid NOT NULL,
    year integer NOT NULL,
    party_organization_id uuid NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    star smallint NOT NULL,
    total numeric(7, 2) NOT NULL,
    rated_sequence bigint NOT NULL,
    policy text NOT NULL,
    due_on date,
    effect jsonb NOT NULL,
    reasons jsonb NOT NULL,
    plan jsonb,
    tracking jsonb NOT NULL,
    acceptance jsonb,
    talk jsonb,
    receipts jsonb NOT NULL,
    steps jsonb NOT NULL,
    sequence bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    closed_on date,
    CONSTRAINT pk_consequences PRIMARY KEY (id),
    CONSTRAINT fk_consequences_evaluation_id_division_evaluations FOREIGN KEY (evaluation_id, division)
        REFERENCES evaluations (id, division) ON UPDATE CASCADE,
    CONSTRAINT ck_consequences_kind CHECK (kind IN ('improvement', 'rectification', 'laggard', 'talk', 'nomination',
        'score_letter', 'ceiling', 'procurement')),
    CONSTRAINT ck_consequences_state CHECK (state IN ('open', 'underway', 'tracked', 'sent', 'received', 'in_effect',
        'closed', 'superseded', 'lapsed')),
    CONSTRAINT ck_consequences_star CHECK (star BETWEEN 0 AND 5)
);
-- One of each kind at a time: what a correction took the place of stays beside it.
CREATE UNIQUE INDEX uq_consequences_evaluation_id_kind ON consequences (evaluation_id, kind)
    WHERE state <> 'superseded';
CREATE INDEX ix_consequences_division ON consequences (division text_pattern_ops, id);
CREATE INDEX ix_consequences_party_organization_id ON consequences (party_organization_id, id);
CREATE INDEX ix_consequences_kind ON consequences (kind, state, id);
CREATE TABLE standings (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    year integer NOT NULL,
    division text NOT NULL,
    evaluation_id uuid NOT NULL,
    party_organization_id uuid NOT NULL,
    star smallint,
    total numeric(7, 2),
    published_on date NOT NULL,
    final_on date,
    sequence bigint NOT NULL,
    CONSTRAINT pk_standings PRIMARY KEY (id),
    CONSTRAINT uq_standings_organization_id_year UNIQUE (organization_id, year),
    CONSTRAINT fk_standings_evaluation_id_division_evaluations FOREIGN KEY (evaluation_id, division)
        REFERENCES evaluations (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_standings_division ON standings (division text_pattern_ops, id);
CREATE INDEX ix_standings_evaluation_id ON standings (evaluation_id);
"""
SECURED = (
    secure_table(
        "consequences",
        units=of_units("party_organization_id"),
        policy="policy",
        # The record of a talk is in no trail.
        hidden=("talk",),
        grants="SELECT, INSERT, UPDATE",
    ),
    # Derived from evaluations, as they are published.
    secure_table(
        "standings",
        units=of_units("party_organization_id", "organization_id"),
        audited=False,
        grants="SELECT, INSERT, UPDATE",
    ),
)


def upgrade() -> None:
    """Forward only; the version before derives nothing: what it completes has no consequences until it is corrected."""
    for script in (YIELD_TO_WRITERS_V1, SEE_ALL_ROWS_V1, TABLES, *SECURED):
        run_script(op, script)
