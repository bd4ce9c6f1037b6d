"""A decision that entitles, as a grant that is not stored yet: the first of its key, or one after others are gone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

from services.funding.grants.deciding.cases import Case
from services.funding.grants.deciding.queries import Key, Known
from services.funding.grants.deciding.rules import Decision
from services.funding.grants.rules import Grant
from shared.bus.context import Cause
from shared.contracts.base import Reason
from shared.db.base import new_id


@dataclass(frozen=True, slots=True)
class Decided:
    """A case and the decision on it."""

    case: Case
    decision: Decision
    event_id: UUID
    cause: Cause | None = None
    of_run: bool = False
    """Whether the same may be decided again on the same input, and otherwise then: `event_id` is of the input alone."""

    @property
    def key(self) -> Key | None:
        """The grant that is due, None where none is."""
        scheme = self.decision.scheme
        if self.decision.outcome == "none" or scheme is None:
            return None
        return self.case.recipient_id, scheme, self.case.period


def draft(one: Decided, actor: str, now: datetime, raised_by: str | None) -> Grant:
    """What a decision entitles to."""
    case, decision = one.case, one.decision
    parameters = decision.parameters
    assert parameters is not None
    assert decision.policy is not None
    assert decision.amount_fen is not None
    assert decision.outcome != "none"
    return Grant(
        id=new_id(),
        recipient_id=case.recipient_id,
        recipient_name=case.recipient_name,
        division=case.division,
        scheme=parameters.scheme,
        policy=decision.policy,
        year=case.year,
        amount_fen=decision.amount_fen,
        expense_account=parameters.accounts.expense,
        payable_account=parameters.accounts.payable,
        appropriation_account=parameters.accounts.appropriation,
        state=decision.outcome,
        reasons=decision.reasons,
        evaluation_id=case.evaluation_id,
        version=1,
        raised_at=now,
        # Drafting and releasing are one duty, recorded in one place.
        actors={"release": actor},
        purpose=parameters.purpose,
        raised_by=raised_by,
        trigger=case.trigger,
        period=case.period,
        level=parameters.level,
        channel=parameters.channel,
        input_hash=decision.input_hash,
        snapshot=decision.snapshot,
    )


def may_be_again(one: Decided, before: Known, decided: Collection[UUID], *, asked: bool) -> bool:
    """Whether what is due is granted although an earlier grant of its key is gone: asked for, or by what is new.

    An event that was decided before, or after a later one, is no news, and neither is a run that computes the same from
    the same.
    """
    if asked:
        return True
    return before.input_hash != one.decision.input_hash if one.of_run else one.event_id not in decided


def again(one: Decided, grant: Grant, before: Known, now: datetime, *, asked: bool) -> tuple[Decided, Grant]:
    """The decision and the grant after earlier ones of the key that are gone, with a key of postings of its own.

    Where nobody asked for it, it is held: whoever releases it knows that the earlier one was taken back.
    """
    facts: Mapping[str, object] = {"grant_id": str(before.id), "number": before.number + 1}
    why = Reason(rule="R-granted-again", outcome="asked" if asked else "held", facts=facts, as_of=now)
    granted = replace(
        grant,
        state=grant.state if asked else "held",
        reasons=[*grant.reasons, why],
        snapshot={**(grant.snapshot or {}), "again": before.number},
    )
    return replace(one, event_id=uuid5(one.event_id, f"again-{before.number}") if one.of_run else one.event_id), granted
