"""A sheet by facts: the points are worked out, both are kept, and every fault is reported (H14)."""

from decimal import Decimal
from typing import Any

import pytest

from services.evaluation.indicator_systems.reading import read_indicator_systems
from services.evaluation.indicator_systems.scoring import Rated, ScoringSystem
from services.evaluation.ratings.rules import missing_indicators, rate
from services.evaluation.sheets.facts import read_facts
from services.evaluation.sheets.rules import NOT_APPLICABLE, Sheet, current_facts, from_json
from shared.problems.problems import FieldError
from shared.settings import REPOSITORY_POLICIES
from tests.evaluation.ratings.test_rules import AS_OF, POLICY

BOOK = read_indicator_systems(REPOSITORY_POLICIES)
STANDALONE, JOINT = Rated("standalone", "BRANCH", 1), Rated("joint", "BRANCH", 5)


def system(code: str, year: int = 2026) -> ScoringSystem:
    found = BOOK.get(code, year)
    assert found is not None
    return ScoringSystem.model_validate_json(found.model_dump_json())  # as a cycle freezes it


def read(code: str, rated: Rated = STANDALONE, year: int = 2026, **values: Any) -> tuple[Sheet, list[FieldError]]:
    facts = {name: {"value": value, "evidence": f"查 {name}"} for name, value in values.items()}
    return read_facts(facts, system(code, year), rated, bonus=(), vetoes=())


def everything(code: str, rated: Rated) -> dict[str, Any]:
    """The best fact of every indicator that applies."""
    best: dict[str, Any] = {"counted": 99, "deduction": 0, "ratio": "100", "yes_no": True, "graded": "a"}
    found = system(code)
    return {
        one.code: best[one.method.kind]
        for one in found.indicators()
        if one.method is not None and one.code not in found.not_for(rated)
    }


def test_h14_eleven_of_twelve_visits() -> None:
    sheet, errors = read("T10", F2=9, D1={"part": 11, "whole": 12}, A1="b", F1=False, D2=1)
    assert errors == []
    assert sheet.scores == {
        "F2": Decimal("4.5"),
        "D1": Decimal(5),
        "A1": Decimal(4),
        "F1": Decimal(0),
        "D2": Decimal("3.5"),
    }
    assert sheet.facts["D1"].value == {"part": 11, "whole": 12}
    assert sheet.facts["D1"].because["at_least"] == "85"
    assert sheet.facts["D1"].evidence == "查 D1"


def test_h14_both_survive_storing() -> None:
    sheet, _ = read("T01", A1="c", A2=NOT_APPLICABLE, D1="96.5")
    assert from_json(sheet.to_json()) == sheet


def test_facts_whose_scores_were_replaced_by_the_version_before_are_none() -> None:
    stored = read("T10", F2=9)[0].to_json()
    assert current_facts(stored)
    assert current_facts({**stored, "scores": {"F2": "1"}}) == {}
    assert current_facts({"scores": {"F2": "4.5"}}) == {}


def test_every_fault_is_reported_at_its_place() -> None:
    sheet, errors = read_facts(
        {
            "Z9": {"value": 1, "evidence": "甲"},
            "A1": {"value": "z", "evidence": "甲"},
            "C2": {"value": -1, "evidence": ""},
            "A4": {"value": "50", "evidence": "甲"},
            "D2": {"value": NOT_APPLICABLE, "evidence": "甲"},
        },
        system("T10"),
        STANDALONE,
        bonus=[{"reason": "", "points": 1}],
        vetoes=[{"code": "V9", "reason": "甲", "evidence": "乙"}],
    )
    assert [error.pointer for error in errors] == [
        "/Z9",
        "/A1/value",
        "/C2/evidence",
        "/C2/value",
        "/A4",
        "/D2/value",
        "/bonus/0/reason",
        "/vetoes/0/code",
    ]
    assert sheet.scores == {}


NONE: dict[str, Any] = {"part": 0, "whole": 0}


@pytest.mark.parametrize("code", [f"T{n:02}" for n in range(1, 12)])
def test_h14_a_share_of_nothing_is_left_out_of_every_system(code: str) -> None:
    found = system(code)
    of_nothing = {one.code: NONE for one in found.indicators() if one.method and one.method.kind == "ratio"}
    wanted = everything(code, STANDALONE)
    of_nothing = {name: value for name, value in of_nothing.items() if name in wanted}
    sheet, errors = read(code, **wanted | of_nothing)
    assert (errors, sheet.absent()) == ([], set(of_nothing))
    assert from_json(sheet.to_json()) == sheet
    rating = rate(sheet, POLICY, AS_OF, system=found, not_for=found.not_for(STANDALONE))
    assert (str(rating.total), rating.reasons[0].facts["absent"]) == ("100.00", sorted(of_nothing))


def test_h14_a_share_of_nothing_is_kept_as_it_was_found_and_says_why() -> None:
    sheet, errors = read("T02", D2=NONE, D3=NONE, D1=0)
    assert errors == []
    assert (sheet.facts["D2"].value, sheet.facts["D2"].points) == (NONE, None)
    assert dict(sheet.facts["D2"].because) == {
        "method": "left_out",
        "zh": "没有可计之数：新收案件利益冲突审查率的分母为 0",
        "en": sheet.facts["D2"].because["en"],
    }
    assert sheet.facts["D3"].because["zh"] == "当年未承办重大敏感、群体性案件"
    assert "D2" not in sheet.scores


def test_h14_nothing_to_count_needs_what_shows_it_and_is_a_share() -> None:
    [error] = read_facts({"D2": {"value": NONE, "evidence": " "}}, system("T02"), STANDALONE, bonus=(), vetoes=())[1]
    assert error.pointer == "/D2/evidence"
    refused = ({"part": 1, "whole": 0}, {"part": False, "whole": 0}, {"part": 0}, {"part": 0, "whole": 0, "more": 0})
    for value in refused:
        assert [one.pointer for one in read("T02", D2=value)[1]] == ["/D2/value"], value
    assert [one.pointer for one in read("T10", F2=NONE)[1]] == ["/F2/value"]


def test_h14_a_version_without_methods_is_scored_by_hand() -> None:
    [error] = read("T10", year=2025, A1="a")[1]
    assert (error.pointer, "scores" in error.detail.en) == ("/A1/value", True)


@pytest.mark.parametrize("code", [f"T{n:02}" for n in range(1, 12)])
@pytest.mark.parametrize("rated", [STANDALONE, JOINT, Rated("functional", "COMMITTEE", 1)])
def test_h14_the_best_facts_are_100_points_for_everybody(code: str, rated: Rated) -> None:
    sheet, errors = read(code, rated, **everything(code, rated))
    found = system(code)
    assert errors == []
    assert missing_indicators(found, sheet.scores, found.not_for(rated) | sheet.absent()) == []
    rating = rate(sheet, POLICY, AS_OF, system=found, not_for=found.not_for(rated))
    assert (str(rating.total), rating.star) == ("100.00", 5)


def test_h14_what_is_left_out_is_shown_with_its_figures() -> None:
    """By hand: T02 without A3 (4) and D3 (5.5) is 90.5 points; 82.5 of them are 91.16 of 100."""
    found = system("T02")
    facts = everything("T02", STANDALONE) | {"A3": NOT_APPLICABLE, "D3": NOT_APPLICABLE, "D1": 4, "C4": 3}
    sheet, errors = read("T02", **facts)
    assert errors == []
    assert sheet.absent() == {"A3", "D3"}
    rating = rate(sheet, POLICY, AS_OF, system=found, not_for=found.not_for(STANDALONE))
    assert str(rating.total) == "91.16"
    reason = rating.reasons[0]
    assert (reason.rule, reason.outcome) == ("H14", "scaled")
    assert reason.facts == {
        "not_for_them": [],
        "absent": ["A3", "D3"],
        "earned": "82.50",
        "of": "90.50",
        "full": "100.00",
        "base": "91.16",
    }
    shown = {(one.rule, one.outcome): one.facts for one in rating.reasons}
    assert shown["R-rating", "total"]["sum"] == "91.160221"
    assert shown["H16", "base"]["indicators"] == len(found.points()) - 2


def test_h14_points_by_hand_at_what_is_not_for_them_do_not_count() -> None:
    found = system("T10")
    scores = {code: Decimal(0) for code in found.points()} | {"A4": Decimal(3)}
    rating = rate(Sheet(scores, (), ()), POLICY, AS_OF, system=found, not_for=found.not_for(STANDALONE))
    assert (str(rating.total), rating.star) == ("0.00", 0)
    [base] = [one for one in rating.reasons if one.outcome == "base"]
    assert base.facts["indicators"] == len(scores) - 1, "A4 has a score, which does not count"
