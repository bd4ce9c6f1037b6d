from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.field import divisions
from shared.field.divisions import DivisionError

NOW = date(2026, 3, 1)


def test_table__codes_are_well_formed_and_parents_exist() -> None:
    for code, periods in divisions._table().items():
        assert len(code) == 6
        assert code.isdigit()
        for period in periods:
            assert period.name_zh
            assert period.name_en
            assert period.valid_to is None or period.valid_from < period.valid_to
            assert code == divisions.NATIONAL or divisions.get(period.parent)


def test_table__periods_of_a_code_do_not_overlap() -> None:
    for periods in divisions._table().values():
        for earlier, later in pairwise(periods):
            assert earlier.valid_to is not None
            assert earlier.valid_to <= later.valid_from


@pytest.mark.parametrize(
    ("prefix", "day", "count"),
    [
        ("33", NOW, 90),
        ("3301", NOW, 13),
        ("330100", NOW, 13),
        ("31", NOW, 16),
        ("310000", date(2015, 6, 1), 17),
    ],
)
def test_counties__as_many_as_there_are(prefix: str, day: date, count: int) -> None:
    assert len(divisions.counties(prefix, day)) == count


def test_counties__of_hangzhou_before_and_after_april_2021() -> None:
    before = {division.name_zh for division in divisions.counties("3301", date(2021, 4, 8))}
    after = {division.name_zh for division in divisions.counties("3301", date(2021, 4, 9))}
    assert before - after == {"下城区", "江干区"}
    assert after - before == {"临平区", "钱塘区"}


@pytest.mark.parametrize(
    ("old", "new", "day"),
    [
        ("330183", "330111", date(2014, 12, 13)),
        ("330185", "330112", date(2017, 7, 18)),
        ("310230", "310151", date(2016, 6, 8)),
        ("330322", "330305", date(2015, 7, 23)),
    ],
)
def test_active_on__one_ends_the_day_its_successor_starts(old: str, new: str, day: date) -> None:
    eve = date.fromordinal(day.toordinal() - 1)
    assert divisions.active_on(old, eve)
    assert not divisions.active_on(new, eve)
    assert divisions.active_on(new, day)
    assert not divisions.active_on(old, day)


def test_active_on__unknown_code() -> None:
    assert not divisions.active_on("330199", NOW)


def test_get__a_renamed_code_gives_its_latest_period() -> None:
    latest = divisions.get("330402")
    assert latest is not None
    assert latest.name_zh == "南湖区"
    earlier = divisions.get_on("330402", date(2001, 1, 1))
    assert earlier is not None
    assert earlier.name_zh == "秀城区"


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        ("100000", "nation", ""),
        ("330000", "province", "100000"),
        ("330100", "city", "330000"),
        ("330106", "county", "330100"),
        ("330101", "collective", "330100"),
        ("310101", "county", "310000"),
        ("310151", "county", "310000"),
    ],
)
def test_get__level_and_parent(code: str, level: str, parent: str) -> None:
    division = divisions.get(code)
    assert division is not None
    assert (division.level, division.parent) == (level, parent)


@pytest.mark.parametrize("code", ["330103", "330104", "310103", "310108", "310119", "310230", "100000", "440305"])
def test_known_at_any_date(code: str) -> None:
    assert divisions.known_at_any_date(code)


@pytest.mark.parametrize("code", ["330199", "310199", "160000", "44030", "4403055", "4403O5", "44０３０５", "", "47"])
def test_known_at_any_date__not(code: str) -> None:
    assert not divisions.known_at_any_date(code)


@pytest.mark.parametrize("code", ["330106", "330100", "330000", "310115"])
def test_check_division__in_force(code: str) -> None:
    assert divisions.check_division(code, NOW).code == code


@pytest.mark.parametrize(
    ("code", "day", "reason"),
    [
        ("330199", NOW, "division_unknown"),
        ("440305", NOW, "division_unknown"),
        ("330101", NOW, "division_unknown"),
        ("330114", date(2020, 1, 1), "division_unknown"),
        ("330103", NOW, "division_ended"),
        ("310108", date(2015, 10, 13), "division_ended"),
    ],
)
def test_check_division__refused(code: str, day: date, reason: str) -> None:
    with pytest.raises(DivisionError) as refused:
        divisions.check_division(code, day)
    assert refused.value.reason == reason


def test_check_division__ended_says_when() -> None:
    with pytest.raises(DivisionError) as refused:
        divisions.check_division("330103", NOW)
    assert refused.value.facts == {"division": "330103", "ended_on": "2021-04-09"}


@pytest.mark.parametrize(
    ("scope", "prefix"),
    [
        ("33", "33"),
        ("3300", "33"),
        ("330000", "33"),
        ("3301", "3301"),
        ("330100", "3301"),
        ("330106", "330106"),
    ],
)
def test_scope_prefix(scope: str, prefix: str) -> None:
    assert divisions.scope_prefix(scope) == prefix


@pytest.mark.parametrize("zeros", ["00", "0000", "000000"])
def test_scope_prefix__is_never_empty(zeros: str) -> None:
    assert divisions.scope_prefix(zeros) == "00"
    assert not divisions.within("330106", zeros)


@pytest.mark.parametrize("scope", ["", "3", "330", "33010", "3301060", "33010X", "%", "３３"])
def test_scope_prefix__malformed_never_widens(scope: str) -> None:
    with pytest.raises(DivisionError) as refused:
        divisions.within("330106", scope)
    assert refused.value.reason == "division_prefix_malformed"


@pytest.mark.parametrize(
    ("code", "scope", "inside"),
    [
        ("330106", "3301", True),
        ("330106", "330100", True),
        ("330106", "33", True),
        ("330106", "330000", True),
        ("330106", "330106", True),
        ("330106", "330105", False),
        ("330106", "3302", False),
        ("310106", "33", False),
        ("330100", "330106", False),
        ("330106", "100000", False),
    ],
)
def test_within(code: str, scope: str, inside: bool) -> None:
    assert divisions.within(code, scope) is inside


@given(st.from_regex(r"[1-9][0-9]{5}", fullmatch=True))
def test_within__a_code_is_inside_itself_and_its_superiors(code: str) -> None:
    for scope in (code, code[:4], code[:2], f"{code[:4]}00", f"{code[:2]}0000"):
        assert divisions.within(code, scope)
