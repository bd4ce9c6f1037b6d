"""Registers organizations: the one action behind the PUT, the batch and the import."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

from services.registry.organizations import queries
from services.registry.organizations.errors import StaleRegistration
from services.registry.organizations.organization import CONTENT, Organization
from services.registry.organizations.rules import Effect, content_of, decide
from services.registry.organizations.schemas import Registration
from services.registry.party_organizations import actions as party_organizations
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.base import Payload
from shared.contracts.registry import (
    Location,
    OrganizationChanged,
    OrganizationDeregistered,
    OrganizationRegistered,
)
from shared.db.base import new_id
from shared.db.session import Transaction
from shared.problems.access import OutsideScope
from shared.problems.problems import Problem
from shared.problems.versions import Preconditions, check_version


@dataclass(frozen=True, slots=True)
class Registered:
    """What one registration did, and the organization after it (unchanged when stale)."""

    effect: Effect
    organization: Organization


@dataclass(slots=True)
class _Work:
    """The state of a list in progress: organizations by code, and what has to be written."""

    organizations: dict[str, Organization]
    new: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    events: list[tuple[str, NewEvent]] = field(default_factory=list)
    left: dict[UUID, str] = field(default_factory=dict)
    """The division that a moved organization is stored with."""

    def gone(self) -> list[UUID]:
        """Ids of the covered organizations that were deregistered. New ones are not covered yet."""
        return [
            one.id
            for one in self.in_order(self.touched)
            if one.content.status == "deregistered" and one.coverage != "uncovered"
        ]

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

    def in_order(self, codes: set[str]) -> list[Organization]:
        """The organizations of some codes, in the order of the codes."""
        return [self.organizations[code] for code in sorted(codes)]


async def register(tx: Transaction, registrations: Sequence[Registration], now: datetime) -> list[Registered]:
    """Upsert a list; results in its order. The registrations were checked before (`reading.check_registration`).

    Equal content emits nothing, but a newer `as_of` is stored. Contacts and coverages follow into another division by
    foreign key, a standalone Party organization with an event of its own. If a code is in the list more than once,
    later entries see the effect of earlier ones. Raises EventTooLarge.
    """
    results: dict[int, Registered] = {}
    todo = dict(enumerate(registrations))
    # A single registration is first inserted as if it were new: one round trip, and ON CONFLICT says whether it was.
    # Lock order of a list: existing rows before the first write, so that we never wait for a row while holding an
    # audit head. Rows inserted meanwhile are locked after it: a deadlock that follows is broken by PostgreSQL, and
    # the caller retries the list.
    looking = len(todo) > 1
    for last_round in (False, False, False, True):
        if not todo:
            break
        codes = sorted({registration.uscc for registration in todo.values()})
        stored = await queries.lock_by_uscc(tx, codes) if looking else []
        work = _Work({organization.uscc: organization for organization in stored})
        decided = {place: _apply(work, registration, now) for place, registration in todo.items()}
        gone, followed, moved = work.gone(), work.followed(), work.moved()
        if gone or followed or moved:
            await party_organizations.lock_covering(tx, [*gone, *followed, *moved])
        if len(work.new) == len(work.touched) == len(work.events) == 1:
            [(code, event)] = work.events
            lost = work.new - await queries.insert_new_with_event(tx, work.organizations[code], event)
            work.events.clear()
        else:
            lost = work.new - await queries.insert_new(tx, work.in_order(work.new))
        await queries.update(tx, work.in_order(work.touched - work.new))
        await emit(tx, [event for code, event in work.events if code not in lost])
        if gone:
            await party_organizations.release_organizations(tx, gone, work.left, now)
        if followed or moved:
            await party_organizations.follow_organizations(tx, followed, moved, now)
        for place, result in decided.items():
            if result.organization.uscc not in lost:
                results[place] = result
            elif last_round:
                results[place] = Registered(Effect.HIDDEN, result.organization)
        # Other transactions registered these codes between our SELECT and our INSERT. The next round sees them,
        # unless they are in a division outside this transaction's scope.
        looking = True
        todo = {place: item for place, item in todo.items() if item.uscc in lost}
    return [results[place] for place in range(len(registrations))]


async def register_if(tx: Transaction, registration: Registration, given: Preconditions, now: datetime) -> Registered:
    """Register one where its preconditions hold of what is stored.

    Raises PreconditionFailed, also where another transaction registers it first, and EventTooLarge.
    """
    if not given:
        [result] = await register(tx, [registration], now)
        return result
    stored = await queries.lock_by_uscc(tx, [registration.uscc])
    check_version(given, stored[0].version if stored else None)
    [result] = await register(tx, [registration], now)
    if not stored and result.effect not in (Effect.NEW, Effect.HIDDEN):
        check_version(given, result.organization.version)
    return result


def refusal_of(registration: Registration, result: Registered) -> Problem | None:
    """Why a registration was not taken, None where it was."""
    organization = result.organization
    if result.effect is Effect.HIDDEN:
        return OutsideScope(division=organization.uscc[2:8])
    if result.effect is Effect.STALE:
        return StaleRegistration(stored_as_of=organization.as_of, as_of=registration.as_of)
    return None


def _apply(work: _Work, registration: Registration, now: datetime) -> Registered:
    content, as_of = content_of(registration), registration.as_of.astimezone(UTC)
    code = registration.uscc
    stored = work.organizations.get(code)
    effect = decide(stored, content, as_of)
    left = None if stored is None else stored.content.division
    if stored is None:
        stored = Organization(new_id(), code, content, as_of)
        work.new.add(code)
    elif effect is Effect.CHANGED:
        work.left.setdefault(stored.id, stored.content.division)
        stored = replace(stored, content=content, as_of=as_of, version=stored.version + 1)
        work.changed.add(code)
    elif effect is Effect.SAME and as_of > stored.as_of:
        stored = replace(stored, as_of=as_of)
    else:
        return Registered(effect, stored)
    work.organizations[code] = stored
    work.touched.add(code)
    if effect is not Effect.SAME:
        also = frozenset() if left is None else frozenset((left,))
        event = NewEvent(stored.id, stored.version, _payload(stored, effect), content.division, now, also=also)
        work.events.append((code, event))
    return Registered(effect, stored)


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
        **{name: getattr(content, name) for name in CONTENT if name not in ("lon", "lat", "status")},
    )
