"""When an incubatee is mature (H8), when a track lags (H2, D15), when visits are due. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

from services.incubation.incubatees.incubatee import (
    ONCE,
    STEPS,
    Incubatee,
    IncubateeState,
    IncubateeStep,
    Judged,
    Known,
    Mark,
    MomentState,
)
from services.incubation.incubating.days import BEFORE, LATER
from services.incubation.incubating.incubatee_policies import TRACKS, IncubateePolicy, MaturityItem, Moment, Track
from services.incubation.organizations.standing import Standing
from shared.contracts.base import Reason
from shared.field.calendar import days_after, months_after
from shared.field.policies import Policy
from shared.problems.duties import SameHand, same_person
from shared.problems.language import Text
from shared.problems.problems import FieldError

_OF_STAYS = ("registered", "division")
_RECORDED = Text(
    zh="该环节已登记，日期为 {on}；有误的，请先撤销。",
    en="It is recorded already, of {on}: withdraw it if it is wrong.",
)


def known_marks(incubatee: Incubatee, known: Known) -> list[Mark]:
    """The moments that need not be recorded: registration, entry, and the formation check at registration."""
    found: list[Mark] = []
    if known.registered_on is not None:
        found.append(Mark("organization", "registration", known.registered_on, known=True))
    if incubatee.entered_on is not None:
        found.append(Mark("organization", "entry", incubatee.entered_on, known=True))
    if known.checked_on is not None:
        # Decided at registration, whenever the registry's message came.
        day = known.registered_on or known.checked_on
        found.append(Mark("party_organization", "registration", day, known=True))
    return found


def known_by(known: Known, standing: Standing | None, day: date) -> Known:
    """What is known of an organization as of a day: how it stood then, as far as days were kept; never a registration,
    a founding or a leadership that came after it."""
    if standing is not None and standing.registered is not None:
        known = replace(known, status="registered" if standing.registered else "deregistered")
    if standing is not None and standing.coverage is not None:
        party = {one.name: getattr(standing, one.name) for one in fields(standing) if one.name not in _OF_STAYS}
        known = replace(known, **party)
    if known.registered_on is not None and known.registered_on > day:
        known = replace(known, status=None)
    if known.established_on is not None and known.established_on > day:
        known = replace(known, coverage="uncovered", party_state=None)
    if known.term_since is not None and known.term_since > day and known.party_state is not None:
        known = replace(known, party_state="founding")
    return known


def in_step(marks: Sequence[Mark], policy: IncubateePolicy, today: date) -> list[MomentState]:
    """Each moment with both tracks: one is behind that has no mark `lag_days` after the other's."""
    found = []
    for moment in policy.moments:
        first = {track: _first(marks, track, moment) for track in TRACKS}
        ahead = [(day, track) for track, day in first.items() if day is not None]
        behind: Track | None = None
        due_on = None
        if len(ahead) == 1:
            [(day, track)] = ahead
            due_on = days_after(day, policy.lag_days)
            other: Track = "party_organization" if track == "organization" else "organization"
            behind = other if today > due_on else None
        found.append(MomentState(moment, first["organization"], first["party_organization"], behind, due_on))
    return found


def faults_of_mark(track: Track, moment: Moment, day: date, marks: Sequence[Mark]) -> list[FieldError]:
    """What is wrong with recording a moment that a track has gone through already: registration and entry happen once,
    the others not twice on a day."""
    days = [one.on for one in marks if (one.track, one.moment) == (track, moment)]
    known = min(days, default=None) if moment in ONCE else next((one for one in days if one == day), None)
    return [] if known is None else [FieldError("/on", _RECORDED, (("on", known),))]


def _first(marks: Sequence[Mark], track: Track, moment: str) -> date | None:
    return min((one.on for one in marks if (one.track, one.moment) == (track, moment)), default=None)


def visit_due(since: date, visits: Sequence[date], months: int) -> date:
    """By when the next visit is due: `months` after the last one, or after the beginning."""
    return months_after(max((since, *visits)), months)


def missed_visits(since: date, visits: Sequence[date], months: int, today: date) -> bool:
    """Whether a visit that was due was not made: no two of them, or the last and today, lie too far apart."""
    days = sorted(day for day in visits if day >= since)
    return any(
        after > months_after(before, months) for before, after in zip([since, *days], [*days, today], strict=True)
    )


def judge(
    incubatee: Incubatee,
    known: Known,
    marks: Sequence[Mark],
    visits: Sequence[date],
    policy: IncubateePolicy,
    today: date,
) -> list[Judged]:
    """Every item of both maturity lists, passed or not (H8)."""
    moments = in_step(marks, policy, today)
    entered = incubatee.entered_on or incubatee.applied_on
    facts: dict[str, tuple[bool, dict[str, Any]]] = {
        "registered": (known.status == "registered", {"registered_on": known.registered_on}),
        "visited": (
            not missed_visits(entered, visits, policy.visit_every_months, today),
            {"visits": len(visits), "every_months": policy.visit_every_months},
        ),
        "covered_as_due": (
            known.coverage != "uncovered" and known.coverage in (known.due, "standalone"),
            {"coverage": known.coverage, "due": known.due},
        ),
        # An area's own organization is led by its street: nothing is elected in the incubatee.
        "led": (
            known.coverage == "area" or known.party_state == "active",
            {"party_state": known.party_state, "term_since": known.term_since},
        ),
        "in_step": (
            all(one.behind is None for one in moments),
            {"behind": [one.moment for one in moments if one.behind is not None]},
        ),
    }
    return [_judged(track, item, incubatee, facts) for track in TRACKS for item in policy.maturity.of(track)]


def _judged(
    track: Track, item: MaturityItem, incubatee: Incubatee, facts: Mapping[str, tuple[bool, dict[str, Any]]]
) -> Judged:
    if item.fact is not None:
        passed, basis = facts[item.fact]
        return Judged(track, item.code, passed, item.fact, _plain(basis))
    assessed = incubatee.assessed.get(item.code)
    return Judged(track, item.code, bool(assessed and assessed["passed"]), None, dict(assessed or {}))


def maturity_reasons(judged: Sequence[Judged], policy: Policy[IncubateePolicy], now: datetime) -> list[Reason]:
    """Why it is mature, or is not yet: one reason for each track."""
    found = []
    for track in TRACKS:
        missing = [one.code for one in judged if one.track == track and not one.passed]
        facts: dict[str, object] = {
            "track": track,
            "passed": [one.code for one in judged if one.track == track and one.passed],
            "missing": missing,
            "policy": policy.id,
        }
        found.append(Reason(rule="H8", outcome="immature" if missing else "mature", facts=facts, as_of=now))
    return found


def faults_of_end(name: str, end: date, since: date, months: int, *, after: date | None = None) -> list[FieldError]:
    """What is wrong with the last day of an agreement: `months` after its beginning at most, and later than that or
    than the last day that it had (`after`)."""
    latest, before = months_after(since, months), after or since
    if end <= before:
        return [FieldError(f"/{name}", BEFORE, (("earliest", days_after(before, 1)),))]
    return [FieldError(f"/{name}", LATER, (("latest", latest),))] if end > latest else []


def barred_by(step: IncubateeStep, row: Mapping[str, Any], actor: str) -> SameHand | None:
    """Who applied does not decide, who assessed anything of its maturity does not graduate (four-eyes principle)."""
    earlier, subjects = "application", [row["applied_by"]]
    if step == "graduation":
        earlier, subjects = "assessing", [one["by"] for one in row["assessed"].values()]
    elif step != "decision":
        return None
    barred = any(same_person(subject, actor) for subject in subjects)
    return SameHand(what="incubatee", earlier=earlier, step=step) if barred else None


def possible_steps(state: IncubateeState) -> Sequence[IncubateeStep]:
    """The steps that a state allows."""
    return STEPS.get(state, ())


def _plain(basis: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in basis.items()}
