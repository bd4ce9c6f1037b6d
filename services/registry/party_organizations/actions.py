"""What becomes of Party organizations when their organizations end or move."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from services.registry.organizations import queries as organization_queries
from services.registry.party_organizations import covering, queries
from services.registry.party_organizations.affiliation.giving import Superiors, hold_superiors, misplaced
from services.registry.party_organizations.announcing import Change, announce
from services.registry.party_organizations.queries import Place
from shared.contracts.registry import MAX_STATED, CoveredOrganization, ReleasedOrganization
from shared.db.session import Transaction
from shared.superiors.policies import AffiliationPolicies


async def release_organizations(
    tx: Transaction, ended: Mapping[UUID, date], left: Mapping[UUID, str], superiors: Superiors, now: datetime
) -> None:
    """End the coverage of deregistered organizations, and dissolve what covers none any more: each on the day on which
    it `ended`, however late the news of it comes.

    `left` is the division that each was in before, where its deregistration names another.
    A joint branch may cover organizations of several divisions, and the caller need not see all of them: this part
    runs in the system's scope.
    """
    async with tx.system_scope():
        lost = await covering.end_coverages(tx, ended)
        await organization_queries.set_coverage(tx, dict.fromkeys(ended, "uncovered"))
        changes: dict[UUID, Change] = defaultdict(Change)
        for row in lost:
            places = {row["division"], left.get(row["organization_id"], row["division"])}
            changes[row["party_organization_id"]].removed += [
                ReleasedOrganization.model_validate({**row, "division": place}) for place in sorted(places)
            ]
        for party, day in (await covering.last_days(tx, list(changes))).items():
            changes[party].emptied_on = day
        await announce(tx, changes, set(), {}, superiors, now)


async def lock_covering(
    tx: Transaction,
    organization_ids: Sequence[UUID],
    places: Collection[Place],
    policies: AffiliationPolicies,
    *,
    around: bool = False,
) -> Superiors:
    """Lock what covers these organizations; called before the first write where one of the two others will follow.

    Returns the bodies, kept as they are, to which one may belong that is to follow to one of these `places`; with
    `around` those too that one may belong to where it is.
    """
    async with tx.system_scope():
        parties = await queries.lock_with_covering(tx, [], organization_ids)
        # Most changes move nobody: they lock no body.
        new = {*places} - {(party["division"], party["street"]) for party in parties}
        here = {party["division"] for party in parties} if around else set[str]()
        return await hold_superiors(tx, here | {division for division, _ in new}, policies)


async def follow_organizations(
    tx: Transaction,
    places: Mapping[UUID, Place],
    left: Mapping[UUID, str],
    again: Sequence[UUID],
    superiors: Superiors,
    now: datetime,
) -> None:
    """Bring standalone Party organizations to where the one organization is that each covers; announce every move.

    `places` are the organizations' divisions and streets, by id; `left` is the division that each was in which is in
    another one now. A joint branch or an area stays where it is: incubation opens a case. It is announced to the
    divisions in which its organizations are now and which they left; the coverage itself has followed by foreign key.
    What belongs to a body by default belongs to that of its new place from today on, and what covers an organization
    that is of another kind now (`again`) to that of its new industry (S3, D17).
    It runs in the system's scope: one that was left behind is in another division.
    """
    async with tx.system_scope():
        changes: dict[UUID, Change] = defaultdict(Change)
        for party, division in (await queries.move_to(tx, places)).items():
            changes[party].left.add(division)
        for row in await covering.covering_now(tx, list(left)):
            change = changes[row["party_organization_id"]]
            change.added.append(CoveredOrganization.model_validate(row))
            change.removed.append(
                ReleasedOrganization.model_validate({**row, "division": left[row["organization_id"]]})
            )
        if again:
            ids = sorted({row["party_organization_id"] for row in await covering.covering_now(tx, again)})
            rows = await queries.lock_many(tx, ids)
            covers = await covering.current_coverages(tx, ids, limit=MAX_STATED + 1)
            for party in await misplaced(tx, rows, covers, superiors, now):
                changes[party].again = True
        await announce(tx, changes, set(), {}, superiors, now)
