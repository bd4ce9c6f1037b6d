"""Forecasts of a year's need, with what they were computed of and what no appropriation pays."""

from alembic import op

from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, secure_table

revision = "funding_0031"
down_revision = "funding_0030"

TABLES = """
CREATE TABLE forecasts (
    id uuid NOT NULL,
    division text NOT NULL,
    year integer NOT NULL,
    budget_year integer NOT NULL,
    counted_on date NOT NULL,
    need_fen bigint NOT NULL,
    held_fen bigint NOT NULL,
    unfunded_fen bigint NOT NULL,
    lines integer NOT NULL,
    totals jsonb NOT NULL,
    inputs jsonb NOT NULL,
    asked jsonb NOT NULL,
    policies jsonb NOT NULL,
    input_hash text NOT NULL,
    reasons jsonb NOT NULL,
    note text,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_forecasts PRIMARY KEY (id),
    CONSTRAINT uq_forecasts_id_division UNIQUE (id, division),
    CONSTRAINT ck_forecasts_amounts CHECK (
        held_fen >= 0 AND held_fen <= need_fen AND unfunded_fen >= 0 AND unfunded_fen <= need_fen)
);
CREATE INDEX ix_forecasts_division ON forecasts (division text_pattern_ops, id);

CREATE TABLE forecast_lines (
    forecast_id uuid NOT NULL,
    number integer NOT NULL,
    division text NOT NULL,
    place text NOT NULL,
    kind text,
    scheme text NOT NULL,
    policy text NOT NULL,
    level text NOT NULL,
    source text NOT NULL,
    purpose text NOT NULL,
    count bigint NOT NULL,
    need_fen bigint NOT NULL,
    held_fen bigint NOT NULL,
    reasons jsonb NOT NULL,
    CONSTRAINT pk_forecast_lines PRIMARY KEY (forecast_id, number),
    CONSTRAINT ck_forecast_lines_amounts CHECK (held_fen BETWEEN 0 AND need_fen),
    CONSTRAINT fk_forecast_lines_forecast_id_division_forecasts FOREIGN KEY (forecast_id, division)
        REFERENCES forecasts (id, division) ON UPDATE CASCADE
);

CREATE TABLE forecast_funds (
    forecast_id uuid NOT NULL,
    number integer NOT NULL,
    division text NOT NULL,
    place text NOT NULL,
    level text NOT NULL,
    source text NOT NULL,
    purpose text NOT NULL,
    appropriation text,
    need_fen bigint NOT NULL,
    charged_fen bigint NOT NULL,
    left_fen bigint NOT NULL,
    unfunded_fen bigint NOT NULL,
    reasons jsonb NOT NULL,
    CONSTRAINT pk_forecast_funds PRIMARY KEY (forecast_id, number),
    CONSTRAINT ck_forecast_funds_amounts CHECK (unfunded_fen BETWEEN 0 AND need_fen),
    CONSTRAINT fk_forecast_funds_forecast_id_division_forecasts FOREIGN KEY (forecast_id, division)
        REFERENCES forecasts (id, division) ON UPDATE CASCADE
);
"""


def upgrade() -> None:
    """Forward only."""
    # A plan decides nothing, and never changes: who asked for it stands in its row.
    secured = (
        secure_table("forecasts", units=HIDDEN_FROM_UNITS, audited=False, grants="SELECT, INSERT"),
        secure_table("forecast_lines", units=HIDDEN_FROM_UNITS, audited=False, grants="SELECT, INSERT"),
        secure_table("forecast_funds", units=HIDDEN_FROM_UNITS, audited=False, grants="SELECT, INSERT"),
    )
    for script in (TABLES, *secured):
        run_script(op, script)
