"""What waits in consequences: plans, their tracking and acceptance, talks, letters."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import SelectBase, text

from shared.problems.language import Text
from shared.schema.security import IN_SCOPE
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting, columns

_LEADS = IN_SCOPE.replace("division", "e.moved_to", 1)
_WAITING = """
SELECT q.id, p.name, COALESCE(e.moved_to, q.division) AS division,
    CAST(q.steps->-1->>'at' AS timestamptz) AS since, q.due_on, {barred} AS barred
FROM consequences AS q JOIN party_organizations AS p ON p.id = q.party_organization_id
JOIN evaluations AS e ON e.id = q.evaluation_id
WHERE (e.moved_to IS NULL OR {leads})
  AND q.kind = ANY(ARRAY[{kinds}]) AND q.state = ANY(ARRAY[{states}])
"""
_NOBODY = "CAST('{}' AS text[])"
_PLANNERS = "ARRAY(SELECT s->>'by' FROM jsonb_array_elements(q.steps) AS s WHERE s->>'step' = 'plan')"
_OPINIONS = ("improvement", "rectification")


def _waiting(kind: str, title: Text, role: Role, select: Callable[[Any], SelectBase]) -> Waiting:
    link = "/v1/consequences/{id}"
    return Waiting(kind=f"consequence.{kind}", of="consequence", title=title, waits_for=role, link=link, select=select)


def _select(kinds: tuple[str, ...], *states: str, barred: str = _NOBODY) -> Callable[[Any], SelectBase]:
    named = {"kinds": ", ".join(f"'{one}'" for one in kinds), "states": ", ".join(f"'{one}'" for one in states)}
    statement = columns(text(_WAITING.format(barred=barred, leads=_LEADS, **named)))
    return lambda _: statement


WAITING = (
    _waiting(
        "plan",
        Text(zh="制定“{name}”的整改或改进方案", en="Write the plan of '{name}'"),
        Role.SECRETARY,
        _select(_OPINIONS, "open"),
    ),
    _waiting(
        "tracking",
        Text(zh="跟踪“{name}”方案的落实情况", en="Track the plan of '{name}'"),
        Role.SECRETARY,
        _select(_OPINIONS, "underway"),
    ),
    _waiting(
        "acceptance",
        Text(zh="验收“{name}”方案的落实情况", en="Accept what the plan of '{name}' achieved"),
        Role.DISTRICT_OFFICER,
        _select(_OPINIONS, "tracked", barred=_PLANNERS),
    ),
    _waiting(
        "talk",
        Text(zh="与“{name}”班子成员诫勉谈话", en="Hold the admonition talk with the leadership of '{name}'"),
        Role.DISTRICT_OFFICER,
        _select(("talk",), "open"),
    ),
    _waiting(
        "letter",
        Text(zh="向民政部门抄告“{name}”的测评得分", en="See the score of '{name}' through to civil affairs"),
        Role.DISTRICT_OFFICER,
        _select(("score_letter",), "open", "sent", "received"),
    ),
)
