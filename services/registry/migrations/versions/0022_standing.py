"""Annual inspections, assessment grades with their reviews, and what published ratings mean for organizations."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import NOT_NARROWED, of_units, secure_table

revision = "registry_0022"
down_revision = "registry_0021"

TABLES = """
CREATE TABLE standings (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    year integer NOT NULL,
    star smallint,
    total numeric(7, 2),
    covered_on date NOT NULL,
    party_organization_id uuid NOT NULL,
    party_organization_name text NOT NULL,
    form text NOT NULL,
    evaluation_id uuid NOT NULL,
    published_on date NOT NULL,
    final_on date,
    reasons jsonb NOT NULL,
    sequence bigint NOT NULL,
    CONSTRAINT pk_standings PRIMARY KEY (id),
    CONSTRAINT ck_standings_star CHECK (star BETWEEN 0 AND 5)
);
CREATE INDEX ix_standings_organization_id ON standings (organization_id, year);
CREATE INDEX ix_standings_year ON standings (year, organization_id);
CREATE TABLE inspections (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    division text NOT NULL,
    year integer NOT NULL,
    outcome text NOT NULL,
    form text NOT NULL,
    charity boolean NOT NULL,
    owed boolean NOT NULL,
    due_on date NOT NULL,
    party_building jsonb,
    reported_on date,
    concluded_on date NOT NULL,
    note text,
    measures text NOT NULL,
    policy text NOT NULL,
    reasons jsonb NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_inspections PRIMARY KEY (id),
    CONSTRAINT uq_inspections_organization_id_year UNIQUE (organization_id, year),
    CONSTRAINT ck_inspections_outcome CHECK (
        outcome IN ('qualified', 'basically_qualified', 'unqualified', 'report_filed', 'not_filed')
    ),
    CONSTRAINT ck_inspections_form CHECK (form IN ('inspection', 'report')),
    CONSTRAINT fk_inspections_organization_id_division_organizations
        FOREIGN KEY (organization_id, division) REFERENCES organizations (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_inspections_division ON inspections (division text_pattern_ops, id);
CREATE TABLE assessment_grades (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    division text NOT NULL,
    grade text NOT NULL,
    announced_on date NOT NULL,
    valid_from date NOT NULL,
    valid_until date NOT NULL,
    origin text NOT NULL,
    follows uuid,
    ended_on date,
    ended_by text,
    measures text NOT NULL,
    policy text NOT NULL,
    reasons jsonb NOT NULL,
    note text,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_assessment_grades PRIMARY KEY (id),
    CONSTRAINT uq_assessment_grades_id_organization_id_division UNIQUE (id, organization_id, division),
    CONSTRAINT ck_assessment_grades_grade CHECK (grade IN ('1A', '2A', '3A', '4A', '5A')),
    CONSTRAINT ck_assessment_grades_valid CHECK (valid_from <= valid_until),
    CONSTRAINT ck_assessment_grades_origin CHECK (origin IN ('assessment', 'correction', 'verification')),
    CONSTRAINT ck_assessment_grades_ended CHECK (
        (ended_on IS NULL) = (ended_by IS NULL) AND ended_by IN ('correction', 'adjustment', 'revocation')
    ),
    CONSTRAINT fk_assessment_grades_follows_assessment_grades FOREIGN KEY (follows) REFERENCES assessment_grades (id),
    CONSTRAINT fk_assessment_grades_organization_id_division_organizations
        FOREIGN KEY (organization_id, division) REFERENCES organizations (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_assessment_grades_organization_id ON assessment_grades (organization_id, id);
CREATE INDEX ix_assessment_grades_division ON assessment_grades (division text_pattern_ops, id);
CREATE UNIQUE INDEX uq_assessment_grades_announced ON assessment_grades (organization_id, announced_on)
    WHERE ended_by IS DISTINCT FROM 'correction' AND origin <> 'verification';
CREATE TABLE grade_verifications (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    division text NOT NULL,
    grade_id uuid NOT NULL,
    review_id uuid,
    outcome text NOT NULL,
    before text NOT NULL,
    grade text,
    decided_on date NOT NULL,
    note text,
    decided_by text NOT NULL,
    decided_at timestamptz NOT NULL,
    CONSTRAINT pk_grade_verifications PRIMARY KEY (id),
    CONSTRAINT ck_grade_verifications_outcome CHECK (outcome IN ('confirmed', 'adjusted', 'revoked')),
    CONSTRAINT fk_grade_verifications_grade_id_organization_id_division_grades
        FOREIGN KEY (grade_id, organization_id, division)
        REFERENCES assessment_grades (id, organization_id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_grade_verifications_organization_id ON grade_verifications (organization_id, id);
CREATE INDEX ix_grade_verifications_division ON grade_verifications (division text_pattern_ops, id);
CREATE TABLE grade_reviews (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    division text NOT NULL,
    grade_id uuid NOT NULL,
    cause text NOT NULL,
    state text NOT NULL,
    reasons jsonb NOT NULL,
    opened_at timestamptz NOT NULL,
    outcome text,
    note text,
    decided_by text,
    decided_at timestamptz,
    version bigint NOT NULL,
    CONSTRAINT pk_grade_reviews PRIMARY KEY (id),
    CONSTRAINT uq_grade_reviews_grade_id_cause UNIQUE (grade_id, cause),
    CONSTRAINT ck_grade_reviews_state CHECK (state IN ('open', 'decided', 'lapsed')),
    CONSTRAINT fk_grade_reviews_grade_id_organization_id_division_grades
        FOREIGN KEY (grade_id, organization_id, division)
        REFERENCES assessment_grades (id, organization_id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_grade_reviews_division ON grade_reviews (division text_pattern_ops, id);
CREATE INDEX ix_grade_reviews_open ON grade_reviews (division text_pattern_ops, id) WHERE state = 'open';
"""

# A rating is seen with its organization, wherever that has moved; one that is not known here is the system's alone.
OF_SEEN = (
    "(EXISTS (SELECT FROM organizations AS o WHERE o.id = organization_id) "
    "OR '' LIKE ANY ((SELECT string_to_array(current_setting('shuangfu.scope', true), ','))::text[]))"
)
# Of a unit's own organizations, and of those that it covers now.
COVERED = "SELECT organization_id FROM coverages WHERE until IS NULL AND party_organization_id = ANY ({UNITS})"
ITS_OWN = of_units("organization_id", through=COVERED)
SECURED = (
    # Their organizations' policies narrow them.
    secure_table("standings", units=NOT_NARROWED, visible=OF_SEEN, audited=False),
    secure_table("inspections", units=ITS_OWN, policy="policy", grants="SELECT, INSERT, UPDATE"),
    secure_table("assessment_grades", units=ITS_OWN, policy="policy", grants="SELECT, INSERT, UPDATE"),
    secure_table("grade_verifications", units=ITS_OWN, grants="SELECT, INSERT"),
    secure_table("grade_reviews", units=ITS_OWN, grants="SELECT, INSERT, UPDATE"),
)


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, TABLES, *SECURED):
        run_script(op, script)
