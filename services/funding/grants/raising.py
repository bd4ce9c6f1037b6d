"""Raises the annual grants of completed evaluations: the action behind the events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.funding.grants import queries
from services.funding.grants.events import grant_event
from services.funding.grants.rules import Decision, already_raised, decide_annual_grant, scheme_day
from services.funding.policies import Schemes
from shared.bus.handlers import Received
from shared.bus.sending.outbox import emit
from shared.contracts.base import Reason
from shared.contracts.evaluation import EvaluationCompleted
from shared.db.base import new_id, to_json, utc_now
from shared.db.session import Transaction


@dataclass(frozen=True, slots=True)
class _Decided:
    """One event and what follows from it."""

    event: Received[EvaluationCompleted]
    decision: Decision

    @property
    def key(self) -> queries.Key | None:
        """The grant that is due, None where none is."""
        scheme = self.decision.scheme
        if self.decision.outcome == "none" or scheme is None:
            return None
        return self.event.data.party_organization_id, scheme, self.event.data.year


async def raise_annual(tx: Transaction, events: Sequence[Received[EvaluationCompleted]], *, schemes: Schemes) -> None:
    """One grant a recipient, scheme and year, whichever evaluation comes first; every decision is kept.

    A grant that exists is left as it is: what a corrected evaluation should do to it is for people to say
    (a grant that is held can be released).
    """
    now = utc_now()
    decided = [_decide(event, schemes) for event in events]
    due: dict[queries.Key, tuple[_Decided, dict[str, Any]]] = {}
    for one in decided:
        if one.key is not None and one.key not in due:
            due[one.key] = one, _draft(one, now)
    # In one order: two consumers that meet on the same recipients wait for each other instead of deadlocking.
    drafts = [{**due[key][1], "drafted_by": tx.access.actor} for key in sorted(due)]
    made = await queries.insert_new(tx, [{**row, "reasons": _json(row["reasons"])} for row in drafts])
    known = made | await queries.find_by_key(tx, [key for key in due if key not in made])
    await queries.insert_steps(tx, [_first_step(due[key][1]) for key in made])
    await queries.insert_decisions(tx, [_kept(one, made, known, due, now) for one in decided])
    await emit(tx, [grant_event(row, now, one.event.cause) for key, (one, row) in due.items() if key in made])


def _decide(event: Received[EvaluationCompleted], schemes: Schemes) -> _Decided:
    evaluation = event.data
    scheme = schemes.in_force(evaluation.division, scheme_day(evaluation.year))
    return _Decided(event, decide_annual_grant(evaluation, scheme))


def _draft(one: _Decided, now: datetime) -> dict[str, Any]:
    evaluation, parameters = one.event.data, one.decision.parameters
    assert parameters is not None
    return {
        "id": new_id(),
        "recipient_id": evaluation.party_organization_id,
        "recipient_name": evaluation.party_organization_name,
        "division": evaluation.division,
        "scheme": parameters.scheme,
        "policy": one.decision.policy,
        "year": evaluation.year,
        "amount_fen": one.decision.amount_fen,
        "expense_account": parameters.accounts.expense,
        "payable_account": parameters.accounts.payable,
        "appropriation_account": parameters.accounts.appropriation,
        "state": one.decision.outcome,
        "reasons": list(one.decision.reasons),
        "evaluation_id": evaluation.id,
        "version": 1,
        "raised_at": now,
    }


def _first_step(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "grant_id": row["id"],
        "version": row["version"],
        "division": row["division"],
        "step": row["state"],
        "at": row["raised_at"],
        "note": None,
    }


def _kept(
    one: _Decided,
    made: Mapping[queries.Key, UUID],
    known: Mapping[queries.Key, UUID],
    due: Mapping[queries.Key, tuple[_Decided, dict[str, Any]]],
    now: datetime,
) -> dict[str, Any]:
    """The decision as a row; `unchanged` where the grant was there before this event."""
    evaluation, decision = one.event.data, one.decision
    outcome: str = decision.outcome
    reasons = list(decision.reasons)
    key = one.key
    if key is not None and not (key in made and due[key][0] is one):
        outcome = "unchanged"
        reasons.append(already_raised(key[1], key[2], known[key], evaluation.completed_at))
    return {
        "id": new_id(),
        "event_id": one.event.envelope.id,
        "evaluation_id": evaluation.id,
        "recipient_id": evaluation.party_organization_id,
        "division": evaluation.division,
        "year": evaluation.year,
        "policy": decision.policy,
        "scheme": decision.scheme,
        "outcome": outcome,
        "amount_fen": decision.amount_fen,
        "grant_id": known[key] if key is not None else None,
        "facts": to_json(decision.facts),
        "reasons": _json(reasons),
        "as_of": evaluation.completed_at,
        "decided_at": now,
    }


def _json(reasons: Sequence[Reason]) -> str:
    return to_json([reason.model_dump(mode="json") for reason in reasons])
