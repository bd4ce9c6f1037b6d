"""A rating stays with who decided it; the Party organization's new division sees it, and leads what follows from it."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import IN_SCOPE

revision = "evaluation_0040"
down_revision = "evaluation_0039"

MOVED_IN = IN_SCOPE.replace("division", "moved_to", 1)
OF_MOVED_IN = f"evaluation_id = ANY (ARRAY(SELECT id FROM evaluations WHERE {MOVED_IN}))"  # noqa: S608 - fixed statements
READ_WITH_IT = (
    "evaluation_scores",
    "catalogue_entries",
    "on_site_checks",
    "evidence_files",
    "extensions",
    "objections",
    "standings",
)
SCRIPT = "\n".join(
    [
        "ALTER TABLE evaluations ADD COLUMN moved_to text;",
        "CREATE INDEX ix_evaluations_moved_to ON evaluations (moved_to, id) WHERE moved_to IS NOT NULL;",
        f"CREATE POLICY reading ON evaluations FOR SELECT USING ({MOVED_IN});",
        *(f"CREATE POLICY reading ON {name} FOR SELECT USING ({OF_MOVED_IN});" for name in READ_WITH_IT),
        f"CREATE POLICY led ON consequences USING ({OF_MOVED_IN}) WITH CHECK ({OF_MOVED_IN});",
        # Who decided a rating sees whose it is, wherever that is now.
        (
            "CREATE POLICY reading ON party_organizations FOR SELECT USING "
            "(id = ANY (ARRAY(SELECT party_organization_id FROM evaluations WHERE moved_to IS NOT NULL)));"
        ),
    ]
)


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, SCRIPT):
        run_script(op, script)
