"""Raises the annual grants of completed evaluations, of events or of decisions that found no scheme."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.funding.coverage import queries as coverage
from services.funding.coverage.rules import PartyOrganization, stands_for
from services.funding.grants import queries
from services.funding.grants.events import grant_event
from services.funding.grants.rated import Rated
from services.funding.grants.recipients import claims
from services.funding.grants.recipients.holding import explain_counted, explain_dissolved
from services.funding.grants.recipients.releasing import decide_rectified
from services.funding.grants.rules import Decision, Grant, already_raised, decide_annual_grant, scheme_day
from services.funding.policies import Schemes
from services.funding.rectifications import queries as rectifications
from shared.bus.context import Cause
from shared.bus.handlers import Received
from shared.bus.sending.outbox import emit
from shared.contracts.base import Reason
from shared.contracts.evaluation import EvaluationCompleted
from shared.contracts.funding import GrantStateName
from shared.db.base import new_id, to_json, utc_now
from shared.db.session import Transaction
from shared.field.calendar import china_day


@dataclass(frozen=True, slots=True)
class Decided:
    """A completed evaluation and the decision on it."""

    evaluation: Rated
    decision: Decision
    event_id: UUID
    cause: Cause | None

    @property
    def key(self) -> queries.Key | None:
        """The grant that is due, None where none is."""
        scheme = self.decision.scheme
        if self.decision.outcome == "none" or scheme is None:
            return None
        return self.evaluation.party_organization_id, scheme, self.evaluation.year


async def raise_annual(tx: Transaction, events: Sequence[Received[EvaluationCompleted]], *, schemes: Schemes) -> None:
    """Raise one grant per recipient, scheme and year, for the first evaluation that arrives; keep every decision.

    A grant stands for the organizations that the recipient covers on 31 December of the year: where other grants of the
    year stand for all of them it is not raised, for some of them it is held. One of a dissolved recipient is held. A
    grant that exists is left as it is: people decide what a corrected evaluation means for it (a held grant can be
    released).
    """
    decided = [decide(event.data, schemes, event.envelope.id, event.cause) for event in events]
    await keep_and_raise(tx, await after_rectifications(tx, decided), utc_now())


def decide(evaluation: Rated, schemes: Schemes, event_id: UUID, cause: Cause | None = None) -> Decided:
    """The decision by the scheme that is in force."""
    scheme = schemes.in_force(evaluation.division, scheme_day(evaluation.year))
    return Decided(evaluation, decide_annual_grant(evaluation, scheme), event_id, cause)


async def after_rectifications(tx: Transaction, decided: Sequence[Decided]) -> list[Decided]:
    """The decisions, where a rectification was closed already that a grant would be held for."""
    await rectifications.hold_back_closings(tx)
    closed = await rectifications.closed_of(tx, sorted({one.evaluation.id for one in decided}))
    return [
        replace(
            one, decision=decide_rectified(one.decision, closed.get(one.evaluation.id), one.evaluation.completed_at)
        )
        for one in decided
    ]


async def keep_and_raise(
    tx: Transaction, decided: Sequence[Decided], now: datetime, *, raised_by: str | None = None
) -> list[dict[str, Any]]:
    """Keep decisions and raise what they entitle to; returns the rows of the decisions, in their order."""
    due: dict[queries.Key, tuple[Decided, Grant]] = {}
    for one in decided:
        if one.key is not None and one.key not in due:
            due[one.key] = one, _draft(one, tx.access.actor, now, raised_by)
    known = await queries.find_by_key(tx, sorted(due))
    weighed = await _weigh(tx, {key: due[key] for key in sorted(due) if key not in known}, now)
    drafts = {key: draft for key, draft in weighed.items() if isinstance(draft, Grant)}
    due |= {key: (due[key][0], draft) for key, draft in drafts.items()}
    # Sorted, so that two consumers with the same recipients wait for each other instead of deadlocking.
    inserted = await queries.insert_new(tx, list(drafts.values()))
    # What another consumer raised for these recipients in the meantime.
    known |= inserted | await queries.find_by_key(tx, [key for key in weighed if key not in inserted])
    await claims.give_up(tx, [draft.id for key, draft in drafts.items() if key not in inserted])
    refused = {key: one for key, one in weighed.items() if isinstance(one, Reason) and key not in known}
    decided = [_refuse(one, refused) for one in decided]
    new = [due[key][1] for key in inserted]
    await queries.insert_steps(tx, [(grant, grant.state) for grant in new], now)
    kept = [_kept(one, inserted, known, due, now) for one in decided]
    await queries.insert_decisions(tx, kept)
    await emit(tx, [grant_event(grant, now, one.cause) for key, (one, grant) in due.items() if key in inserted])
    return kept


async def _weigh(
    tx: Transaction, due: Mapping[queries.Key, tuple[Decided, Grant]], now: datetime
) -> dict[queries.Key, Grant | Reason]:
    """Claim what each new grant stands for; returns the grant as it is raised or held, or why it is not raised."""
    parties = await coverage.load(tx, sorted({grant.recipient_id for _, grant in due.values()}))
    wanted = {key: _stands_for(parties.get(grant.recipient_id), one, now) for key, (one, grant) in due.items()}
    claimed = await claims.claim(tx, [(grant, wanted[key]) for key, (_, grant) in due.items()])
    weighed: dict[queries.Key, Grant | Reason] = {}
    for key, (_, grant) in due.items():
        party, taken = parties.get(grant.recipient_id), claimed.taken.get(grant.id, {})
        reasons = [] if not taken else [explain_counted(taken, now)]
        if taken and grant.id not in claimed.own:
            weighed[key] = reasons[0]
            continue
        if party is not None and party.dissolved_on is not None:
            reasons.append(explain_dissolved(party, now))
        state: GrantStateName = "held" if reasons else grant.state
        weighed[key] = replace(grant, state=state, reasons=[*grant.reasons, *reasons])
    return weighed


def _stands_for(party: PartyOrganization | None, one: Decided, now: datetime) -> Sequence[UUID]:
    """By our own projection; where it has not heard of the recipient yet, by what the event states."""
    if party is None or not party.spans:
        return getattr(one.evaluation, "organization_ids", None) or ()
    return stands_for(party, one.evaluation.year, china_day(now))


def _refuse(one: Decided, refused: Mapping[queries.Key, Reason]) -> Decided:
    reason = refused.get(one.key) if one.key is not None else None
    if reason is None:
        return one
    reasons = [*one.decision.reasons, reason]
    return replace(one, decision=replace(one.decision, outcome="none", amount_fen=None, reasons=reasons))


def _draft(one: Decided, actor: str, now: datetime, raised_by: str | None) -> Grant:
    evaluation, decision = one.evaluation, one.decision
    parameters = decision.parameters
    assert parameters is not None
    assert decision.policy is not None
    assert decision.amount_fen is not None
    assert decision.outcome != "none"
    return Grant(
        id=new_id(),
        recipient_id=evaluation.party_organization_id,
        recipient_name=evaluation.party_organization_name,
        division=evaluation.division,
        scheme=parameters.scheme,
        policy=decision.policy,
        year=evaluation.year,
        amount_fen=decision.amount_fen,
        expense_account=parameters.accounts.expense,
        payable_account=parameters.accounts.payable,
        appropriation_account=parameters.accounts.appropriation,
        state=decision.outcome,
        reasons=decision.reasons,
        evaluation_id=evaluation.id,
        version=1,
        raised_at=now,
        # Drafting and releasing are one duty, recorded in one place.
        actors={"release": actor},
        purpose=parameters.purpose,
        raised_by=raised_by,
    )


def _kept(
    one: Decided,
    inserted: Mapping[queries.Key, UUID],
    known: Mapping[queries.Key, UUID],
    due: Mapping[queries.Key, tuple[Decided, Grant]],
    now: datetime,
) -> dict[str, Any]:
    """The decision as a row; `unchanged` where the grant was there before this event."""
    evaluation, decision = one.evaluation, one.decision
    outcome: str = decision.outcome
    reasons = list(decision.reasons)
    key = one.key
    if key is not None and key in inserted and due[key][0] is one:
        grant = due[key][1]
        outcome, reasons = grant.state, list(grant.reasons)
    elif key is not None:
        outcome = "unchanged"
        reasons.append(already_raised(key[1], key[2], known[key], evaluation.completed_at))
    return {
        "id": new_id(),
        "event_id": one.event_id,
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
        "reasons": queries.reasons_json(reasons),
        "as_of": evaluation.completed_at,
        "decided_at": now,
    }
