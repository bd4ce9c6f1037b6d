"""The life of each kind of consequence, and whose step is next. Pure."""

from collections.abc import Mapping
from typing import Literal

from shared.problems.transitions import Transitions

Kind = Literal[
    "improvement", "rectification", "laggard", "talk", "nomination", "score_letter", "ceiling", "procurement"
]
State = Literal["open", "underway", "tracked", "sent", "received", "in_effect", "closed", "superseded", "lapsed"]
Step = Literal[
    "plan",
    "tracking",
    "acceptance",
    "rejection",
    "talk",
    "sending",
    "receipt",
    "use",
    "settlement",
    "superseding",
    "lapsing",
]
Owner = Literal["secretary", "district_officer"]

Table = Transitions[State, Step]
_WHAT = "consequence"
# A correction takes the place of what is not done yet; what was done stays done. Who was dissolved has nothing to do.
_OPINION: Table = Transitions(
    _WHAT,
    {
        ("open", "plan"): "underway",
        ("underway", "tracking"): "tracked",
        ("tracked", "tracking"): "tracked",
        ("tracked", "acceptance"): "closed",
        ("tracked", "rejection"): "open",
        ("open", "superseding"): "superseded",
        ("underway", "superseding"): "superseded",
        ("tracked", "superseding"): "superseded",
        ("open", "lapsing"): "lapsed",
        ("underway", "lapsing"): "lapsed",
        ("tracked", "lapsing"): "lapsed",
    },
)
_TALK: Table = Transitions(
    _WHAT,
    {("open", "talk"): "closed", ("open", "superseding"): "superseded", ("open", "lapsing"): "lapsed"},
)
# A letter that is on its way or was used is corrected by another one.
_LETTER: Table = Transitions(
    _WHAT,
    {
        ("open", "sending"): "sent",
        ("sent", "receipt"): "received",
        ("received", "use"): "closed",
        ("open", "superseding"): "superseded",
        ("sent", "superseding"): "superseded",
        ("received", "superseding"): "superseded",
        ("closed", "superseding"): "superseded",
    },
)
_LISTING: Table = Transitions(
    _WHAT,
    {("open", "settlement"): "closed", ("open", "superseding"): "superseded", ("open", "lapsing"): "lapsed"},
)
# It concerns the Party organization, which is not there any more.
_NOMINATION: Table = Transitions(
    _WHAT, {("in_effect", "superseding"): "superseded", ("in_effect", "lapsing"): "lapsed"}
)
# It concerns the organizations that were covered, which are.
_EFFECT: Table = Transitions(_WHAT, {("in_effect", "superseding"): "superseded"})

TABLES: Mapping[Kind, Table] = {
    "improvement": _OPINION,
    "rectification": _OPINION,
    "laggard": _LISTING,
    "talk": _TALK,
    "nomination": _NOMINATION,
    "score_letter": _LETTER,
    "ceiling": _EFFECT,
    "procurement": _EFFECT,
}
"""Every move that a consequence of a kind can make; any other is refused and changes nothing."""

FIRST: Mapping[Kind, State] = {
    kind: "in_effect" if ("in_effect", "superseding") in table else "open" for kind, table in TABLES.items()
}
"""In which state each kind begins."""
STEPS_BY_CALLERS: tuple[Step, ...] = (
    "plan",
    "tracking",
    "acceptance",
    "rejection",
    "talk",
    "sending",
    "receipt",
    "use",
)
"""Steps that somebody takes; the others follow from a correction, an acceptance, a dissolution."""


def owner_of(kind: Kind, state: State) -> Owner:
    """Whose step is next: the plan is the rated unit's, the rest its district's."""
    return "secretary" if TABLES[kind] is _OPINION and state in ("open", "underway") else "district_officer"
