"""Meetings and their resolutions; who leads a joint conference and who takes part."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, IN_SCOPE, secure_table

revision = "incubation_0023"
down_revision = "incubation_0022"

TABLES = """
ALTER TABLE bodies ADD COLUMN conference jsonb;
CREATE TABLE meetings (
    id uuid NOT NULL,
    level text NOT NULL,
    convenor text NOT NULL,
    division text NOT NULL,
    street text,
    planned_on date NOT NULL,
    agenda jsonb NOT NULL,
    state text NOT NULL,
    held_on date,
    present jsonb NOT NULL,
    minutes text,
    counts boolean,
    policy text NOT NULL,
    reasons jsonb NOT NULL,
    steps jsonb NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_meetings PRIMARY KEY (id),
    CONSTRAINT ck_meetings_level CHECK (level IN ('city', 'district', 'street', 'conference')),
    CONSTRAINT ck_meetings_street CHECK ((level = 'street') = (street IS NOT NULL)),
    CONSTRAINT ck_meetings_state CHECK (state IN ('planned', 'held', 'cancelled')),
    CONSTRAINT ck_meetings_held CHECK (
        (state = 'held') = (held_on IS NOT NULL) AND (state = 'held') = (counts IS NOT NULL)
        AND (state = 'held') = (minutes IS NOT NULL)
    )
);
CREATE INDEX ix_meetings_division ON meetings (division text_pattern_ops, id);
CREATE INDEX ix_meetings_place ON meetings (level, division, street, held_on);
CREATE TABLE resolutions (
    id uuid NOT NULL,
    meeting_id uuid NOT NULL,
    number integer NOT NULL,
    division text NOT NULL,
    level text NOT NULL,
    resolved_on date NOT NULL,
    what text NOT NULL,
    owner text NOT NULL,
    owner_level text NOT NULL,
    due_on date NOT NULL,
    state text NOT NULL,
    completed_on date,
    steps jsonb NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_resolutions PRIMARY KEY (id),
    CONSTRAINT uq_resolutions_meeting_id_number UNIQUE (meeting_id, number),
    CONSTRAINT ck_resolutions_due_on CHECK (due_on >= resolved_on),
    CONSTRAINT ck_resolutions_state CHECK (state IN ('open', 'completed', 'withdrawn')),
    CONSTRAINT ck_resolutions_completed_on CHECK (
        (state = 'completed') = (completed_on IS NOT NULL) AND completed_on >= resolved_on
    ),
    CONSTRAINT fk_resolutions_meeting_id_meetings FOREIGN KEY (meeting_id) REFERENCES meetings (id)
);
CREATE INDEX ix_resolutions_division ON resolutions (division text_pattern_ops, id);
CREATE INDEX ix_resolutions_open ON resolutions (due_on) WHERE state = 'open';
"""
# A district reads the bodies of its city too: it meets with them, and its units are managed by some.
ABOVE = """EXISTS (
    SELECT FROM unnest((SELECT string_to_array(current_setting('shuangfu.scope', true), ','))::text[]) AS s(pattern)
    WHERE rtrim(s.pattern, '%') LIKE regexp_replace(division, '(00)+$', '') || '%'
)"""
SECURED = (
    f"CREATE POLICY reading ON bodies FOR SELECT USING ({IN_SCOPE} OR {ABOVE});",
    secure_table("meetings", units=HIDDEN_FROM_UNITS, policy="policy", grants="SELECT, INSERT, UPDATE"),
    secure_table("resolutions", units=HIDDEN_FROM_UNITS, grants="SELECT, INSERT, UPDATE"),
)


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, TABLES, *SECURED):
        run_script(op, script)
