"""Records Party organizations that incubation formed, and what they cover. An organization counts once (S13)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import structlog

from services.registry.organizations import queries as organization_queries
from services.registry.organizations.organization import Organization
from services.registry.party_organizations import queries
from services.registry.party_organizations.announcing import Change, announce
from services.registry.party_organizations.rules import coverage_of
from shared.bus.context import Cause
from shared.bus.handlers import Received
from shared.contracts.base import Coverage
from shared.contracts.incubation import PartyOrganizationExtended, PartyOrganizationFormed
from shared.contracts.registry import CoveredOrganization, ReleasedOrganization
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.field.calendar import china_day

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Placing:
    """One organization is placed under one Party organization."""

    organization_id: UUID
    party_organization_id: UUID
    coverage: Coverage | None
    since: date


async def record(
    tx: Transaction, events: Sequence[Received[PartyOrganizationFormed | PartyOrganizationExtended]]
) -> None:
    """Record Party organizations that were formed, and which of their organizations that are still registered they
    cover from now on.

    One without a registered organization is not recorded, unless it is an area, which incubation may extend later. An
    area is dissolved with its last organization; the next one that it is to cover revives it. Raises LookupError
    for an extension of one that was never formed.
    """
    now = utc_now()
    # Lock order as in `register`: all rows before the first write, so that we never wait for a row while holding an
    # audit head.
    active = await _lock_active(tx, list({o for event in events for o in event.data.organization_ids}))
    found = await queries.lock_with_covering(tx, [event.data.party_organization_id for event in events], list(active))
    forms = {row["id"]: row["form"] for row in found}
    founded: dict[UUID, PartyOrganizationFormed] = {}
    placings: list[_Placing] = []
    causes: dict[UUID, Cause] = {}
    for event in events:
        data, party = event.data, event.data.party_organization_id
        covered = [organization for organization in data.organization_ids if organization in active]
        if isinstance(data, PartyOrganizationFormed):
            if party in forms:
                continue
            if not covered and data.form != "area":
                log.info("formed_without_organizations", party_organization=str(party))
                continue
            founded[party], forms[party] = data, data.form
            since = data.formed_on
        elif party in forms:
            since = data.since
        else:
            raise LookupError(f"no Party organization {party}")
        # The cause of a change is the first event that touched it, so that a redelivered list names the same one.
        if covered or party in founded:
            causes.setdefault(party, event.cause)
        placings += [_Placing(organization, party, coverage_of(forms[party]), since) for organization in covered]
    covering = {placing.party_organization_id for placing in placings}
    await queries.revive(tx, [row["id"] for row in found if row["dissolved_on"] is not None and row["id"] in covering])
    await queries.insert(
        tx,
        [
            {
                "id": data.party_organization_id,
                "name": data.name,
                "kind": data.kind,
                "form": data.form,
                "division": data.division,
                "street": data.street,
                "established_on": data.formed_on,
                "version": 1,
            }
            for data in founded.values()
        ],
    )
    await _place(tx, placings, active, causes, set(founded), now)


async def release_organizations(
    tx: Transaction, organization_ids: Sequence[UUID], left: Mapping[UUID, str], now: datetime
) -> None:
    """End the coverage of deregistered organizations, and dissolve what covers none any more.

    `left` is the division that each was in before, where its deregistration names another.
    A joint branch may cover organizations of several divisions, and the caller need not see all of them: this part
    runs in the system's scope.
    """
    async with tx.system_scope():
        lost = await queries.end_coverages(tx, organization_ids, china_day(now))
        await organization_queries.set_coverage(tx, dict.fromkeys(organization_ids, "uncovered"))
        changes: dict[UUID, Change] = defaultdict(Change)
        for row in lost:
            places = {row["division"], left.get(row["organization_id"], row["division"])}
            changes[row["party_organization_id"]].removed += [
                ReleasedOrganization.model_validate({**row, "division": place}) for place in sorted(places)
            ]
        await announce(tx, changes, set(), {}, now)


async def follow_moves(tx: Transaction, left: Mapping[UUID, str], now: datetime) -> None:
    """Announce what covers organizations that moved, to the divisions in which they are now and which they left.

    `left` is the division that each left. The coverage itself has followed by foreign key.
    """
    async with tx.system_scope():
        changes: dict[UUID, Change] = defaultdict(Change)
        for row in await queries.covering_now(tx, list(left)):
            change = changes[row["party_organization_id"]]
            change.added.append(CoveredOrganization.model_validate(row))
            change.removed.append(
                ReleasedOrganization.model_validate({**row, "division": left[row["organization_id"]]})
            )
        await announce(tx, changes, set(), {}, now)


async def lock_covering(tx: Transaction, organization_ids: Sequence[UUID]) -> None:
    """Lock what covers these organizations; called before the first write where one of the two above will follow."""
    async with tx.system_scope():
        await queries.lock_with_covering(tx, [], organization_ids)


async def _lock_active(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Organization]:
    found = await organization_queries.lock_by_id(tx, ids)
    return {organization.id: organization for organization in found if organization.content.status == "registered"}


async def _place(
    tx: Transaction,
    placings: Sequence[_Placing],
    active: Mapping[UUID, Organization],
    causes: Mapping[UUID, Cause],
    founded: set[UUID],
    now: datetime,
) -> None:
    """A new coverage ends the current one of its organization. Of several placings of one, the last counts."""
    final = {placing.organization_id: placing for placing in placings if placing.coverage is not None}
    lost = await queries.end_coverages(tx, list(final), china_day(now)) if final else []
    await queries.insert_coverages(
        tx,
        [
            {
                "party_organization_id": placing.party_organization_id,
                "organization_id": placing.organization_id,
                "since": placing.since,
                "division": active[placing.organization_id].content.division,
            }
            for placing in final.values()
        ],
    )
    coverage = {organization: placing.coverage for organization, placing in final.items() if placing.coverage}
    await organization_queries.set_coverage(tx, coverage)
    changes = {party: Change() for party in {placing.party_organization_id for placing in placings} | founded}
    # Where a Party organization lost one, the cause is the event that placed it elsewhere.
    taken: dict[UUID, Cause] = {}
    for organization, placing in final.items():
        changes[placing.party_organization_id].added.append(_covered(active[organization], placing.since))
    for row in lost:
        party, placing = row["party_organization_id"], final[row["organization_id"]]
        if party == placing.party_organization_id:
            continue
        taken[party] = causes[placing.party_organization_id]
        changes.setdefault(party, Change()).removed.append(ReleasedOrganization.model_validate(row))
    await announce(tx, changes, founded, {**taken, **causes}, now)


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
