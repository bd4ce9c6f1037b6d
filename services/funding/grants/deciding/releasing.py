"""Which grants go on once a rectification is closed (decision 5): those that nothing else holds. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.funding.grants.deciding.rules import Decision
from services.funding.grants.rules import TRANSITIONS, Grant
from services.funding.rectifications.closed import Closed
from shared.contracts.base import Reason
from shared.problems.transitions import move

_HOLDS = ("R-recipient-dissolved", "R-counted-once")
"""Rules that hold a grant beside its star."""
_HOLDING = (("R-hold", "held"), ("R-granted-again", "held"))


def explain_closed(closed: Closed, outcome: str, as_of: datetime) -> Reason:
    """That the rectification which a grant was held for is closed."""
    facts: dict[str, object] = {
        "rectification": str(closed.id),
        "outcome": closed.outcome,
        "closed_on": closed.closed_on.isoformat(),
    }
    return Reason(rule="R-hold", outcome=outcome, facts=facts, as_of=as_of)


def held_for(reasons: Sequence[Reason]) -> set[str]:
    """The rules that hold a grant which is held: those since it was released last."""
    released = max(
        (n for n, one in enumerate(reasons) if (one.rule, one.outcome) == ("R-hold", "released")), default=-1
    )
    since = reasons[released + 1 :]
    return {one.rule for one in since if one.rule in _HOLDS or (one.rule, one.outcome) in _HOLDING}


def release_rectified(
    grant: Grant, closed: Closed, others: Sequence[Reason], now: datetime
) -> tuple[Grant, list[Reason]] | None:
    """The next version of a held grant with the reasons that it adds; None where its star does not hold it.

    It is released where nothing else holds it, else it says that its star does not any more. `others` are reasons
    against a release that the grant may not say yet.
    """
    holds = held_for(grant.reasons)
    if grant.state != "held" or "R-hold" not in holds or _said(grant, closed):
        return None
    free = holds == {"R-hold"} and not others
    reasons = [explain_closed(closed, "released" if free else "rectified", now)]
    reasons += [one for one in others if one.rule not in holds]
    state = move(TRANSITIONS, grant.state, "release") if free else grant.state
    return replace(grant, state=state, version=grant.version + 1, reasons=[*grant.reasons, *reasons]), reasons


def _said(grant: Grant, closed: Closed) -> bool:
    return any(one.rule == "R-hold" and one.facts.get("rectification") == str(closed.id) for one in grant.reasons)


def decide_rectified(decision: Decision, closed: Closed | None, as_of: datetime) -> Decision:
    """A decision that holds a grant for its star, where the rectification was closed before it was heard of."""
    if closed is None or decision.outcome != "held":
        return decision
    reasons = [*decision.reasons, explain_closed(closed, "released", as_of)]
    return replace(decision, outcome="raised", reasons=reasons)
