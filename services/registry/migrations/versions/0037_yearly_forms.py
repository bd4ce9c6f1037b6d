"""Yearly forms of organizations: pledge, aggregate counters, readiness (S18, S19, S20, S24)."""

from alembic import op

from shared.schema.scripts import run_script
from shared.schema.security import of_units, secure_table

revision = "registry_0037"
down_revision = "registry_0036"

TABLE = """
CREATE TABLE yearly_forms (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    division text NOT NULL,
    year integer NOT NULL,
    pledged_on date,
    pledge_reference text,
    key_staff integer,
    delegates integer,
    founders integer,
    founder_members integer,
    founder_friends integer,
    money boolean,
    people boolean,
    place boolean,
    reasons jsonb NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_yearly_forms PRIMARY KEY (id),
    CONSTRAINT uq_yearly_forms_organization_id_year UNIQUE (organization_id, year),
    CONSTRAINT fk_yearly_forms_organization_id_division_organizations FOREIGN KEY (organization_id, division)
        REFERENCES organizations (id, division) ON UPDATE CASCADE,
    CONSTRAINT ck_yearly_forms_key_staff CHECK (
        (key_staff IS NULL) = (delegates IS NULL) AND delegates BETWEEN 0 AND key_staff
    ),
    CONSTRAINT ck_yearly_forms_founders CHECK (
        (founders IS NULL) = (founder_members IS NULL) AND (founders IS NULL) = (founder_friends IS NULL)
        AND founder_members >= 0 AND founder_friends BETWEEN 0 AND founders - founder_members
    )
);
CREATE INDEX ix_yearly_forms_division ON yearly_forms (division text_pattern_ops, id);
"""
COVERED = "SELECT organization_id FROM coverages WHERE until IS NULL AND party_organization_id = ANY ({UNITS})"
SECURED = secure_table(
    "yearly_forms", units=of_units("organization_id", through=COVERED), grants="SELECT, INSERT, UPDATE"
)


def upgrade() -> None:
    """Forward only."""
    for script in (TABLE, SECURED):
        run_script(op, script)
