"""Grants of schemes of any kind: trigger, period, level, channel, and the snapshot of what they were computed from.

What the version before writes goes on: it raises grants of evaluations, by the year.
"""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "funding_0017"
down_revision = "funding_0016"

# The unique key of recipient, scheme and year stays: the version before names it. A grant that is not a year's only one
# of its scheme has no `year`, and so none of that key.
GRANTS = """
ALTER TABLE grants ADD COLUMN trigger text NOT NULL DEFAULT 'evaluation';
ALTER TABLE grants ADD COLUMN period text;
ALTER TABLE grants ADD COLUMN of_year integer;
ALTER TABLE grants ADD COLUMN level text NOT NULL DEFAULT 'city';
ALTER TABLE grants ADD COLUMN channel text NOT NULL DEFAULT 'fiscal';
ALTER TABLE grants ADD COLUMN input_hash text;
ALTER TABLE grants ADD COLUMN snapshot jsonb;
ALTER TABLE grants ALTER COLUMN year DROP NOT NULL;
ALTER TABLE grants ALTER COLUMN evaluation_id DROP NOT NULL;
ALTER TABLE grants ADD CONSTRAINT ck_grants_trigger CHECK (trigger IN ('evaluation', 'establishment', 'run', 'claim',
    'pool_distribution', 'closed_rectification')) NOT VALID;
ALTER TABLE grants ADD CONSTRAINT ck_grants_level CHECK (level IN ('province', 'city', 'district')) NOT VALID;
ALTER TABLE grants ADD CONSTRAINT ck_grants_channel CHECK (channel IN ('fiscal', 'dues')) NOT VALID;
ALTER TABLE grants ADD CONSTRAINT ck_grants_whole CHECK (
    year IS NOT NULL OR (period IS NOT NULL AND of_year IS NOT NULL)) NOT VALID;
ALTER TABLE grants ADD CONSTRAINT ck_grants_evaluation CHECK (
    evaluation_id IS NOT NULL OR trigger <> 'evaluation') NOT VALID;
CREATE UNIQUE INDEX uq_grants_trigger_recipient_id_scheme_period_purpose
    ON grants (trigger, recipient_id, scheme, period, purpose) WHERE period IS NOT NULL;
-- D10: of one purpose and level, a recipient gets one grant a period, whichever scheme it is of.
CREATE UNIQUE INDEX uq_grants_recipient_id_purpose_level_period
    ON grants (recipient_id, purpose, level, period) WHERE input_hash IS NOT NULL;
"""
DECISIONS = """
ALTER TABLE grant_decisions ADD COLUMN trigger text NOT NULL DEFAULT 'evaluation';
ALTER TABLE grant_decisions ADD COLUMN period text;
ALTER TABLE grant_decisions ALTER COLUMN evaluation_id DROP NOT NULL;
"""
PARTY_ORGANIZATIONS = """
ALTER TABLE party_organizations ADD COLUMN name text;
ALTER TABLE party_organizations ADD COLUMN kind text;
ALTER TABLE party_organizations ADD COLUMN established_on date;
"""
# What is paid from dues is not a fiscal appropriation.
ACCOUNTS = """
INSERT INTO ledger_accounts (code, name_zh, name_en, kind) VALUES
    ('4601', '市管党费收入', 'City-managed Party dues', 'revenue');
"""


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, GRANTS, DECISIONS, PARTY_ORGANIZATIONS, ACCOUNTS):
        run_script(op, script)
