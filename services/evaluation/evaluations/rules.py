"""An evaluation's life, and who may take which step. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from services.evaluation.cycles.errors import CycleNotOpen
from services.evaluation.cycles.frozen_rules import FrozenPolicy
from services.evaluation.indicator_systems.scoring import Rated, ScoringSystem
from shared.contracts.base import Form, PartyOrganizationKind, Reason
from shared.problems.duties import ConflictOfInterest, SameHand, same_person
from shared.problems.problems import Problem
from shared.problems.transitions import Transitions, move

State = Literal["enrolled", "scoring", "completed", "withdrawn"]
Step = Literal["scoring", "completion", "withdrawal"]

TRANSITIONS: Transitions[State, Step] = Transitions(
    "evaluation",
    {
        ("enrolled", "scoring"): "scoring",
        ("scoring", "scoring"): "scoring",
        ("enrolled", "completion"): "completed",
        ("scoring", "completion"): "completed",
        ("enrolled", "withdrawal"): "withdrawn",
        ("scoring", "withdrawal"): "withdrawn",
    },
)
"""Every move that an evaluation can make; any other is refused and changes nothing."""

_RATINGS = ("committee", "bonuses", "vetoes")
HANDS_APART: Mapping[str, Sequence[str]] = {
    "self": _RATINGS,
    **dict.fromkeys((*_RATINGS, "completion"), ("self",)),
}
"""Step → stages whose actor may not take it: nobody both self-assesses and rates, in whichever order."""

RATING_STEPS = ("self", "group", "committee", "completion")
"""What raters do with an evaluation: each stage's sheet, then the completion."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """An evaluation that is to take a step, with its cycle's state and the rules that the cycle froze."""

    id: UUID
    cycle_id: UUID
    year: int
    party_organization_id: UUID
    party_organization_name: str
    party_organization_kind: PartyOrganizationKind
    form: Form
    division: str
    type: str
    state: State
    reasons: Sequence[Reason]
    sequence: int
    version: int
    cycle_state: str
    opened_by: str | None
    policy: FrozenPolicy
    system: ScoringSystem

    def rated(self) -> Rated:
        """What indicators ask of it; the number of units is that of its enrolment."""
        enrolled = [reason.facts.get("organizations") for reason in self.reasons if reason.rule == "H16"]
        units = enrolled[0] if enrolled and isinstance(enrolled[0], int) else None
        return Rated(self.form, self.party_organization_kind, units)


def check_step(evaluation: Evaluation, step: Step) -> State:
    """The state after a step. Raises IllegalTransition (409), CycleNotOpen (409)."""
    state = move(TRANSITIONS, evaluation.state, step)
    if evaluation.cycle_state != "open":
        raise CycleNotOpen(state=evaluation.cycle_state, cycle_id=str(evaluation.cycle_id))
    return state


def hands_of(
    sheets: Iterable[Mapping[str, Any]], entries: Iterable[Mapping[str, Any]]
) -> dict[str, Collection[str | None]]:
    """Who ever put each stage's sheet, and each kind of entries of the catalogue."""
    by_stage = [(sheet["stage"], sheet) for sheet in sheets] + [(entry["kind"], entry) for entry in entries]
    return {stage: {*row["hands"], row["put_by"]} for stage, row in by_stage}


def earlier_hand(
    step: str,
    hands: Mapping[str, Collection[str | None]],
    actor: str,
    *,
    opened_by: str | None = None,
    separate_duties: Collection[str] = (),
) -> str | None:
    """What the actor did before that bars them from a step: a stage that they ever put, replaced or not, or `opening`.

    A step is a stage, or `completion`. Of the duties that the cycle's policy separates, nobody takes two: who opened
    the cycle neither rates nor completes, who scored does not complete. Self-assessment is no rating.
    """
    duty = {"self": "self", "completion": "completion"}.get(step, "rating")
    if {"opening", duty} <= {*separate_duties} and same_person(opened_by, actor):
        return "opening"
    barring = [*HANDS_APART.get(step, ())]
    if duty == "completion" and {"rating", "completion"} <= {*separate_duties}:
        barring = [*hands]
    return next((stage for stage in barring if any(same_person(one, actor) for one in hands.get(stage, ()))), None)


def next_steps(
    state: State,
    cycle: CycleNotOpen | None,
    hands: Mapping[str, Collection[str | None]],
    actor: str,
    *,
    interested: bool,
    opened_by: str | None = None,
    separate_duties: Collection[str] = (),
) -> list[tuple[str, Problem | None]]:
    """Each stage's scoring and the completion, where the state allows them, with what bars the actor from it.

    `cycle` is what bars everybody, `interested` whether the actor declared an interest.
    """
    if (state, "completion") not in TRANSITIONS:
        return []

    def bar(step: str) -> Problem | None:
        if interested and step != "self":
            return ConflictOfInterest()
        earlier = earlier_hand(step, hands, actor, opened_by=opened_by, separate_duties=separate_duties)
        return None if earlier is None else SameHand(what="evaluation", earlier=earlier, step=step)

    return [(step, cycle or bar(step)) for step in RATING_STEPS]
