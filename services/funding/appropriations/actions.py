"""Enters appropriations and their changes, and confirms them by another person."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.funding.appropriations import queries
from services.funding.appropriations.errors import FIXED, IN_FUTURE, UNKNOWN_SOURCE, AppropriationExists
from services.funding.appropriations.policies import BudgetPolicies
from services.funding.appropriations.rules import (
    TRANSITIONS,
    check_amount,
)
from services.funding.ledger.charts import Charts
from services.funding.policies import Level
from shared.contracts.base import Reason
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.duties import SameHand, same_person
from shared.problems.problems import FieldError, IllegalTransition, InvalidInput, NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions, check_version

PROPOSED = ("proposed_fen", "proposed_on", "proposed_because", "proposed_by", "proposed_at")


@dataclass(frozen=True, slots=True)
class Line:
    """What an appropriation is for."""

    division: str
    year: int
    level: Level
    source: str
    purpose: str


async def put(
    tx: Transaction,
    code: str,
    line: Line,
    amount_fen: int,
    *,
    decided_on: date,
    because: str,
    now: datetime,
    charts: Charts,
    policies: BudgetPolicies,
    if_match: Preconditions | None,
) -> tuple[Record, bool]:
    """The appropriation with its proposed amount, and whether it is new; another person confirms it.

    The amount that is in force takes a proposal back.
    Raises InvalidInput, AppropriationExists, IllegalTransition, BelowCommitted, PreconditionRequired,
    PreconditionFailed.
    """
    today = china_day(now)
    chart = charts.in_force(line.division, today)
    faults = [] if decided_on <= today else [FieldError("/decided_on", IN_FUTURE)]
    if chart is None or line.source not in chart.parameters.sources:
        faults.append(FieldError("/source", UNKNOWN_SOURCE, (("source", line.source),)))
    if faults:
        raise InvalidInput(faults)
    proposed = dict(zip(PROPOSED, (amount_fen, decided_on, because, tx.access.actor, now), strict=True))
    before = await queries.lock(tx, code)
    check_version(if_match, None if before is None else before["version"], required=before is not None)
    if before is None:
        policy = policies.get(line.division, today)
        new = _draft(code, line, policy.id, policy.parameters.warn_from_bp, now) | proposed
        if not await queries.insert(tx, new):
            raise AppropriationExists
        return new, True
    changed = [
        name for name in ("division", "year", "level", "source", "purpose") if before[name] != getattr(line, name)
    ]
    if changed:
        raise InvalidInput([FieldError(f"/{name}", FIXED) for name in changed])
    state = move(TRANSITIONS, before["state"], "changing")
    check_amount(before["code"], amount_fen, before["carried_fen"], before["committed_fen"])
    if state == "open" and amount_fen == before["amount_fen"]:
        proposed = dict.fromkeys(PROPOSED)
    after = {**before, **proposed, "state": state, "version": before["version"] + 1, "changed_at": now}
    await queries.save(tx, after)
    return after, False


def _draft(code: str, line: Line, policy: str, warn_from_bp: int, now: datetime) -> dict[str, Any]:
    nothing = ("amount_fen", "carried_fen", "committed_fen", "paid_fen", "carried_out_fen", "lapsed_fen")
    return {
        "id": new_id(),
        "code": code,
        "division": line.division,
        "year": line.year,
        "level": line.level,
        "source": line.source,
        "purpose": line.purpose,
        "state": "entered",
        **dict.fromkeys(nothing, 0),
        "warn_from_bp": warn_from_bp,
        "policy": policy,
        "reasons": [],
        "version": 1,
        "changed_at": now,
        **dict.fromkeys(("closed_by", "closed_at", "successor_id")),
    }


async def confirm(
    tx: Transaction, code: str, note: str | None, now: datetime, if_match: Preconditions | None
) -> Record:
    """The appropriation with the proposed amount in force, by somebody else than who proposed it.

    Raises NotFound, PreconditionFailed, IllegalTransition, SameHand, BelowCommitted.
    """
    before = await locked(tx, code, if_match)
    if before["proposed_by"] is None:
        raise IllegalTransition(what="appropriation", state=before["state"], action="confirmation", again=True)
    state = move(TRANSITIONS, before["state"], "confirmation")
    if same_person(before["proposed_by"], tx.access.actor):
        raise SameHand(what="appropriation", earlier="entering", step="confirmation")
    amount = before["proposed_fen"]
    check_amount(before["code"], amount, before["carried_fen"], before["committed_fen"])
    kind = "entered" if before["state"] == "entered" else "raised" if amount > before["amount_fen"] else "lowered"
    facts: dict[str, object] = {
        "before_fen": before["amount_fen"],
        "after_fen": amount,
        "decided_on": before["proposed_on"].isoformat(),
        "because": before["proposed_because"],
        "note": note,
    }
    after = {
        **before,
        **dict.fromkeys(PROPOSED),
        "state": state,
        "amount_fen": amount,
        "version": before["version"] + 1,
        "changed_at": now,
        "reasons": [*before["reasons"], reason_of("R-budget-change", kind, facts, now)],
    }
    await queries.save(tx, after)
    await queries.insert_change(
        tx,
        {
            "appropriation_id": before["id"],
            "number": len(await _history(tx, before)) + 1,
            "division": before["division"],
            "kind": kind,
            "before_fen": before["amount_fen"],
            "after_fen": amount,
            "decided_on": before["proposed_on"],
            "because": before["proposed_because"],
            "proposed_by": before["proposed_by"],
            "proposed_at": before["proposed_at"],
            "confirmed_by": tx.access.actor,
            "confirmed_at": now,
        },
    )
    return after


def reason_of(rule: str, outcome: str, facts: dict[str, object], now: datetime) -> dict[str, Any]:
    """A reason as it is stored."""
    return Reason(rule=rule, outcome=outcome, facts=facts, as_of=now).model_dump(mode="json")


async def _history(tx: Transaction, row: Record) -> list[Record]:
    return (await queries.changes_of(tx, [row["id"]]))[row["id"]]


async def locked(tx: Transaction, code: str, if_match: Preconditions | None) -> Record:
    """An appropriation, locked. Raises NotFound, PreconditionFailed."""
    before = await queries.lock(tx, code)
    if before is None:
        raise NotFound(what="appropriation")
    check_version(if_match, before["version"])
    return before
