"""Sets award pools aside of certified dues, distributes them in rounds, and closes them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.funding.coverage import queries as coverage
from services.funding.coverage.rules import PartyOrganization
from services.funding.dues import queries as dues
from services.funding.dues.errors import NotCertified
from services.funding.ledger.charts import Charts
from services.funding.policies import Schemes
from services.funding.pools import queries
from services.funding.pools.errors import NOT_THERE, TWICE, PoolExceeded, PoolExists
from services.funding.pools.policies import PoolPolicies
from services.funding.pools.raising import raise_awards
from services.funding.pools.rules import TRANSITIONS, amount_of, came_back, split, why_closed, why_split
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.duties import SameHand, same_person
from shared.problems.problems import FieldError, InvalidInput, NotFound
from shared.problems.transitions import move
from shared.problems.validation import pointer
from shared.problems.versions import Preconditions, check_version


async def create(tx: Transaction, dues_id: UUID, share: int, policies: PoolPolicies, now: datetime) -> Record:
    """A pool of a year's certified dues; its base stays as it was certified then. One that was closed and gave nothing,
    or of which all came back, is set aside again.

    Raises NotFound, NotCertified, PoolExists, InvalidInput.
    """
    year = await dues.keep(tx, dues_id)
    if year is None:
        raise NotFound(what="dues year")
    if year["state"] != "certified":
        raise NotCertified(year=year["year"])
    policy = policies.get(year["division"], china_day(now))
    amount, reason = amount_of(year["base_fen"], share, policy, now)
    pool: Record = {
        "id": new_id(),
        "dues_id": dues_id,
        "holder_id": year["holder_id"],
        "division": year["division"],
        "year": year["year"],
        "base_fen": year["base_fen"],
        "share_bp": share,
        "amount_fen": amount,
        "distributed_fen": 0,
        "reversed_fen": 0,
        "rounds": 0,
        "state": "open",
        "version": 1,
        "policy": policy.id,
        "reasons": [reason.model_dump(mode="json")],
        "created_by": tx.access.actor,
        "created_at": now,
        **dict.fromkeys(("closed_by", "closed_at")),
    }
    return pool if await queries.insert(tx, pool) else await _set_aside_again(tx, dues_id, pool)


async def _set_aside_again(tx: Transaction, dues_id: UUID, pool: Record) -> Record:
    before = await queries.lock_of_dues(tx, dues_id)
    standing = await queries.pool_upon(tx, dues_id)
    if standing is not None:
        raise PoolExists(pool=standing)
    kept = {name: before[name] for name in ("id", "distributed_fen", "rounds")}
    after = {
        **pool,
        **kept,
        "reversed_fen": before["distributed_fen"],
        "version": before["version"] + 1,
        "reasons": [*before["reasons"], *pool["reasons"]],
    }
    await queries.save(tx, after)
    return after


async def distribute(
    tx: Transaction,
    pool_id: UUID,
    recipients: Sequence[tuple[UUID, int]],
    amount_fen: int | None,
    now: datetime,
    *,
    note: str | None,
    schemes: Schemes,
    charts: Charts | None = None,
    if_match: Preconditions | None,
) -> Record:
    """The pool after a round of an amount, or of all that is left; recipients with their weights.

    Each part raises a grant where a scheme pays awards. What came back of earlier rounds is left again.

    Raises NotFound, PreconditionFailed, IllegalTransition, SameHand, InvalidInput, PoolExceeded.
    """
    before = await _locked(tx, pool_id, if_match)
    state = move(TRANSITIONS, before["state"], "distribution")
    if same_person(before["created_by"], tx.access.actor):
        raise SameHand(what="award pool", earlier="drafting", step="distribution")
    parties = await _find_recipients(tx, [one for one, _ in recipients], before["division"])
    back = came_back((await queries.awards_of(tx, [pool_id]))[pool_id])
    left = before["amount_fen"] - before["distributed_fen"] + back
    amount = left if amount_fen is None else amount_fen
    if amount > left or amount == 0:
        raise PoolExceeded(left_fen=left, amount_fen=max(amount, 1))
    number, weights = before["rounds"] + 1, dict(recipients)
    parts = split(amount, weights, f"{pool_id}/{number}")
    after = {
        **before,
        "state": state,
        "version": before["version"] + 1,
        "rounds": number,
        "distributed_fen": before["distributed_fen"] + amount,
        "reversed_fen": back,
        "reasons": [
            *before["reasons"],
            why_split(number, amount, left - amount, weights, now, reversed_fen=back).model_dump(mode="json"),
        ],
    }
    await queries.save(tx, after)
    raised = await raise_awards(tx, after, parties, weights, parts, schemes, now, charts)
    await queries.insert_awards(
        tx,
        [
            {
                "pool_id": pool_id,
                "round": number,
                "recipient_id": recipient,
                "division": before["division"],
                "weight": weights[recipient],
                "amount_fen": part,
                "note": note,
                "awarded_by": tx.access.actor,
                "awarded_at": now,
                "grant_id": raised.get(recipient),
            }
            for recipient, part in parts.items()
        ],
    )
    return after


async def close(
    tx: Transaction, pool_id: UUID, note: str | None, now: datetime, if_match: Preconditions | None
) -> Record:
    """The pool closed; what is left of it stays retained. Raises NotFound, PreconditionFailed, IllegalTransition."""
    before = await _locked(tx, pool_id, if_match)
    state = move(TRANSITIONS, before["state"], "closing")
    back = came_back((await queries.awards_of(tx, [pool_id]))[pool_id])
    left = before["amount_fen"] - before["distributed_fen"] + back
    after = {
        **before,
        "state": state,
        "version": before["version"] + 1,
        "reasons": [*before["reasons"], why_closed(left, note, now).model_dump(mode="json")],
        "closed_by": tx.access.actor,
        "closed_at": now,
    }
    await queries.save(tx, after)
    return after


async def _find_recipients(
    tx: Transaction, recipients: Sequence[UUID], division: str
) -> Mapping[UUID, PartyOrganization]:
    """All of them are there now, within the pool's division, each once. Raises InvalidInput (422)."""
    async with tx.system_scope():
        known = await coverage.load(tx, sorted(set(recipients)))
    errors = []
    for place, one in enumerate(recipients):
        party = known.get(one)
        where = pointer(("recipients", place, "recipient_id"))
        if one in recipients[:place]:
            errors.append(FieldError(where, TWICE))
        elif party is None or party.dissolved_on is not None or not party.division.startswith(division):
            errors.append(FieldError(where, NOT_THERE))
    if errors:
        raise InvalidInput(errors)
    return known


async def _locked(tx: Transaction, pool_id: UUID, if_match: Preconditions | None) -> Record:
    before = await queries.lock(tx, pool_id)
    if before is None:
        raise NotFound(what="award pool")
    check_version(if_match, before["version"])
    return before
