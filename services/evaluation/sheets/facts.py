"""A stage's sheet by facts: what was found at each indicator, and the points that its method makes of that. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.evaluation.indicator_systems.scoring import Rated, ScoringIndicator, ScoringSystem
from services.evaluation.indicator_systems.working_out import NotAFact, work_out
from services.evaluation.sheets import errors as e
from services.evaluation.sheets.rules import NOT_APPLICABLE, Fact, Sheet, SheetReader
from shared.problems.problems import FieldError


def read_facts(
    given: Mapping[str, Mapping[str, Any]],
    system: ScoringSystem,
    rated: Rated,
    *,
    bonus: Sequence[Mapping[str, Any]],
    vetoes: Sequence[Mapping[str, Any]],
) -> tuple[Sheet, list[FieldError]]:
    """The facts as sent, with their points, and all errors."""
    reader = _FactReader(system, rated)
    facts = {code: fact for code, one in given.items() if (fact := reader.fact(code, one)) is not None}
    scores = {code: fact.points for code, fact in facts.items() if fact.points is not None}
    return Sheet(scores, tuple(reader.bonus(bonus)), tuple(reader.vetoes(vetoes)), facts), reader.errors


class _FactReader(SheetReader):
    def __init__(self, system: ScoringSystem, rated: Rated) -> None:
        super().__init__(system)
        self._indicators = {one.code: one for one in system.indicators()}
        self._not_for = system.not_for(rated)

    def fact(self, code: str, given: Mapping[str, Any]) -> Fact | None:
        indicator = self._indicators.get(code)
        if indicator is None:
            self.complain((code,), e.UNKNOWN_INDICATOR, type=self.system.type, code=code)
            return None
        if code in self._not_for:
            self.complain((code,), e.NOT_FOR_THEM, code=code)
            return None
        evidence = self.text((code, "evidence"), given["evidence"])
        return self._worked_out(indicator, given["value"], evidence)

    def _worked_out(self, indicator: ScoringIndicator, value: object, evidence: str) -> Fact | None:
        place = (indicator.code, "value")
        if value == NOT_APPLICABLE:
            if indicator.absent_when is None:
                self.complain(place, e.ALWAYS_APPLIES, code=indicator.code)
                return None
            absent = indicator.absent_when
            return Fact(NOT_APPLICABLE, evidence, None, {"method": "left_out", "zh": absent.zh, "en": absent.en})
        if indicator.method is None:
            self.complain(place, e.NO_METHOD, code=indicator.code)
            return None
        worked = work_out(indicator.method, indicator.points, value)
        if isinstance(worked, NotAFact):
            self.complain(place, worked.sentence, **worked.facts)
            return None
        return Fact(worked.value, evidence, worked.points, worked.because)
