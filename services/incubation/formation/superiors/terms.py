"""When a case comes to mind, and when it goes to the next body above. Pure: policy, calendar and day come in.

Derived from the day by which it is to be decided: nothing of it is stored, so another figure in the policy moves all of
it at once, and so does a deferral.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from services.incubation.bodies.body import Body
from services.incubation.formation.rules import CaseState
from services.incubation.policies import FormationPolicies, FormationPolicy
from shared.contracts.base import Reason
from shared.field.calendar import WorkingDays, china_day
from shared.field.policies import Policy

RULE = "R-escalation"


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder that has come: on which day, and by how many working days before or after the due date."""

    on: date
    when: Literal["before", "after"]
    working_days: int


@dataclass(frozen=True, slots=True)
class Escalation:
    """A case that nobody decided in time is with the next body above, None where none is known."""

    to: Body | None
    since: date
    reason: Reason


@dataclass(frozen=True, slots=True)
class Threshold:
    """Of a region on a day: cases due up to a day are reminded of, and up to another one are escalated."""

    region: str
    reminded: date | None
    escalated: date | None


def decided_by(state: CaseState, due_on: date, deferred_until: date | None) -> date | None:
    """The day by which a pending case is to be decided: that to which it was put off; None for a decided one."""
    if state == "open":
        return due_on
    return deferred_until if state == "deferred" else None


def last_reminder(due: date, policy: Policy[FormationPolicy], days: WorkingDays, today: date) -> Reminder | None:
    """The last reminder that has come by a day."""
    reminders = policy.parameters.reminders
    all_of = [Reminder(days.before_working_days(due, count), "before", count) for count in reminders.before]
    all_of += [Reminder(days.add_working_days(due, count), "after", count) for count in reminders.after]
    come = [one for one in all_of if one.on <= today]
    return max(come, key=lambda one: (one.on, one.when == "after", one.working_days), default=None)


def escalated_since(due: date, policy: Policy[FormationPolicy], days: WorkingDays, today: date) -> date | None:
    """Since when a case has been overdue by as many working days as the policy allows; None where it is not."""
    allowed = policy.parameters.escalation_working_days
    if allowed is None:
        return None
    since = days.add_working_days(due, allowed)
    return since if since <= today else None


def explain_escalation(
    due: date, since: date, policy: Policy[FormationPolicy], *, body: Body, to: Body | None, now: datetime
) -> Reason:
    """Why a case is with the next body above."""
    facts: dict[str, object] = {
        "due_on": due.isoformat(),
        "escalation_working_days": policy.parameters.escalation_working_days,
        "since": since.isoformat(),
        "on": china_day(now).isoformat(),
        "body": body.code,
        "escalated_to": None if to is None else to.code,
        "policy": policy.id,
    }
    return Reason(rule=RULE, outcome="no_body_above" if to is None else "escalated", facts=facts, as_of=now)


def thresholds(policies: FormationPolicies, today: date) -> list[Threshold]:
    """For each region that has a policy or a calendar of its own: up to which due dates reminders and escalation have
    come. Both days grow with the due date, so that SQL compares it with one day."""
    regions = {one.region for one in policies.policies} | {one.region for one in policies.working_days.policies}
    found = []
    for region in sorted(regions):
        policy = policies.in_force(region, today)
        if policy is not None:
            days = policies.working_days.at(region, today)
            found.append(Threshold(region, _reminded(policy, days, today), _escalated(policy, days, today)))
    return found


def _reminded(policy: Policy[FormationPolicy], days: WorkingDays, today: date) -> date | None:
    reminders, last = policy.parameters.reminders, days.last_working_day(today)
    found = [days.add_working_days(last, count) for count in reminders.before]
    found += [_latest(days, last, count) for count in reminders.after]
    return max(found, default=None)


def _escalated(policy: Policy[FormationPolicy], days: WorkingDays, today: date) -> date | None:
    allowed = policy.parameters.escalation_working_days
    return None if allowed is None else _latest(days, days.last_working_day(today), allowed)


def _latest(days: WorkingDays, last: date, count: int) -> date:
    """The latest day after which `count` working days have passed on a working day."""
    day = days.before_working_days(last, count)
    return _before_next_working_day(days, day)


def _before_next_working_day(days: WorkingDays, day: date) -> date:
    return days.add_working_days(day, 1) - timedelta(days=1)
