"""The life of a duty item, who may take which step, and why it came out so (S7). Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from services.evaluation.bodies.body import Bodies, Body
from services.evaluation.duty_items import errors as e
from services.evaluation.duty_items.policies import DutyItemPolicy, Grade, Terms
from shared.contracts.base import Reason
from shared.db.access import Access
from shared.field.policies import Policy
from shared.problems.duties import SameHand, same_person
from shared.problems.problems import FieldError, InvalidInput, Problem
from shared.problems.transitions import Transitions
from shared.superiors.policies import AffiliationPolicies
from shared.superiors.ways import acts_for, find_next

State = Literal["due", "reported", "appraised"]
Step = Literal["report", "appraisal", "reopening"]

TRANSITIONS: Transitions[State, Step] = Transitions(
    "duty item",
    {
        ("due", "report"): "reported",
        ("reported", "report"): "reported",
        ("reported", "appraisal"): "appraised",
        ("appraised", "reopening"): "reported",
    },
)
"""Every move that a duty item can make. One that is due is derived, and stored nowhere."""


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts: what it sees, and for which bodies its token acts (codes); without any, for those of its divisions."""

    access: Access
    bodies: Collection[str] = ()

    def acts_for(self, body: Body) -> bool:
        """Whether it acts for a body."""
        return acts_for(body, self.bodies, self.access)


def appraising(body: Body, bodies: Bodies, policies: AffiliationPolicies, on: date) -> Body | None:
    """The body above, which appraises; None where none is recorded."""
    policy = policies.in_force(body.division, on)
    return find_next(body, bodies, None if policy is None else policy.parameters, on)


def bar_step(
    step: Step, body: Body, above: Body | None, acting: Acting, steps: Sequence[Mapping[str, Any]], today: date
) -> Problem | None:
    """What keeps somebody from a step that the state allows; None where nothing does.

    Whoever reported, replaced or not, neither appraises nor takes an appraisal back.
    """
    if step == "report":
        return None if acting.acts_for(body) else e.NotTheDutyBody(body=body.code, name=body.name_on(today))
    if above is None:
        return e.NoAppraisingBody(body=body.code, name=body.name_on(today))
    if not acting.acts_for(above):
        return e.NotTheAppraisingBody(body=above.code, name=above.name_on(today))
    if any(one["step"] == "report" and same_person(one["by"], acting.access.actor) for one in steps):
        return SameHand(what="duty item", earlier="report", step=step)
    return None


def check_report(reported_on: date, year: int, terms: Terms, today: date) -> None:
    """Raises InvalidInput for a day to come, or before the year's items are reported."""
    if reported_on > today:
        raise InvalidInput([FieldError("/reported_on", e.TO_COME)])
    if reported_on < terms.opens_on:
        facts = (("year", year), ("opens_on", terms.opens_on))
        raise InvalidInput([FieldError("/reported_on", e.TOO_EARLY, facts)])


def check_appraisal(grade: str, appraised_on: date, reported_on: date, policy: DutyItemPolicy, today: date) -> Grade:
    """The grade. Raises InvalidInput with every fault."""
    faults = []
    found = policy.grade(grade)
    if found is None:
        codes = ", ".join(one.code for one in policy.grades)
        faults.append(FieldError("/grade", e.NO_GRADE, (("grades", codes),)))
    if appraised_on > today:
        faults.append(FieldError("/appraised_on", e.TO_COME))
    elif appraised_on < reported_on:
        faults.append(FieldError("/appraised_on", e.BEFORE_REPORT, (("reported_on", reported_on),)))
    if found is None or faults:
        raise InvalidInput(faults)
    return found


def is_overdue(state: State, report_due: date, appraisal_due: date, today: date) -> bool:
    """Whether its next step is past its day."""
    return today > report_due if state == "due" else state == "reported" and today > appraisal_due


def reported(
    body: Body, year: int, reported_on: date, report_due: date, policy: Policy[DutyItemPolicy], now: datetime
) -> Reason:
    """Why a body owed the item, and whether it reported in time."""
    facts: dict[str, object] = {
        "body": body.code,
        "year": year,
        "reported_on": reported_on.isoformat(),
        "due_on": report_due.isoformat(),
        "policy": policy.id,
    }
    outcome = "reported" if reported_on <= report_due else "reported_late"
    return Reason(rule="S7", outcome=outcome, facts=facts, as_of=now)


def appraised(above: Body, grade: Grade, appraised_on: date, appraisal_due: date, policy: str, now: datetime) -> Reason:
    """By which body an item was appraised, and as what."""
    facts: dict[str, object] = {
        "appraised_by": above.code,
        "name": above.name_on(appraised_on),
        "grade": grade.code,
        "appraised_on": appraised_on.isoformat(),
        "due_on": appraisal_due.isoformat(),
        "policy": policy,
    }
    return Reason(rule="S7", outcome=grade.code, facts=facts, as_of=now)


def reopened(grade: str, note: str, now: datetime) -> Reason:
    """Why an appraisal was taken back."""
    return Reason(rule="S7", outcome="reopened", facts={"grade": grade, "why": note}, as_of=now)
