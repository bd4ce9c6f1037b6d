"""What a notice of deferral says: until when a case is put off, why, and who guides the organization meanwhile (D8)."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from services.incubation.bodies import queries as bodies
from services.incubation.bodies.body import Body
from services.incubation.formation.queries import cases, checks, steps
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

FindIssuer = Callable[[str, str | None, Issuer | None], Awaitable[Issuer]]
_DUE_FORMS: Mapping[str, str] = {
    "standalone": "单独成立党组织",
    "joint": "与邻近或者行业相近的单位联合成立党组织",
    "area": "由所在区域的党组织覆盖",
}
_NOT_DEFERRED = Text(
    zh="“{name}”的组建事项{state}：缓办通知只用于已缓办的事项。",
    en="The formation case of '{name}' is {state}: a notice of deferral is of one that is deferred.",
)
_NO_FOUNDING = Text(
    zh="“{name}”的事项是变更党组织类别，不是成立党组织，不制发缓办通知。",
    en="The case of '{name}' is about the kind of its Party organization, not about a founding: it has no notice.",
)


async def notice_of_deferral(
    tx: Transaction, case_id: UUID, policies: FormationPolicies, named: FindIssuer | None = None
) -> Gathered:
    """The facts of a case that is put off now, and its issuer: the body for which it was put off, else the body above.

    `named` finds the one that the drafter names, by division, street and the body that it would be otherwise. A fact
    that nobody gave is empty; the instructor stands there by post, never by name. Raises NotFound, SubjectUnfit,
    NoIssuer, OutsideScope, OutsideUnits.
    """
    row = await cases.get_case(tx, case_id)
    if row is None:
        raise NotFound(what="formation case")
    check_reach(tx.access, row["division"])
    if row["state"] != "deferred":
        raise SubjectUnfit(_NOT_DEFERRED, name=row["name"], state=row["state"])
    if row["occasion"] == "kind":
        raise SubjectUnfit(_NO_FOUNDING, name=row["name"])
    check = await checks.get_check(tx, row["check_id"])
    assert check is not None
    issuer = await _issuer(tx, row, policies)
    if named is not None:
        issuer = await named(row["division"], row["street"], issuer)
    if issuer is None:
        raise NoIssuer
    until = row["deferred_until"]
    facts = {
        "organization": row["name"],
        "uscc": row["uscc"],
        "checked_on": written_day(china_day(check["checked_at"])),
        "counted_full_members": str(check["counted_full_members"]),
        "due_form": _DUE_FORMS[row["outcome"]],
        "due_on": written_day(row["due_on"]),
        "deferred_on": written_day(china_day(row["decided_at"])),
        "deferred_until": "" if until is None else written_day(until),
        "instructor": _name_instructor(row["instructor"]),
        "reason": (row["note"] or "").rstrip("。.；; \n"),
    }
    return Gathered(case_id, str(case_id), row["name"], row["division"], issuer, facts)


def _name_instructor(instructor: Mapping[str, Any] | None) -> str:
    """By post, with the reference where there is one; empty for none."""
    if instructor is None:
        return ""
    reference = instructor.get("reference")
    return instructor["post"] if reference is None else f"{instructor['post']}（{reference}）"


async def _issuer(tx: Transaction, row: Record, policies: FormationPolicies) -> Issuer | None:
    """The body that issues it where the drafter names none; None where none is known."""
    now = utc_now()
    today = china_day(now)
    taken = [one for one in (await steps.steps_of(tx, [row["id"]]))[row["id"]] if one["step"] == "deferral"]
    body: Body | None = None
    if taken and taken[-1]["body"] is not None:
        body = (await bodies.above_places(tx, (), [taken[-1]["body"]])).get(taken[-1]["body"])
    if body is None or not body.in_force(today):
        body = (await stand(tx, [row["id"]], policies, now))[row["id"]].above.body
    if body is None:
        return None
    return Issuer(body.code, body.name_on(today), body.kind, body.division)
