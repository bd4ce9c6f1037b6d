"""The formulas of a score sheet give what the service computes (H14)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluation.indicator_systems.methods import Method, Ratio
from services.evaluation.indicator_systems.scoring import ScoringIndicator, ScoringLevel, ScoringSystem
from services.evaluation.indicator_systems.working_out import Worked, work_out
from services.evaluation.ratings.rules import rate
from services.evaluation.score_sheets import formulas
from services.evaluation.sheets.rules import Bonus, Sheet
from tests.evaluation.indicator_systems.test_working_out import (
    COUNTED,
    DEDUCTION,
    GRADED,
    RATIO,
    YES_NO,
    methods_with_points,
    points,
)
from tests.evaluation.ratings.test_rules import AS_OF, POLICY
from tests.evaluation.score_sheets.spreadsheet import evaluate


def by_formula(method: Method, most: Decimal, value: Any, whole: Any = None) -> Any:
    formula = formulas.score(method, most, "E5", "F5", "是", "否")
    return evaluate(formula, {"E5": value, "F5": whole})


@pytest.mark.parametrize(
    ("method", "most", "cells", "fact"),
    [
        (GRADED, "6", ("b 联合组建 (2.5分)", None), "b"),
        (GRADED, "6", ("b", None), "b"),
        (COUNTED, "6", (11, None), 11),
        (COUNTED, "5.75", (12, None), 12),
        (DEDUCTION, "5", (3, None), 3),
        (DEDUCTION, "5", (400, None), 400),
        (RATIO, "4", (66.67, None), "66.67"),
        (RATIO, "4", (66.66, None), "66.66"),
        (RATIO, "4", (2, 3), {"part": 2, "whole": 3}),
        (RATIO, "4", (19, 20), {"part": 19, "whole": 20}),
        (RATIO, "4", (189, 199), {"part": 189, "whole": 199}),
        (RATIO, "4", (0, 7), {"part": 0, "whole": 7}),
        (YES_NO, "5", ("是", None), True),
        (YES_NO, "5", ("否", None), False),
    ],
)
def test_h14_formula__gives_the_method_s_points(method: Method, most: str, cells: tuple[Any, Any], fact: Any) -> None:
    assert by_formula(method, Decimal(most), *cells) == float(points(method, most, fact))


@pytest.mark.parametrize("method", [GRADED, COUNTED, DEDUCTION, RATIO, YES_NO], ids=lambda one: one.kind)
def test_h14_formula__is_blank_without_a_fact_and_where_it_does_not_apply(method: Method) -> None:
    for value in (None, "不适用", "not applicable", "x"):
        assert by_formula(method, Decimal(6), value) == "", value


def test_h14_formula__is_blank_of_a_share_of_nothing() -> None:
    assert by_formula(RATIO, Decimal(4), 0, 0) == ""


@given(methods_with_points(), st.data())
def test_h14_formula__of_any_method_and_fact(drawn: tuple[Method, Decimal], data: st.DataObject) -> None:
    method, most = drawn
    whole: int | None = None
    value: Any
    fact: Any
    match method.kind:
        case "counted" | "deduction":
            value = fact = data.draw(st.integers(0, 100_000))
        case "yes_no":
            fact = data.draw(st.booleans())
            value = "是" if fact else "否"
        case "graded":
            fact = data.draw(st.sampled_from([grade.code for grade in method.grades]))  # type: ignore[union-attr]
            value = f"{fact} 一段文字 (1分)"
        case _:
            assert isinstance(method, Ratio)
            if data.draw(st.booleans()):
                whole = data.draw(st.integers(1, 100_000))
                value = data.draw(st.integers(0, whole))
                fact = {"part": value, "whole": whole}
            else:
                hundredths = data.draw(st.integers(0, 10_000))
                value, fact = hundredths / 100, str(Decimal(hundredths) / 100)
    worked = work_out(method, most, fact)
    assert isinstance(worked, Worked)
    assert by_formula(method, most, value, whole) == float(worked.points)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 2000), st.integers(0, 100), st.sampled_from(["in", "in", "absent", "of nothing"])),
        min_size=1,
        max_size=25,
    ),
    st.integers(0, 1000),
)
def test_h14_formula__of_the_total_is_the_service_s(rows: list[tuple[int, int, str]], bonus: int) -> None:
    cells: dict[str, Any] = {"H99": bonus / 100}
    scores, most = {}, {}
    for place, (points_of, share, state) in enumerate(rows, start=2):
        full = Decimal(points_of) / 100
        earned = (full * share / 100).quantize(Decimal("0.01"))
        code = f"A{place}"
        most[code] = full
        cells |= {f"D{place}": float(full), f"E{place}": "不适用" if state == "absent" else 1}
        cells[f"F{place}"] = 0 if state == "of nothing" else None
        cells[f"H{place}"] = float(earned) if state == "in" else ""
        if state == "in":
            scores[code] = earned
    if not scores:
        return
    last = len(rows) + 1
    formula = formulas.total(f"H2:H{last}", f"D2:D{last}", f"E2:E{last}", f"F2:F{last}", "H99", "不适用", Decimal(100))
    system = _system(most)
    left_out = frozenset(code for code in most if code not in scores)
    sheet = Sheet(scores, (Bonus("示范点", Decimal(bonus) / 100),) if bonus else (), ())
    rating = rate(sheet, POLICY, AS_OF, system=system, not_for=left_out)
    assert evaluate(formula, cells) == float(rating.total)


def _system(most: dict[str, Decimal]) -> ScoringSystem:
    indicators = [ScoringIndicator(code=code, points=points_of) for code, points_of in most.items()]
    return ScoringSystem(type="T01", version="2", levels=[ScoringLevel(indicators=indicators)], vetoes=[])
