"""Registers organizations: the one action behind the PUT, the batch and the import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.registry.contacts import actions as contacts
from services.registry.organizations import queries
from services.registry.organizations.rules import CONTENT, Effect, decide, to_columns
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


@dataclass(frozen=True, slots=True)
class Registered:
    """What one registration did, and the organization as it then is (as it stays, when stale)."""

    effect: Effect
    organization: Mapping[str, Any]


@dataclass(slots=True)
class _Work:
    """The state of a list in progress: rows by code, and what has to be written."""

    rows: dict[str, dict[str, Any]]
    new: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    moved: set[str] = field(default_factory=set)
    events: list[tuple[str, NewEvent]] = field(default_factory=list)

    def gone(self) -> list[UUID]:
        """Those that ended while something covered them. What is new is covered by nothing yet."""
        rows = [self.rows[code] for code in sorted(self.touched)]
        return [row["id"] for row in rows if row["status"] == "deregistered" and row["coverage"] != "uncovered"]


async def register(tx: Transaction, registrations: Sequence[Registration], now: datetime) -> list[Registered]:
    """Upsert a list; results in its order. Codes are checked and normalized before (see `rules.find_errors`).

    The same content emits nothing; a newer `as_of` is noted all the same. A code may stand in the list more
    than once: later entries meet the effect of earlier ones.
    """
    results: dict[int, Registered] = {}
    todo = dict(enumerate(registrations))
    # One alone as if it were new: the insert itself says whether it is not. Of a list, rows that are there are locked
    # before the first write: whoever waits for one of them holds no audit chain that its owner may need. (Rows that
    # came meanwhile are locked after it: a ring that this makes is broken by PostgreSQL, and the list comes again.)
    looking = len(todo) > 1
    for last_round in (False, False, False, True):
        if not todo:
            break
        codes = sorted({registration.uscc for registration in todo.values()})
        stored = await queries.lock_by_uscc(tx, codes) if looking else []
        work = _Work({row["uscc"]: row for row in stored})
        decided = {place: _apply(work, registration, now) for place, registration in todo.items()}
        gone = work.gone()
        if gone:
            await party_organizations.lock_covering(tx, gone)
        if len(work.new) == len(work.touched) == len(work.events) == 1:
            [(code, event)] = work.events
            lost = work.new - await queries.insert_new_with_event(tx, work.rows[code], event)
            work.events.clear()
        else:
            lost = work.new - await queries.insert_new(tx, [work.rows[code] for code in sorted(work.new)])
        moved = {work.rows[code]["id"]: work.rows[code]["division"] for code in sorted(work.moved)}
        await contacts.follow(tx, moved)
        await party_organizations.follow(tx, moved)
        await queries.update(tx, [work.rows[code] for code in sorted(work.touched - work.new)])
        await emit(tx, [event for code, event in work.events if code not in lost])
        if gone:
            await party_organizations.release_organizations(tx, gone, now)
        for place, result in decided.items():
            if result.organization["uscc"] not in lost:
                results[place] = result
            elif last_round:
                results[place] = Registered(Effect.HIDDEN, result.organization)
        # Somebody else registered these codes between our look and our insert: now they can be seen, unless
        # they belong to a division that this transaction does not see.
        looking = True
        todo = {place: item for place, item in todo.items() if item.uscc in lost}
    return [results[place] for place in range(len(registrations))]


def _apply(work: _Work, registration: Registration, now: datetime) -> Registered:
    incoming = to_columns(registration)
    code = registration.uscc
    stored = work.rows.get(code)
    effect = decide(stored, incoming)
    if stored is None:
        stored = {"id": new_id(), "uscc": code, "version": 1, "coverage": "uncovered", **incoming}
        work.rows[code] = stored
        work.new.add(code)
    elif effect is Effect.CHANGED:
        if incoming["division"] != stored["division"]:
            work.moved.add(code)
        stored = {**stored, **incoming, "version": stored["version"] + 1}
        work.rows[code] = stored
    elif effect is Effect.SAME and incoming["as_of"] > stored["as_of"]:
        stored = {**stored, "as_of": incoming["as_of"]}
        work.rows[code] = stored
        work.touched.add(code)
    if effect in (Effect.NEW, Effect.CHANGED):
        work.touched.add(code)
        event = NewEvent(stored["id"], stored["version"], _payload(stored, effect), stored["division"], now)
        work.events.append((code, event))
    return Registered(effect, stored)


def _payload(row: Mapping[str, Any], effect: Effect) -> Payload:
    if row["status"] == "deregistered":
        return OrganizationDeregistered.model_construct(
            id=row["id"], uscc=row["uscc"], division=row["division"], as_of=row["as_of"]
        )
    kind = OrganizationRegistered if effect is Effect.NEW else OrganizationChanged
    location = None if row["lon"] is None else Location.model_construct(lon=row["lon"], lat=row["lat"])
    # The row was validated at the door: building the payload again from scratch would only cost time.
    return kind.model_construct(
        id=row["id"],
        uscc=row["uscc"],
        location=location,
        as_of=row["as_of"],
        **{name: row[name] for name in CONTENT if name not in ("lon", "lat", "status")},
    )
