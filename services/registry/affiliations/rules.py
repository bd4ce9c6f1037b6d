"""Where a Party organization belongs if nobody says otherwise (S3, S21), and who rates it (H18). Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from services.registry.affiliations.timelines import Affiliation
from services.registry.bodies.body import Bodies, Body
from services.registry.body_policies import AffiliationPolicies, AffiliationPolicy, Industry, Place, policy_on
from shared.contracts.base import Reason
from shared.contracts.bodies import AffiliationKind
from shared.field.calendar import china_day
from shared.field.policies import Policy


@dataclass(frozen=True, slots=True)
class Covered:
    """What a default reads of an organization."""

    kind: str
    evaluation_type: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What a default reads of a Party organization: where it is, and whom it covers now."""

    id: UUID
    division: str
    street: str | None
    since: date
    covers: Sequence[Covered] = ()


def default_body(
    subject: Subject, bodies: Bodies, policy: Policy[AffiliationPolicy], on: date, now: datetime
) -> tuple[Body, AffiliationKind, Reason] | None:
    """Where a Party organization belongs on a day if nobody says otherwise; None where no such body is recorded.

    The industry's committee where all that it covers are of one industry (S3), else its territory's, the policy's
    order of places deciding; of several the nearest, then the first by code.
    """
    parameters = policy.parameters
    here = [
        body
        for body in bodies.values()
        if body.in_force(on) and not _is_to_end(body, now) and body.covers(subject.division, subject.street)
    ]
    facts: dict[str, object] = {"on": on.isoformat(), "division": subject.division, "policy": policy.id}
    industry = industry_of(subject, parameters.industries)
    if industry is not None:
        facts |= {"department": industry.department}
        of_department = (
            body for body in here if body.kind in parameters.industry_kinds and body.department == industry.department
        )
        named = next((body for body in here if body.code == industry.body), None)
        committee = named if named is not None else _nearest(of_department)
        if committee is not None:
            facts |= {"body": committee.code}
            return committee, "competent_unit", Reason(rule=industry.rule, outcome="industry", facts=facts, as_of=now)
        facts |= {"no_industry_committee": True}
    for place in parameters.territories:
        found = _first_of_kind(place, here)
        if found is not None:
            facts |= {"body": found.code}
            return found, "territory", Reason(rule="R-territory", outcome=place.level, facts=facts, as_of=now)
    return None


def _is_to_end(body: Body, now: datetime) -> bool:
    """Whether its end is known and still to come: nobody is placed under it any more."""
    return body.until is not None and body.until > china_day(now)


def industry_of(subject: Subject, industries: Iterable[Industry]) -> Industry | None:
    """The industry that all covered organizations are of, None where they are of several or of none."""
    for industry in industries:
        if subject.covers and all(_is_of(one, industry) for one in subject.covers):
            return industry
    return None


def _is_of(one: Covered, industry: Industry) -> bool:
    fits = one.kind in industry.organization_kinds or one.evaluation_type in industry.evaluation_types
    return fits and (not industry.names or any(word in one.name for word in industry.names))


def _nearest(bodies: Iterable[Body]) -> Body | None:
    return min(bodies, key=lambda body: (-_depth(body), body.code), default=None)


def _depth(body: Body) -> int:
    return len(body.division.rstrip("0")) + (1 if body.street is not None else 0)


def _first_of_kind(place: Place, bodies: Iterable[Body]) -> Body | None:
    fitting = [body for body in bodies if body.fits(place)]
    return min(fitting, key=lambda body: (place.kinds.index(body.kind), -_depth(body), body.code), default=None)


def default_timeline(
    subject: Subject, bodies: Bodies, policies: AffiliationPolicies, now: datetime
) -> list[Affiliation]:
    """Where a Party organization has belonged by default since `subject.since`.

    A default stays for as long as its body exists, and the next one follows on the day of its end.
    """
    today = china_day(now)
    days = {body.since for body in bodies.values()} | {body.until for body in bodies.values() if body.until is not None}
    days |= {policy.effective_from for policy in policies.policies}
    found: list[Affiliation] = []
    for day in sorted({subject.since, *(day for day in days if subject.since < day <= today)}):
        last = found[-1] if found else None
        if last is not None and bodies[last.body].in_force(day):
            continue
        if last is not None and last.until is None:
            found[-1] = replace(last, until=bodies[last.body].until)
        policy = policy_on(policies, subject.division, day, today)
        chosen = default_body(subject, bodies, policy, day, now) if policy is not None else None
        if chosen is not None:
            body, kind, reason = chosen
            found.append(Affiliation(body.code, kind, day, by_default=True, reasons=(reason.model_dump(mode="json"),)))
    return found


def rating_body(
    affiliation: Affiliation | None, bodies: Bodies, policies: AffiliationPolicies, on: date, now: datetime
) -> tuple[Body | None, Reason]:
    """Who rates on a day, by affiliation (H18): the first body on the way up that the policy lets rate.

    Where the way up has none, the working body of the district (or city) in which the body is.
    """
    facts: dict[str, object] = {"on": on.isoformat()}
    body = bodies.get(affiliation.body) if affiliation is not None else None
    if affiliation is None or body is None:
        return None, Reason(rule="H18", outcome="not_affiliated", facts=facts, as_of=now)
    policy = policy_on(policies, body.division, on, china_day(now))
    facts |= {"affiliation": body.code, "since": affiliation.since.isoformat()}
    if policy is None:
        return None, Reason(rule="H18", outcome="no_policy", facts=facts, as_of=now)
    raters, facts = policy.parameters.raters, facts | {"policy": policy.id}
    above: Body | None = body
    way: list[str] = []
    while above is not None and above.code not in way:
        way.append(above.code)
        if above.in_force(on) and any(above.fits(place) for place in raters):
            return above, Reason(rule="H18", outcome="affiliation", facts=facts | {"way": way}, as_of=now)
        above = bodies.get(above.parent) if above.parent is not None else None
    working = policy.parameters.working_bodies
    found = _nearest(
        one
        for one in bodies.values()
        if one.in_force(on)
        and one.covers(body.division, body.street)
        and any(one.fits(place) for place in raters)
        and any(one.fits(place) for place in working)
    )
    if found is not None:
        return found, Reason(rule="H18", outcome="territory", facts=facts | {"way": way}, as_of=now)
    return None, Reason(rule="H18", outcome="no_rater", facts=facts | {"way": way}, as_of=now)
