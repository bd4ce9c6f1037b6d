"""Where a Party organization has belonged by default over time (S3, S21), and who rates it (H18). Pure."""

from dataclasses import replace
from datetime import date, datetime

from services.registry.affiliations.timelines import Affiliation
from services.registry.bodies.body import Bodies, Body
from shared.contracts.base import Reason
from shared.field.calendar import china_day
from shared.superiors.policies import AffiliationPolicies, policy_on
from shared.superiors.rules import Subject, default_body
from shared.superiors.ways import find_rater


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
    found = find_rater(body, bodies, policy.parameters, on)
    facts |= {"policy": policy.id, "way": list(found.way)}
    return found.body, Reason(rule="H18", outcome=found.outcome, facts=facts, as_of=now)
