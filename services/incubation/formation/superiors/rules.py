"""Which body is above the Party organization that a case is about, and who may decide for it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.incubation.bodies.body import Bodies, Body
from services.incubation.formation.errors import NotTheBodyAbove
from shared.contracts.base import Reason
from shared.db.access import Access
from shared.field.calendar import china_day
from shared.superiors import ways
from shared.superiors.policies import AffiliationPolicies
from shared.superiors.rules import Covered, Subject, default_body

RULE = "R-body-above"
_NOT_YET = UUID(int=0)
_ActedAs = Literal["body", "escalated", "division"]


@dataclass(frozen=True, slots=True)
class Affiliated:
    """What the registry stated that a Party organization belongs to: a body by its code, since when."""

    party_organization_id: UUID
    body: str
    since: date | None


@dataclass(frozen=True, slots=True)
class Concerned:
    """What the body above follows from: where the Party organization is or will be, whom it covers, and what it belongs
    to where it exists already (or did, and is restored)."""

    division: str
    street: str | None
    covers: Sequence[Covered] = ()
    affiliated: Affiliated | None = None


@dataclass(frozen=True, slots=True)
class Above:
    """The body above, None where none is known, and why it is this one."""

    body: Body | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class Acting:
    """Who decides: what it sees, and for which bodies its token acts (codes); without any, for its divisions."""

    access: Access
    bodies: Sequence[str] = ()


def find_above(concerned: Concerned, bodies: Bodies, policies: AffiliationPolicies, now: datetime) -> Above:
    """The body of the affiliation where there is one (S21), else the default by industry or territory (S3)."""
    today = china_day(now)
    facts: dict[str, object] = {"on": today.isoformat(), "division": concerned.division}
    affiliated = concerned.affiliated
    if affiliated is not None:
        body = bodies.get(affiliated.body)
        if body is not None and body.in_force(today):
            facts |= {
                "body": body.code,
                "party_organization_id": str(affiliated.party_organization_id),
                "since": None if affiliated.since is None else affiliated.since.isoformat(),
            }
            return Above(body, Reason(rule="S21", outcome="affiliated", facts=facts, as_of=now))
    policy = policies.in_force(concerned.division, today)
    if policy is None:
        return Above(None, Reason(rule=RULE, outcome="no_policy", facts=facts, as_of=now))
    subject = Subject(_NOT_YET, concerned.division, concerned.street, today, concerned.covers)
    chosen = default_body(subject, bodies, policy, today, now)
    if chosen is None:
        return Above(None, Reason(rule=RULE, outcome="not_recorded", facts=facts | {"policy": policy.id}, as_of=now))
    return Above(chosen[0], chosen[2])


def find_next(body: Body, bodies: Bodies, policies: AffiliationPolicies, on: date) -> Body | None:
    """The next body above one, by the policy of its territory."""
    policy = policies.in_force(body.division, on)
    return ways.find_next(body, bodies, None if policy is None else policy.parameters, on)


def authorize(above: Above, escalated_to: Body | None, acting: Acting, division: str, now: datetime) -> Reason:
    """For which body the caller decides a case of a division. Raises NotTheBodyAbove (403).

    What is escalated, the next body above may decide too. Where no body is recorded, whoever may decide in the division
    does.
    """
    body, today = above.body, china_day(now)
    if body is None:
        facts: dict[str, object] = {"division": division, "why": above.reason.outcome}
        return Reason(rule=RULE, outcome="division", facts=facts, as_of=now)
    if ways.acts_for(body, acting.bodies, acting.access):
        return _acted(body, "body" if acting.bodies else "division", today, now)
    if escalated_to is not None and escalated_to.code in acting.bodies:
        return _acted(escalated_to, "escalated", today, now)
    raise NotTheBodyAbove(body=body.code, name=body.name_on(today))


def _acted(body: Body, acted_as: _ActedAs, today: date, now: datetime) -> Reason:
    facts: dict[str, object] = {
        "body": body.code,
        "name": body.name_on(today),
        "level": body.level,
        "division": body.division,
    }
    return Reason(rule=RULE, outcome=acted_as, facts=facts, as_of=now)
