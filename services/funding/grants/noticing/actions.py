"""Publishes reviewed grants, records and answers objections, and sends grants back for correction."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.funding.grants import queries as grants
from services.funding.grants.events import grant_event
from services.funding.grants.noticing import queries
from services.funding.grants.noticing.rules import answer, check_published, give_back, publish, receive, step_of
from services.funding.grants.rules import ALL_DUTIES, Grant, Recorded
from services.funding.policies import Duty, Schemes
from services.funding.requirements import PublicNotice
from shared.bus.sending.outbox import emit
from shared.contracts.base import Reason
from shared.db.session import Record, Transaction
from shared.field.working_days import WorkingDaysBook
from shared.problems.problems import NotFound, Problem
from shared.problems.versions import Preconditions, check_version


def required_by(schemes: Schemes | None) -> dict[str, PublicNotice]:
    """What each policy that requires a notice requires."""
    found = {} if schemes is None else {one.id: one.parameters.public_notice for one in schemes.policies}
    return {policy: notice for policy, notice in found.items() if notice is not None}


async def check_all(
    tx: Transaction, before: Sequence[Grant], schemes: Schemes | None, now: datetime
) -> dict[UUID, list[Reason]]:
    """Why reviewed grants may be approved, as far as they were to be published. Raises what `check_published` does."""
    required = required_by(schemes)
    asked = [one for one in before if one.policy in required and one.state == "reviewed"]
    notices = await queries.in_force(tx, [one.id for one in asked])
    return {
        one.id: [check_published(one.recipient_name, required[one.policy], notices.get(one.id), now)] for one in asked
    }


async def bars_of(
    tx: Transaction, rows: Sequence[Mapping[str, Any]], schemes: Schemes | None, now: datetime
) -> dict[UUID, Problem]:
    """What bars everybody from approving these grants: no notice, one that is not over, an objection."""
    required = required_by(schemes)
    asked = [row for row in rows if row["policy"] in required and row["state"] == "reviewed"]
    notices = await queries.in_force(tx, [row["id"] for row in asked])
    found: dict[UUID, Problem] = {}
    for row in asked:
        try:
            check_published(row["recipient_name"], required[row["policy"]], notices.get(row["id"]), now)
        except Problem as problem:
            found[row["id"]] = problem
    return found


async def publish_all(
    tx: Transaction,
    before: Sequence[Grant],
    now: datetime,
    *,
    started_on: date,
    place: str,
    note: str | None,
    schemes: Schemes,
    days: WorkingDaysBook,
) -> list[Grant]:
    """Locked grants published together, or none. Raises what `publish` does."""
    required, ids = required_by(schemes), [one.id for one in before]
    notices, reviewed = await queries.in_force(tx, ids), await queries.reviewed_on(tx, ids)
    done = [
        publish(
            one,
            required.get(one.policy),
            notices.get(one.id),
            reviewed_on=reviewed.get(one.id),
            started_on=started_on,
            days=days.at(one.division, started_on),
            now=now,
        )
        for one in before
    ]
    after = [grant for grant, _, _ in done]
    await grants.save_step(tx, after, {grant.id: [reason] for grant, reason, _ in done})
    await grants.insert_steps(
        tx, [(grant, "public_notice") for grant in after], now, "；".join(filter(None, [place, note]))
    )
    rows: list[Record] = [
        {
            "grant_id": grant.id,
            "version": grant.version,
            "division": grant.division,
            "started_on": started_on,
            "ends_on": ends_on,
            "working_days": required[grant.policy].working_days,
            "place": place,
            "policy": grant.policy,
            "published_by": tx.access.actor,
            "published_at": now,
        }
        for grant, _, ends_on in done
    ]
    await queries.insert_notices(tx, rows)
    return after


async def record_objection(
    tx: Transaction, grant_id: UUID, now: datetime, *, received_on: date, statement: str, if_match: Preconditions | None
) -> Grant:
    """The grant with an objection. Raises NotFound, PreconditionFailed, and what `receive` does."""
    grant = await _lock(tx, grant_id, if_match)
    notice = (await queries.in_force(tx, [grant_id])).get(grant_id)
    number = len(await queries.objections_of(tx, grant_id)) + 1
    after, reason = receive(grant, notice, received_on, number, now)
    row: Record = {
        "grant_id": grant_id,
        "number": number,
        "division": grant.division,
        "notice_version": notice and notice.version,
        "received_on": received_on,
        "statement": statement,
        "recorded_by": tx.access.actor,
        "recorded_at": now,
        "upheld": None,
        "answer": None,
        "answered_by": None,
        "answered_at": None,
    }
    await queries.insert_objection(tx, row)
    await _save(tx, after, reason, "objection", now, None)
    return after


async def answer_objection(
    tx: Transaction,
    grant_id: UUID,
    number: int,
    now: datetime,
    *,
    upheld: bool,
    text: str,
    schemes: Schemes,
    if_match: Preconditions | None,
) -> Grant:
    """The grant after the answer. Raises NotFound, PreconditionFailed, and what `answer` does."""
    grant = await _lock(tx, grant_id, if_match)
    objection = next((one for one in await queries.objections_of(tx, grant_id) if one["number"] == number), None)
    if objection is None:
        raise NotFound(what="objection")
    separate = _separate(schemes, grant)
    after, reason = answer(grant, objection, upheld=upheld, actor=tx.access.actor, separate=separate, now=now)
    given = {"upheld": upheld, "answer": text, "answered_by": tx.access.actor, "answered_at": now}
    await queries.save_answer(tx, {"grant_id": grant_id, "number": number, **given})
    await _save(tx, after, reason, step_of(upheld=upheld), now, text)
    return after


async def return_grant(
    tx: Transaction, grant_id: UUID, now: datetime, *, reason: str, schemes: Schemes, if_match: Preconditions | None
) -> Grant:
    """The grant sent back for correction. Raises NotFound, PreconditionFailed, and what `give_back` does."""
    grant = await _lock(tx, grant_id, if_match)
    separate = _separate(schemes, grant)
    after, why = give_back(grant, reason=reason, actor=tx.access.actor, now=now, separate=separate)
    await _save(tx, after, why, "return", now, reason)
    return after


def _separate(schemes: Schemes, grant: Grant) -> Sequence[Duty]:
    found: Mapping[str, Sequence[Duty]] = {one.id: one.parameters.separate_steps for one in schemes.policies}
    return found.get(grant.policy, ALL_DUTIES)


async def _lock(tx: Transaction, grant_id: UUID, if_match: Preconditions | None) -> Grant:
    found = await grants.lock_many(tx, [grant_id])
    if not found:
        raise NotFound(what="grant")
    check_version(if_match, found[0].version)
    return found[0]


async def _save(tx: Transaction, after: Grant, reason: Reason, step: Recorded, now: datetime, note: str | None) -> None:
    await grants.save_step(tx, [after], {after.id: [reason]})
    await grants.insert_steps(tx, [(after, step)], now, note)
    if step == "return":
        await emit(tx, [grant_event(after, now)])
