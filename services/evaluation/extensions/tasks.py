"""Applications that wait for a decision, and cycles in which somebody is late."""

from sqlalchemy import text

from services.evaluation.deadlines.due_days import SUBMITTED, TODAY, due_on
from services.evaluation.evaluations.tasks import HANDS, of_evaluation, select_waiting
from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting, columns

_OPEN = "(SELECT {what} FROM extensions AS x WHERE x.evaluation_id = e.id AND x.state = 'open')"
_SELF = " AND s.stage = 'self'"
_STAGES = ", ".join(f"('{stage}', {due_on(stage)}, {done})" for stage, done in SUBMITTED.items())
# Whom a body above sees: everybody late in the cycle that it leads, be it in a district below it.
_LATE = columns(
    text(
        "SELECT c.id, c.year || ' ' || c.division AS name, c.division, min(e.enrolled_at) AS since, "  # noqa: S608 - fixed statements
        "min(x.due_on) AS due_on, CAST('{}' AS text[]) AS barred FROM cycles AS c JOIN evaluations AS e "
        "ON e.cycle_id = c.id AND e.state IN ('enrolled', 'scoring') "
        f"CROSS JOIN LATERAL (VALUES {_STAGES}) AS x (stage, due_on, submitted) "
        f"WHERE (c.state = 'open' OR e.earlier <> '[]') AND NOT x.submitted AND x.due_on < {TODAY} GROUP BY c.id"
    )
)
WAITING = (
    of_evaluation(
        "evaluation.extension",
        Text(zh="决定“{name}”的延期申请", en="Decide on the extension that '{name}' applied for"),
        Role.RATER,
        select_waiting(
            _OPEN.format(what="count(*) > 0"),
            since=_OPEN.format(what="min(x.applied_at)"),
            due=_OPEN.format(what="min(x.due_on)"),
            barred=f"{HANDS.format(more=_SELF)} || {_OPEN.format(what='array_agg(x.applied_by)')}",
        ),
    ),
    Waiting(
        kind="cycle.late",
        of="cycle",
        title=Text(zh="督促“{name}”逾期未提交的单位", en="Follow up who is late in the cycle '{name}'"),
        waits_for=Role.DISTRICT_OFFICER,
        link="/v1/late-evaluations?cycle={id}",
        select=lambda _: _LATE,
    ),
)
