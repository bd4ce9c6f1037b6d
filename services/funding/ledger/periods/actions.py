"""Closes, reopens and locks a month of a division."""

from datetime import datetime

from services.funding.ledger import queries as ledger
from services.funding.ledger.periods import queries
from services.funding.ledger.periods.rules import TRANSITIONS, PeriodState, PeriodStep, check_hands, check_over
from shared.db.base import to_json
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.transitions import move
from shared.problems.versions import Preconditions, check_version


async def take_step(
    tx: Transaction,
    division: str,
    month: str,
    step: PeriodStep,
    now: datetime,
    *,
    reason: str | None = None,
    if_match: Preconditions | None = None,
) -> Record:
    """The month as it then is. Waits for the postings into it that are under way; later ones are refused.

    What each account had at the month's end is kept with the lock, and `shuangfu ledger verify` compares.
    Raises PeriodNotOver, IllegalTransition, SameHand, PreconditionFailed.
    """
    check_over(month, china_day(now))
    before = await queries.lock(tx, division, month)
    check_version(if_match, None if before is None else before["version"])
    period: Record = before or {
        "division": division,
        "month": month,
        "version": 0,
        **dict.fromkeys(("closed_by", "closed_at", "locked_by", "locked_at", "reason", "balances")),
    }
    state: PeriodState = before["state"] if before else "open"
    after = move(TRANSITIONS, state, step)
    check_hands(period, step, tx.access.actor)
    changed = {"state": after, "version": period["version"] + 1, "reason": reason}
    if step == "closing":
        changed |= {"closed_by": tx.access.actor, "closed_at": now}
    elif step == "reopening":
        changed |= {"closed_by": None, "closed_at": None}
    else:
        balances = await ledger.balances_at_end_of(tx, division, month)
        changed |= {"locked_by": tx.access.actor, "locked_at": now, "balances": balances}
    period |= changed
    await queries.save(tx, {**period, "balances": None if period["balances"] is None else to_json(period["balances"])})
    return period
