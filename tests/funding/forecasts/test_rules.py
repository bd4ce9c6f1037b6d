"""What a year needs, by a table made by hand (H31 to H33, S25 to S29), and what holds of any counts."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.funding.forecasts.inputs import ForeseenCount
from services.funding.forecasts.needs.comparing import Appropriated, compare
from services.funding.forecasts.needs.spreading import spread
from services.funding.policies import Schemes
from shared.db.base import new_id
from tests.funding.forecasts.helpers import NOW, SHIPPED, YEAR, count, foresee, needs, star_award, with_active

YUAN = 100
DISTRICT = "310101"
LARGER = with_active("sh-2015-larger", basis={"only_larger": True, "larger_from_members": 50})
START_UP = with_active("sh-2015-start-up", amount={"rule": "one_off", "fen": 2_000 * YUAN})
MONTHLY = {"rule": "monthly", "monthly_fen": {"full_time": 2_000 * YUAN, "part_time": 300 * YUAN}}
SECRETARIES = with_active("sh-2015-secretaries", amount=MONTHLY)
DUES = {"remitted_fen": 1_234_567, "retained_fen": 10_000_001}


def entry(scheme: str, division: str, number: int, **more: Any) -> dict[str, Any]:
    return {"scheme": scheme, "division": division, "kind": "COMMITTEE", "count": number, **more}


H31_ENTRIES = [
    entry("hz-2013-key-committees", "3301", 4, amount_fen=50_000 * YUAN),
    entry("hz-2013-key-committees", "3301", 6, amount_fen=100_000 * YUAN),
]
BY_HAND: list[tuple[str, Schemes, dict[str, Any], tuple[str, str | None], int, int]] = [
    ("H31", SHIPPED, {"entries": H31_ENTRIES}, ("H31", "COMMITTEE"), (4 * 50_000 + 6 * 100_000) * YUAN, 0),
    ("H31 outside", SHIPPED, {"entries": [H31_ENTRIES[0] | {"amount_fen": 4_999_999}]}, ("H31", "COMMITTEE"), 0, 0),
    ("H32", SHIPPED, {"counts": [count(kind="COMMITTEE", star=4)]}, ("H32", "COMMITTEE"), 10 * 20_000 * YUAN, 0),
    ("H32", SHIPPED, {"counts": [count(kind="GENERAL", star=4)]}, ("H32", "GENERAL"), 10 * 10_000 * YUAN, 0),
    ("H32", SHIPPED, {"counts": [count(star=4)]}, ("H32", "BRANCH"), 10 * 3_000 * YUAN, 0),
    (
        "H32 without those of H31",
        SHIPPED,
        {"counts": [count(kind="COMMITTEE", star=5, open_to={"hz-2013-annual": 7})]},
        ("H32", "COMMITTEE"),
        7 * 20_000 * YUAN,
        0,
    ),
    (
        "stars 0 and 1 are held",
        SHIPPED,
        {"counts": [count(star=star) for star in (0, 1, 2)]},
        ("H32", "BRANCH"),
        30 * 3_000 * YUAN,
        20 * 3_000 * YUAN,
    ),
    (
        "half of them will be rated",
        SHIPPED,
        {"counts": [count(party_organizations=5)], "rates": {"rated_bp": 5000}},
        ("H32", "BRANCH"),
        3 * 3_000 * YUAN,
        0,
    ),
    ("H33", SHIPPED, {"dues": [{"division": "330106", **DUES}]}, ("H33", None), 500_000, 0),
    (
        "H33 never above ten in a hundred",
        SHIPPED,
        {"dues": [{"division": "330106", "retained_fen": 5}], "rates": {"pool_share_bp": 1000}},
        ("H33", None),
        0,
        0,
    ),
    ("S25", SHIPPED, {"dues": [{"division": DISTRICT, **DUES}]}, ("S25", None), 1_234_567, 0),
    (
        "S26",
        SHIPPED,
        {"counts": [count(DISTRICT, full_members=100, probationary_members=7)]},
        ("S26", "BRANCH"),
        107 * 200 * YUAN,
        0,
    ),
    (
        "S27",
        SECRETARIES,
        {
            "entries": [
                entry("sh-2015-secretaries", DISTRICT, 2, category="full_time"),
                entry("sh-2015-secretaries", DISTRICT, 3, category="part_time", months=5),
                entry("sh-2015-secretaries", DISTRICT, 9, category="unpaid"),
            ]
        },
        ("S27", "COMMITTEE"),
        (2 * 12 * 2_000 + 3 * 5 * 300) * YUAN,
        0,
    ),
    ("S28", START_UP, {"counts": [count(DISTRICT, founded=3)]}, ("S28", "BRANCH"), 3 * 2_000 * YUAN, 0),
    (
        "S29",
        LARGER,
        {"counts": [count(DISTRICT, open_to={"sh-2015-larger": 2})]},
        ("S29", "BRANCH"),
        2 * 50_000 * YUAN,
        0,
    ),
    (
        "D11",
        star_award(),
        {"counts": [count("511921", star=star) for star in (2, 3, 4, 5)]},
        ("R-star-award", "BRANCH"),
        10 * (2_000 + 3_000 + 5_000) * YUAN,
        0,
    ),
]


@pytest.mark.parametrize(("name", "schemes", "inputs", "key", "need", "held"), BY_HAND)
def test_h31_h32_h33_s25_to_s29_by_hand(
    name: str, schemes: Schemes, inputs: dict[str, Any], key: tuple[str, str | None], need: int, held: int
) -> None:
    assert needs(foresee(schemes, **inputs))[key] == (need, held), name


def test_reasons__each_line_says_its_rule_figures_day_and_policy() -> None:
    [line] = foresee(counts=[count(star=1), count()])
    assert (line.count, line.source, line.purpose, line.reason.as_of) == (20, "fiscal", "annual", NOW)
    assert line.reason.facts == {
        "stars": {"1": 10, "none": 10},
        "count": 20,
        "need_fen": 6_000_000,
        "held_fen": 3_000_000,
        "hold_below_stars": 2,
        "year": YEAR,
        "counted_on": "2026-11-30",
        "policy": "hz-2013-annual",
        "kind": "BRANCH",
    }


def test_s29_larger_ones_that_nobody_counted_are_not_guessed() -> None:
    [line] = [one for one in foresee(LARGER, counts=[count(DISTRICT)]) if one.reason.rule == "S29"]
    assert (line.need_fen, line.reason.outcome) == (0, "larger_not_counted")


def test_decision_6_what_the_source_does_not_state_is_in_no_line() -> None:
    lines = foresee(counts=[count(DISTRICT, founded=3, full_members=1)], entries=[])
    assert {one.reason.rule for one in lines} == {"S26"}


def test_stars__a_distribution_is_spread_over_all_that_are_counted() -> None:
    weights = {"5": 1, "4": 2, "1": 1}
    [line] = foresee(counts=[count(star=0), count(party_organizations=1)], stars=weights)
    assert line.reason.facts["stars"] == {"5": 3, "4": 5, "1": 3}
    assert (line.need_fen, line.held_fen) == (11 * 300_000, 3 * 300_000)


NUMBERS = st.integers(0, 400)
WEIGHTS = st.dictionaries(st.integers(0, 5), st.integers(0, 50), min_size=1).filter(lambda one: sum(one.values()) > 0)


@given(number=NUMBERS, more=st.integers(0, 50), weights=WEIGHTS)
def test_spread__adds_up_and_nobody_falls_where_there_are_more(number: int, more: int, weights: dict[int, int]) -> None:
    fewer, greater = spread(number, weights), spread(number + more, weights)
    assert sum(fewer.values()) == number
    for star in range(6):
        better = [sum(held for one, held in parts.items() if one >= star) for parts in (fewer, greater)]
        assert better[0] <= better[1]


@st.composite
def counts(draw: st.DrawFn, division: str) -> ForeseenCount:
    there = draw(NUMBERS)
    return count(
        division,
        draw(st.sampled_from(["BRANCH", "GENERAL", "COMMITTEE"])),
        star=draw(st.sampled_from([None, 0, 1, 3, 5])),
        party_organizations=there,
        full_members=draw(NUMBERS),
        probationary_members=draw(NUMBERS),
        founded=draw(NUMBERS),
        open_to={name: draw(st.integers(0, there)) for name in ("hz-2013-annual", "sh-2015-larger")},
    )


ALL = with_active("sh-2015-larger", basis={"only_larger": True, "larger_from_members": 50})
GROWING = ("party_organizations", "full_members", "probationary_members", "founded")


@settings(max_examples=60)
@given(
    here=st.lists(counts("330106"), max_size=4),
    there=st.lists(counts("310101"), max_size=4),
    rated=st.integers(0, 10_000),
    weights=st.none() | WEIGHTS,
)
def test_need__is_additive_over_divisions(
    here: list[ForeseenCount], there: list[ForeseenCount], rated: int, weights: dict[int, int] | None
) -> None:
    more: dict[str, Any] = {"rates": {"rated_bp": rated}, "stars": None}
    if weights is not None:
        more["stars"] = {str(star): number for star, number in weights.items()}

    def total(*rows: ForeseenCount) -> tuple[int, int]:
        lines = foresee(ALL, counts=list(rows), **more)
        return sum(one.need_fen for one in lines), sum(one.held_fen for one in lines)

    apart = [total(*here), total(*there)]
    assert total(*here, *there) == (apart[0][0] + apart[1][0], apart[0][1] + apart[1][1])


@settings(max_examples=60)
@given(
    rows=st.lists(counts("330106") | counts("310101") | counts("511921"), min_size=1, max_size=4),
    grown=st.sampled_from(GROWING),
    by=st.integers(1, 50),
    rated=st.integers(0, 10_000),
    weights=st.none() | WEIGHTS,
)
def test_need__never_falls_where_more_are_counted(
    rows: list[ForeseenCount], grown: str, by: int, rated: int, weights: dict[int, int] | None
) -> None:
    more: dict[str, Any] = {"rates": {"rated_bp": rated}, "stars": None}
    if weights is not None:
        more["stars"] = {str(star): number for star, number in weights.items()}
    greater = [rows[0].model_copy(update={grown: getattr(rows[0], grown) + by}), *rows[1:]]
    for schemes in (ALL, star_award()):
        before, after = (
            sum(one.need_fen for one in foresee(schemes, counts=one_of, **more)) for one_of in (rows, greater)
        )
        assert before <= after


def test_s30_unfunded_is_what_neither_was_charged_nor_is_left() -> None:
    lines = foresee(counts=[count(star=4), count("330105", star=4), count("330102", kind="GENERAL", star=4)])

    def appropriated(code: str, division: str, left: int, charged: int, **line: Any) -> Appropriated:
        where: dict[str, Any] = {"level": "city", "source": "fiscal", "purpose": "annual", **line}
        return Appropriated(new_id(), code, division, left_fen=left, charged_fen=charged, **where)

    there = [
        appropriated("B-CITY", "3301", 9_000_000, 1_000_000),
        appropriated("B-XIHU", "330106", 2_000_000, 500_000),
        appropriated("B-OTHER", "330106", 9_000_000, 0, source="dues"),
    ]
    funds = {one.appropriation: one for one in compare(lines, there, YEAR, NOW)}
    assert set(funds) == {"B-CITY", "B-XIHU"}
    city, district = funds["B-CITY"], funds["B-XIHU"]
    assert (city.division, city.need_fen, city.unfunded_fen) == ("3301", 13_000_000, 3_000_000)
    assert (district.division, district.need_fen, district.unfunded_fen) == ("330106", 3_000_000, 500_000)
    assert (district.reason.rule, district.reason.outcome) == ("R-unfunded", "unfunded")
    [alone] = compare(lines[:1], (), YEAR, NOW)
    assert (alone.appropriation, alone.unfunded_fen, alone.reason.outcome) == (
        None,
        alone.need_fen,
        "no_appropriation",
    )
