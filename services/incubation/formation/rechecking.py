"""Checks organizations again when another policy comes into force: a check rests on figures as well as on counts."""

import asyncio
from datetime import date, datetime
from uuid import UUID

import structlog

from services.incubation.formation.checking import check_row, completed
from services.incubation.formation.queries import cases, checks, stale
from services.incubation.formation.rules import Members, check_formation
from services.incubation.formation.worklist import Worklist
from services.incubation.organizations.covering import list_covered
from services.incubation.organizations.queries import count_checks, lock_organizations
from services.incubation.policies import FormationPolicies
from shared.bus.sending.outbox import emit
from shared.db.base import new_id, utc_now
from shared.db.session import Database, Transaction
from shared.field.calendar import china_day
from shared.telemetry.error_text import describe_error

log = structlog.get_logger(__name__)

AT_ONCE = 500
"""Organizations that one transaction checks."""
_POLL_SECONDS = 60.0


async def run_rechecks(database: Database, policies: FormationPolicies, *, poll_seconds: float = _POLL_SECONDS) -> None:
    """At the start, on each new day in China, when a policy may come into force, and where others were loaded."""
    done: tuple[date, frozenset[str]] | None = None
    while True:
        now = utc_now()
        under = china_day(now), frozenset(policy.id for policy in policies.policies)
        if under != done:
            try:
                count = await recheck_all(database, policies, now)
            except Exception as error:
                log.error("rechecks_failed", error=describe_error(error))
            else:
                done = under
                log.info("rechecked", organizations=count)
        await asyncio.sleep(poll_seconds)


async def recheck_all(database: Database, policies: FormationPolicies, now: datetime) -> int:
    """Check all whose latest check was made under another policy than today's; returns how many."""
    count, after = 0, UUID(int=0)
    while True:
        async with database.transaction() as tx:
            found = await recheck_some(tx, policies, now, after)
        if not found:
            return count
        count, after = count + len(found), found[-1]


async def recheck_some(tx: Transaction, policies: FormationPolicies, now: datetime, after: UUID) -> list[UUID]:
    """The same of at most `AT_ONCE` behind an id: a check each, with its event, and the cases that follow.

    Returns whom it looked at, by id. Raises NoPolicy.
    """
    day = china_day(now)
    in_force = {division: policies.get(division, day).id for division in await stale.list_divisions(tx)}
    found = await stale.find_stale(tx, in_force, after=after, most=AT_ONCE)
    if not found:
        return []
    # Lock order as for the registry's news: cases, then organizations.
    await cases.lock_pending_cases(tx, found)
    await lock_organizations(tx, found)
    left = await stale.still_stale(tx, in_force, found)
    counted = await count_checks(tx, left)
    worklist = await Worklist.load(tx, left)
    made, events = [], []
    for row in await list_covered(tx, left):
        known = counted[row.id]
        policy = policies.get(row.division, day)
        members = Members(row.full_members_full_time, row.full_members, row.probationary_members, now)
        decision = check_formation(members, policy)
        check_id = new_id()
        made.append(check_row(check_id, row, known.sequence, decision, policy.id, now))
        due_on = policies.case_due_on(policy, row.division, day)
        worklist.decide(row, decision, check_id, policy.parameters, due_on)
        events.append(completed(check_id, row, decision, policy.id, now, sequence=known.checks))
    await checks.insert_checks(tx, made)
    await worklist.save(tx, now)
    await emit(tx, events)
    # Whom another worker has checked meanwhile counts as well: there may be more.
    return found
