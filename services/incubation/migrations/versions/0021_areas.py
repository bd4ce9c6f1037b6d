"""Areas as they are drawn, which bodies are in them, and what the registry states of filed bodies (S15).

The table `areas` stays what it is: the Party organization of each place, which may be a drawn area's code from now on.
"""

from alembic import op

from shared.schema.foreign_keys import SEE_ALL_ROWS_V1, YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, secure_table

revision = "incubation_0021"
down_revision = "incubation_0020"

# 1,700 areas in a city, and 200,000 bodies.
TABLES = """
CREATE TABLE area_records (
    id uuid NOT NULL,
    code text NOT NULL,
    division text NOT NULL,
    name text NOT NULL,
    followed_by jsonb NOT NULL,
    ended_why text,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_area_records PRIMARY KEY (id),
    CONSTRAINT uq_area_records_code UNIQUE (code),
    CONSTRAINT uq_area_records_id_division UNIQUE (id, division)
);
CREATE INDEX ix_area_records_division ON area_records (division text_pattern_ops, id);
CREATE TABLE area_outlines (
    id uuid NOT NULL,
    area_id uuid NOT NULL,
    division text NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    polygon jsonb NOT NULL,
    datum text NOT NULL,
    square_metres integer NOT NULL,
    workers integer NOT NULL,
    west double precision NOT NULL,
    south double precision NOT NULL,
    east double precision NOT NULL,
    north double precision NOT NULL,
    within text NOT NULL,
    policy text NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT pk_area_outlines PRIMARY KEY (id),
    CONSTRAINT uq_area_outlines_area_id_valid_from UNIQUE (area_id, valid_from),
    CONSTRAINT ck_area_outlines_valid_until CHECK (valid_until > valid_from),
    CONSTRAINT ck_area_outlines_datum CHECK (datum IN ('WGS84', 'CGCS2000', 'GCJ02', 'BD09')),
    CONSTRAINT ck_area_outlines_within CHECK (within IN ('inside', 'boundary_unknown')),
    CONSTRAINT fk_area_outlines_area_id_division_area_records
        FOREIGN KEY (area_id, division) REFERENCES area_records (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_area_outlines_division ON area_outlines (division text_pattern_ops, id);
CREATE TABLE area_divisions (
    division text NOT NULL,
    assigned_on date,
    CONSTRAINT pk_area_divisions PRIMARY KEY (division)
);
CREATE TABLE area_bodies (
    body_id uuid NOT NULL,
    division text NOT NULL,
    area text,
    filed boolean NOT NULL,
    sequence bigint NOT NULL,
    asked uuid,
    CONSTRAINT pk_area_bodies PRIMARY KEY (body_id)
);
CREATE INDEX ix_area_bodies_division ON area_bodies (division text_pattern_ops, body_id);
CREATE INDEX ix_area_bodies_area ON area_bodies (area);
CREATE TABLE area_faults (
    id uuid NOT NULL,
    division text NOT NULL,
    what text NOT NULL,
    areas text NOT NULL,
    square_metres bigint NOT NULL,
    lon double precision NOT NULL,
    lat double precision NOT NULL,
    CONSTRAINT pk_area_faults PRIMARY KEY (id),
    CONSTRAINT ck_area_faults_what CHECK (what IN ('gap', 'overlap'))
);
CREATE INDEX ix_area_faults_division ON area_faults (division text_pattern_ops, id);
CREATE TABLE division_boundaries (
    id uuid NOT NULL,
    division text NOT NULL,
    polygons jsonb NOT NULL,
    datum text NOT NULL,
    source text NOT NULL,
    square_metres bigint NOT NULL,
    version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT pk_division_boundaries PRIMARY KEY (id),
    CONSTRAINT uq_division_boundaries_division UNIQUE (division),
    CONSTRAINT ck_division_boundaries_datum CHECK (datum IN ('WGS84', 'CGCS2000', 'GCJ02', 'BD09'))
);
CREATE TABLE filed_bodies (
    id uuid NOT NULL,
    number text NOT NULL,
    name text NOT NULL,
    division text NOT NULL,
    street text NOT NULL,
    lon double precision,
    lat double precision,
    filed_on date NOT NULL,
    until date,
    sequence bigint NOT NULL,
    CONSTRAINT pk_filed_bodies PRIMARY KEY (id)
);
CREATE INDEX ix_filed_bodies_division ON filed_bodies (division text_pattern_ops, id);
"""
SECURED = (
    secure_table("area_records", units=HIDDEN_FROM_UNITS, grants="SELECT, INSERT, UPDATE"),
    secure_table("area_outlines", units=HIDDEN_FROM_UNITS, policy="policy"),
    secure_table("area_divisions", units=HIDDEN_FROM_UNITS, key=("division",), audited=False),
    secure_table("area_bodies", units=HIDDEN_FROM_UNITS, key=("body_id",), audited=False),
    secure_table("area_faults", units=HIDDEN_FROM_UNITS, audited=False),
    secure_table("division_boundaries", units=HIDDEN_FROM_UNITS, grants="SELECT, INSERT, UPDATE"),
    secure_table("filed_bodies", units=HIDDEN_FROM_UNITS, audited=False),
)


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, SEE_ALL_ROWS_V1, TABLES, *SECURED):
        run_script(op, script)
