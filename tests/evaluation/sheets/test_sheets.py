"""Reading a score sheet: exact decimals, and every fault at once."""

from decimal import Decimal
from typing import Any

import pytest

from services.evaluation.indicator_systems.reading import read_indicator_systems
from services.evaluation.indicator_systems.rules import IndicatorSystem
from services.evaluation.indicator_systems.scoring import Rated
from services.evaluation.sheets import errors as e
from services.evaluation.sheets.rules import Sheet, from_json, read_points, read_sheet
from shared.problems.language import Text
from shared.settings import REPOSITORY_POLICIES

ALONE = Rated("standalone", "BRANCH", 1)


@pytest.fixture(scope="module")
def system() -> IndicatorSystem:
    found = read_indicator_systems(REPOSITORY_POLICIES).get("T10", 2026)
    assert found is not None
    return found


def sheet(**parts: Any) -> dict[str, Any]:
    return {"scores": {}, "bonus": [], "vetoes": [], **parts}


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("4.5", "4.5"),
        ("4.35", "4.35"),
        ("0", "0"),
        ("-0", "0"),
        (4, "4"),
        (Decimal("4.35"), "4.35"),
        (Decimal("1E+1"), "10"),
    ],
)
def test_points_are_read_exactly(given: object, read: str) -> None:
    assert str(read_points(given)) == read


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("", e.NOT_A_NUMBER),
        (" 4", e.NOT_A_NUMBER),
        ("4_0", e.NOT_A_NUMBER),
        ("٤", e.NOT_A_NUMBER),
        ("1e1", e.NOT_A_NUMBER),
        ("NaN", e.NOT_A_NUMBER),
        ("Infinity", e.NOT_A_NUMBER),
        ("9" * 30, e.NOT_A_NUMBER),
        ("1000000", e.NOT_A_NUMBER),
        (Decimal("1E+999999"), e.NOT_A_NUMBER),
        (True, e.NOT_A_NUMBER),
        (None, e.NOT_A_NUMBER),
        ([], e.NOT_A_NUMBER),
        (4.5, e.NOT_A_NUMBER),
        ("4.355", e.TOO_MANY_PLACES),
        (Decimal("1E-9999"), e.TOO_MANY_PLACES),
        ("-0.01", e.NEGATIVE),
    ],
)
def test_what_is_no_score_is_told_why(given: object, sentence: Text) -> None:
    assert read_points(given) is sentence


def test_every_fault_is_told_at_once(system: IndicatorSystem) -> None:
    _, errors = read_sheet(
        sheet(
            scores={"A1": "100", "B1": "-1", "C1": "1.234", "Z/9": "1"},
            bonus=[{"reason": " ", "points": "-2"}],
            vetoes=[{"code": "V9", "reason": "", "evidence": "\n"}],
        ),
        system,
        ALONE,
    )
    assert [error.pointer for error in errors] == [
        "/scores/A1",
        "/scores/B1",
        "/scores/C1",
        "/scores/Z~19",
        "/bonus/0/reason",
        "/bonus/0/points",
        "/vetoes/0/code",
        "/vetoes/0/reason",
        "/vetoes/0/evidence",
    ]
    for error in errors:
        assert error.detail.render("zh", **dict(error.facts))
        assert error.detail.render("en", **dict(error.facts))


def test_an_indicator_takes_its_points_and_not_a_hundredth_more(system: IndicatorSystem) -> None:
    points = system.points()["A1"]
    assert read_sheet(sheet(scores={"A1": str(points)}), system, ALONE)[1] == []
    assert len(read_sheet(sheet(scores={"A1": str(points + Decimal("0.01"))}), system, ALONE)[1]) == 1


@pytest.mark.parametrize(
    ("rated", "refused"),
    [
        (ALONE, ["A4"]),
        (Rated("joint", "BRANCH", 2), ["B1"]),
        (Rated("joint", "BRANCH", 1), ["A4", "B1"]),
        (Rated("joint", "BRANCH", None), ["B1"]),
    ],
)
def test_an_indicator_that_does_not_apply_takes_no_score(
    system: IndicatorSystem, rated: Rated, refused: list[str]
) -> None:
    """It would be kept and count for nothing: the rest is scaled. A4 is for two units and more, B1 for standalone."""
    read, errors = read_sheet(sheet(scores={"A1": "1", "A4": "0", "B1": "1"}), system, rated)
    assert [(error.pointer, error.detail) for error in errors] == [
        (f"/scores/{code}", e.NOT_FOR_THEM) for code in refused
    ]
    assert {*read.scores} == {"A1", "A4", "B1"} - {*refused}


@pytest.mark.parametrize("name", ["V1", "falsified_material"])
def test_a_veto_is_named_by_code_or_slug(system: IndicatorSystem, name: str) -> None:
    read, errors = read_sheet(sheet(vetoes=[{"code": name, "reason": "不实", "evidence": "附件"}]), system, ALONE)
    assert errors == []
    assert read.vetoes[0].code == "V1"


def test_a_sheet_is_stored_and_read_back_the_same(system: IndicatorSystem) -> None:
    read, _ = read_sheet(
        sheet(
            scores={"A1": "4.50"},
            bonus=[{"reason": "示范", "points": "1.5"}],
            vetoes=[{"code": "V2", "reason": "a", "evidence": "b"}],
        ),
        system,
        ALONE,
    )
    assert read.to_json()["scores"] == {"A1": "4.50"}
    assert from_json(read.to_json()) == Sheet(read.scores, tuple(read.bonus), tuple(read.vetoes))
