"""What is stated of the act that founds, and why there is none yet (D8). Pure."""

from dataclasses import dataclass
from typing import Literal

from services.incubation.formation.rules import CaseState
from shared.contracts.base import FoundingForm
from shared.contracts.incubation import Outcome
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput

WhyNot = Literal["due_not_built", "fewer_than_three_members", "no_members", "instructor_sent"]
"""Why there is no Party organization (D8), as inspections have it too."""
_FOUNDS_NOTHING = Text(
    zh="此事项不新建党组织，不填批复文号和组建方式。",
    en="This decision founds no Party organization: it has neither a number nor a form of founding.",
)


@dataclass(frozen=True, slots=True)
class Act:
    """What is stated of the act that founds (D8): the number of the approval, and the form of the founding."""

    number: str | None = None
    form: FoundingForm | None = None


NOTHING_STATED = Act()


def check_act(act: Act, *, founds: bool) -> None:
    """Raises InvalidInput (422) for what is stated of a founding where nothing is founded."""
    stated = (("/founding_number", act.number), ("/founding_form", act.form))
    faults = [FieldError(pointer, _FOUNDS_NOTHING) for pointer, value in stated if value is not None]
    if faults and not founds:
        raise InvalidInput(faults)


def why_not_established(
    state: CaseState, occasion: str, outcome: Outcome, *, has_members: bool, instructor: bool
) -> WhyNot | None:
    """D8: why an organization has no Party organization, by its last check and what became of it.

    Whom an area covers has none either. `has_members`: it has some, though none may count, as those on part time where
    they do not, or probationary ones; `instructor`: one was sent.
    """
    unbuilt = state in ("open", "deferred") or (state == "approved" and outcome == "area")
    if occasion == "kind" or not unbuilt:
        return None
    if instructor:
        return "instructor_sent"
    if outcome == "standalone":
        return "due_not_built"
    return "fewer_than_three_members" if outcome == "joint" or has_members else "no_members"
