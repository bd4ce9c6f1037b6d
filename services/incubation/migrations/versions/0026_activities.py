"""Stations with the units whose members two bodies manage, activities of Party organizations, cultivation."""

from alembic import op

from shared.schema.foreign_keys import SEE_ALL_ROWS_V1, YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, secure_table

revision = "incubation_0026"
down_revision = "incubation_0025"

TABLES = """
CREATE TABLE stations (
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    division text NOT NULL,
    street text NOT NULL,
    community text NOT NULL,
    committee text NOT NULL,
    since date NOT NULL,
    until date,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_stations PRIMARY KEY (id),
    CONSTRAINT uq_stations_code UNIQUE (code),
    CONSTRAINT uq_stations_id_division UNIQUE (id, division),
    CONSTRAINT ck_stations_until CHECK (until > since)
);
CREATE INDEX ix_stations_division ON stations (division text_pattern_ops, id);
CREATE TABLE managed_units (
    id uuid NOT NULL,
    station_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    division text NOT NULL,
    committee text NOT NULL,
    territorial text NOT NULL,
    since date NOT NULL,
    until date,
    reasons jsonb NOT NULL,
    steps jsonb NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_managed_units PRIMARY KEY (id),
    CONSTRAINT ck_managed_units_two CHECK (committee <> territorial),
    CONSTRAINT ck_managed_units_until CHECK (until > since),
    CONSTRAINT fk_managed_units_station_id_division_stations
        FOREIGN KEY (station_id, division) REFERENCES stations (id, division) ON UPDATE CASCADE
);
CREATE UNIQUE INDEX uq_managed_units_now ON managed_units (organization_id) WHERE until IS NULL;
CREATE INDEX ix_managed_units_station_id ON managed_units (station_id, id);
CREATE INDEX ix_managed_units_division ON managed_units (division text_pattern_ops, id);
CREATE TABLE activities (
    id uuid NOT NULL,
    kind text NOT NULL,
    division text NOT NULL,
    title text NOT NULL,
    on_day date NOT NULL,
    lasting boolean NOT NULL,
    until date,
    partner text,
    place text,
    field text,
    participants integer,
    service text,
    state text NOT NULL,
    policy text NOT NULL,
    reasons jsonb NOT NULL,
    steps jsonb NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_activities PRIMARY KEY (id),
    CONSTRAINT uq_activities_id_division UNIQUE (id, division),
    CONSTRAINT ck_activities_participants CHECK (participants > 0),
    CONSTRAINT ck_activities_until CHECK (until IS NULL OR (until > on_day AND lasting)),
    CONSTRAINT ck_activities_state CHECK (state IN ('recorded', 'withdrawn'))
);
CREATE INDEX ix_activities_division ON activities (division text_pattern_ops, id);
CREATE INDEX ix_activities_on_day ON activities (on_day, kind);
CREATE TABLE activity_parties (
    activity_id uuid NOT NULL,
    party_organization_id uuid NOT NULL,
    division text NOT NULL,
    CONSTRAINT pk_activity_parties PRIMARY KEY (activity_id, party_organization_id),
    CONSTRAINT fk_activity_parties_activity_id_division_activities
        FOREIGN KEY (activity_id, division) REFERENCES activities (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_activity_parties_party ON activity_parties (party_organization_id);
CREATE TABLE cultivations (
    id uuid NOT NULL,
    party_organization_id uuid NOT NULL,
    year integer NOT NULL,
    division text NOT NULL,
    staff_to_members integer NOT NULL,
    members_to_staff integer NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_cultivations PRIMARY KEY (id),
    CONSTRAINT uq_cultivations_party_organization_id_year UNIQUE (party_organization_id, year),
    CONSTRAINT ck_cultivations_counts CHECK (staff_to_members >= 0 AND members_to_staff >= 0)
);
CREATE INDEX ix_cultivations_division ON cultivations (division text_pattern_ops, id);
"""
WRITTEN = "SELECT, INSERT, UPDATE"
SECURED = (
    secure_table("stations", units=HIDDEN_FROM_UNITS, grants=WRITTEN),
    secure_table("managed_units", units=HIDDEN_FROM_UNITS, grants=WRITTEN),
    secure_table("activities", units=HIDDEN_FROM_UNITS, policy="policy", grants=WRITTEN),
    secure_table(
        "activity_parties",
        key=("activity_id", "party_organization_id"),
        units=HIDDEN_FROM_UNITS,
        grants="SELECT, INSERT, UPDATE, DELETE",
    ),
    secure_table("cultivations", units=HIDDEN_FROM_UNITS, grants=WRITTEN),
)


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, SEE_ALL_ROWS_V1, TABLES, *SECURED):
        run_script(op, script)
