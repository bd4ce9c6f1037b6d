"""A grant, and which step it may take. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, get_args
from uuid import UUID

from services.funding.amount_rules import Trigger
from services.funding.policies import Channel, Duty, Level
from shared.contracts.base import Reason
from shared.contracts.funding import GrantStateName
from shared.problems.duties import SameHand, same_person
from shared.problems.transitions import Transitions, move

OrderedState = Literal["ordered", "paid", "failed"]
"""What became of it in its payment order: it stays approved until it is paid; what failed can be ordered again."""
SettlementState = Literal["open", "use_reported", "evaluated", "closed"]
"""What a paid grant still needs: everything, its settlement, its balance; closed: nothing is left open."""
Step = Literal["review", "approval", "payment", "release", "amendment"]
Recorded = Literal[
    Step,
    "raised",
    "held",
    "holding",
    "relocation",
    "rectification",
    "ordering",
    "order_withdrawn",
    "payment_failed",
    "payment_reopened",
    "bank_return",
    "public_notice",
    "objection",
    "objection_answer",
    "return",
    "use_report",
    "final_settlement",
    "balance_return",
    "reversal",
]
"""All that the history of a grant may say: steps, how it was raised, and what became of it by itself or its order."""

TRANSITIONS: Transitions[GrantStateName, Step] = Transitions(
    "grant",
    {
        ("held", "release"): "raised",
        ("raised", "review"): "reviewed",
        ("reviewed", "approval"): "approved",
        ("approved", "payment"): "paid",
    },
)
"""Every move that a grant can make; any other is refused and changes nothing."""

BARRED_BY: dict[Step, tuple[Step, ...]] = {
    "release": (),
    "amendment": (),
    "review": ("release", "amendment"),
    "approval": ("release", "amendment", "review"),
    "payment": ("release", "amendment", "review", "approval"),
}
"""For each step, those whose actor may not take it, where the scheme separates both. Releasing and amending a grant
count as drafting it."""
ALL_DUTIES: tuple[Duty, ...] = get_args(Duty)


@dataclass(frozen=True)
class Grant:
    """One version of a grant. The accounts are codes of the ledger; `actors` says who took which step last."""

    id: UUID
    recipient_id: UUID
    recipient_name: str
    division: str
    scheme: str
    policy: str
    year: int
    amount_fen: int
    expense_account: str
    payable_account: str
    appropriation_account: str
    state: GrantStateName
    reasons: Sequence[Reason]
    evaluation_id: UUID | None
    version: int
    raised_at: datetime
    actors: Mapping[Step, str | None]
    raised_by: str | None = None
    """Who raised it by deciding again or by a run; None where an event did."""
    purpose: str = "annual"
    trigger: Trigger = "evaluation"
    period: str | None = None
    """A year, a month, `once`, or an accepted claim, a round of a pool; None: a year, of the version before."""
    level: Level = "city"
    channel: Channel = "fiscal"
    input_hash: str | None = None
    snapshot: Mapping[str, object] | None = None
    """What it was computed from, as it was then: recipient, kind, star, counts, policy, computation."""
    order_id: UUID | None = None
    """The payment order that it is in, or was in last; None once it was paid past any, or its order was withdrawn."""
    order_state: OrderedState | None = None
    settlement_state: SettlementState | None = None
    """None where nothing is required of it after its payment."""
    use_report_due_on: date | None = None
    settlement_due_on: date | None = None
    return_due_fen: int = 0
    """What of it is to be returned, with what came back already."""
    return_due_on: date | None = None
    returned_fen: int = 0
    amendments: int = 0
    amends: UUID | None = None
    """The paid grant whose difference this one is."""
    drafted_by: Sequence[str] = ()
    """All who released or amended it; `actors` has the last of them. Of a grant that is locked to take a step."""

    @property
    def covered_on(self) -> date | None:
        """The day whose coverage it stands for; None where that of its year."""
        day = (self.snapshot or {}).get("covered_on")
        return date.fromisoformat(day) if isinstance(day, str) else None

    @property
    def again(self) -> int:
        """How many grants of its scheme and period were there before it, and are gone."""
        return int(str((self.snapshot or {}).get("again", 0)))

    @property
    def bank_returns(self) -> int:
        """How often the bank sent its payment back."""
        return sum(one.rule == BANK_RETURN for one in self.reasons)

    @property
    def counted_as(self) -> tuple[str, int] | None:
        """Purpose and year in which an organization counts once among grants; None where in any number (projects). What
        is paid once ever counts in year 0; another level or a month is a purpose of its own (D10)."""
        period = self.period
        if self.trigger == "claim" and period is not None:  # one made again counts as the first did
            period = period.partition("/again-")[0]
        if self.trigger in ("claim", "pool_distribution") and period != str(self.year):
            return None
        purpose = self.purpose if self.level == "city" else f"{self.purpose}@{self.level}"
        if period == ONCE:
            return purpose, 0
        return (purpose, self.year) if period in (None, str(self.year)) else (f"{purpose}/{period}", self.year)


ONCE = "once"
BANK_RETURN = "R-bank-return"


def advance(grant: Grant, step: Step, actor: str, now: datetime, separate: Collection[Duty] = ALL_DUTIES) -> Grant:
    """The grant's next version, after a step. Raises IllegalTransition (409), SameHand (403)."""
    state = move(TRANSITIONS, grant.state, step)
    check_hands(grant, step, actor, separate)
    return replace(
        grant,
        state=state,
        version=grant.version + 1,
        reasons=[*grant.reasons, *reasons_of(step, now)],
        actors={**grant.actors, step: actor},
    )


def check_hands(grant: Grant, step: Step, actor: str, separate: Collection[Duty] = ALL_DUTIES) -> None:
    """Raises SameHand (403) where the actor took a step that bars this one; `separate` are the scheme's duties."""
    hands = grant.actors, step, actor
    barred = find_bar(*hands, raised_by=grant.raised_by, drafted_by=grant.drafted_by, separate=separate)
    if barred is not None:
        raise barred


def find_bar(
    actors: Mapping[Step, str | None],
    step: Step,
    actor: str,
    *,
    raised_by: str | None,
    drafted_by: Collection[str | None] = (),
    separate: Collection[Duty] = ALL_DUTIES,
) -> SameHand | None:
    """The earlier step of the actor that bars this one, None where nothing does. What somebody else drafted since does
    not take the drafting from whoever drafted before."""
    if duty_of(step) not in separate:
        return None
    drafters = (raised_by, *(drafted_by if BARRED_BY[step] else ()))
    if "drafting" in separate and any(same_person(one, actor) for one in drafters):
        return SameHand(what="grant", earlier="drafting", step=step)
    for earlier in BARRED_BY[step]:
        if duty_of(earlier) in separate and same_person(actors.get(earlier), actor):
            return SameHand(what="grant", earlier=duty_of(earlier), step=step)
    return None


def next_steps(
    state: GrantStateName,
    actors: Mapping[Step, str | None],
    actor: str,
    *,
    raised_by: str | None,
    drafted_by: Collection[str | None] = (),
    separate: Collection[Duty] = ALL_DUTIES,
) -> list[tuple[Step, SameHand | None]]:
    """The steps that a grant's state allows, each with what bars the actor from it."""
    possible = [step for before, step in TRANSITIONS if before == state]
    drafts = {"raised_by": raised_by, "drafted_by": drafted_by}
    return [(step, find_bar(actors, step, actor, separate=separate, **drafts)) for step in possible]  # type: ignore[arg-type]


def duty_of(step: Step) -> Duty:
    """The duty that a step is: releasing or amending a grant counts as drafting it."""
    return "drafting" if step == "release" or step == "amendment" else step  # noqa: PLR1714 - mypy narrows


def reasons_of(step: Step, now: datetime) -> list[Reason]:
    """What a step adds to the grant's reasons: a release says that the grant is held no longer; its note says why."""
    return [Reason(rule="R-hold", outcome="released", facts={}, as_of=now)] if step == "release" else []
