"""What an activity must say, and what a Party organization had in a year (H12, H13, S23, S32–S34). Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from services.incubation.routine.activity_policies import ActivitiesPolicy, ActivityKind, Content
from shared.contracts.base import Reason
from shared.field.calendar import months_after
from shared.field.policies import Policy
from shared.problems.language import Text
from shared.problems.problems import FieldError
from shared.problems.transitions import Transitions

ActivityState = Literal["recorded", "withdrawn"]
ActivityStep = Literal["recording", "correction", "ending", "withdrawal"]
TRANSITIONS: Transitions[ActivityState, ActivityStep] = Transitions(
    "activity",
    {
        ("recorded", "correction"): "recorded",
        ("recorded", "ending"): "recorded",
        ("recorded", "withdrawal"): "withdrawn",
    },
)
_NEEDED: Mapping[Content, Text] = {
    "partner": Text(zh="请写明结对单位。", en="Name the partner."),
    "place": Text(zh="请写明地点（社区、场所）。", en="Say where it is: the community, the venue."),
    "field": Text(zh="请写明联建领域。", en="Name the field of the alliance."),
    "participants": Text(zh="请写明参加人数（家数）。", en="Say how many took part."),
    "service": Text(zh="请写明做了什么。", en="Say what was done."),
}
_FEW = Text(zh="至少须有 {least} 个党组织参加。", en="At least {least} Party organization(s) take part.")
_TWICE = Text(zh="党组织列了不止一次。", en="A Party organization is listed more than once.")
_AGAIN = Text(
    zh="该党组织当日的同一活动已登记；有误的，请先撤回。",
    en="The same of this Party organization on this day is recorded: withdraw it if it is wrong.",
)
_SAME = Text(
    zh="当日的同一活动已登记；有误的，请先撤回。", en="The same on this day is recorded: withdraw it if it is wrong."
)
_ONE_DAY = Text(zh="此类活动是某一天的，没有终止日期。", en="An activity of this kind is of one day: it has no end.")
_END = Text(zh="终止日期须晚于 {since}。", en="The end must be later than {since}.")


def faults_of(kind: ActivityKind, given: Mapping[str, Any], parties: Sequence[object]) -> list[FieldError]:
    """What an activity of a kind lacks, or may not have."""
    faults = [FieldError(f"/{name}", _NEEDED[name]) for name in kind.needs if given.get(name) is None]
    if len(parties) < kind.parties_min:
        faults.append(FieldError("/party_organizations", _FEW, (("least", kind.parties_min),)))
    if len({*parties}) < len(parties):
        faults.append(FieldError("/party_organizations", _TWICE))
    if given["until"] is not None:
        faults += end_faults(given["on_day"], given["until"], lasting=kind.lasting)
    return faults


def end_faults(since: date, until: date, *, lasting: bool) -> list[FieldError]:
    """What is wrong with an activity's end."""
    if not lasting:
        return [FieldError("/until", _ONE_DAY)]
    return [] if until > since else [FieldError("/until", _END, (("since", since),))]


def twin_faults(parties: Sequence[UUID], twins: Collection[UUID]) -> list[FieldError]:
    """Party organizations, in the order in which they are listed, of which the same is recorded already; the day, where
    none is listed and the same is recorded."""
    if twins and not parties:
        return [FieldError("/on_day", _SAME)]
    return [
        FieldError(f"/party_organizations/{place}", _AGAIN) for place, party in enumerate(parties) if party in twins
    ]


def reason_of(code: str, kind: ActivityKind, participants: int | None, policy: str, now: datetime) -> Reason:
    """How an activity stands to its kind's figure."""
    least = kind.participants_min
    outcome = "few_participants" if least is not None and (participants or 0) < least else "recorded"
    facts = {"kind": code, "participants": participants, "participants_min": least, "policy": policy}
    return Reason(rule=kind.rule, outcome=outcome, facts=facts, as_of=now)


@dataclass(frozen=True, slots=True)
class Had:
    """Activities of a kind that a Party organization took part in, in a year."""

    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Talked:
    """When a Party organization was founded, as far as that is known, and talked with the staff last (S22)."""

    founded_on: date | None
    last_on: date | None


def communication_of(
    talked: Talked, day: date, policy: Policy[ActivitiesPolicy], asked_since: date, now: datetime
) -> list[Reason]:
    """S22: whether communication with the staff is overdue on a day.

    The first is due after the founding, none before it was asked for; there is no reason where the region names no
    interval.
    """
    regular = policy.parameters.communication
    if regular is None:
        return []
    begun = talked.founded_on and max(talked.founded_on, asked_since)
    start = talked.last_on or begun
    due_on = None if start is None else months_after(start, regular.months)
    facts: dict[str, object] = {
        "kind": regular.kind,
        "last_on": talked.last_on,
        "months": regular.months,
        "due_on": due_on,
        "policy": policy.id,
    }
    outcome = "unknown" if due_on is None else "overdue" if day > due_on else "in_time"
    return [Reason(rule="S22", outcome=outcome, facts=facts, as_of=now)]


def double_report_of(counts: Mapping[str, int], year: int, policy: Policy[ActivitiesPolicy], now: datetime) -> Reason:
    """S23: whether a Party organization had in a year each of what is asked for together."""
    both = {code: counts.get(code, 0) for code in policy.parameters.both}
    missing = [code for code, count in both.items() if not count]
    outcome = "complete" if not missing else "none" if len(missing) == len(both) else "some_missing"
    facts: dict[str, object] = {"year": year, "policy": policy.id, **both, "missing": missing}
    return Reason(rule="S23", outcome=outcome, facts=facts, as_of=now)


def year_of(
    had: Iterable[Had],
    cultivation: tuple[int, int] | None,
    year: int,
    policy: Policy[ActivitiesPolicy],
    now: datetime,
) -> list[Reason]:
    """What a Party organization had in a year, rule by rule: what S23 asks for together, each kind of its own,
    cultivation."""
    counts = {one.kind: one.count for one in had}
    parameters = policy.parameters
    head: dict[str, object] = {"year": year, "policy": policy.id}
    reasons = [double_report_of(counts, year, policy, now)]
    for code, kind in parameters.kinds.items():
        if code in parameters.both:
            continue
        count, least = counts.get(code, 0), kind.yearly_min
        if not count and least is None:
            continue
        outcome = "below" if least is not None and count < least else "held"
        facts = {**head, "kind": code, "count": count, "yearly_min": least}
        reasons.append(Reason(rule=kind.rule, outcome=outcome, facts=facts, as_of=now))
    counted: dict[str, object] = dict(head)
    if cultivation is not None:
        counted |= {"staff_to_members": cultivation[0], "members_to_staff": cultivation[1]}
    outcome = "unknown" if cultivation is None else "counted"
    return [*reasons, Reason(rule="H12", outcome=outcome, facts=counted, as_of=now)]


def days_of(year: int) -> tuple[date, date]:
    """A year's first and last day."""
    return date(year, 1, 1), date(year, 12, 31)
