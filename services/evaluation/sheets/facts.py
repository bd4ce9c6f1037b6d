"""A stage's sheet by facts: what was found at each indicator, and the points that its method makes of that. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from services.evaluation.indicator_systems.methods import Ratio
from services.evaluation.indicator_systems.scoring import Rated, ScoringIndicator, ScoringSystem
from services.evaluation.indicator_systems.working_out import NotAFact, counts_nothing, work_out
from services.evaluation.sheets import errors as e
from services.evaluation.sheets.rules import NO_EVIDENCE, NOT_APPLICABLE, Fact, Sheet, SheetReader
from shared.problems.problems import FieldError


def read_facts(
    given: Mapping[str, Mapping[str, Any]],
    system: ScoringSystem,
    rated: Rated,
    *,
    bonus: Sequence[Mapping[str, Any]],
    vetoes: Sequence[Mapping[str, Any]],
    supplemented: bool = False,
) -> tuple[Sheet, list[FieldError]]:
    """The facts as sent, with their points, and all errors.

    `supplemented`: what was missing was returned, and may be scored as missing now (domain §7).
    """
    reader = _FactReader(system, rated, supplemented=supplemented)
    facts = {code: fact for code, one in given.items() if (fact := reader.fact(code, one)) is not None}
    scores = {code: fact.points for code, fact in facts.items() if fact.points is not None}
    return Sheet(scores, tuple(reader.bonus(bonus)), tuple(reader.vetoes(vetoes)), facts), reader.errors


class _FactReader(SheetReader):
    def __init__(self, system: ScoringSystem, rated: Rated, *, supplemented: bool) -> None:
        super().__init__(system)
        self._supplemented = supplemented
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
        found = self._worked_out(indicator, given["value"], evidence)
        files = tuple(str(one) for one in given.get("files", ()))
        return found if found is None or not files else replace(found, files=files)

    def _worked_out(self, indicator: ScoringIndicator, value: object, evidence: str) -> Fact | None:
        if value == NOT_APPLICABLE:
            return self._left_out(indicator, evidence)
        if value == NO_EVIDENCE:
            return self._shown_by_nothing(indicator, evidence)
        if counts_nothing(indicator.method, value):
            return _of_nothing(indicator, evidence)
        place = (indicator.code, "value")
        if indicator.method is None:
            self.complain(place, e.NO_METHOD, code=indicator.code)
            return None
        worked = work_out(indicator.method, indicator.points, value)
        if isinstance(worked, NotAFact):
            self.complain(place, worked.sentence, **worked.facts)
            return None
        return Fact(worked.value, evidence, worked.points, worked.because)

    def _left_out(self, indicator: ScoringIndicator, evidence: str) -> Fact | None:
        absent = indicator.absent_when
        if absent is None:
            self.complain((indicator.code, "value"), e.ALWAYS_APPLIES, code=indicator.code)
            return None
        return Fact(NOT_APPLICABLE, evidence, None, {"method": "left_out", "zh": absent.zh, "en": absent.en})

    def _shown_by_nothing(self, indicator: ScoringIndicator, evidence: str) -> Fact | None:
        if not self._supplemented:
            self.complain((indicator.code, "value"), e.NOT_RETURNED, code=indicator.code)
            return None
        return Fact(NO_EVIDENCE, evidence, Decimal(0), {"method": NO_EVIDENCE})


def _of_nothing(indicator: ScoringIndicator, evidence: str) -> Fact:
    """A part of nothing is no share: the indicator is left out and the rest scaled, whether it says when it is absent
    or not. The fact is kept as it was found.
    """
    method, absent = indicator.method, indicator.absent_when
    assert isinstance(method, Ratio)
    zh = absent.zh if absent else f"没有可计之数：{method.of.zh}的分母为 0"
    en = absent.en if absent else f"nothing to count: {method.of.en} is of none"
    return Fact({"part": 0, "whole": 0}, evidence, None, {"method": "left_out", "zh": zh, "en": en})
