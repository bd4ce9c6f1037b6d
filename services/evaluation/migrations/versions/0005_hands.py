"""Every hand of a stage is kept; keys of audited rows never change; the trail names the policy of a rating."""

from alembic import op

from shared.db.audit_ddl import AUDIT_V3, audit_policies, keep_keys
from shared.db.statements import run_script

revision = "evaluation_0005"
down_revision = "evaluation_0004"

HANDS = """
-- Who ever put this stage: the last one is `put_by`, which the version before goes on writing alone.
ALTER TABLE evaluation_scores ADD COLUMN hands text[] NOT NULL DEFAULT '{}';
"""
KEYS = {
    "cycles": ("id",),
    "cycle_indicator_systems": ("cycle_id", "type"),
    "evaluations": ("id",),
    "evaluation_scores": ("evaluation_id", "stage"),
    "interests": ("id", "subject", "party_organization_id"),
    "dead_letters": ("id",),
    "operator_actions": ("id",),
}


def upgrade() -> None:
    """Forward only."""
    policies = audit_policies({"cycles": "policy->>'id'", "evaluations": "basis->>'policy'"})
    for script in (HANDS, AUDIT_V3, keep_keys(KEYS), policies):
        run_script(op, script)
