"""What is due before a completion, and which steps somebody may take next. Pure."""

from collections.abc import Collection, Mapping
from datetime import date

from services.evaluation.cycles.errors import CycleNotOpen
from services.evaluation.evaluations.errors import NoticeFirst, NoticeRunning, SessionFirst
from services.evaluation.evaluations.rules import TRANSITIONS, State, earlier_hand
from services.evaluation.policies import RatingParameters
from shared.problems.duties import ConflictOfInterest, SameHand
from shared.problems.problems import Problem

RATING_STEPS = ("self", "group", "committee", "completion")
"""What raters do with an evaluation: each stage's sheet, then the completion."""
_SCORABLE: Collection[State] = ("enrolled", "scoring")


def due_first(policy: RatingParameters | None, state: State, notice_until: date | None, today: date) -> Problem | None:
    """What the policy asks for before a completion, as the problem of one that comes too early; None where nothing."""
    session = None if policy is None else policy.session_rules()
    if policy is None or session is None:
        return None
    if state in _SCORABLE:
        return SessionFirst()
    if policy.notice is not None and state == "decided":
        return NoticeFirst()
    running = state == "published" and notice_until is not None and today <= notice_until
    return NoticeRunning(until=notice_until) if running else None


def next_steps(
    state: State,
    cycle: CycleNotOpen | None,
    hands: Mapping[str, Collection[str | None]],
    actor: str,
    *,
    interested: bool,
    first: Problem | None = None,
    opened_by: str | None = None,
    separate_duties: Collection[str] = (),
) -> list[tuple[str, Problem | None]]:
    """Each stage's scoring and the completion, where the state allows them, with what bars the actor from it.

    `cycle` is what bars everybody, `first` what is due before a completion, `interested` whether the actor declared an
    interest.
    """

    def bar(step: str) -> Problem | None:
        if interested and step != "self":
            return ConflictOfInterest()
        earlier = earlier_hand(step, hands, actor, opened_by=opened_by, separate_duties=separate_duties)
        if earlier is not None:
            return SameHand(what="evaluation", earlier=earlier, step=step)
        return first if step == "completion" else None

    possible = [
        step for step in RATING_STEPS if (state, "completion" if step == "completion" else "scoring") in TRANSITIONS
    ]
    return [(step, cycle or bar(step)) for step in possible]
