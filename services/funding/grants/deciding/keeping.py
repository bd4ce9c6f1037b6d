"""Keeps decisions, and raises what they entitle to: of events, of decisions that found no scheme, of runs."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from services.funding.coverage import queries as coverage
from services.funding.coverage.rules import PartyOrganization, stands_for
from services.funding.grants.deciding import queries as keys
from services.funding.grants.deciding.drafting import Decided, again, draft, may_be_again
from services.funding.grants.deciding.rules import already_raised, granted_otherwise
from services.funding.grants.events import grant_event
from services.funding.grants.posting.rules import accounts_of
from services.funding.grants.queries import insert_steps, reasons_json
from services.funding.grants.recipients import claims
from services.funding.grants.recipients.holding import explain_counted, explain_dissolved
from services.funding.grants.rules import Grant
from services.funding.ledger.charts import Charts
from services.funding.ledger.queries import keep_codes
from shared.bus.sending.outbox import emit
from shared.contracts.base import Reason
from shared.contracts.funding import GrantStateName
from shared.db.base import new_id, to_json
from shared.db.session import Transaction
from shared.field.calendar import china_day


async def keep_and_raise(
    tx: Transaction,
    decided: Sequence[Decided],
    now: datetime,
    *,
    charts: Charts | None,
    raised_by: str | None = None,
    asked_again: bool = False,
) -> list[dict[str, Any]]:
    """Keep decisions and raise what they entitle to; returns the rows of the decisions, in their order.

    Where an earlier grant of the key was reversed, and nothing of it is out, what is new is raised again, held until
    somebody releases it, and what is `asked_again` as it is due. The `charts` have the accounts of new grants that
    nothing was posted to yet.
    """
    due: dict[keys.Key, tuple[Decided, Grant]] = {}
    wanted: dict[keys.Key, list[Decided]] = defaultdict(list)
    for one in decided:
        if one.key is not None:
            wanted[one.key].append(one)
    known = await keys.find_by_key(tx, sorted(wanted))
    news = await _find_news(tx, wanted, known, asked=asked_again)
    for key, some in wanted.items():
        one = news.get(key, some[0])
        due[key] = one, draft(one, tx.access.actor, now, raised_by)
    repeated = {key: again(*due[key], known[key], now, asked=asked_again) for key in news}
    decided = [repeated[one.key][0] if one.key in repeated and due[one.key][0] is one else one for one in decided]
    due |= repeated
    new = {key: due[key] for key in sorted(due) if key not in known or key in repeated}
    await keep_codes(tx, accounts_of([grant for _, grant in new.values()], china_day(now)), charts)
    others = await _find_other_schemes(tx, new, now)
    # What another scheme bars claims nothing.
    weighed = others | await _weigh(tx, {key: one for key, one in new.items() if key not in others}, now)
    drafts = {key: grant for key, grant in weighed.items() if isinstance(grant, Grant)}
    due |= {key: (due[key][0], grant) for key, grant in drafts.items()}
    # Sorted, so that two consumers with the same recipients wait for each other instead of deadlocking.
    ids = await keys.insert_new(tx, list(drafts.values()))
    inserted = {key for key, grant in drafts.items() if grant.id in ids}
    # What another consumer raised for these recipients in the meantime.
    lost = {key: due[key] for key in drafts if key not in inserted}
    known |= await keys.find_by_key(tx, sorted(weighed))
    standing = {key for key, one in known.items() if not one.gone}
    weighed |= await _find_other_schemes(tx, {key: one for key, one in lost.items() if key not in standing}, now)
    await claims.give_up(tx, [grant.id for _, grant in lost.values()])
    refused = {key: one for key, one in weighed.items() if isinstance(one, Reason) and key not in standing}
    decided = [_refuse(one, refused) for one in decided]
    raised = [due[key][1] for key in drafts if key in inserted]
    await insert_steps(tx, [(grant, "held" if grant.state == "held" else "raised") for grant in raised], now)
    kept = [_kept(one, inserted, known, due, now) for one in decided]
    await keys.insert_decisions(tx, kept)
    await emit(tx, [grant_event(grant, now, one.cause) for key, (one, grant) in due.items() if key in inserted])
    return kept


async def _find_other_schemes(
    tx: Transaction, due: Mapping[keys.Key, tuple[Decided, Grant]], now: datetime
) -> dict[keys.Key, Grant | Reason]:
    """Why what another scheme gave for the purpose, level and period is not given once more (D10)."""
    found = await keys.find_of_purpose(tx, [grant for _, grant in due.values()])
    return {
        key: granted_otherwise(one.decision, one.case, found[grant.id], now)
        for key, (one, grant) in due.items()
        if grant.id in found
    }


async def _find_news(
    tx: Transaction,
    wanted: Mapping[keys.Key, Sequence[Decided]],
    known: Mapping[keys.Key, keys.Known],
    *,
    asked: bool,
) -> dict[keys.Key, Decided]:
    """By the keys of grants that are gone, the first decision that grants again."""
    gone = {key: wanted[key] for key, one in known.items() if one.gone}
    before = await keys.decided_before(tx, {one.event_id: one.case for some in gone.values() for one in some})
    news = {
        key: next((one for one in some if may_be_again(one, known[key], before, asked=asked)), None)
        for key, some in gone.items()
    }
    return {key: one for key, one in news.items() if one is not None}


async def _weigh(
    tx: Transaction, due: Mapping[keys.Key, tuple[Decided, Grant]], now: datetime
) -> dict[keys.Key, Grant | Reason]:
    """Claim what each new grant stands for; returns the grant as it is raised or held, or why it is not raised."""
    parties = await coverage.load(tx, sorted({grant.recipient_id for _, grant in due.values()}))
    wanted = {key: _stands_for(parties.get(grant.recipient_id), one, now) for key, (one, grant) in due.items()}
    claimed = await claims.claim(tx, [(grant, wanted[key]) for key, (_, grant) in due.items()])
    weighed: dict[keys.Key, Grant | Reason] = {}
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
    """By our own projection; where it has not heard of the recipient yet, by what the event states, and of a run as
    the amount was computed."""
    if party is None or not party.spans or one.case.covered_on is not None:
        return one.case.organization_ids
    return stands_for(party, one.case.year, china_day(now))


def _refuse(one: Decided, refused: Mapping[keys.Key, Reason]) -> Decided:
    reason = refused.get(one.key) if one.key is not None else None
    if reason is None:
        return one
    reasons = [*one.decision.reasons, reason]
    # What a later run raises all the same is kept beside this.
    why = json.dumps([reason.rule, reason.outcome, reason.facts], sort_keys=True, default=str)
    event_id = uuid5(one.event_id, why) if one.of_run else one.event_id
    decision = replace(one.decision, outcome="none", amount_fen=None, reasons=reasons)
    return replace(one, event_id=event_id, decision=decision)


def _kept(
    one: Decided,
    inserted: Collection[keys.Key],
    known: Mapping[keys.Key, keys.Known],
    due: Mapping[keys.Key, tuple[Decided, Grant]],
    now: datetime,
) -> dict[str, Any]:
    """The decision as a row; `unchanged` where the grant was there before."""
    case, decision = one.case, one.decision
    outcome: str = decision.outcome
    reasons = list(decision.reasons)
    key, granted, differs = one.key, None, False
    if key is not None and key in inserted and due[key][0] is one:
        grant = due[key][1]
        outcome, reasons = grant.state, list(grant.reasons)
    elif key is not None:
        outcome = "unchanged"
        granted = known[key].amount_fen
        differs = known[key].input_hash not in (None, decision.input_hash)
        reasons.append(already_raised(decision, case, known[key], same_input=not differs))
    return {
        "id": new_id(),
        "event_id": one.event_id,
        "evaluation_id": case.evaluation_id,
        "recipient_id": case.recipient_id,
        "division": case.division,
        "year": case.year,
        "policy": decision.policy,
        "scheme": decision.scheme,
        "outcome": outcome,
        "amount_fen": decision.amount_fen,
        "grant_id": known[key].id if key is not None else None,
        "facts": to_json(decision.facts),
        "reasons": reasons_json(reasons),
        "as_of": case.as_of,
        "decided_at": now,
        "trigger": case.trigger,
        "period": case.period,
        # For whoever asked, beside what is stored.
        "granted_fen": granted,
        "differs": differs,
        "shown_reasons": reasons,
    }
