"""Who was drawn and waits for the visit of a team."""

from services.evaluation.evaluations.tasks import HANDS, OPENER, of_evaluation, select_waiting
from shared.problems.language import Text
from shared.web.identity.permissions import Role

_SELF = " AND s.stage = 'self'"
# Who moved to a cycle without on-site checks waits for none.
_WAITS = (
    "EXISTS (SELECT FROM on_site_checks AS o WHERE o.evaluation_id = e.id AND o.put_at IS NULL) "
    "AND COALESCE(c.policy->'parameters'->'on_site', 'null') <> 'null'"
)
WAITING = (
    of_evaluation(
        "evaluation.on_site",
        Text(zh="对“{name}”进行实地核查", en="Check '{name}' on the spot"),
        Role.RATER,
        select_waiting(
            f"e.phase IS NULL AND {_WAITS}",
            barred=f"{OPENER.format(duty='rating')} || {HANDS.format(more=_SELF)}",
        ),
    ),
)
