"""What the actions on leaderships share: locks, the approval, and what follows of it for the Party organization."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.registry.affiliations.queries import timelines
from services.registry.affiliations.timelines import affiliation_on
from services.registry.leadership_policies import leadership_policy
from services.registry.leaderships import queries
from services.registry.leaderships.errors import PartyOrganizationEnded
from services.registry.leaderships.leadership import Approval, Approved, Report, Subject, current_of
from services.registry.leaderships.rules import TRANSITIONS, Checked, LeadershipStep, barred_by, check_approval
from services.registry.leaderships.schemas import LeadershipApprovalBody
from services.registry.organizations.queries import count_full_members
from services.registry.party_organizations import covering
from services.registry.party_organizations import queries as party_queries
from services.registry.party_organizations.affiliation.giving import Superiors, hold_superiors, with_bodies
from services.registry.party_organizations.announcing import Change, announce
from services.registry.party_organizations.rules import ELECTING, Led
from services.registry.policies import RegistrationPolicies
from shared.contracts.registry import MAX_STATED
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.access import check_reach, check_within
from shared.problems.language import Text
from shared.problems.problems import FieldError, NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions, check_version

_UNKNOWN = Text(
    zh="没有代码为“{body}”的机构，或其当日不存在。", en="There is no body '{body}', or it did not exist on that day."
)
Pair = tuple[Record, Record]
"""A Party organization and a leadership of it."""


@dataclass(frozen=True, slots=True)
class Held:
    """A Party organization, locked, the bodies around it, and the policies."""

    party: Record
    superiors: Superiors
    policies: RegistrationPolicies


async def find(tx: Transaction, party_id: UUID, number: int) -> Pair:
    """A Party organization and a leadership that the caller sees. Raises NotFound."""
    party = await party_queries.get(tx, party_id)
    row = None if party is None else await queries.find(tx, party_id, number)
    if party is None or row is None:
        raise NotFound(what="Party organization" if party is None else "leadership")
    return party, row


async def lock(tx: Transaction, party_id: UUID, policies: RegistrationPolicies, *, unit: bool = False) -> Held:
    """Lock what an action reads, before its first write; `unit`: one that the caller sees may be its only one.

    Raises OutsideScope, OutsideUnits, PartyOrganizationEnded.
    """
    [party] = await party_queries.lock_many(tx, [party_id])
    (check_within if unit else check_reach)(tx.access, party["division"])
    if party["dissolved_on"] is not None:
        raise PartyOrganizationEnded(dissolved_on=party["dissolved_on"])
    return Held(party, await hold_superiors(tx, {party["division"]}, policies.affiliations), policies)


async def take(
    tx: Transaction, party_id: UUID, number: int, step: LeadershipStep, if_match: Preconditions | None
) -> Record:
    """The leadership in the state after a step. Raises PreconditionFailed, IllegalTransition, SameHand."""
    row = await queries.find(tx, party_id, number)
    assert row is not None
    check_version(if_match, row["version"])
    state = move(TRANSITIONS, row["state"], step)
    barred = barred_by(step, row["reported_by"], tx.access.actor)
    if barred is not None:
        raise barred
    return {**row, "state": state}


def since_of(party: Record) -> date:
    """Since when a Party organization exists: its founding, or the day on which it was founded again."""
    since: date = party["refounded_on"] or party["established_on"]
    return since


async def subject_of(tx: Transaction, party: Record) -> Subject:
    """What rules read of a Party organization. Of one that elects, the members registered are counted."""
    registered = None
    if party["form"] in ELECTING:
        covers = (await covering.current_coverages(tx, [party["id"]], limit=MAX_STATED + 1))[party["id"]]
        registered = await count_full_members(tx, [one["organization_id"] for one in covers])
    return Subject(party["division"], party["kind"], party["form"], since_of(party), registered)


def step_of(tx: Transaction, step: LeadershipStep, now: datetime, note: str | None) -> Record:
    """A step as the history has it."""
    return {"step": step, "at": now.isoformat(), "by": tx.access.actor, "note": note}


async def approve_row(
    tx: Transaction, held: Held, row: Record, subject: Subject, body: LeadershipApprovalBody, now: datetime
) -> list[FieldError]:
    """Write an approval into a leadership; returns what is wrong with it, by its own fields."""
    row |= {"approved_on": body.approved_on, "approval_number": body.approval_number, "term_years": body.term_years}
    figures = (row[name] for name in ("due", "present", "candidates", "elected", "full_members"))
    checked, ends_on = await check_approval_of(
        tx, held, row, Report(row["method"], row["held_on"], *figures), subject, now
    )
    timeline = (await timelines(tx, [row["party_organization_id"]]))[row["party_organization_id"]]
    bodies = await with_bodies(tx, held.superiors.bodies, [timeline])
    affiliation = affiliation_on(timeline, body.approved_on)
    approving = body.body or (affiliation.body if affiliation is not None else None)
    if approving is not None and (approving not in bodies or not bodies[approving].in_force(body.approved_on)):
        checked.errors.append(FieldError("/body", _UNKNOWN, (("body", approving),)))
    row |= {
        "state": "approved",
        "approving_body": approving,
        "approved_by": tx.access.actor,
        "ends_on": ends_on,
        "warnings": [*row["warnings"], *(one.stored() for one in checked.warnings)],
        "reasons": [*row["reasons"], checked.reason.model_dump(mode="json")],
        "steps": [*row["steps"], step_of(tx, "approval", now, body.note)],
    }
    return checked.errors


async def check_approval_of(
    tx: Transaction, held: Held, row: Record, report: Report, subject: Subject, now: datetime
) -> tuple[Checked, date | None]:
    """`check_approval` of a leadership as it would be, beside the others that were approved."""
    today = china_day(now)
    others = [
        one for one in await queries.list_approved(tx, row["party_organization_id"]) if one.number != row["number"]
    ]
    policy = leadership_policy(held.policies.leaderships, subject.division, row["approved_on"], today)
    approval = Approval(row["approved_on"], row["term_years"])
    return check_approval(report, approval, subject, others, policy, today, now)


def led_by(leadership: Approved) -> Led:
    """What a Party organization has from its present leadership."""
    since = leadership.approved_on if leadership.ends_on is not None else None
    return Led(since, leadership.ends_on, leadership.secretary_is_head)


async def settle(tx: Transaction, held: Held, number: int, now: datetime) -> Pair:
    """Give the Party organization what follows from its leaderships, and announce it where that is news."""
    party, party_id = held.party, held.party["id"]
    current = current_of(await queries.list_approved(tx, party_id), since_of(party))
    if current is not None:
        led = led_by(current)
        stored = Led(party["term_since"], party["term_ends_on"], party["secretary_is_head"])
        if (party["state"], stored) != ("active", led):
            await party_queries.lead(tx, {party_id: led})
            await announce(tx, {party_id: Change()}, set(), {}, held.superiors, now)
    row = await queries.find(tx, party_id, number)
    [party] = await party_queries.lock_many(tx, [party_id])
    assert row is not None
    return party, row
