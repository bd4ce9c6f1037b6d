"""Writes what registrations and corrections change: rows, events, and what covers the organizations."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from services.registry.claim_terms.parts import REGISTERING
from services.registry.claims import queries as claim_queries
from services.registry.claims.rules import Claim, Claims, claims_of, corrected, decided
from services.registry.organizations import queries, versions
from services.registry.organizations.history import Replaced
from services.registry.organizations.organization import CONTENT, Content, Organization
from services.registry.organizations.rules import Effect
from services.registry.party_organizations import actions as party_organizations
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.base import Payload
from shared.contracts.registry import (
    Location,
    OrganizationChanged,
    OrganizationDeregistered,
    OrganizationRegistered,
)
from shared.db.session import Transaction
from shared.superiors.policies import AffiliationPolicies

_UNSTATED = ("lon", "lat", "datum", "status", "full_members_full_or_part_time")
"""What the events do not state, or state otherwise."""


@dataclass(slots=True)
class Work:
    """The state of a list in progress: organizations by code, and what has to be written."""

    organizations: dict[str, Organization]
    new: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    events: list[tuple[str, NewEvent]] = field(default_factory=list)
    reclassified: set[UUID] = field(default_factory=set)
    """Those whose kind, type or name is another one: where what covers them belongs by default may be, too."""
    replaced: list[tuple[str, Replaced]] = field(default_factory=list)
    """What was changed, by code, as it was."""
    claims: dict[str, Claims] = field(default_factory=dict)
    """Who said what, by code, where others than the registering authority have spoken."""
    claimed: set[str] = field(default_factory=set)
    """The codes whose claims are to be written."""
    left: dict[UUID, str] = field(default_factory=dict)
    """The division that a moved organization is stored with."""

    def claim(self, code: str, claims: Claims) -> None:
        """Note who said what; nothing is kept while the registering authority alone has spoken."""
        if code in self.claims or any(one.data_source != REGISTERING for one in claims.values()):
            self.claims[code] = claims
            self.claimed.add(code)

    def gone(self) -> dict[UUID, date]:
        """The day on which each covered organization was deregistered. New ones are not covered yet."""
        ended = {one.id: one.ended() for one in self.in_order(self.touched) if one.coverage != "uncovered"}
        return {one: day for one, day in ended.items() if day is not None}

    def moved(self) -> dict[UUID, str]:
        """The division that each covered organization left which is in another one now."""
        return {
            one.id: self.left[one.id]
            for one in self.in_order(self.changed)
            if one.content.status == "registered"
            and one.coverage != "uncovered"
            and self.left[one.id] != one.content.division
        }

    def followed(self) -> dict[UUID, tuple[str, str]]:
        """Where the changed organizations are that a standalone Party organization covers, by id."""
        return {
            one.id: (one.content.division, one.content.street)
            for one in self.in_order(self.changed)
            if one.content.status == "registered" and one.coverage == "standalone"
        }

    def judged_again(self) -> list[UUID]:
        """Ids of the covered organizations that are of another kind, type or name now."""
        return [
            one.id
            for one in self.in_order(self.changed)
            if one.id in self.reclassified and one.content.status == "registered" and one.coverage != "uncovered"
        ]

    def in_order(self, codes: set[str]) -> list[Organization]:
        """The organizations of some codes, in the order of the codes."""
        return [self.organizations[code] for code in sorted(codes)]


async def amend(
    tx: Transaction,
    stored: Organization,
    content: Content,
    claim: Claim,
    affiliations: AffiliationPolicies,
    *,
    as_of: datetime,
    corrects: bool = False,
) -> Organization:
    """Another content for an organization whose row is locked, as of whatever instant; emits unless it is the same.

    What changes has `claim` as its origin from now on. A name that `corrects` the stored one leaves no former name.

    Raises EventTooLarge.
    """
    assert claim.recorded_at is not None
    kept, now = await claim_queries.kept_of(tx, [stored.id]), claim.recorded_at
    work = Work({stored.uscc: stored}, claims=dict.fromkeys([stored.uscc], kept[stored.id]) if kept else {})
    said = (corrected if corrects else decided)(claims_of(stored, kept.get(stored.id)), stored.content, content, claim)
    work.claim(stored.uscc, said)
    effect = Effect.SAME if content == stored.content else Effect.CHANGED
    note(work, stored, content, as_of, now, effect, corrects=corrects)
    await write(tx, work, now, affiliations)
    return work.organizations[stored.uscc]


def note(
    work: Work,
    stored: Organization,
    content: Content,
    as_of: datetime,
    now: datetime,
    effect: Effect,
    *,
    until: datetime | None = None,
    corrects: bool = False,
) -> Organization:
    """What has to be written for an organization; what it was held until `until`, or until the new `as_of`."""
    also: frozenset[str] = frozenset()
    if effect is Effect.CHANGED:
        also = frozenset((stored.content.division,))
        work.left.setdefault(stored.id, stored.content.division)
        work.changed.add(stored.uscc)
        if _class_of(content) != _class_of(stored.content):
            work.reclassified.add(stored.id)
        before = Replaced(stored.id, stored.version, stored.content, stored.as_of, until or as_of)
        work.replaced.append((stored.uscc, before))
        named = stored if corrects else stored.renamed(content.name)
        stored = replace(named.registered_as(content, as_of), version=stored.version + 1)
    elif effect is Effect.SAME:
        stored = stored.registered_as(content, as_of)
    work.organizations[stored.uscc] = stored
    work.touched.add(stored.uscc)
    if effect is not Effect.SAME:
        event = NewEvent(stored.id, stored.version, _payload(stored, effect), content.division, now, also=also)
        work.events.append((stored.uscc, event))
    return stored


async def write(tx: Transaction, work: Work, now: datetime, affiliations: AffiliationPolicies) -> set[str]:
    """Write the rows and events of a list; returns the codes that another transaction inserted meanwhile.

    A Party organization that follows its organization belongs where `affiliations` say by default.
    """
    gone, followed, moved, again = work.gone(), work.followed(), work.moved(), work.judged_again()
    if gone or followed or moved or again:
        places, ids = set(followed.values()), [*gone, *followed, *moved, *again]
        superiors = await party_organizations.lock_covering(tx, ids, places, affiliations, around=bool(again))
    if len(work.new) == len(work.touched) == len(work.events) == 1:
        [(code, event)] = work.events
        lost = work.new - await queries.insert_new_with_event(tx, work.organizations[code], event)
        work.events.clear()
    else:
        lost = work.new - await queries.insert_new(tx, work.in_order(work.new))
    await queries.update(tx, work.in_order(work.touched - work.new))
    kept = [(work.organizations[code].content.division, one) for code, one in work.replaced if code not in lost]
    await versions.keep(tx, kept, now)
    claiming = work.in_order(work.claimed - lost)
    await claim_queries.keep(tx, {one.id: (one.content.division, work.claims[one.uscc]) for one in claiming})
    await emit(tx, [event for code, event in work.events if code not in lost])
    if gone:
        await party_organizations.release_organizations(tx, gone, work.left, superiors, now)
    if followed or moved or again:
        await party_organizations.follow_organizations(tx, followed, moved, again, superiors, now)
    return lost


def _class_of(content: Content) -> tuple[object, ...]:
    return content.kind, content.evaluation_type, content.name


def _payload(organization: Organization, effect: Effect) -> Payload:
    content = organization.content
    if content.status == "deregistered":
        return OrganizationDeregistered.model_construct(
            id=organization.id, uscc=organization.uscc, division=content.division, as_of=organization.as_of
        )
    kind = OrganizationRegistered if effect is Effect.NEW else OrganizationChanged
    location = None
    if content.lon is not None and content.lat is not None:
        location = Location.model_construct(lon=content.lon, lat=content.lat)
    # The registration was validated when it was read; validating the payload too would only cost time.
    return kind.model_construct(
        id=organization.id,
        uscc=organization.uscc,
        location=location,
        as_of=organization.as_of,
        **{name: getattr(content, name) for name in CONTENT if name not in _UNSTATED},
    )
