"""Public notices of grants before they are approved, and the objections that were received meanwhile."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import of_rows, secure_table

revision = "funding_0034"
down_revision = "funding_0033"

# `version` is that of the grant once it was published: what was reviewed again since needs a notice again. Both tables
# follow their grant into another division; a key between them would ask for one before the other has come there.
TABLES = """
CREATE TABLE grant_notices (
    grant_id uuid NOT NULL,
    version bigint NOT NULL,
    division text NOT NULL,
    started_on date NOT NULL,
    ends_on date NOT NULL,
    working_days integer NOT NULL,
    place text NOT NULL,
    policy text NOT NULL,
    published_by text NOT NULL,
    published_at timestamptz NOT NULL,
    CONSTRAINT pk_grant_notices PRIMARY KEY (grant_id, version),
    CONSTRAINT ck_grant_notices_days CHECK (working_days > 0 AND ends_on > started_on),
    CONSTRAINT fk_grant_notices_grant_id_division_grants FOREIGN KEY (grant_id, division)
        REFERENCES grants (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_grant_notices_division ON grant_notices (division text_pattern_ops, grant_id);

CREATE TABLE grant_objections (
    grant_id uuid NOT NULL,
    number integer NOT NULL,
    division text NOT NULL,
    notice_version bigint NOT NULL,
    received_on date NOT NULL,
    statement text NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    upheld boolean,
    answer text,
    answered_by text,
    answered_at timestamptz,
    CONSTRAINT pk_grant_objections PRIMARY KEY (grant_id, number),
    CONSTRAINT ck_grant_objections_answered CHECK (
        num_nonnulls(upheld, answer, answered_by, answered_at) IN (0, 4)),
    CONSTRAINT fk_grant_objections_grant_id_division_grants FOREIGN KEY (grant_id, division)
        REFERENCES grants (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_grant_objections_division ON grant_objections (division text_pattern_ops, grant_id);
CREATE INDEX ix_grant_objections_open ON grant_objections (grant_id) WHERE answered_at IS NULL;
"""
_OF_GRANTS = of_rows("grant_id", "SELECT id FROM grants")


def upgrade() -> None:
    """Forward only."""
    secured = (
        secure_table(
            "grant_notices", units=_OF_GRANTS, key=("grant_id", "version"), policy="policy", grants="SELECT, INSERT"
        ),
        secure_table("grant_objections", units=_OF_GRANTS, key=("grant_id", "number"), grants="SELECT, INSERT, UPDATE"),
    )
    for script in (YIELD_TO_WRITERS_V1, TABLES, *secured):
        run_script(op, script)
