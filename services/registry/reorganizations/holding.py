"""What decisions on Party organizations share: what they lock, how coverage passes to successors, and their record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.registry.leaderships.errors import PartyOrganizationEnded
from services.registry.organizations import queries as organization_queries
from services.registry.organizations.organization import Organization
from services.registry.party_organizations import covering, reorganizing
from services.registry.party_organizations import queries as party_queries
from services.registry.party_organizations.affiliation.giving import Superiors, hold_superiors
from services.registry.party_organizations.announcing import Change, Ending, announce
from services.registry.party_organizations.rules import FOLLOWING, coverage_of
from services.registry.policies import RegistrationPolicies
from services.registry.reorganizations import queries
from services.registry.reorganizations.rules import Covered, Kind, Placed
from services.registry.reorganizations.schemas import Decision
from shared.contracts.base import Coverage, Reason
from shared.contracts.registry import CoveredOrganization, ReleasedOrganization
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.access import check_reach
from shared.problems.problems import PreconditionFailed
from shared.problems.versions import Preconditions, check_version

MOST = 100_000
"""More than any Party organization covers."""
Pair = tuple[Record, Record]
"""The Party organization and the decision."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a decision holds: the Party organization, whom it covers, and what may follow."""

    party: Record
    covered: Sequence[Covered]
    organizations: dict[UUID, Organization]
    others: dict[UUID, Record]
    superiors: Superiors
    today: date


async def hold(
    tx: Transaction,
    party_id: UUID,
    others: Sequence[UUID],
    policies: RegistrationPolicies,
    if_match: Preconditions | None,
    now: datetime,
    *,
    areas: bool = False,
    alone: Sequence[UUID] = (),
    places: Sequence[str] = (),
) -> Held:
    """Lock organizations, then Party organizations, then bodies: as everywhere, before the first write.

    `alone` are Party organizations whose organization is locked too where they cover a single one: it becomes joint.
    """
    before = [*(await covering.current_coverages(tx, [party_id], limit=MOST))[party_id]]
    for few in (await covering.current_coverages(tx, alone, limit=2)).values():
        before += few if len(few) == 1 else []
    locked = await organization_queries.lock_by_id(tx, sorted({one["organization_id"] for one in before}))
    organizations = {one.id: one for one in locked}
    found = await reorganizing.areas_of(tx, [one.id for one in locked]) if areas else []
    rows = {row["id"]: row for row in await party_queries.lock_many(tx, sorted({party_id, *others, *found}))}
    party = rows.pop(party_id)
    check_reach(tx.access, party["division"])
    check_version(if_match, party["version"])
    if party["dissolved_on"] is not None:
        raise PartyOrganizationEnded(dissolved_on=party["dissolved_on"])
    living = {one: row for one, row in rows.items() if row["dissolved_on"] is None}
    in_places = {party["division"], *(row["division"] for row in living.values()), *places}
    superiors = await hold_superiors(tx, in_places, policies.affiliations)
    # Coverages change only under their organizations' locks.
    now_covered = (await covering.current_coverages(tx, [party_id], limit=MOST))[party_id]
    by_form = [one for one in alone if one in living and living[one]["form"] in FOLLOWING]
    now_alone = [row for few in (await covering.current_coverages(tx, by_form, limit=2)).values() for row in few]
    if any(row["organization_id"] not in organizations for row in (*now_covered, *now_alone)):
        # Somebody came to be covered between the first read and the locks: what becomes of it is not said.
        raise PreconditionFailed(current=party["version"])
    covered = [
        Covered(one.id, one.uscc, row["since"], one.content.division, one.content.street)
        for row in now_covered
        for one in (organizations[row["organization_id"]],)
    ]
    return Held(party, covered, organizations, living, superiors, china_day(now))


async def hand_over(tx: Transaction, held: Held, placed: Placed, on: date, ending: Ending, now: datetime) -> None:
    """End what the Party organization covers on a day, from which the successors cover it; announce all of them."""
    party_id: UUID = held.party["id"]
    await covering.end_coverages(tx, dict.fromkeys(placed, on))
    changes = {party_id: Change(ending=ending)}
    rows: list[dict[str, Any]] = []
    coverage: dict[UUID, Coverage] = {}
    for organization, successor in placed.items():
        content, code = held.organizations[organization].content, held.organizations[organization].uscc
        changes[party_id].removed.append(
            ReleasedOrganization(organization_id=organization, uscc=code, division=content.division)
        )
        form = None if successor is None else held.others[successor]["form"]
        coverage[organization] = "uncovered" if form is None else coverage_of(form) or "uncovered"
        if successor is None:
            continue
        about = {"organization_id": organization, "since": on, "division": content.division}
        rows.append({"party_organization_id": successor, **about})
        changes.setdefault(successor, Change()).added.append(
            CoveredOrganization(uscc=code, kind=content.kind, evaluation_type=content.evaluation_type, **about)
        )
    await covering.insert_coverages(tx, rows)
    await organization_queries.set_coverage(tx, coverage)
    if ending.successor is not None:
        changes.setdefault(ending.successor, Change())
    await announce(tx, changes, set(), {}, held.superiors, now)


async def record(
    tx: Transaction, held: Held, kind: Kind, body: Decision, details: dict[str, Any], now: datetime
) -> None:
    facts = {"on": body.on.isoformat(), "approval_number": body.approval_number, **details}
    reason = Reason(rule="R-reorganization", outcome=kind, facts=facts, as_of=now)
    await queries.insert_one(
        tx,
        {
            "id": new_id(),
            "party_organization_id": held.party["id"],
            "division": held.party["division"],
            "kind": kind,
            "decided_on": body.on,
            "approval_number": body.approval_number,
            "reason": body.reason,
            "details": details,
            "reasons": [reason.model_dump(mode="json")],
            "decided_by": tx.access.actor,
            "decided_at": now,
        },
    )


async def done(tx: Transaction, party_id: UUID) -> Pair:
    [party] = await party_queries.lock_many(tx, [party_id])
    found = await queries.latest(tx, party_id)
    assert found is not None
    return party, found
