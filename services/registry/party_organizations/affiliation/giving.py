"""Gives each Party organization the one body that it belongs to (S21), by default or as the caller says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from services.registry.affiliations import queries
from services.registry.affiliations.rules import default_timeline
from services.registry.affiliations.timelines import Affiliation, Timeline, affiliation_on, amend, end
from services.registry.bodies import queries as body_queries
from services.registry.bodies.body import Bodies
from shared.contracts.base import Reason
from shared.contracts.bodies import Affiliated
from shared.contracts.registry import MAX_STATED
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.superiors.policies import AffiliationPolicies, policy_on
from shared.superiors.rules import Covered, Subject, default_body

Covers = Mapping[UUID, Sequence[Record]]
"""What each Party organization covers now, as `covering.current_coverages` gives it."""


@dataclass(frozen=True, slots=True)
class Superiors:
    """The bodies that Party organizations may belong to, kept as they are, and by which policies."""

    policies: AffiliationPolicies
    bodies: Bodies


async def hold_superiors(tx: Transaction, divisions: Iterable[str], policies: AffiliationPolicies) -> Superiors:
    """The bodies of some divisions and of those above. Called before the first write, in the system's scope."""
    wanted = list(divisions)
    return Superiors(policies, await body_queries.around(tx, wanted, hold=True) if wanted else {})


async def affiliate(
    tx: Transaction,
    parties: Sequence[Record],
    covers: Covers,
    moved: Mapping[UUID, date],
    superiors: Superiors,
    now: datetime,
    *,
    ends: Mapping[UUID, date] | None = None,
) -> dict[UUID, Affiliated]:
    """See to it that each of these Party organizations, which are locked, belongs to one body: returns to which.

    One without a body gets its default; one that has moved, or covers what is of another
    kind now, and belonged by default gets its new one, from the day that `moved` has; one that
    covers nobody any more belongs to nobody from today on, or from the day on which it ends (`ends`). Where no fitting
    body is recorded, it stays as it was.
    """
    today = china_day(now)
    timelines = await queries.timelines(tx, [party["id"] for party in parties])
    superiors = replace(superiors, bodies=await with_bodies(tx, superiors.bodies, timelines.values()))
    amended: dict[UUID, tuple[str, Timeline, Timeline]] = {}
    for party in parties:
        stored = timelines[party["id"]]
        if not covers[party["id"]]:
            wanted: Timeline = end(stored, (ends or {}).get(party["id"], today))
        elif affiliation_on(stored, today) is None:
            wanted = _settled(party, covers[party["id"]], stored, superiors, now)
        elif party["id"] in moved:
            wanted = _followed(party, covers[party["id"]], stored, superiors, moved[party["id"]], now)
        else:
            continue
        amended[party["id"]] = party["division"], stored, wanted
    await queries.write(tx, amended, now)
    wanted_now = {party: timelines[party] for party in timelines} | {one: new for one, (_, _, new) in amended.items()}
    return stated(wanted_now, superiors.bodies, today)


async def misplaced(
    tx: Transaction, parties: Sequence[Record], covers: Covers, superiors: Superiors, now: datetime
) -> set[UUID]:
    """Those of these Party organizations, which are locked, that would belong by default to another body now."""
    timelines = await queries.timelines(tx, [party["id"] for party in parties])
    superiors = replace(superiors, bodies=await with_bodies(tx, superiors.bodies, timelines.values()))
    return {
        party["id"]
        for party in parties
        if covers[party["id"]]
        and _followed(party, covers[party["id"]], timelines[party["id"]], superiors, china_day(now), now)
        != timelines[party["id"]]
    }


async def with_bodies(tx: Transaction, known: Bodies, timelines: Iterable[Timeline]) -> Bodies:
    """Those known, and the others that timelines name."""
    named = {one.body for timeline in timelines for one in timeline}
    missing = named - known.keys()
    return {**known, **await body_queries.by_code(tx, missing)} if missing else known


def stated(timelines: Mapping[UUID, Timeline], bodies: Bodies, on: date) -> dict[UUID, Affiliated]:
    """The affiliations of a day as events have them."""
    found: dict[UUID, Affiliated] = {}
    for party, timeline in timelines.items():
        one = affiliation_on(timeline, on)
        if one is not None:
            name = bodies[one.body].name_on(on)
            found[party] = Affiliated(body=one.body, name=name, kind=one.kind, since=one.since)
    return found


def subject_of(party: Record, covers: Sequence[Record], since: date) -> Subject:
    """What a default reads. One that covers more than an event can list is of no one industry."""
    known = [Covered(one["kind"], one["evaluation_type"], one["name"]) for one in covers]
    return Subject(party["id"], party["division"], party["street"], since, known if len(known) <= MAX_STATED else ())


def _settled(
    party: Record, covers: Sequence[Record], stored: Timeline, superiors: Superiors, now: datetime
) -> Timeline:
    """With a default from the first day without one; what was revived gets back what it had, if that exists."""
    last = stored[-1] if stored else None
    since = party["established_on"] if last is None else china_day(now)
    if last is not None and last.until is not None:
        body, again = superiors.bodies[last.body], party["refounded_on"]
        # Not from when that became known: in between it would belong to nobody.
        revived = again is not None and again >= last.until
        if revived or body.until == last.until:
            since = again if revived else last.until
        if body.spans(since, None):
            return amend(stored, replace(last, since=since, until=None, id=None, set_by=""))
    found = default_timeline(subject_of(party, covers, since), superiors.bodies, superiors.policies, now)
    return [*stored, *found]


def _followed(
    party: Record, covers: Sequence[Record], stored: Timeline, superiors: Superiors, since: date, now: datetime
) -> Timeline:
    """At the default of where it is and whom it covers since a day, where it belonged by default from then on."""
    today = china_day(now)
    timeline: Timeline = stored
    given: Affiliation | None = None
    for on in sorted({since, today, *(one.since for one in stored if since < one.since < today)}):
        current = affiliation_on(timeline, on)
        if current is None or not current.by_default or (given is not None and current.same_as(given)):
            continue
        policy = policy_on(superiors.policies, party["division"], on, today)
        chosen = policy and default_body(subject_of(party, covers, on), superiors.bodies, policy, on, now)
        if not chosen or (chosen[0].code, chosen[1]) == (current.body, current.kind):
            continue
        body, kind, reason = chosen
        facts = {"from": current.body, "to": body.code, "division": party["division"], "on": on.isoformat()}
        moved = Reason(rule="R-affiliation-moved", outcome="followed", facts=facts, as_of=now)
        reasons = tuple(one.model_dump(mode="json") for one in (moved, reason))
        given = Affiliation(body.code, kind, on, by_default=True, reasons=reasons)
        timeline = amend(timeline, given)
    return timeline
