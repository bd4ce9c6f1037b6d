"""The life of a document: drafted, checked, issued, by three different people; or withdrawn before. Pure."""

from collections.abc import Mapping
from typing import Literal

from shared.field.uscc import normalize
from shared.problems.duties import SameHand, same_person
from shared.problems.transitions import Transitions, states_before

DocumentState = Literal["drafted", "checked", "issued", "withdrawn"]
DocumentStep = Literal["check", "issue", "withdrawal"]

TRANSITIONS: Transitions[DocumentState, DocumentStep] = Transitions(
    "document",
    {
        ("drafted", "check"): "checked",
        ("checked", "issue"): "issued",
        ("drafted", "withdrawal"): "withdrawn",
        ("checked", "withdrawal"): "withdrawn",
    },
)
ACTOR_COLUMNS: Mapping[str, str] = {
    "drafting": "drafted_by",
    "check": "checked_by",
    "issue": "issued_by",
    "withdrawal": "withdrawn_by",
}
BARRED_BY: Mapping[DocumentStep, tuple[str, ...]] = {
    "check": ("drafting",),
    "issue": ("drafting", "check"),
    "withdrawal": (),
}
"""The earlier steps whose actor must be another person."""

_PREFIXES, _DIVISION_LENGTH, _CODE_LENGTH, _ID_LENGTH = (2, 4), 6, 18, 36


def stored_subject(about: str) -> str:
    """What a document is about as it is stored, however a reader writes it: 3301 and 330100 are one division."""
    if about.isascii() and about.isdigit() and len(about) in _PREFIXES:
        return about.ljust(_DIVISION_LENGTH, "0")
    code = normalize(about)
    return code if len(code) == _CODE_LENGTH else about.lower() if len(about) == _ID_LENGTH else about


def barred(actor: str, step: DocumentStep, actors: Mapping[str, str | None]) -> SameHand | None:
    """Why an actor may not take a step of a document, given who took the earlier ones; None where he may."""
    earlier = next((one for one in BARRED_BY[step] if same_person(actor, actors[ACTOR_COLUMNS[one]])), None)
    return None if earlier is None else SameHand(what="document", earlier=earlier, step=step)


def next_steps(state: DocumentState) -> list[DocumentStep]:
    """What the state allows."""
    return [step for step in BARRED_BY if state in states_before(TRANSITIONS, step)]
