"""Decides which grant an evaluation raises, and which step a grant may take. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal, get_args
from uuid import UUID

from services.funding.grants.rated import Rated
from services.funding.ledger.rules import Key, Kind, Posting
from services.funding.policies import Duty, Scheme, SchemeParameters
from shared.contracts.base import Reason
from shared.contracts.funding import GrantStateName
from shared.problems.duties import SameHand, same_person
from shared.problems.transitions import Transitions, move

Step = Literal["review", "approval", "payment", "release"]
Outcome = Literal["raised", "held", "none"]

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
    "review": ("release",),
    "approval": ("release", "review"),
    "payment": ("release", "review", "approval"),
}
"""For each step, those whose actor may not take it, where the scheme separates both. Releasing a held grant counts as
drafting it."""
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
    evaluation_id: UUID
    version: int
    raised_at: datetime
    actors: Mapping[Step, str | None]
    raised_by: str | None = None
    """Who raised it by deciding again; None where an event did."""
    purpose: str = "annual"


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
    barred = find_bar(grant.actors, step, actor, raised_by=grant.raised_by, separate=separate)
    if barred is not None:
        raise barred


def find_bar(
    actors: Mapping[Step, str | None],
    step: Step,
    actor: str,
    *,
    raised_by: str | None,
    separate: Collection[Duty] = ALL_DUTIES,
) -> SameHand | None:
    """The earlier step of the actor that bars this one, None where nothing does."""
    if duty_of(step) not in separate:
        return None
    if "drafting" in separate and same_person(raised_by, actor):
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
    separate: Collection[Duty] = ALL_DUTIES,
) -> list[tuple[Step, SameHand | None]]:
    """The steps that a grant's state allows, each with what bars the actor from it."""
    possible = [step for before, step in TRANSITIONS if before == state]
    return [(step, find_bar(actors, step, actor, raised_by=raised_by, separate=separate)) for step in possible]


def duty_of(step: Step) -> Duty:
    """The duty that a step is: releasing a held grant counts as drafting it."""
    return "drafting" if step == "release" else step


def reasons_of(step: Step, now: datetime) -> list[Reason]:
    """What a step adds to the grant's reasons: a release says that the grant is held no longer; its note says why."""
    return [Reason(rule="R-hold", outcome="released", facts={}, as_of=now)] if step == "release" else []


def posting_of(grant: Grant, step: Step, note: str | None) -> Posting | None:
    """What a step posts to the accounts fixed when the grant was raised, None for one that moves no money."""
    posted: dict[Step, tuple[Kind, str, str]] = {
        "approval": ("grant_approved", grant.expense_account, grant.payable_account),
        "payment": ("grant_paid", grant.payable_account, grant.appropriation_account),
    }
    if step not in posted:
        return None
    kind, debit, credit = posted[step]
    key = Key(kind, grant.recipient_id, grant.scheme, str(grant.year), grant.purpose)
    return Posting(kind, grant.id, grant.division, debit, credit, grant.amount_fen, note, key)


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an evaluation raises an annual grant: by which scheme, how much, and why."""

    outcome: Outcome
    policy: str | None
    parameters: SchemeParameters | None
    amount_fen: int | None
    facts: Mapping[str, object]
    reasons: Sequence[Reason] = field(default=())

    @property
    def scheme(self) -> str | None:
        """The scheme's code, None where none is in force."""
        return self.parameters.scheme if self.parameters else None


def scheme_day(year: int) -> date:
    """The day whose scheme a year's grant follows: the last of the rated year.

    Not the day of completion: a late or corrected evaluation meets the same figures as the first one, and a replay
    decides the same. Decision 4 reads this day too.
    """
    return date(year, 12, 31)


def decide_annual_grant(evaluation: Rated, scheme: Scheme | None) -> Decision:
    """The annual grant of one evaluation (H31, H32, decisions 5 and 7); `scheme` is the one in force."""
    on = scheme_day(evaluation.year)
    facts: dict[str, object] = {
        "evaluation_id": str(evaluation.id),
        "party_organization_id": str(evaluation.party_organization_id),
        "party_organization_name": evaluation.party_organization_name,
        "kind": evaluation.party_organization_kind,
        "form": evaluation.form,
        "division": evaluation.division,
        "year": evaluation.year,
        "star": evaluation.star,
        "total": str(evaluation.total),
        "scheme_day": on.isoformat(),
    }
    reasons: list[Reason] = []

    def note(rule: str, outcome: str, **read: object) -> None:
        reasons.append(Reason(rule=rule, outcome=outcome, facts=read, as_of=evaluation.completed_at))

    if scheme is None:
        note("R-scheme", "no_scheme_in_force", division=evaluation.division, on=on.isoformat())
        return Decision("none", None, None, None, facts, reasons)
    parameters = scheme.parameters
    listed = parameters.key_industry_committee(evaluation.party_organization_id, on)
    if listed is not None:
        note("H31", "excluded", listed_from=listed.effective_from.isoformat(), on=on.isoformat())
        return Decision("none", scheme.id, parameters, None, facts, reasons)
    note("H31", "not_listed", on=on.isoformat())
    kind = evaluation.party_organization_kind
    amount = parameters.amounts_fen[kind]
    note("H32", "due", kind=kind, year=evaluation.year, amount_fen=amount, policy=scheme.id)
    held = evaluation.star < parameters.hold_below_stars
    note(
        "R-hold",
        "held" if held else "not_held",
        star=evaluation.star,
        hold_below_stars=parameters.hold_below_stars,
    )
    return Decision("held" if held else "raised", scheme.id, parameters, amount, facts, reasons)


def already_raised(scheme: str, year: int, grant_id: UUID, as_of: datetime) -> Reason:
    """Why a repeated or corrected evaluation changes nothing: one grant a recipient, scheme and year (H32)."""
    return Reason(
        rule="H32",
        outcome="already_raised",
        facts={"scheme": scheme, "year": year, "grant_id": str(grant_id)},
        as_of=as_of,
    )
