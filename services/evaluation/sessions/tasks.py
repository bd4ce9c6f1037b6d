"""What waits for a session: cycles some of whose evaluations are scored and not decided."""

from services.evaluation.cycles.queries import DECIDED_BY_SESSION
from services.evaluation.deadlines.due_days import SUPPLEMENTED, due_on
from services.evaluation.evaluations.tasks import DECIDING, OPENER, select_cycles
from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting

WAITING = (
    Waiting(
        kind="cycle.session",
        of="cycle",
        title=Text(zh="召开“{name}”评定会议", en="Hold the session of the cycle '{name}'"),
        waits_for=Role.RATER,
        link="/v1/cycles/{id}",
        select=select_cycles(
            f"e.phase IS NULL AND {DECIDED_BY_SESSION} AND {DECIDING} AND {SUPPLEMENTED}",
            due=f"min({due_on('session')})",
            barred=OPENER.format(duty="completion"),
        ),
    ),
)
