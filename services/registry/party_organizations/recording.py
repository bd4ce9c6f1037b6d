"""Records Party organizations that incubation formed, and what they cover. An organization counts once (S13)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import structlog

from services.registry.organizations import queries as organization_queries
from services.registry.organizations.organization import Organization
from services.registry.party_organizations import covering, queries
from services.registry.party_organizations.affiliation.giving import Superiors, hold_superiors
from services.registry.party_organizations.announcing import Change, announce
from services.registry.party_organizations.naming import tell_apart
from services.registry.party_organizations.rules import FOLLOWING, Placing, coverage_of, state_of_new
from shared.bus.context import Cause
from shared.bus.handlers import Received
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.incubation import (
    PartyOrganizationExtended,
    PartyOrganizationFormed,
    PartyOrganizationReorganized,
)
from shared.contracts.registry import CoveredOrganization, PartyOrganizationDeclined, ReleasedOrganization
from shared.db.base import new_id, utc_now
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.superiors.policies import AffiliationPolicies

log = structlog.get_logger(__name__)

Decided = PartyOrganizationFormed | PartyOrganizationExtended | PartyOrganizationReorganized


@dataclass(slots=True)
class _Work:
    """The state of a list in progress: Party organizations by id, and what has to be written."""

    known: dict[UUID, Record]
    active: Mapping[UUID, Organization]
    founded: dict[UUID, Record] = field(default_factory=dict)
    revised: dict[UUID, Record] = field(default_factory=dict)
    placings: list[Placing] = field(default_factory=list)
    causes: dict[UUID, Cause] = field(default_factory=dict)
    declined: list[tuple[Received[Decided], list[UUID]]] = field(default_factory=list)


async def record(tx: Transaction, events: Sequence[Received[Decided]], *, policies: AffiliationPolicies) -> None:
    """Record Party organizations that were formed or reorganized, and which of their organizations that are still
    registered they cover from now on; an answer to incubation names the others.

    One without a registered organization is not recorded, unless it is an area, which incubation may extend later. An
    area is dissolved with its last organization; the next one that it is to cover revives it. A standalone one is where
    its organization is by now. Each belongs to a body from its first day on, by default under `policies`. Raises
    LookupError for an extension or a reorganization of one that was never formed.
    """
    now = utc_now()
    joint = {event.data.division for event in events if _names_joint(event.data)}
    await queries.hold_joint_names(tx, joint)
    # Lock order as in `register`: all rows before the first write, so that we never wait for a row while holding an
    # audit head.
    active = await _lock_active(tx, list({o for event in events for o in event.data.organization_ids}))
    found = await queries.lock_with_covering(tx, [event.data.party_organization_id for event in events], list(active))
    work = _Work({row["id"]: row for row in found}, active)
    places = {event.data.division for event in events} | {one.content.division for one in active.values()}
    superiors = await hold_superiors(tx, places | {row["division"] for row in found}, policies)
    for event in events:
        _take(work, event)
    _name_joint(work, await queries.joint_names(tx, joint))
    placed = {placing.party_organization_id: placing.since for placing in work.placings}
    ended = [row for row in found if row["dissolved_on"] is not None and row["id"] in placed]
    # What was elected before it ended counts no more, whatever day the decision names.
    await queries.revive(tx, {row["id"]: max(placed[row["id"]], row["dissolved_on"]) for row in ended})
    await queries.insert(tx, list(work.founded.values()))
    await queries.revise(tx, list(work.revised.values()))
    await _place(tx, work, superiors, now)
    await emit(tx, [_declined(event, gone, work, now) for event, gone in work.declined])


def _take(work: _Work, event: Received[Decided]) -> None:
    data, party = event.data, event.data.party_organization_id
    covered = [organization for organization in data.organization_ids if organization in work.active]
    gone = [organization for organization in data.organization_ids if organization not in work.active]
    if isinstance(data, PartyOrganizationFormed):
        if party in work.known:
            return
        since = data.formed_on
        if covered or data.form == "area":
            work.founded[party] = work.known[party] = _row(data, work.active, covered)
        else:
            log.info("formed_without_organizations", party_organization=str(party))
    elif party not in work.known:
        raise LookupError(f"no Party organization {party}")
    else:
        since = data.since
        if isinstance(data, PartyOrganizationReorganized) and (covered or data.change == "kind"):
            work.revised[party] = _row(data, work.active, covered)
    if gone:
        work.declined.append((event, gone))
    # The cause of a change is the first event that touched it, so that a redelivered list names the same one.
    if covered or party in work.founded or party in work.revised:
        work.causes.setdefault(party, event.cause)
    if isinstance(data, PartyOrganizationReorganized) and data.change == "kind":
        return
    work.placings += [
        Placing(organization, party, coverage_of(work.known[party]["form"]), since) for organization in covered
    ]


def _row(
    data: PartyOrganizationFormed | PartyOrganizationReorganized,
    active: Mapping[UUID, Organization],
    covered: Sequence[UUID],
) -> Record:
    place = data.division, data.street
    if data.form in FOLLOWING and covered:
        content = active[covered[0]].content
        place = content.division, content.street
    return {
        "id": data.party_organization_id,
        "name": data.name,
        "kind": data.kind,
        "form": data.form,
        "division": place[0],
        "street": place[1],
        "established_on": data.formed_on if isinstance(data, PartyOrganizationFormed) else None,
        "dissolved_on": None,
        "version": 1,
        "state": state_of_new(data.form),
        "founding_number": data.founding_number if isinstance(data, PartyOrganizationFormed) else None,
        "founding_form": data.founding_form if isinstance(data, PartyOrganizationFormed) else None,
    }


def _names_joint(data: Decided) -> bool:
    return not isinstance(data, PartyOrganizationExtended) and data.form == "joint"


def _name_joint(work: _Work, names: dict[UUID, tuple[str, str]]) -> None:
    """Number the joint ones whose name another one of their division has."""
    for row in (*work.founded.values(), *work.revised.values()):
        if row["form"] == "joint":
            taken = {name for party, (place, name) in names.items() if place == row["division"] and party != row["id"]}
            row["name"] = tell_apart(row["name"], taken)
            names[row["id"]] = row["division"], row["name"]


def _declined(event: Received[Decided], gone: Sequence[UUID], work: _Work, now: datetime) -> NewEvent:
    data = event.data
    payload = PartyOrganizationDeclined(
        id=new_id(),
        party_organization_id=data.party_organization_id,
        division=data.division,
        organization_ids=list(gone),
        decision_id=data.decision_id,
        recorded=data.party_organization_id in work.known,
        cause="organization_deregistered",
    )
    key = data.party_organization_id
    return NewEvent(payload.id, 1, payload, data.division, now, key=key, cause=event.cause)


async def _lock_active(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Organization]:
    found = await organization_queries.lock_by_id(tx, ids)
    return {organization.id: organization for organization in found if organization.content.status == "registered"}


async def _place(tx: Transaction, work: _Work, superiors: Superiors, now: datetime) -> None:
    """A new coverage ends the current one of its organization. Of several placings of one, the last counts."""
    final = {placing.organization_id: placing for placing in work.placings if placing.coverage is not None}
    lost = await covering.end_coverages(tx, dict.fromkeys(final, china_day(now))) if final else []
    await covering.insert_coverages(
        tx,
        [
            {
                "party_organization_id": placing.party_organization_id,
                "organization_id": placing.organization_id,
                "since": placing.since,
                "division": work.active[placing.organization_id].content.division,
            }
            for placing in final.values()
        ],
    )
    coverage = {organization: placing.coverage for organization, placing in final.items() if placing.coverage}
    await organization_queries.set_coverage(tx, coverage)
    founded = set(work.founded)
    changes = {party: Change() for party in {one.party_organization_id for one in work.placings} | founded}
    for party in work.revised:
        changes.setdefault(party, Change()).left.add(work.known[party]["division"])
    for organization, placing in final.items():
        changes[placing.party_organization_id].added.append(_covered(work.active[organization], placing.since))
    # Where a Party organization lost one, the cause is the event that placed it elsewhere.
    taken: dict[UUID, Cause] = {}
    for row in lost:
        party, placing = row["party_organization_id"], final[row["organization_id"]]
        if party == placing.party_organization_id:
            continue
        taken[party] = work.causes[placing.party_organization_id]
        changes.setdefault(party, Change()).removed.append(ReleasedOrganization.model_validate(row))
    await announce(tx, changes, founded, {**taken, **work.causes}, superiors, now)


def _covered(organization: Organization, since: date) -> CoveredOrganization:
    content = organization.content
    return CoveredOrganization(
        organization_id=organization.id,
        uscc=organization.uscc,
        kind=content.kind,
        evaluation_type=content.evaluation_type,
        since=since,
        division=content.division,
    )
