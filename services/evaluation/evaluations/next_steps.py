"""What is due before a completion, and which steps somebody may take next. Pure."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from services.evaluation.deadlines.errors import FoundedInYear
from services.evaluation.deadlines.progress import Progress
from services.evaluation.evaluations.errors import NoticeFirst, NoticeRunning, SessionFirst
from services.evaluation.evaluations.rules import TRANSITIONS, State, earlier_hand
from services.evaluation.first_checks.rules import STAGE as FIRST_CHECK
from services.evaluation.first_checks.rules import Affiliation, bar_first_check
from services.evaluation.policies import RatingParameters
from shared.problems.duties import ConflictOfInterest, SameHand
from shared.problems.problems import Problem

RATING_STEPS = ("self", "group", "first_check", "committee", "completion")
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


def turn_of(
    row: Mapping[str, Any],
    progress: Progress | None,
    bodies: Collection[str],
    today: date,
    rating: Problem | None = None,
) -> Callable[[str], Problem | None]:
    """What an evaluation's steps wait for on a day, and what bars who acts for these bodies from the first check.

    `rating`: what bars the caller from rating (H18)."""

    def turn(step: str) -> Problem | None:
        if progress is None:
            return None
        if (barred := progress.bars(step)) is not None:
            return barred
        if step == FIRST_CHECK:
            affiliation = Affiliation(row["affiliated_to"], row["affiliated_as"], row["affiliated_name"])
            return bar_first_check(progress.policy.first_check, affiliation, bodies)
        if step == "committee" and rating is not None:
            return rating
        return progress.waits_for(step, today)

    return turn


def next_steps(
    state: State,
    closed: Problem | None,
    hands: Mapping[str, Collection[str | None]],
    actor: str,
    *,
    interested: bool,
    first: Problem | None = None,
    opened_by: str | None = None,
    separate_duties: Collection[str] = (),
    turn: Callable[[str], Problem | None] | None = None,
    first_check: bool = False,
) -> list[tuple[str, Problem | None]]:
    """Each stage's scoring and the completion, where the state allows them, with what bars the actor from it.

    `closed` is what bars from all of them, `first` what is due before a completion, `interested` whether the actor
    declared an interest, `turn` what a stage waits for, `first_check` whether the industry checks first.
    """

    def bar(step: str) -> Problem | None:
        waits = None if turn is None else turn(step)
        if isinstance(waits, FoundedInYear):
            return waits
        if interested and step != "self":
            return ConflictOfInterest()
        earlier = earlier_hand(step, hands, actor, opened_by=opened_by, separate_duties=separate_duties)
        if earlier is not None:
            return SameHand(what="evaluation", earlier=earlier, step=step)
        return first if first is not None and step == "completion" else waits

    steps = [step for step in RATING_STEPS if first_check or step != "first_check"]
    possible = [step for step in steps if (state, "completion" if step == "completion" else "scoring") in TRANSITIONS]
    return [(step, closed or bar(step)) for step in possible]
