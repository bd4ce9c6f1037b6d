"""Registers organizations: the one action behind the PUT, the batch and the import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from services.registry.batches.taking import Effect as Became
from services.registry.batches.taking import Outcome
from services.registry.civil_affairs.disputes import Stays, stays_of
from services.registry.civil_affairs.queueing import Registered, enqueue
from services.registry.civil_affairs.writing import Work, note, write
from services.registry.claim_terms.parts import PARTS
from services.registry.claim_terms.policies import PrecedencePolicies, PrecedencePolicy
from services.registry.claims import queries as claim_queries
from services.registry.claims.rules import Claim, Said, claims_of, is_plain, weigh
from services.registry.conflicts.errors import ContradictingRegistration, RegisteredElsewhere
from services.registry.organizations import queries
from services.registry.organizations.errors import StaleRegistration
from services.registry.organizations.organization import Organization
from services.registry.organizations.rules import Effect, content_of, decide, stored_now
from services.registry.organizations.schemas import Registration
from services.registry.policies import RegistrationPolicies
from shared.db.base import new_id
from shared.db.session import Transaction
from shared.field.calendar import china_day
from shared.problems.access import OutsideScope
from shared.problems.problems import Problem
from shared.problems.versions import Preconditions, check_version

_TAKEN: Mapping[Effect, Became] = {Effect.NEW: "created", Effect.CHANGED: "changed"}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a list, when, and what precedes what where it goes."""

    actor: str
    now: datetime
    today: date
    policies: PrecedencePolicies
    _by_division: dict[str, PrecedencePolicy] = field(default_factory=dict)

    def policy(self, division: str) -> PrecedencePolicy:
        """The parameters for a division. Raises NoPolicy."""
        found = self._by_division.get(division)
        if found is None:
            found = self._by_division[division] = self.policies.get(division, self.today).parameters
        return found


async def register(
    tx: Transaction, registrations: Sequence[Registration], now: datetime, policies: RegistrationPolicies
) -> list[Registered]:
    """Upsert a list; results in its order. The registrations were checked before (`reading.check_registration`).

    Equal content emits nothing, but a newer `as_of` is stored. Contacts and coverages follow into another division by
    foreign key, a standalone Party organization with an event of its own. If a code is in the list more than once,
    later entries see the effect of earlier ones. Raises EventTooLarge.
    """
    results: dict[int, Registered] = {}
    sender = Sender(tx.access.actor, now, china_day(now), policies.precedence)
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
        kept = await claim_queries.kept_of(tx, [organization.id for organization in stored])
        claims = {organization.uscc: kept[organization.id] for organization in stored if organization.id in kept}
        work = Work({organization.uscc: organization for organization in stored}, claims=claims)
        decided = {place: apply(work, registration, sender) for place, registration in todo.items()}
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
    unsettled = (Effect.CONTRADICTED, Effect.HIDDEN)
    waiting = [place for place, one in results.items() if one.disputes or one.effect in unsettled]
    if waiting:
        results |= await enqueue(tx, {place: (registrations[place], results[place]) for place in waiting}, now)
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
        taken = Outcome(_TAKEN.get(result.effect, "same"), warnings=stays_in(registration, result, saved=saved))
        outcomes.append(taken if refusal is None else Outcome("refused", refusal))
    return outcomes


def stays_in(registration: Registration, result: Registered, *, saved: bool = True) -> Sequence[Stays]:
    """What a registration could not change, to warn of; `saved` as in `refusal_of`."""
    if not result.disputes:
        return ()
    return stays_of(result.disputes, registration.data_source, str(result.conflict) if saved else None)


def apply(work: Work, registration: Registration, sender: Sender) -> Registered:
    """What a registration does to the work in progress, which notes what has to be written."""
    content, as_of = content_of(registration), registration.as_of.astimezone(UTC)
    code = registration.uscc
    stored, now = work.organizations.get(code), sender.now
    claim = Claim(registration.data_source, as_of, now, sender.actor)
    unwritten = content if stored is None or content == stored.content else stored_now(stored, registration)
    if stored is not None and not is_plain(registration.data_source, work.claims.get(code)):
        return _weigh(work, stored, Said(content, claim, unwritten), sender)
    effect = decide(stored, content, as_of, unwritten)
    if stored is None:
        stored = Organization(new_id(), code, content, as_of)
        stored = replace(stored, ended_on=stored.ended())
        work.new.add(code)
        work.claim(code, dict.fromkeys(PARTS, claim))
    elif effect is not Effect.CHANGED and (effect is not Effect.SAME or as_of <= stored.as_of):
        return Registered(effect, stored)
    return Registered(effect, note(work, stored, content, as_of, now, effect))


def _weigh(work: Work, stored: Organization, said: Said, sender: Sender) -> Registered:
    """The same where more than one source speaks: each part is weighed by itself."""
    before = claims_of(stored, work.claims.get(stored.uscc))
    weighed = weigh(stored, before, said, sender.policy(stored.content.division))
    if weighed.effect in (Effect.STALE, Effect.CONTRADICTED):
        return Registered(weighed.effect, stored)
    until, as_of = said.claim.as_of, max(said.claim.as_of, stored.as_of)
    if weighed.claims != before:
        work.claim(stored.uscc, weighed.claims)
    elif as_of == stored.as_of:
        return Registered(weighed.effect, stored, disputes=weighed.disputes)
    noted = note(work, stored, weighed.content, as_of, sender.now, weighed.effect, until=until)
    return Registered(weighed.effect, noted, disputes=weighed.disputes)
