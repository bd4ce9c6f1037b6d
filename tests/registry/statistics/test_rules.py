"""Tables filled and checked against figures that were worked out by hand (D16, S9)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.registry.statistic_tables.policies import StatisticTable, StatisticTablesPolicy, read_statistic_tables
from services.registry.statistics.errors import StatisticsUnfit
from services.registry.statistics.metrics import measure
from services.registry.statistics.report import Cells, Counted, Facts, Figures
from services.registry.statistics.rules import (
    TRANSITIONS,
    broken,
    changes,
    check_signable,
    differences,
    fill,
    opening_errors,
)
from shared.problems.problems import IllegalTransition
from shared.problems.transitions import move
from shared.settings import REPOSITORY_POLICIES

NOW = datetime(2026, 7, 5, tzinfo=UTC)
POLICY: StatisticTablesPolicy = (
    read_statistic_tables(REPOSITORY_POLICIES, REPOSITORY_POLICIES).get("330106", date(2026, 7, 1)).parameters
)
YEARLY, LEDGER = POLICY.tables["yearly"], POLICY.tables["ledger"]


def group(kind: str, coverage: str, members: str, number: int, full: int, street: str = "翠苑街道") -> Counted:
    sums = {
        "organizations": number,
        "full_time_staff": 5 * number,
        "full_members_full_time": full,
        "full_members": full,
        "probationary_members": 0,
    }
    return Counted(kind, "330106", street, coverage, members, sums)  # type: ignore[arg-type]


SMALL = Facts(
    (
        group("foundation", "standalone", "enough", 2, 8),
        group("foundation", "uncovered", "enough", 1, 3),
        group("social_group", "joint", "few", 4, 4, "北山街道"),
        group("social_group", "area", "none", 3, 0),
        group("social_group", "standalone", "few", 1, 2),
        group("social_group", "uncovered", "few", 2, 2, "北山街道"),
        group("social_group", "uncovered", "none", 5, 0),
    ),
    0,
)
BY_HAND: dict[str, Cells] = {
    key: dict(zip("ABCDEFGHIJKLMNOP", figures, strict=True))
    for key, figures in {
        "foundation": (3, 3, 2, 2, 0, 0, 1, 1, 0, 0, 15, 11, 11, 6667, 6667, 2),
        "social_group": (15, 0, 1, 0, 4, 3, 7, 0, 2, 5, 75, 8, 8, None, 5333, 8),
        "total": (18, 3, 3, 2, 4, 3, 8, 1, 2, 5, 90, 19, 19, 6667, 5556, 10),
    }.items()
}


def test_d16_s9_fill__a_small_district_as_by_hand() -> None:
    figures = fill(YEARLY, SMALL)
    assert {**dict(figures.rows), "total": figures.total} == BY_HAND
    assert broken(YEARLY, figures) == []


def test_d16_fill__by_street_adds_up_to_the_same_total() -> None:
    figures = fill(LEDGER, SMALL)
    assert [key for key, _ in figures.rows] == ["330106 北山街道", "330106 翠苑街道"]
    assert [cells["A"] for _, cells in figures.rows] == [6, 12]
    assert figures.total == BY_HAND["total"]


def test_s9_measures__have_denominators_of_their_own() -> None:
    parts, whole = measure(SMALL.counted, "kind")
    assert (whole.organization_coverage_bp, whole.work_coverage_bp) == (6667, 5556)
    assert (parts["social_group"].organization_coverage_bp, parts["social_group"].work_coverage_bp) == (None, 5333)
    assert (whole.due_not_built, whole.fewer_than_three, whole.no_members) == (1, 2, 5)


@pytest.mark.parametrize(
    ("row", "column", "value", "rules"),
    [
        ("foundation", "A", 4, {"A = P + G", "A: total = sum of rows"}),
        ("foundation", "B", 1, {"D <= B", "B: total = sum of rows"}),
        ("total", "M", 20, {"M <= L", "M: total = sum of rows"}),
        ("total", "J", 6, {"G = H + I + J", "J: total = sum of rows"}),
    ],
)
def test_d16_broken__names_each_rule(row: str, column: str, value: int, rules: set[str]) -> None:
    figures = fill(YEARLY, SMALL)
    (figures.total if row == "total" else dict(figures.rows)[row])[column] = value
    assert {one["rule"] for one in broken(YEARLY, figures)} == rules


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        (100, 120, False),
        (100, 121, True),
        (100, 79, True),
        (10, 14, False),
        (10, 15, True),
        (0, 4, False),
        (0, 5, True),
    ],
)
def test_d16_changes__over_both_bounds(before: int, now: int, found: bool) -> None:
    """More than 20 %, and at least 5."""
    assert bool(changes(YEARLY, POLICY, {**BY_HAND["total"], "A": now}, {"A": before})) is found


def test_d16_changes__of_a_share_or_without_a_report_before_need_no_word() -> None:
    assert changes(YEARLY, POLICY, BY_HAND["total"], None) == []
    assert changes(YEARLY, POLICY, BY_HAND["total"], {"N": 1, "O": 1}) == []


CHANGE = {"column": "A", "before": 1, "now": 9}


@pytest.mark.parametrize(
    ("found", "words", "silent"),
    [
        ({"broken": [], "changes": []}, {}, None),
        ({"broken": [], "changes": [CHANGE]}, {"A": "新增登记"}, None),
        ({"broken": [], "changes": [CHANGE]}, {}, ["A"]),
        ({"broken": [], "changes": [CHANGE]}, {"B": "新增登记"}, ["A"]),
        ({"broken": [{}], "changes": []}, {}, []),
    ],
)
def test_d16_signable__rules_hold_and_changes_have_words(
    found: dict[str, Any], words: dict[str, str], silent: list[str] | None
) -> None:
    if silent is None:
        assert check_signable(found, words, NOW).outcome == "fit"
        return
    with pytest.raises(StatisticsUnfit) as refused:
        check_signable(found, words, NOW)
    assert refused.value.facts["silent"] == silent


@pytest.mark.parametrize(
    ("table", "cut_off", "pointer"),
    [
        ("yearly", date(2026, 6, 30), None),
        ("yearly", date(2026, 3, 31), "/cut_off"),
        ("ledger", date(2026, 3, 31), None),
        ("yearly", date(2026, 7, 5), "/cut_off"),
        ("yearly", date(2026, 12, 31), "/cut_off"),
        ("yearly", date(1949, 12, 31), "/cut_off"),
        ("unknown", date(2026, 6, 30), "/table"),
    ],
)
def test_d16_opening__a_table_and_a_cut_off_day_that_is_over(table: str, cut_off: date, pointer: str | None) -> None:
    found = opening_errors(table, POLICY, cut_off, date(2026, 7, 5))
    assert [one.pointer for one in found] == ([] if pointer is None else [pointer])


STATES = ("computed", "signed", "locked", "returned")
STEPS = ("computation", "explanation", "signature", "locking", "return")
LEGAL = {
    ("computed", "computation"),
    ("returned", "computation"),
    ("computed", "explanation"),
    ("returned", "explanation"),
    ("computed", "signature"),
    ("signed", "locking"),
    ("signed", "return"),
    ("locked", "return"),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", STATES)
def test_d16_steps__each_illegal_one_is_refused(state: Any, step: Any) -> None:
    if (state, step) in LEGAL:
        assert move(TRANSITIONS, state, step) in STATES
        return
    with pytest.raises(IllegalTransition):
        move(TRANSITIONS, state, step)


def test_d16_differences__name_each_cell() -> None:
    stored = Figures((("a", {"A": 1, "B": 2}),), {"A": 1, "B": 2}, 0)
    computed = Figures((("a", {"A": 1, "B": 3}), ("b", {"A": 0, "B": 0})), {"A": 1, "B": 3}, 0)
    assert [(one["row"], one["column"], one["stored"], one["computed"]) for one in differences(stored, computed)] == [
        ("a", "B", 2, 3),
        ("b", "A", None, 0),
        ("b", "B", None, 0),
        ("total", "B", 2, 3),
    ]


def _table(**changes: Any) -> dict[str, Any]:
    words = {"zh": "甲", "en": "one"}
    columns = [{"code": code, "title": words, "definition": words, "measure": "organizations"} for code in ("A", "B")]
    plain = {"title": words, "rows": "kind", "cut_offs": ["06-30"], "due_days": 1, "columns": columns, "rules": []}
    return {**plain, **changes}


@pytest.mark.parametrize(
    "changed",
    [
        {"rules": ["A = C"]},
        {"rules": ["A == B"]},
        {"rules": ["A = B - B"]},
        {"columns": [*_table()["columns"], _table()["columns"][0]]},
        {"columns": [{**_table()["columns"][0], "share": {"part": "A", "whole": "A"}}]},
        {"columns": [{**_table()["columns"][0], "measure": None}]},
        {
            "columns": [
                *_table()["columns"],
                {**_table()["columns"][0], "code": "C", "measure": None, "share": {"part": "A", "whole": "Z"}},
            ]
        },
        {"cut_offs": ["6-30"]},
        {"cut_offs": []},
        {"rows": "person"},
    ],
)
def test_d16_policy__what_does_not_fit_together_is_refused(changed: dict[str, Any]) -> None:
    assert StatisticTable.model_validate(_table())
    with pytest.raises(ValueError, match=r".+"):
        StatisticTable.model_validate(_table(**changed))
