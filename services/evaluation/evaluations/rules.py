"""An evaluation's life, and who may take which step. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, cast
from uuid import UUID

from services.evaluation.catalogues.rules import kept_entries
from services.evaluation.cycles.errors import CycleNotOpen
from services.evaluation.cycles.frozen_rules import FrozenPolicy
from services.evaluation.deadlines.progress import TIMING, Progress, progress_of
from services.evaluation.deadlines.rules import Unsubmitted, was_supplemented
from services.evaluation.indicator_systems.scoring import Rated, ScoringSystem, rated_as
from services.evaluation.sheets.rules import Sheet
from shared.contracts.base import Form, PartyOrganizationKind, Reason
from shared.problems.duties import same_person
from shared.problems.transitions import Transitions, move

State = Literal["enrolled", "scoring", "decided", "published", "objected", "completed", "withdrawn"]
Step = Literal[
    "scoring",
    "extension",
    "return",
    "decision",
    "publication",
    "objection",
    "rejection",
    "upholding",
    "completion",
    "reopening",
    "withdrawal",
]

TRANSITIONS: Transitions[State, Step] = Transitions(
    "evaluation",
    {
        ("enrolled", "scoring"): "scoring",
        ("scoring", "scoring"): "scoring",
        ("enrolled", "extension"): "enrolled",
        ("scoring", "extension"): "scoring",
        ("scoring", "return"): "scoring",
        ("scoring", "decision"): "decided",
        ("decided", "return"): "scoring",
        ("decided", "publication"): "published",
        ("published", "objection"): "objected",
        ("objected", "objection"): "objected",
        ("objected", "rejection"): "published",
        ("objected", "upholding"): "scoring",
        ("enrolled", "completion"): "completed",
        ("scoring", "completion"): "completed",
        ("decided", "completion"): "completed",
        ("published", "completion"): "completed",
        ("completed", "reopening"): "scoring",
        ("enrolled", "withdrawal"): "withdrawn",
        ("scoring", "withdrawal"): "withdrawn",
        ("decided", "withdrawal"): "withdrawn",
        ("published", "withdrawal"): "withdrawn",
        ("objected", "withdrawal"): "withdrawn",
    },
)
"""Every move that an evaluation can make; any other is refused and changes nothing.

A session decides, a notice is published, where the cycle's policy says so (`due_first`).
"""

PHASES = ("decided", "published", "objected")
"""States that are stored beside `scoring`: the version before knows none of them."""

_RATINGS = ("committee", "bonuses", "vetoes")
HANDS_APART: Mapping[str, Sequence[str]] = {
    "self": (*_RATINGS, "first_check"),
    "first_check": ("self", "committee"),
    **dict.fromkeys((*_RATINGS, "completion", "extension", "return"), ("self",)),
    "committee": ("self", "first_check"),
}
"""Step → stages whose actor may not take it: nobody both self-assesses and rates, in whichever order."""

_DUTIES = {name: name for name in ("self", "completion", "answer", "reopening", "extension")}
"""Steps that are no rating."""


def stored_as(state: State) -> dict[str, str | None]:
    """A state as it is stored."""
    return {"state": "scoring", "phase": state} if state in PHASES else {"state": state, "phase": None}


def state_of(row: Mapping[str, Any]) -> State:
    """The state of a stored row."""
    return cast(State, row["phase"] if row["state"] == "scoring" and row["phase"] else row["state"])


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
    decision: Mapping[str, Any] | None = None
    """What a session decided, as it is stored; None where none has, or where it was taken back."""
    published_on: date | None = None
    notice_until: date | None = None
    earlier: Sequence[Mapping[str, Any]] = ()
    """Ratings that were completed and reopened."""
    completed_by: str | None = None
    satisfaction: Mapping[str, Any] | None = None
    steps: Sequence[Mapping[str, Any]] = ()
    deadlines: Mapping[str, str] | None = None
    extended: Mapping[str, str] | None = None
    established_on: date | None = None
    affiliated_to: str | None = None
    affiliated_as: str | None = None
    affiliated_name: str | None = None
    moved_to: str | None = None
    returned: Mapping[str, Any] | None = None
    """The stage whose sheet is to be supplemented, and why; None where none is."""
    enrolled_at: datetime | None = None

    def is_returned(self, stage: str) -> bool:
        """Whether this stage's sheet is to be supplemented; putting it answers that, were it as it is stored."""
        return self.returned is not None and self.returned["stage"] == stage

    def progress(self, sheets: Iterable[Mapping[str, Any]]) -> Progress:
        """What of it is due and submitted, by its stages' sheets."""
        return progress_of({name: getattr(self, name) for name in TIMING}, sheets, self.policy.parameters)

    def is_supplemented(self, today: date) -> bool:
        """Whether something was returned, and was supplemented or is due no more: what is missing now is missing."""
        return was_supplemented(self.returned, self.steps, today)

    def belongs_to(self) -> str | None:
        """The body by which its rater is found (H18); None where it moved since: who decided it decides again."""
        return None if self.moved_to else self.affiliated_to

    def rated(self) -> Rated:
        """What indicators ask of it; the number of units is that of its enrolment."""
        return rated_as(self.form, self.party_organization_kind, self.reasons)


def check_step(evaluation: Evaluation, step: Step) -> State:
    """The state after a step. Raises IllegalTransition (409), CycleNotOpen (409)."""
    state = move(TRANSITIONS, evaluation.state, step)
    # What was reopened is corrected after the cycle closed too.
    if evaluation.cycle_state != "open" and step != "reopening" and not evaluation.earlier:
        raise CycleNotOpen(state=evaluation.cycle_state, cycle_id=str(evaluation.cycle_id))
    return state


def frozen_basis(
    sheet: Sheet,
    system: ScoringSystem,
    policy: FrozenPolicy,
    entries: Sequence[Mapping[str, Any]],
    unsubmitted: Sequence[Unsubmitted] = (),
) -> dict[str, Any]:
    """What a rating is based on: the deciding stage's sheet, the catalogue's entries, and the versions of its rules."""
    return {
        "stage": policy.parameters.deciding_stage,
        "type": system.type,
        "system_version": system.version,
        "policy": policy.id,
        **sheet.to_json(),
        "catalogue": kept_entries(entries),
        "unsubmitted": [one.to_json() for one in unsubmitted],
    }


def without_rating(reasons: Sequence[Reason]) -> list[Reason]:
    """The reasons of the enrolment and of moves; those of a rating go with it."""
    return [
        one
        for one in reasons
        if one.rule in ("R-moved", "R-reopened", "R-founded") or (one.rule == "H16" and "organizations" in one.facts)
    ]


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
    duty = _DUTIES.get(step, "rating")
    if {"opening", duty} <= {*separate_duties} and same_person(opened_by, actor):
        return "opening"
    everybody = step == "answer" or (duty == "completion" and {"rating", "completion"} <= {*separate_duties})
    barring = [*hands] if everybody else [*HANDS_APART.get(step, ())]
    return next((stage for stage in barring if any(same_person(one, actor) for one in hands.get(stage, ()))), None)
