"""The "double-strong" selection, from recommendation to commendation."""

from alembic import op

from shared.schema.scripts import run_script
from shared.schema.security import of_units, secure_table

revision = "evaluation_0028"
down_revision = "evaluation_0027"

# Its division is the one in which it was recommended: who moves is commended where he competed.
TABLE = """
CREATE TABLE selections (
    id uuid NOT NULL,
    year integer NOT NULL,
    division text NOT NULL,
    party_organization_id uuid NOT NULL,
    tier text NOT NULL,
    state text NOT NULL,
    recommended_on date NOT NULL,
    ground text NOT NULL,
    evaluation_id uuid,
    visit jsonb,
    assessment jsonb,
    management jsonb,
    publicity jsonb NOT NULL,
    reasons jsonb NOT NULL,
    steps jsonb NOT NULL,
    policy text NOT NULL,
    version bigint NOT NULL,
    sequence bigint NOT NULL,
    CONSTRAINT pk_selections PRIMARY KEY (id),
    CONSTRAINT uq_selections_party_organization_id_year UNIQUE (party_organization_id, year),
    CONSTRAINT ck_selections_tier CHECK (tier IN ('A', 'B', 'C')),
    CONSTRAINT ck_selections_state CHECK (
        state IN ('recommended', 'visited', 'assessed', 'commended', 'passed_over', 'withdrawn')
    ),
    CONSTRAINT ck_selections_skipped CHECK (
        (visit IS NOT NULL OR state IN ('recommended', 'withdrawn'))
        AND (assessment IS NOT NULL OR state IN ('recommended', 'visited', 'withdrawn'))
        AND ((management IS NOT NULL) = (state = 'commended'))
    )
);
CREATE INDEX ix_selections_division ON selections (division text_pattern_ops, id);
CREATE INDEX ix_selections_year ON selections (year, tier, division text_pattern_ops);
"""
SECURED = secure_table(
    "selections", units=of_units("party_organization_id"), policy="policy", grants="SELECT, INSERT, UPDATE"
)


def upgrade() -> None:
    """Forward only."""
    for script in (TABLE, SECURED):
        run_script(op, script)
