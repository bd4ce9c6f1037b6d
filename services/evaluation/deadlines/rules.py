"""By when the stages of an evaluation are due, which of them are late, and what follows from a missing one. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, get_args

from services.evaluation.deadlines.errors import StageFirst, SupplementFirst
from services.evaluation.policies import RatingParameters
from services.evaluation.stage_policies import DueStage, StageDeadline
from shared.field.calendar import WorkingDays, china_day

ORDER: Sequence[str] = get_args(DueStage)
_NOT_COUNTED_FROM_THE_OPENING = "supplement"


@dataclass(frozen=True, slots=True)
class StageDue:
    """A stage that is due: by when, with its extension, and on which day it was submitted first."""

    stage: str
    due_on: date
    first_due_on: date
    submitted_on: date | None = None

    def is_late(self, today: date) -> bool:
        """Whether it was submitted after the day, or is due no more and was not submitted."""
        return (self.submitted_on or today) > self.due_on


@dataclass(frozen=True, slots=True)
class Unsubmitted:
    """A stage that was not submitted in time, as a rating states it; `missing`: until now."""

    stage: str
    due_on: date | None
    submitted_on: date | None
    deducts: Decimal

    @property
    def missing(self) -> bool:
        """Whether there is none, and the rating goes on without it."""
        return self.submitted_on is None

    def to_json(self) -> dict[str, Any]:
        """As reasons and the frozen basis have it."""
        return {
            "stage": self.stage,
            "due_on": None if self.due_on is None else self.due_on.isoformat(),
            "submitted_on": None if self.submitted_on is None else self.submitted_on.isoformat(),
            "deducts": f"{self.deducts:.2f}",
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> "Unsubmitted":
        """As `to_json` wrote it."""
        due_on, submitted_on = (
            None if row[name] is None else date.fromisoformat(row[name]) for name in ("due_on", "submitted_on")
        )
        return cls(row["stage"], due_on, submitted_on, Decimal(row["deducts"]))


def working_days_after(opened_on: date, policy: RatingParameters, days: WorkingDays) -> list[str]:
    """The working days that a cycle freezes: those after its opening, to the end of the next year and the longest term.

    None where nothing of the policy is due in working days. What changes in the lists later does not move a deadline.
    """
    if not policy.deadlines:
        return []
    terms = [term for one in policy.deadlines.values() for term in (one.working_days, *one.by_type.values())]
    last = max(days.add_working_days(opened_on, max(terms)), date(opened_on.year + 1, 12, 31))
    found, day = [], days.add_working_days(opened_on, 1)
    while day <= last:
        found.append(day.isoformat())
        day = days.add_working_days(day, 1)
    return found


def due_days(policy: RatingParameters, system_type: str, start: date, frozen: Sequence[str]) -> dict[str, str]:
    """By when each stage is due for who was enrolled on `start`, the cycle's opening or a day after it.

    Beyond the frozen days, the last of them.
    """
    if not frozen:
        return {}
    first = bisect_right(frozen, start.isoformat())
    return {
        stage: frozen[min(first + one.by_type.get(system_type, one.working_days), len(frozen)) - 1]
        for stage, one in policy.deadlines.items()
        if stage != _NOT_COUNTED_FROM_THE_OPENING
    }


def submitted_of(
    steps: Iterable[Mapping[str, Any]], sheets: Iterable[Mapping[str, Any]], *, decided: bool
) -> dict[str, date]:
    """On which day each stage was submitted first; what was put again later was submitted then. A session: the last."""
    found: dict[str, date] = {}
    for step in steps:
        on = china_day(datetime.fromisoformat(step["at"]))
        if step["step"] != "decision":
            found.setdefault(step["step"], on)
        elif decided:
            found["session"] = on
    for sheet in sheets:
        found.setdefault(sheet["stage"], china_day(sheet["put_at"]))
    return {stage: found[stage] for stage in ORDER if stage in found}


def find_dues(
    deadlines: Mapping[str, str] | None,
    extended: Mapping[str, str] | None,
    calendar: Mapping[str, str],
    year: int,
    submitted: Mapping[str, date],
) -> list[StageDue]:
    """The stages of an evaluation that are due, in their order: by its own days, else by the calendar of its cycle."""
    own = {stage: f"{year + 1}-{day}" for stage, day in calendar.items()} | dict(deadlines or {})
    later = extended or {}
    return [
        StageDue(
            stage,
            date.fromisoformat(later.get(stage, own[stage])),
            date.fromisoformat(own[stage]),
            submitted.get(stage),
        )
        for stage in ORDER
        if stage in own
    ]


def waits_for(
    stage: str,
    dues: Sequence[StageDue],
    submitted: Mapping[str, date],
    rules: Mapping[str, StageDeadline],
    deciding_stage: str,
    today: date,
) -> StageFirst | None:
    """The earlier stage that the committee, or whichever stage decides, waits for; None where it may go on.

    `stage` may be the completion and the session too: an extension may have been granted since.
    """
    if stage not in ("committee", deciding_stage, "completion"):
        return None
    by_stage = {one.stage: one.due_on for one in dues}
    for earlier in ORDER:
        rule = rules.get(earlier)
        if earlier == stage or rule is None or rule.missing is None or earlier in submitted:
            continue
        due_on = by_stage.get(earlier)
        if rule.missing == "waits" or (due_on is not None and today <= due_on):
            return StageFirst(stage=earlier, due_on=due_on or "-")
    return None


def waits_for_supplement(
    returned: Mapping[str, Any] | None, deciding_stage: str, today: date
) -> SupplementFirst | None:
    """The returned sheet that a decision waits for: the deciding stage's, or another one that is still due.

    Another one without a day is not waited for: nothing says how long. Nobody decides on the deciding stage's before.
    """
    if returned is None:
        return None
    stage, day = returned["stage"], _supplement_day(returned)
    if stage != deciding_stage and (day is None or today > day):
        return None
    return SupplementFirst(stage=stage, due_on=day or "-")


def was_supplemented(returned: Mapping[str, Any] | None, steps: Iterable[Mapping[str, Any]], today: date) -> bool:
    """Whether something was returned, and was supplemented or is due no more."""
    if returned is None:
        return any(step["step"] == "return" for step in steps)
    day = _supplement_day(returned)
    return day is not None and today > day


def _supplement_day(returned: Mapping[str, Any]) -> date | None:
    due_on = returned.get("due_on")
    return None if due_on is None else date.fromisoformat(due_on)


def find_unsubmitted(
    dues: Sequence[StageDue], submitted: Mapping[str, date], rules: Mapping[str, StageDeadline], today: date
) -> list[Unsubmitted]:
    """What a rating states: stages that it goes on without, and those that came late, where the policy has a rule."""
    by_stage = {one.stage: one for one in dues}
    found = []
    for stage in ORDER:
        rule, due = rules.get(stage), by_stage.get(stage)
        if rule is None or rule.missing is None:
            continue
        if stage not in submitted:
            found.append(Unsubmitted(stage, None if due is None else due.due_on, None, rule.missing_deducts))
        elif due is not None and due.is_late(today):
            found.append(Unsubmitted(stage, due.due_on, submitted[stage], Decimal(0)))
    return found
