"""What waits for a public notice, and the objections that wait for an answer."""

from services.evaluation.evaluations.tasks import HANDS, of_evaluation, select_cycles, select_waiting
from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting

_OBJECTIONS = "(SELECT {what} FROM objections AS o WHERE o.evaluation_id = e.id AND o.state = 'open')"
WAITING = (
    Waiting(
        kind="cycle.publication",
        of="cycle",
        title=Text(zh="公示“{name}”评定结果", en="Publish what was decided in the cycle '{name}'"),
        waits_for=Role.DISTRICT_OFFICER,
        link="/v1/cycles/{id}",
        select=select_cycles("e.phase = 'decided' AND COALESCE(c.policy->'parameters'->'notice', 'null') <> 'null'"),
    ),
    of_evaluation(
        "evaluation.answer",
        Text(zh="答复对“{name}”评定的异议", en="Answer the objection to the rating of '{name}'"),
        Role.RATER,
        select_waiting(
            "e.phase = 'objected'",
            since=_OBJECTIONS.format(what="min(o.raised_at)"),
            due=_OBJECTIONS.format(what="min(o.due_on)"),
            barred=f"{HANDS.format(more='')} || {_OBJECTIONS.format(what='array_agg(o.raised_by)')}",
        ),
    ),
)
