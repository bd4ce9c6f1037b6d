"""Every actor of a stage is kept; keys of audited rows never change; the trail names the policy of a rating."""

from typing import Any

from alembic import op

from shared.schema.released import audit_functions_v1
from shared.schema.scripts import run_script

revision = "evaluation_0005"
down_revision = "evaluation_0004"

HANDS = """
-- Who ever put this stage: the last one is `put_by`, which the version before goes on writing alone.
ALTER TABLE evaluation_scores ADD COLUMN hands text[] NOT NULL DEFAULT '{}';
"""
TABLES: dict[str, dict[str, Any]] = {
    "cycles": {"policy": "policy->>'id'"},
    "cycle_indicator_systems": {"key": ("cycle_id", "type")},
    "evaluations": {"policy": "basis->>'policy'"},
    "evaluation_scores": {"key": ("evaluation_id", "stage")},
    "interests": {},
    "dead_letters": {"hidden": ("value",)},
    "operator_actions": {},
}


def upgrade() -> None:
    """Forward only."""
    for script in (HANDS, audit_functions_v1(TABLES)):
        run_script(op, script)
