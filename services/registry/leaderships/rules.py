"""How a leadership is reported, approved, put off and followed by the next (D9, domain 4.3). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from services.registry.leadership_policies import LeadershipPolicy
from services.registry.leaderships.faults import Faulty, find_faults, order_errors, year_errors
from services.registry.leaderships.leadership import Approval, Approved, LeadershipState, Report, Subject
from services.registry.party_organizations.rules import ELECTING
from shared.contracts.base import Reason
from shared.field.calendar import months_after
from shared.field.policies import Policy
from shared.problems.duties import SameHand, same_person
from shared.problems.language import Text
from shared.problems.problems import FieldError
from shared.problems.transitions import Transitions

LeadershipStep = Literal["take_over", "report", "approval", "return", "extension", "correction"]

TRANSITIONS: Transitions[LeadershipState, LeadershipStep] = Transitions(
    "leadership",
    {
        ("reported", "approval"): "approved",
        ("reported", "return"): "returned",
        ("approved", "extension"): "approved",
        ("approved", "correction"): "approved",
    },
)
"""Every move of a leadership that was reported; any other is refused and changes nothing."""

MONTHS_A_YEAR = 12
_FIGURES = ("due", "present", "candidates", "elected")
_BEFORE = Text(
    zh="不能早于党组织成立之日 {since}。", en="This cannot be before {since}, since when the Party organization exists."
)
_FUTURE = Text(zh="不能晚于今天。", en="This cannot be a day to come.")
_ELECTED = Text(
    zh="该组织形式的班子由选举产生，不由上级指定。", en="The leadership of this form is elected, not appointed."
)
_APPOINTED = Text(
    zh="该组织形式不进行选举，班子由上级指定（“method”填“appointment”）。",
    en="This form holds no elections: its leadership is appointed (method: appointment).",
)
_MISSING = Text(zh="选举须上报此项人数。", en="An election is reported with this count.")
_NO_ELECTION = Text(zh="没有选举，不上报此项人数。", en="Without an election there is no such count.")
_MORE = Text(zh="不能多于 {most} 人。", en="This is more than the {most} that there can be.")
_FEWER = Text(zh="不能少于当选人数 {least}。", en="This is fewer than the {least} who were elected.")
_NOBODY = Text(zh="至少 1 人。", en="This is at least 1.")
_BEFORE_ELECTION = Text(
    zh="批复不能早于选举（指定）之日 {held_on}。",
    en="The approval cannot be before {held_on}, the day of the election.",
)
_NO_TERM = Text(zh="指定的班子没有任期。", en="A leadership that is appointed has no term.")
_BEFORE_TERM = Text(
    zh="不能早于本届任期开始之日 {begun}。", en="This cannot be before {begun}, when the present term began."
)
_EARLIER = Text(zh="须晚于现任期届满之日 {ends_on}。", en="This must be after {ends_on}, the end of the term.")
_TOO_LONG = Text(
    zh="延期换届最长 {months} 个月，即至 {latest}。",
    en="An election may be put off by {months} months at most, to {latest}.",
)
_SEPARATE = ("approval", "return", "correction")
"""Steps that whoever reported does not take."""


def barred_by(step: LeadershipStep, reported_by: str, actor: str) -> SameHand | None:
    """What bars an actor from a step: who reported does not approve (four-eyes principle)."""
    if step in _SEPARATE and same_person(reported_by, actor):
        return SameHand(what="leadership", earlier="report", step=step)
    return None


def next_steps(state: LeadershipState, reported_by: str, actor: str) -> list[tuple[LeadershipStep, SameHand | None]]:
    """The steps that the state allows, each with what bars the actor."""
    return [(step, barred_by(step, reported_by, actor)) for before, step in TRANSITIONS if before == state]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a report or an approval showed: what is wrong, what is only hardly right, and the reason to keep."""

    errors: list[FieldError]
    warnings: list[Faulty]
    reason: Reason


def check_report(
    report: Report,
    subject: Subject,
    policy: Policy[LeadershipPolicy],
    today: date,
    now: datetime,
    *,
    taken_over: bool = False,
) -> Checked:
    """A leadership as it is reported: elections by their counts, appointments without any.

    Of one that was taken over the counts may be unknown.
    """
    errors = _check_day(report.held_on, subject, today)
    elects = subject.form in ELECTING
    counted = not (taken_over and all(getattr(report, one) is None for one in _FIGURES))
    if elects and report.method == "appointment":
        errors.append(FieldError("/method", _ELECTED))
    elif not elects and report.method == "election":
        errors.append(FieldError("/method", _APPOINTED))
    elif elects:
        errors += _check_figures(report) if counted else []
    else:
        errors += [FieldError(f"/{one}", _NO_ELECTION) for one in _FIGURES if getattr(report, one) is not None]
    warnings = []
    if elects and counted and not errors:
        faults = find_faults(report, subject, policy.parameters)
        errors += [one.as_error() for one in faults if one.code in policy.parameters.refuse]
        warnings = [one for one in faults if one.code not in policy.parameters.refuse]
    facts: dict[str, object] = {"held_on": report.held_on.isoformat(), "kind": subject.kind, "form": subject.form}
    facts |= {one: getattr(report, one) for one in (*_FIGURES, "full_members") if getattr(report, one) is not None}
    facts |= {"registered_members": subject.registered_members, "policy": policy.id}
    return Checked(errors, warnings, Reason(rule="R-leadership", outcome=report.method, facts=facts, as_of=now))


def _check_day(held_on: date, subject: Subject, today: date) -> list[FieldError]:
    if held_on < subject.since:
        return [FieldError("/held_on", _BEFORE, (("since", subject.since),))]
    return [FieldError("/held_on", _FUTURE)] if held_on > today else []


def _check_figures(report: Report) -> list[FieldError]:
    missing = [FieldError(f"/{one}", _MISSING) for one in _FIGURES if getattr(report, one) is None]
    if missing:
        return missing
    due, present, candidates, elected = (getattr(report, one) for one in _FIGURES)
    found = [FieldError(f"/{name}", _NOBODY) for name, n in (("due", due), ("elected", elected)) if n < 1]
    members = due if report.full_members is None else report.full_members
    if due > members:
        found.append(FieldError("/due", _MORE, (("most", members),)))
    if present > due:
        found.append(FieldError("/present", _MORE, (("most", due),)))
    if candidates < elected:
        found.append(FieldError("/candidates", _FEWER, (("least", elected),)))
    elif candidates > members:
        found.append(FieldError("/candidates", _MORE, (("most", members),)))
    return found


def check_approval(
    report: Report,
    approval: Approval,
    subject: Subject,
    others: Sequence[Approved],
    policy: Policy[LeadershipPolicy],
    today: date,
    now: datetime,
) -> tuple[Checked, date | None]:
    """The approval of a leadership, and the last day of its term; None where it was appointed.

    The term begins with the approval. `others` are those approved before or since, which may be later ones.
    """
    on, parameters = approval.approved_on, policy.parameters
    term, errors = parameters.terms[subject.kind], list[FieldError]()
    years = approval.term_years or term.years
    if on < report.held_on:
        errors.append(FieldError("/approved_on", _BEFORE_ELECTION, (("held_on", report.held_on),)))
    elif on > today:
        errors.append(FieldError("/approved_on", _FUTURE))
    errors += order_errors(report.held_on, on, others)
    if report.method == "appointment" and approval.term_years is not None:
        errors.append(FieldError("/term_years", _NO_TERM))
    else:
        errors += year_errors(years, term)
    warnings = []
    if (on - report.held_on).days > parameters.approval_days:
        late = (("held_on", report.held_on), ("approved_on", on), ("days", parameters.approval_days))
        fault = Faulty("approval_late", "/approved_on", late)
        if fault.code in parameters.refuse:
            errors.append(fault.as_error())
        else:
            warnings.append(fault)
    # A day to come is refused above; that many years after it there may be no calendar day.
    ends_on = months_after(min(on, today), years * MONTHS_A_YEAR) if report.method == "election" else None
    facts: dict[str, object] = {"approved_on": on.isoformat(), "kind": subject.kind, "policy": policy.id}
    facts |= {"ends_on": None} if ends_on is None else {"years": years, "ends_on": ends_on.isoformat()}
    reason = Reason(rule="R-term", outcome="begun" if ends_on is not None else "appointed", facts=facts, as_of=now)
    return Checked(errors, warnings, reason), ends_on


def check_extension(
    term: tuple[date, date, date], until: date, approved_on: date, policy: Policy[LeadershipPolicy], today: date
) -> list[FieldError]:
    """Putting off the next election: the term ends later, by at most the policy's months from its usual end.

    `term`: when it began, its usual end, and its end as it is now.
    """
    begun, usual_end, ends_on = term
    months = policy.parameters.extension_max_months
    latest = months_after(usual_end, months)
    errors = [FieldError("/approved_on", _FUTURE)] if approved_on > today else []
    if approved_on < begun:
        errors.append(FieldError("/approved_on", _BEFORE_TERM, (("begun", begun),)))
    if until <= ends_on:
        errors.append(FieldError("/until", _EARLIER, (("ends_on", ends_on),)))
    elif until > latest:
        errors.append(FieldError("/until", _TOO_LONG, (("months", months), ("latest", latest))))
    return errors


def explain_extension(ends_on: date, until: date, number: str, policy_id: str, now: datetime) -> Reason:
    """That the next election was put off."""
    facts: dict[str, object] = {"before": ends_on.isoformat(), "until": until.isoformat()}
    facts |= {"approval_number": number, "policy": policy_id}
    return Reason(rule="R-term", outcome="extended", facts=facts, as_of=now)
