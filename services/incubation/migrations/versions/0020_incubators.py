"""Superior bodies as the registry states them, incubators, and what these give."""

from alembic import op

from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, secure_table

revision = "incubation_0020"
down_revision = "incubation_0019"

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
    sequence bigint NOT NULL,
    CONSTRAINT pk_bodies PRIMARY KEY (id)
);
CREATE INDEX ix_bodies_code ON bodies (code);
CREATE INDEX ix_bodies_division ON bodies (division text_pattern_ops, id);
CREATE TABLE incubators (
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    division text NOT NULL,
    street text,
    state text NOT NULL,
    committee text,
    operator jsonb,
    premises jsonb,
    capacity integer NOT NULL,
    social_workers integer NOT NULL,
    party_social_workers integer NOT NULL,
    activated_on date,
    closed_on date,
    policy text,
    reasons jsonb NOT NULL,
    recorded_by text NOT NULL,
    steps jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_incubators PRIMARY KEY (id),
    CONSTRAINT uq_incubators_code UNIQUE (code),
    CONSTRAINT uq_incubators_id_division UNIQUE (id, division),
    CONSTRAINT ck_incubators_state CHECK (state IN ('preparing', 'active', 'closed')),
    CONSTRAINT ck_incubators_capacity CHECK (capacity > 0),
    CONSTRAINT ck_incubators_workers CHECK (party_social_workers BETWEEN 0 AND social_workers),
    CONSTRAINT ck_incubators_days CHECK (
        (state = 'preparing') = (activated_on IS NULL) AND (state = 'closed') = (closed_on IS NOT NULL)
        AND closed_on >= activated_on
    )
);
CREATE INDEX ix_incubators_division ON incubators (division text_pattern_ops, id);
CREATE TABLE supports (
    id uuid NOT NULL,
    incubator_id uuid NOT NULL,
    division text NOT NULL,
    kind text NOT NULL,
    serves text NOT NULL,
    given_on date NOT NULL,
    until date,
    amount_fen bigint,
    area_m2 integer,
    participants integer,
    content text NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_by text,
    withdrawn_why text,
    version bigint NOT NULL,
    CONSTRAINT pk_supports PRIMARY KEY (id),
    CONSTRAINT ck_supports_kind CHECK (kind IN ('premises', 'funds', 'projects', 'training', 'guidance')),
    CONSTRAINT ck_supports_serves CHECK (serves IN ('organization', 'party_organization', 'both')),
    CONSTRAINT ck_supports_until CHECK (until >= given_on),
    CONSTRAINT ck_supports_amounts CHECK (amount_fen > 0 AND area_m2 > 0 AND participants > 0),
    CONSTRAINT fk_supports_incubator_id_division_incubators
        FOREIGN KEY (incubator_id, division) REFERENCES incubators (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_supports_incubator_id ON supports (incubator_id, id);
CREATE INDEX ix_supports_division ON supports (division text_pattern_ops, id);
"""


def upgrade() -> None:
    """Forward only."""
    for script in (
        TABLES,
        secure_table("bodies", units=HIDDEN_FROM_UNITS, audited=False),
        secure_table("incubators", units=HIDDEN_FROM_UNITS, policy="policy", grants="SELECT, INSERT, UPDATE"),
        secure_table("supports", units=HIDDEN_FROM_UNITS, grants="SELECT, INSERT, UPDATE"),
    ):
        run_script(op, script)
