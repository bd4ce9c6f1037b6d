"""Which meetings count (H7, S4), what may follow what, and when the next one is due. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from services.incubation.bodies.body import Body
from services.incubation.routine.policies import MeetingLevel, MeetingsPolicy, Round, Topic
from shared.contracts.base import Reason
from shared.field.calendar import months_after
from shared.field.policies import Policy
from shared.problems.transitions import Transitions

MeetingState = Literal["planned", "held", "cancelled"]
MeetingStep = Literal["planning", "change", "minutes", "correction", "cancellation"]
ResolutionState = Literal["open", "completed", "withdrawn"]
ResolutionStep = Literal["recording", "change", "completion", "withdrawal", "reopening"]
TRANSITIONS: Transitions[MeetingState, MeetingStep] = Transitions(
    "meeting",
    {
        ("planned", "change"): "planned",
        ("planned", "minutes"): "held",
        ("planned", "cancellation"): "cancelled",
        ("held", "correction"): "held",
    },
)
RESOLUTIONS: Transitions[ResolutionState, ResolutionStep] = Transitions(
    "resolution",
    {
        ("open", "change"): "open",
        ("open", "completion"): "completed",
        ("open", "withdrawal"): "withdrawn",
        ("completed", "reopening"): "open",
        ("withdrawn", "reopening"): "open",
    },
)
RULE_OF: Mapping[MeetingLevel, str] = {"city": "H7", "district": "H7", "street": "H7", "conference": "S4"}
Standing = Literal["in_time", "soon", "overdue", "none_due"]


def counted(
    level: MeetingLevel,
    topics: Iterable[Topic],
    present: Sequence[Body],
    seated: Sequence[Body],
    held_on: date,
    policy: Policy[MeetingsPolicy],
    now: datetime,
) -> tuple[bool, list[Reason]]:
    """Whether a meeting counts, and why: every topic that its level asks for was on it, and a conference's lead.

    `present` are the bodies that took part; `seated` those of the city's conference, and nobody for other levels.
    """
    discussed, found = {*topics}, policy.parameters.round_of(level)
    required = () if found is None else found.topics
    missing = [topic for topic in required if topic not in discussed]
    facts: dict[str, object] = {"level": level, "topics": sorted(discussed), "missing": missing, "policy": policy.id}
    outcome = "topic_missing" if missing else "counts"
    reasons = [Reason(rule=RULE_OF[level], outcome=outcome, facts=facts, as_of=now)]
    if level != "conference":
        return not missing, reasons
    leading = any(body.seat(held_on) == "lead" for body in present)
    absent = policy.parameters.conference_lead_present and not leading
    taking_part = sum(1 for body in present if body.seat(held_on) is not None)
    least = policy.parameters.conference_min_bodies
    facts = {"present": taking_part, "seated": len(seated), "min_bodies": least, "policy": policy.id}
    outcome = "lead_absent" if absent else "few_bodies" if len(seated) < least else "complete"
    reasons.append(Reason(rule="S4", outcome=outcome, facts=facts, as_of=now))
    return not missing and not absent, reasons


@dataclass(frozen=True, slots=True)
class Place:
    """Whose regular meetings they are: of a level, in a division, of a street's in its street."""

    level: MeetingLevel
    division: str
    street: str | None


@dataclass(frozen=True, slots=True)
class Convened:
    """A place with the body that convenes its meetings."""

    place: Place
    convenor: Body
    round: Round
    policy: Policy[MeetingsPolicy]


def convened(bodies: Iterable[Body], policies: Mapping[str, Policy[MeetingsPolicy]], on: date) -> list[Convened]:
    """Who convenes which regular meetings on a day: of several bodies of a place the kind that the policy names first.

    `policies` are by division.
    """
    best: dict[Place, tuple[int, str, Convened]] = {}
    for body in bodies:
        policy = policies.get(body.division)
        if policy is None or not body.in_force(on):
            continue
        for one in policy.parameters.rounds:
            rank = _rank(one, body, on)
            if rank is None:
                continue
            place = Place(one.level, body.division, body.street if one.level == "street" else None)
            found = (rank, body.code, Convened(place, body, one, policy))
            if place not in best or found[:2] < best[place][:2]:
                best[place] = found
    return [best[place][2] for place in sorted(best, key=lambda p: (p.division, p.level, p.street or ""))]


def _rank(one: Round, body: Body, on: date) -> int | None:
    """The place of a body's kind among those that convene; None where it convenes no such meeting."""
    if one.level == "conference":
        return 0 if body.seat(on) == "lead" else None
    return one.kinds.index(body.kind) if body.level == one.level and body.kind in one.kinds else None


@dataclass(frozen=True, slots=True)
class Due:
    """By when the next meeting of a place is due, how it stands on the day, and why."""

    due_on: date | None
    standing: Standing
    reason: Reason


def due(one: Convened, last: date | None, on: date, now: datetime) -> Due:
    """A meeting is due this number of months after the last that counted.

    Where there was none, after the convenor's first day or the policy's, whichever is later."""
    months = one.round.months
    start = last or max(one.convenor.since, one.policy.effective_from)
    due_on = None if months is None else months_after(start, months)
    standing: Standing
    if due_on is None:
        standing = "none_due"
    elif due_on < on:
        standing = "overdue"
    else:
        standing = "soon" if due_on - timedelta(days=one.policy.parameters.remind_days) <= on else "in_time"
    facts: dict[str, object] = {
        "level": one.place.level,
        "last_on": last,
        "months": months,
        "due_on": due_on,
        "policy": one.policy.id,
    }
    return Due(due_on, standing, Reason(rule=RULE_OF[one.place.level], outcome=standing, facts=facts, as_of=now))
