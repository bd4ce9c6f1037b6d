"""Which steps a grant may take, of the chain and beside it, each with what bars the caller."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from services.funding.grants.rules import Recorded, Step, find_bar, next_steps
from services.funding.grants.settling import errors as e
from services.funding.grants.settling.amending import AMENDING
from services.funding.grants.settling.reversing import REVERSING
from services.funding.grants.settling.rules import SETTLING
from services.funding.policies import Duty
from shared.contracts.base import Reason
from shared.problems.duties import SameHand, same_person
from shared.problems.problems import Problem

Following = list[tuple[Recorded, Problem | None]]


def chain_steps(
    grant: Mapping[str, Any],
    history: Sequence[Mapping[str, Any]],
    actors: Mapping[Step, str | None],
    actor: str,
    separate: Collection[Duty],
    barred: Problem | None,
) -> Following:
    """The next steps of the chain; `barred` is what keeps anybody from approving the grant. Pure."""
    if grant["order_state"] == "ordered":  # the bank's return pays it
        return []
    drafted = [*_takers(history, "release"), *_takers(history, "amendment")]
    hands: dict[str, Any] = {"raised_by": grant.get("raised_by"), "drafted_by": drafted, "separate": separate}
    possible = next_steps(grant["state"], actors, actor, **hands)
    if grant["state"] != "reviewed":
        return [*possible]
    by = find_bar(actors, "approval", actor, **hands)
    return [*((step, bar or barred) for step, bar in possible), ("return", by)]


def following_steps(
    grant: Mapping[str, Any],
    history: Sequence[Mapping[str, Any]],
    actors: Mapping[Step, str | None],
    actor: str,
    beside: UUID | None,
) -> Following:
    """As the steps themselves decide; `beside` is what an amendment granted beside it, and stands. Pure."""
    paid_by = ("payment", actors.get("payment"))
    found = _accounting(grant, history, actor, paid_by) if grant["state"] == "paid" else []
    if grant["state"] == "paid" and grant["settlement_state"] in (None, "open") and not grant["returned_fen"]:
        found.append(("bank_return", _same(actor, "bank_return", paid_by)))
    if grant["return_due_fen"] > grant["returned_fen"]:
        earlier = "reversal" if grant["state"] == "reversed" else "final_settlement"
        by = [*_takers(history, earlier), *([] if earlier == "reversal" else _reducers(grant, history))]
        found.append(("balance_return", _same(actor, "balance_return", *((earlier, one) for one in by))))
    if grant["order_state"] == "ordered":  # it waits for the bank
        return found
    decided = (("approval", actors.get("approval")), paid_by)
    alone = None if beside is None else e.AmendedBeside(beside=beside)
    open_ = grant["settlement_state"] not in ("evaluated", "closed") and grant["channel"] != "dues"
    if open_ and (grant["state"], "amendment") in AMENDING:
        found.append(("amendment", alone or _same(actor, "amendment", *decided)))
    if (grant["state"], "reversal") in REVERSING:
        found.append(("reversal", alone or _same(actor, "reversal", *decided)))
    return found


def _accounting(
    grant: Mapping[str, Any], history: Sequence[Mapping[str, Any]], actor: str, paid_by: tuple[str, str | None]
) -> Following:
    """What a paid grant still needs."""
    state = grant["settlement_state"]
    found: Following = [("use_report", None)] if (state, "use_report") in SETTLING else []
    if (state, "final_settlement") in SETTLING and grant["settlement_due_on"] is not None:
        reporters = (("use_report", one) for one in _takers(history, "use_report"))
        early = grant["use_report_due_on"] is not None and state == "open"
        barred = e.UseNotReported() if early else _same(actor, "final_settlement", *reporters, paid_by)
        found.append(("final_settlement", barred))
    return found


def _takers(history: Sequence[Mapping[str, Any]], step: str) -> list[str | None]:
    return [one["taken_by"] for one in history if one["step"] == step]


def _reducers(grant: Mapping[str, Any], history: Sequence[Mapping[str, Any]]) -> list[str | None]:
    """Who amended it to less after its payment."""
    amended = [one for one in map(Reason.model_validate, grant["reasons"]) if one.rule == "R-amendment"]
    less = {
        one.as_of
        for one in amended
        if one.facts["state_before"] == "paid" and int(str(one.facts["to_fen"])) < int(str(one.facts["from_fen"]))
    }
    return [one["taken_by"] for one in history if one["step"] == "amendment" and one["at"] in less]


def _same(actor: str, step: str, *earlier: tuple[str, str | None]) -> SameHand | None:
    found = next((name for name, who in earlier if same_person(who, actor)), None)
    return None if found is None else SameHand(what="grant", earlier=found, step=step)
