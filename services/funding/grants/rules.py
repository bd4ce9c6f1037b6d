"""Decides which grant an evaluation raises, and which step a grant may take. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from services.funding.policies import Scheme, SchemeParameters
from shared.contracts.base import Reason
from shared.contracts.evaluation import EvaluationCompleted
from shared.contracts.funding import GrantStateName
from shared.problems.duties import SameHand
from shared.problems.problems import IllegalTransition

Step = Literal["review", "approval", "payment", "release"]
Outcome = Literal["raised", "held", "none"]

TRANSITIONS: dict[tuple[GrantStateName, Step], GrantStateName] = {
    ("held", "release"): "raised",
    ("raised", "review"): "reviewed",
    ("reviewed", "approval"): "approved",
    ("approved", "payment"): "paid",
}
"""Every move that a grant can make; any other is refused and changes nothing."""


def move_grant(state: GrantStateName, step: Step) -> GrantStateName:
    """The state after a step. Raises IllegalTransition."""
    moved = TRANSITIONS.get((state, step))
    if moved is None:
        raise IllegalTransition(state=state, action=step)
    return moved


HAND_OF_STEP: dict[Step, str] = {
    "release": "drafted_by",
    "review": "reviewed_by",
    "approval": "approved_by",
    "payment": "paid_by",
}
"""Where it is kept who took a step. Releasing a held grant is drafting it."""

BARRED_BY: dict[Step, tuple[Step, ...]] = {
    "release": (),
    "review": ("release",),
    "approval": ("release",),
    "payment": ("release", "review"),
}
"""Whose hand bars which step: who drafted cannot review or approve, who drafted or reviewed cannot pay."""


def check_hands(grant: Mapping[str, Any], step: Step, actor: str) -> None:
    """Raises SameHand (403) where the actor took a step that bars this one."""
    for earlier in BARRED_BY[step]:
        if grant[HAND_OF_STEP[earlier]] == actor:
            raise SameHand(earlier="drafting" if earlier == "release" else earlier, step=step)


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an evaluation raises an annual grant: by which scheme, how much, and why."""

    outcome: Outcome
    policy: str | None
    parameters: SchemeParameters | None
    amount_fen: int | None
    facts: Mapping[str, Any]
    reasons: Sequence[Reason] = field(default=())

    @property
    def scheme(self) -> str | None:
        """The scheme's code, None where none is in force."""
        return self.parameters.scheme if self.parameters else None


def scheme_day(year: int) -> date:
    """The day whose scheme a year's grant follows: the last of the rated year.

    Not the day of completion: so a late or corrected evaluation meets the same figures as the first one, a replay
    decides the same, and it is the day that decision 4 reads too.
    """
    return date(year, 12, 31)


def decide_annual_grant(evaluation: EvaluationCompleted, scheme: Scheme | None) -> Decision:
    """The annual grant of one evaluation (H31, H32, decisions 5 and 7); `scheme` is the one in force."""
    on = scheme_day(evaluation.year)
    facts: dict[str, Any] = {
        "evaluation_id": str(evaluation.id),
        "party_organization_id": str(evaluation.party_organization_id),
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
        note("decision-7", "no_scheme_in_force", division=evaluation.division, on=on.isoformat())
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
        "decision-5",
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


def released(now: datetime) -> Reason:
    """Why a grant that was held is not any more: somebody released it, with a note in its history."""
    return Reason(rule="decision-5", outcome="released", facts={}, as_of=now)
