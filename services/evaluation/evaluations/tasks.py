"""What waits in evaluations: to be scored by the deciding stage, then to be completed."""

from typing import Any

from sqlalchemy import SelectBase, text

from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting, columns

# The cycle may lie beyond the caller's divisions, where an evaluation that moved waits. Who opened it, and who put a
# sheet that is no self-assessment, are barred as far as its policy keeps the duties apart (`earlier_hand`).
_PENDING = """
SELECT e.id, p.name, e.division, e.enrolled_at AS since, CAST(NULL AS date) AS due_on, {barred} AS barred
FROM evaluations AS e JOIN party_organizations AS p ON p.id = e.party_organization_id
LEFT JOIN cycles AS c ON c.id = e.cycle_id
WHERE e.state IN ('enrolled', 'scoring') AND (c.id IS NULL OR c.state = 'open')
  AND {scored} EXISTS (SELECT FROM evaluation_scores AS s
                       WHERE s.evaluation_id = e.id AND s.stage = c.policy->'parameters'->>'deciding_stage')
"""
_OPENER = """CASE WHEN c.policy->'parameters'->'separate_duties' @> '["opening", "{duty}"]' AND c.opened_by IS NOT NULL
    THEN ARRAY[c.opened_by] ELSE CAST('{{}}' AS text[]) END"""
_RATERS = """CASE WHEN c.policy->'parameters'->'separate_duties' @> '["rating", "completion"]' THEN ARRAY(
    SELECT hand FROM evaluation_scores AS s, unnest(array_append(s.hands, s.put_by)) AS hand
    WHERE s.evaluation_id = e.id AND s.stage <> 'self' AND hand IS NOT NULL) ELSE CAST('{}' AS text[]) END"""


def _to_score(_: Any) -> SelectBase:
    return columns(text(_PENDING.format(scored="NOT", barred=_OPENER.format(duty="rating"))))


def _to_complete(_: Any) -> SelectBase:
    barred = f"{_OPENER.format(duty='completion')} || {_RATERS}"
    return columns(text(_PENDING.format(scored="", barred=barred)))


WAITING = (
    Waiting(
        kind="evaluation.scoring",
        of="evaluation",
        title=Text(zh="为“{name}”评分", en="Score '{name}'"),
        waits_for=Role.RATER,
        link="/v1/evaluations/{id}",
        select=_to_score,
    ),
    Waiting(
        kind="evaluation.completion",
        of="evaluation",
        title=Text(zh="完成“{name}”的评定", en="Complete the rating of '{name}'"),
        waits_for=Role.RATER,
        link="/v1/evaluations/{id}",
        select=_to_complete,
    ),
)
