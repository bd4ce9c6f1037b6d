"""What waits for civil affairs: grades that a later rating calls in question, to be verified."""

from sqlalchemy import text

from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting, columns

# Whoever recorded the grade cannot decide on it.
_OPEN = columns(
    text(
        "SELECT r.id, o.name, r.division, r.opened_at AS since, CAST(NULL AS date) AS due_on, "
        "ARRAY[g.recorded_by] AS barred FROM grade_reviews AS r "
        "JOIN organizations AS o ON o.id = r.organization_id "
        "JOIN assessment_grades AS g ON g.id = r.grade_id WHERE r.state = 'open'"
    )
)
WAITING = (
    Waiting(
        kind="grade_review.decision",
        of="grade_review",
        title=Text(zh="核查“{name}”的评估等级", en="Verify the assessment grade of '{name}'"),
        waits_for=Role.ASSESSOR,
        link="/v1/grade-reviews/{id}",
        select=lambda _: _OPEN,
    ),
)
