"""Which working bodies and which members of a joint conference there are on a day, and which are lacking. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.registry.bodies.body import Body
from shared.contracts.base import Reason
from shared.contracts.bodies import BodyLevel
from shared.field.divisions import Division
from shared.superiors.policies import Place


@dataclass(frozen=True, slots=True)
class Asked:
    """A city or a district on the day, the level of its own body, and what counts as one by which policy."""

    division: Division
    level: BodyLevel
    places: Sequence[Place]
    policy: str


@dataclass(frozen=True, slots=True)
class Staffed:
    """The same with its working body, None where it lacks one."""

    asked: Asked
    body: Body | None


@dataclass(frozen=True, slots=True)
class Conference:
    """Who leads and who takes part on the day, and what it falls short of."""

    leads: Sequence[Body]
    members: Sequence[Body]
    shortfalls: Sequence[str]
    reason: Reason


def working_bodies(asked: Sequence[Asked], bodies: Iterable[Body], on: date) -> list[Staffed]:
    """The working body of each division on a day (S2): of several, that of the kind which the policy names first."""
    own: dict[tuple[str, str], list[Body]] = defaultdict(list)
    for body in bodies:
        if body.in_force(on):
            own[body.division, body.level].append(body)
    return [Staffed(one, _first(one.places, own[one.division.code, one.level])) for one in asked]


def _first(places: Sequence[Place], bodies: Sequence[Body]) -> Body | None:
    fitting = [(rank, body) for body in bodies if (rank := _rank(places, body)) is not None]
    return min(fitting, key=lambda one: (one[0], one[1].code))[1] if fitting else None


def _rank(places: Sequence[Place], body: Body) -> int | None:
    kinds = [kind for place in places if place.level == body.level for kind in place.kinds]
    return kinds.index(body.kind) if body.kind in kinds else None


def coverage_reason(staffed: Sequence[Staffed], on: date, now: datetime) -> Reason:
    """Why working bodies are complete, or are not (S2)."""
    lacking = [one.asked.division.code for one in staffed if one.body is None]
    policies = sorted({one.asked.policy for one in staffed})
    facts = {"on": on.isoformat(), "expected": len(staffed), "missing": lacking, "policies": policies}
    return Reason(rule="S2", outcome="incomplete" if lacking else "complete", facts=facts, as_of=now)


def conference_of(
    bodies: Iterable[Body], on: date, *, leads: int, min_bodies: int, policy: str, now: datetime
) -> Conference:
    """A city's joint conference on a day (S4): `bodies` are the city's own."""
    seated = sorted(
        (
            body
            for body in bodies
            if body.in_force(on)
            and (seat := body.conference) is not None
            and seat.since <= on
            and (seat.until is None or on < seat.until)
        ),
        key=lambda body: body.code,
    )
    leading = [body for body in seated if body.conference is not None and body.conference.role == "lead"]
    members = [body for body in seated if body not in leading]
    shortfalls = []
    if len(leading) < leads:
        shortfalls.append("lead_missing")
    if len(leading) > leads:
        shortfalls.append("more_than_one_lead")
    if len(seated) < min_bodies:
        shortfalls.append("too_few_bodies")
    facts = {
        "on": on.isoformat(),
        "leads": len(leading),
        "bodies": len(seated),
        "min_bodies": min_bodies,
        "policy": policy,
    }
    reason = Reason(rule="S4", outcome="incomplete" if shortfalls else "complete", facts=facts, as_of=now)
    return Conference(leading, members, shortfalls, reason)
