"""What a notice of deferral says: until when a case is put off, why, and who guides the organization meanwhile (D8)."""

from collections.abc import Mapping
from uuid import UUID

from services.incubation.bodies import queries as bodies
from services.incubation.bodies.body import Body
from services.incubation.formation.queries import cases, steps
from services.incubation.formation.superiors.finding import stand
from services.incubation.policies import FormationPolicies
from shared.db.base import utc_now
from shared.db.session import Record, Transaction
from shared.documents.actions import Gathered
from shared.documents.composing import Issuer
from shared.documents.content import written_day
from shared.documents.errors import NoIssuer, SubjectUnfit
from shared.field.calendar import china_day
from shared.problems.access import check_reach
from shared.problems.language import Text
from shared.problems.problems import NotFound

_OUTCOMES: Mapping[str, str] = {"standalone": "单独组建", "joint": "联合组建", "area": "区域组建"}
_NOT_DEFERRED = Text(
    zh="“{name}”的组建事项没有暂缓，无须通知。",
    en="The formation case of '{name}' is not put off: there is nothing to notify.",
)
FACTS = frozenset(
    {
        "organization",
        "uscc",
        "outcome",
        "due_on",
        "deferred_on",
        "planned_on",
        "why",
        "instructor",
        "instructor_reference",
        "instructors",
    }
)
"""What a template of the notice may name. The instructor stands there by post, and as a count: never by name."""


async def notice_of_deferral(tx: Transaction, case_id: UUID, policies: FormationPolicies) -> Gathered:
    """The facts of a case that is put off now, and its issuer: the body for which it was put off, else the body above.

    A fact that nobody gave is empty. Raises NotFound, SubjectUnfit, NoIssuer, OutsideScope.
    """
    row = await cases.get_case(tx, case_id)
    if row is None:
        raise NotFound(what="formation case")
    check_reach(tx.access, row["division"])
    taken = [step for step in (await steps.steps_of(tx, [case_id]))[case_id] if step["step"] == "deferral"]
    if row["state"] != "deferred":
        raise SubjectUnfit(_NOT_DEFERRED, name=row["name"])
    issuer = await _issuer(tx, row, taken[-1] if taken else None, policies)
    instructor = row["instructor"] or {}
    facts = {
        "organization": row["name"],
        "uscc": row["uscc"],
        "outcome": _OUTCOMES[row["outcome"]],
        "due_on": written_day(row["due_on"]),
        "deferred_on": written_day(china_day(row["decided_at"])),
        "planned_on": "" if row["deferred_until"] is None else written_day(row["deferred_until"]),
        "why": row["note"] or "",
        "instructor": instructor.get("post") or "",
        "instructor_reference": instructor.get("reference") or "",
        "instructors": "1" if instructor else "",
    }
    return Gathered(case_id, row["uscc"], row["name"], row["division"], issuer, facts)


async def _issuer(tx: Transaction, row: Record, step: Record | None, policies: FormationPolicies) -> Issuer:
    """Raises NoIssuer."""
    now = utc_now()
    today = china_day(now)
    body: Body | None = None
    if step is not None and step["body"] is not None:
        body = (await bodies.around(tx, (), [step["body"]])).get(step["body"])
    if body is None or not body.in_force(today):
        body = (await stand(tx, [row["id"]], policies, now))[row["id"]].above.body
    if body is None:
        raise NoIssuer
    return Issuer(body.code, body.name_on(today), body.kind, body.division)
