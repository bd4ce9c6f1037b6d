"""The arithmetic of the five methods: a hand table for each, and what holds for every figure (H14)."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from services.evaluation.indicator_systems.explaining import explain
from services.evaluation.indicator_systems.methods import Method, find_fault
from services.evaluation.indicator_systems.working_out import NotAFact, Worked, work_out

READ: TypeAdapter[Method] = TypeAdapter(Method)
TEXT = {"zh": "次走访", "en": "visit"}


def method(kind: str, **figures: Any) -> Method:
    return READ.validate_python({"kind": kind, **figures})


GRADED = method(
    "graded",
    grades=[
        {"code": "a", "points": "6", "means": {"zh": "单独组建", "en": "standalone"}},
        {"code": "b", "points": "2.5", "means": {"zh": "联合组建", "en": "joint"}},
        {"code": "c", "points": "0", "means": {"zh": "未建", "en": "none"}},
    ],
)
COUNTED = method("counted", unit=TEXT, each="0.5")
DEDUCTION = method("deduction", case={"zh": "1次缺会", "en": "missing meeting"}, each="1.5")
RATIO = method(
    "ratio",
    of={"zh": "转入率", "en": "the share transferred"},
    brackets=[
        {"at_least": "95", "points": "4"},
        {"at_least": "66.67", "points": "2.5"},
        {"at_least": "50", "points": "1"},
    ],
)
YES_NO = method("yes_no", question={"zh": "是否单列", "en": "A line of its own"})


def points(one: Method, most: str, value: object) -> Decimal:
    worked = work_out(one, Decimal(most), value)
    assert isinstance(worked, Worked), worked
    return worked.points


@pytest.mark.parametrize(("value", "earned"), [("a", "6"), ("b", "2.5"), ("c", "0")])
def test_h14_graded__by_hand(value: str, earned: str) -> None:
    assert points(GRADED, "6", value) == Decimal(earned)


@pytest.mark.parametrize(
    ("value", "earned"), [(0, "0"), (1, "0.5"), (7, "3.5"), (11, "5.5"), (12, "6"), (13, "6"), (1_000_000, "6")]
)
def test_h14_counted__by_hand(value: int, earned: str) -> None:
    assert points(COUNTED, "6", value) == Decimal(earned)


def test_h14_counted__the_cap_is_the_points_even_between_two_units() -> None:
    assert [points(COUNTED, "5.75", value) for value in (11, 12)] == [Decimal("5.5"), Decimal("5.75")]


@pytest.mark.parametrize(("value", "earned"), [(0, "5"), (1, "3.5"), (2, "2"), (3, "0.5"), (4, "0"), (400, "0")])
def test_h14_deduction__by_hand(value: int, earned: str) -> None:
    assert points(DEDUCTION, "5", value) == Decimal(earned)


@pytest.mark.parametrize(
    ("value", "earned"),
    [
        ("100", "4"),
        ("95", "4"),
        ("94.99", "2.5"),
        ("66.67", "2.5"),
        ("66.66", "1"),
        ("50.00", "1"),
        ("49.99", "0"),
        ("0", "0"),
        (95, "4"),
        (Decimal("94.99"), "2.5"),
        ({"part": 19, "whole": 20}, "4"),
        ({"part": 189, "whole": 199}, "2.5"),
        ({"part": 2, "whole": 3}, "1"),
        ({"part": 1, "whole": 2}, "1"),
        ({"part": 0, "whole": 7}, "0"),
        ({"part": 7, "whole": 7}, "4"),
    ],
)
def test_h14_ratio__by_hand(value: object, earned: str) -> None:
    """2 of 3 is below 66.67 %, however it would be rounded."""
    assert points(RATIO, "4", value) == Decimal(earned)


@pytest.mark.parametrize(("value", "earned"), [(True, "5"), (False, "0")])
def test_h14_yes_no__by_hand(value: bool, earned: str) -> None:
    assert points(YES_NO, "5", value) == Decimal(earned)


@pytest.mark.parametrize(
    ("one", "values"),
    [
        (GRADED, ["d", "A", "", 1, None, True, ["a"], {"a": 1}]),
        (COUNTED, [-1, 1_000_001, "3", 1.5, Decimal("1.5"), None, True, [], {}]),
        (DEDUCTION, [-1, 1_000_001, "3", Decimal("1"), None, False]),
        (
            RATIO,
            [
                "-1",
                "100.01",
                "1_0",
                "1e1",
                "99.999",
                "",
                None,
                True,
                -1,
                101,
                [],
                {},
                {"part": 1},
                {"part": 1, "whole": 0},
                {"part": 0, "whole": 0},
                {"part": 3, "whole": 2},
                {"part": -1, "whole": 2},
                {"part": True, "whole": 2},
                {"part": "1", "whole": 2},
                {"part": 1, "whole": 2, "more": 3},
                {"part": 1, "whole": 1_000_001},
            ],
        ),
        (YES_NO, ["true", 1, 0, None, "是", []]),
    ],
)
def test_what_is_no_fact_says_why(one: Method, values: list[Any]) -> None:
    for value in values:
        found = work_out(one, Decimal(6), value)
        assert isinstance(found, NotAFact), value
        assert found.sentence.render("zh", **found.facts)
        assert found.sentence.render("en", **found.facts)


def test_both_are_kept_and_shown_with_the_reason() -> None:
    worked = work_out(RATIO, Decimal(4), {"part": 11, "whole": 12})
    assert isinstance(worked, Worked)
    assert worked.value == {"part": 11, "whole": 12}
    assert worked.because == {"method": "ratio", "part": "11", "whole": "12", "at_least": "66.67"}


hundredths = st.integers(1, 2000).map(lambda n: Decimal(n) / 100)


@st.composite
def methods_with_points(draw: st.DrawFn) -> tuple[Method, Decimal]:
    """Any valid method, and the points of its indicator."""
    most = draw(hundredths)
    kind = draw(st.sampled_from(["graded", "counted", "deduction", "ratio", "yes_no"]))
    if kind == "yes_no":
        return method(kind, question=TEXT), most
    if kind in ("counted", "deduction"):
        each = draw(st.integers(1, int(most * 100)).map(lambda n: Decimal(n) / 100))
        return method(kind, **{"unit" if kind == "counted" else "case": TEXT, "each": each}), most
    least = 0 if kind == "graded" else 1
    below = draw(st.lists(st.integers(least, int(most * 100) - 1), unique=True, max_size=5)) if most > 1 else []
    earned = [most, *(Decimal(n) / 100 for n in sorted({n for n in below if n}, reverse=True))]
    if kind == "graded":
        rows = [
            {"code": code, "points": one, "means": TEXT}
            for code, one in zip("abcdefgh", [*earned, Decimal(0)], strict=False)
        ]
        return method(kind, grades=rows), most
    steps = draw(st.lists(st.integers(1, 10_000), unique=True, min_size=len(earned), max_size=len(earned)))
    rows = [
        {"at_least": Decimal(step) / 100, "points": one}
        for step, one in zip(sorted(steps, reverse=True), earned, strict=True)
    ]
    return method(kind, of=TEXT, brackets=rows), most


@given(methods_with_points(), st.data())
def test_h14_a_better_fact_never_earns_less(drawn: tuple[Method, Decimal], data: st.DataObject) -> None:
    one, most = drawn
    assert find_fault(one, most) is None
    better: list[Any]
    match one.kind:
        case "counted":
            better = sorted(data.draw(st.lists(st.integers(0, 3000), min_size=2)))
        case "deduction":
            better = sorted(data.draw(st.lists(st.integers(0, 3000), min_size=2)), reverse=True)
        case "yes_no":
            better = [False, True]
        case "graded":
            better = [grade.code for grade in reversed(one.grades)]
        case "ratio":
            whole = data.draw(st.integers(1, 400))
            better = [{"part": part, "whole": whole} for part in range(whole + 1)]
    earned = [points(one, str(most), value) for value in better]
    assert all(less <= more for less, more in pairwise(earned))
    assert all(0 <= found <= most for found in earned)


@given(methods_with_points())
def test_every_method_is_a_sentence_in_both_languages(drawn: tuple[Method, Decimal]) -> None:
    one, most = drawn
    assert explain(one, most, "zh").endswith("。")
    assert explain(one, most, "en").endswith(".")


@pytest.mark.parametrize(
    ("kind", "figures", "fault"),
    [
        ("counted", {"unit": TEXT, "each": "6.5"}, "more than the indicator's 6 points"),
        ("deduction", {"case": TEXT, "each": "7"}, "more than the indicator's 6 points"),
        (
            "ratio",
            {"of": TEXT, "brackets": [{"at_least": "90", "points": "5"}]},
            "the first bracket earns 6 points",
        ),
        (
            "ratio",
            {"of": TEXT, "brackets": [{"at_least": "90", "points": "6"}, {"at_least": "95", "points": "3"}]},
            "from the highest percentage to the lowest",
        ),
        (
            "ratio",
            {"of": TEXT, "brackets": [{"at_least": "90", "points": "6"}, {"at_least": "80", "points": "6"}]},
            "and so do their points",
        ),
        (
            "graded",
            {"grades": [{"code": "a", "points": "6", "means": TEXT}, {"code": "b", "points": "1", "means": TEXT}]},
            "grades begin at 6 points and end at 0",
        ),
        (
            "graded",
            {"grades": [{"code": "a", "points": "6", "means": TEXT}, {"code": "a", "points": "0", "means": TEXT}]},
            "a grade's code stands twice",
        ),
        (
            "graded",
            {"grades": [{"code": "a", "points": "0", "means": TEXT}, {"code": "b", "points": "6", "means": TEXT}]},
            "from the most points to the least",
        ),
    ],
)
def test_figures_that_contradict_each_other_are_refused(kind: str, figures: dict[str, Any], fault: str) -> None:
    assert fault in str(find_fault(method(kind, **figures), Decimal(6)))
