"""Where an evaluation stands: what of it is due and submitted, what it waits for, whether it is rated at all. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.evaluation.deadlines.errors import FoundedInYear
from services.evaluation.deadlines.rules import (
    StageDue,
    Unsubmitted,
    find_dues,
    find_unsubmitted,
    submitted_of,
    waits_for,
    waits_for_supplement,
)
from services.evaluation.policies import RatingParameters
from services.evaluation.stage_policies import StageDeadline
from shared.problems.problems import Problem

FIRST_CHECK, SELF = "first_check", "self"
_NO_DAY = StageDeadline(working_days=0, missing="waits")


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an evaluation stands: what of it is due, what was submitted, and the policy that says what follows."""

    dues: Sequence[StageDue]
    submitted: Mapping[str, date]
    policy: RatingParameters
    has_first_check: bool = False
    founded: FoundedInYear | None = None
    """Why it is not rated, where the policy does not rate who was founded in the year."""
    returned: Mapping[str, Any] | None = None
    """The stage whose sheet is to be supplemented."""

    def bars(self, stage: str) -> Problem | None:
        """What bars everybody from a stage, whatever was submitted: who is not rated assesses itself alone."""
        return None if stage == SELF else self.founded

    def waits_for(self, stage: str, today: date) -> Problem | None:
        """What `bars`, else see `waits_for`, and of a decision `waits_for_supplement`."""
        decides = self.policy.deciding_stage
        barred = self.bars(stage) or waits_for(stage, self.dues, self.submitted, self._rules(), decides, today)
        if barred is None and stage == "completion":
            return waits_for_supplement(self.returned, decides, today)
        return barred

    def unsubmitted(self, today: date) -> list[Unsubmitted]:
        """See `find_unsubmitted`."""
        return find_unsubmitted(self.dues, self.submitted, self._rules(), today)

    def _rules(self) -> dict[str, StageDeadline]:
        """What follows from each stage that is missing. The first check comes before the committee in any case."""
        rules = {stage: rule for stage, rule in self.policy.deadlines.items() if stage != FIRST_CHECK}
        if self.has_first_check:
            named = self.policy.deadlines.get(FIRST_CHECK, _NO_DAY)
            rules[FIRST_CHECK] = named if named.missing else named.model_copy(update={"missing": "waits"})
        return rules


TIMING = ("year", "deadlines", "extended", "steps", "decision", "affiliated_as", "established_on", "returned")
"""What `progress_of` reads of a row."""


def progress_of(row: Mapping[str, Any], sheets: Iterable[Mapping[str, Any]], policy: RatingParameters) -> Progress:
    """Of an evaluation, `TIMING` of it, and its sheets."""
    submitted = submitted_of(row["steps"], sheets, decided=row["decision"] is not None)
    dues = find_dues(row["deadlines"], row["extended"], policy.calendar, row["year"], submitted)
    checked = has_first_check(policy, row["affiliated_as"])
    founded = bar_founded(policy, row["established_on"], row["year"])
    return Progress(
        [one for one in dues if (checked or one.stage != FIRST_CHECK) and (founded is None or one.stage == SELF)],
        submitted,
        policy,
        has_first_check=checked,
        founded=founded,
        returned=row["returned"],
    )


def bar_founded(policy: RatingParameters, established_on: date | None, year: int) -> FoundedInYear | None:
    """Why who was founded on a day is not rated in a year; None where it is (D3)."""
    if policy.founded_in_year != "not_rated" or established_on is None or established_on.year != year:
        return None
    return FoundedInYear(established_on=established_on, year=year)


def has_first_check(policy: RatingParameters, affiliated_as: str | None) -> bool:
    """Whether the industry checks first, by the policy and the kind of affiliation (H18, D4)."""
    return policy.first_check is not None and policy.first_check.concerns(affiliated_as)
