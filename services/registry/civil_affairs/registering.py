"""Registers organizations: the one action behind the PUT, the batch and the import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from services.registry.batches.taking import Effect as Became
from services.registry.batches.taking import Outcome
from services.registry.civil_affairs.writing import Work, note, write
from services.registry.conflicts import queries as conflict_queries
from services.registry.conflicts.errors import ContradictingRegistration, RegisteredElsewhere
from services.registry.conflicts.rules import Contradiction
from services.registry.organizations import queries
from services.registry.organizations.errors import StaleRegistration
from services.registry.organizations.organization import Organization
from services.registry.organizations.rules import Effect, content_of, decide
from services.registry.organizations.schemas import Registration
from services.registry.policies import RegistrationPolicies
from shared.db.base import new_id
from shared.db.session import Transaction
from shared.problems.access import OutsideScope
from shared.problems.problems import Problem
from shared.problems.versions import Preconditions, check_version

_TAKEN: Mapping[Effect, Became] = {Effect.NEW: "created", Effect.CHANGED: "changed"}


@dataclass(frozen=True, slots=True)
class Registered:
    """What one registration did, and the organization after it (unchanged when stale or contradicted)."""

    effect: Effect
    organization: Organization
    conflict: UUID | None = None
    """Where it waits for a decision."""


async def register(
    tx: Transaction, registrations: Sequence[Registration], now: datetime, policies: RegistrationPolicies
) -> list[Registered]:
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
        work = Work({organization.uscc: organization for organization in stored})
        decided = {place: _apply(work, registration, now) for place, registration in todo.items()}
        lost = await write(tx, work, now, policies.affiliations)
        for place, result in decided.items():
            if result.organization.uscc not in lost:
                results[place] = result
            elif last_round:
                results[place] = Registered(Effect.HIDDEN, result.organization)
        # Other transactions registered these codes between our SELECT and our INSERT. The next round sees them,
        # unless they are in a division outside this transaction's scope.
        looking = True
        todo = {place: item for place, item in todo.items() if item.uscc in lost}
    waiting = [place for place, one in results.items() if one.effect in (Effect.CONTRADICTED, Effect.HIDDEN)]
    if waiting:
        results |= await _enqueue(tx, {place: (registrations[place], results[place]) for place in waiting}, now)
    return [results[place] for place in range(len(registrations))]


async def register_if(
    tx: Transaction, registration: Registration, given: Preconditions, now: datetime, policies: RegistrationPolicies
) -> Registered:
    """Register one where its preconditions hold of what is stored.

    Raises PreconditionFailed, also where another transaction registers it first, and EventTooLarge.
    """
    if not given:
        [result] = await register(tx, [registration], now, policies)
        return result
    stored = await queries.lock_by_uscc(tx, [registration.uscc])
    check_version(given, stored[0].version if stored else None)
    [result] = await register(tx, [registration], now, policies)
    if not stored and result.effect not in (Effect.NEW, Effect.HIDDEN):
        check_version(given, result.organization.version)
    return result


def refusal_of(registration: Registration, result: Registered, *, saved: bool = True) -> Problem | None:
    """Why a registration was not taken, None where it was; `saved`: unless its conflict is rolled back (a dry run)."""
    organization = result.organization
    conflict = str(result.conflict) if saved else None
    if result.effect is Effect.CONTRADICTED:
        return ContradictingRegistration(as_of=organization.as_of, conflict=conflict)
    if result.effect is Effect.HIDDEN and result.conflict is not None:
        return RegisteredElsewhere(
            uscc=organization.uscc,
            stored_division=organization.content.division,
            division=registration.division,
            conflict=conflict,
        )
    if result.effect is Effect.HIDDEN:
        return OutsideScope(division=organization.uscc[2:8])
    if result.effect is Effect.STALE:
        return StaleRegistration(stored_as_of=organization.as_of, as_of=registration.as_of)
    return None


def outcomes_of(
    registrations: Sequence[Registration], results: Sequence[Registered], *, saved: bool = True
) -> list[Outcome]:
    """What became of each registration of a list; `saved` as in `refusal_of`."""
    outcomes = []
    for registration, result in zip(registrations, results, strict=True):
        refusal = refusal_of(registration, result, saved=saved)
        outcomes.append(Outcome(_TAKEN.get(result.effect, "same")) if refusal is None else Outcome("refused", refusal))
    return outcomes


def _apply(work: Work, registration: Registration, now: datetime) -> Registered:
    content, as_of = content_of(registration), registration.as_of.astimezone(UTC)
    code = registration.uscc
    stored = work.organizations.get(code)
    effect = decide(stored, content, as_of)
    if stored is None:
        stored = Organization(new_id(), code, content, as_of)
        stored = replace(stored, ended_on=stored.ended())
        work.new.add(code)
    elif effect is not Effect.CHANGED and (effect is not Effect.SAME or as_of <= stored.as_of):
        return Registered(effect, stored)
    return Registered(effect, note(work, stored, content, as_of, now, effect))


async def _enqueue(
    tx: Transaction, refused: dict[int, tuple[Registration, Registered]], now: datetime
) -> dict[int, Registered]:
    """Put what was not taken into the conflict queue, beside what is stored; by place in the list."""
    hidden = sorted({one.uscc for one, result in refused.values() if result.effect is Effect.HIDDEN})
    elsewhere: dict[str, Organization] = {}
    if hidden:
        async with tx.system_scope():
            elsewhere = {one.uscc: one for one in await queries.list_by_uscc(tx, hidden)}
    found: dict[int, Contradiction] = {}
    for place, (registration, result) in refused.items():
        content, as_of = content_of(registration), registration.as_of.astimezone(UTC)
        if result.effect is Effect.CONTRADICTED:
            found[place] = Contradiction("same_instant", result.organization, content, as_of)
        elif registration.uscc in elsewhere:
            found[place] = Contradiction("other_division", elsewhere[registration.uscc], content, as_of)
    ids = await conflict_queries.enqueue(tx, list(found.values()), now)
    waiting = zip(found.items(), ids, strict=True)
    return {place: Registered(refused[place][1].effect, one.stored, conflict) for (place, one), conflict in waiting}
