"""The systems of 2026 as data: each indicator says how its points are earned (H14-H16, D5)."""

import re
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.evaluation.indicator_systems.explaining import explain
from services.evaluation.indicator_systems.reading import read_indicator_systems
from services.evaluation.indicator_systems.rules import Indicator, IndicatorSystem
from services.evaluation.indicator_systems.working_out import Worked, work_out
from shared.settings import REPOSITORY_POLICIES
from shuangfu.policy_folders.reading import read_folder
from shuangfu.policy_folders.sealing import read_seals
from shuangfu.policy_folders.versions import SYSTEM_KIND
from tests.policies.test_indicator_systems import PERSONAL, POINTS, PREFIXES, SPECIFIC_TO_THE_TYPE, VETOES

BOOK = read_indicator_systems(REPOSITORY_POLICIES)
SYSTEMS = {system.type: system for system in BOOK.of_year(2026)}
HAN = re.compile(r"[\u4e00-\u9fff]")
BEST: dict[str, Any] = {"counted": 1_000_000, "deduction": 0, "ratio": "100", "yes_no": True, "graded": "a"}
WORST: dict[str, Any] = {"counted": 0, "deduction": 1_000_000, "ratio": "0", "yes_no": False}


def indicators(system: IndicatorSystem) -> list[Indicator]:
    return [one for level in system.levels for one in level.indicators]


@pytest.fixture(params=POINTS)
def system(request: pytest.FixtureRequest) -> IndicatorSystem:
    return SYSTEMS[request.param]


def test_h16_one_version_for_each_type_and_year() -> None:
    for year in range(2013, 2031):
        assert [one.type for one in BOOK.of_year(year)] == list(POINTS)
        assert {one.version for one in BOOK.of_year(year)} == {"1" if year < 2026 else "2"}


def test_h16_level_points_are_those_of_the_table(system: IndicatorSystem) -> None:
    assert [level.points for level in system.levels] == list(map(Decimal, POINTS[system.type]))
    assert list(system.uscc_prefixes) == PREFIXES[system.type]
    assert {veto.code: veto.slug for veto in system.vetoes} == VETOES


def test_h14_twenty_indicators_and_more(system: IndicatorSystem) -> None:
    assert len(indicators(system)) >= 20
    for level in system.levels:
        assert [one.code for one in level.indicators] == [f"{level.code}{n + 1}" for n in range(len(level.indicators))]


def test_h14_each_indicator_says_what_less_costs(system: IndicatorSystem) -> None:
    for one in indicators(system):
        assert one.method is not None, one.code
        assert one.evidence, one.code
        assert one.basis, one.code
        assert one.owner, one.code
        for language in ("zh", "en"):
            sentence = explain(one.method, one.points, language)
            assert bool(HAN.search(sentence)) == (language == "zh"), one.code
        best = work_out(one.method, one.points, BEST[one.method.kind])
        assert isinstance(best, Worked)
        assert best.points == one.points, one.code
        last = one.method.grades[-1].code if one.method.kind == "graded" else WORST[one.method.kind]
        worst = work_out(one.method, one.points, last)
        assert isinstance(worst, Worked)
        assert worst.points == 0, one.code


def test_h14_all_five_methods_are_used() -> None:
    used = Counter(one.method.kind for system in SYSTEMS.values() for one in indicators(system) if one.method)
    assert set(used) == set(BEST)
    assert min(used.values()) >= 5


def test_h14_texts_are_in_both_languages_and_whole(system: IndicatorSystem) -> None:
    for one in indicators(system):
        for text in (one.what, one.how, one.degree, one.owner, *one.evidence, one.absent_when):
            if text is not None:
                assert HAN.search(text.zh), one.code
                assert not HAN.search(text.en), one.code


def test_h16_no_text_is_copied_between_types() -> None:
    texts = Counter(
        text
        for system in SYSTEMS.values()
        for one in indicators(system)
        for part in (one.what, one.how)
        for text in (part.zh, part.en)
    )
    assert [text for text, uses in texts.items() if uses > 1] == []


@pytest.mark.parametrize(("type_code", "level_code"), SPECIFIC_TO_THE_TYPE)
def test_h16_specific_levels_speak_of_the_type(type_code: str, level_code: str) -> None:
    (level,) = [level for level in SYSTEMS[type_code].levels if level.code == level_code]
    assert any(SPECIFIC_TO_THE_TYPE[type_code, level_code] in one.what.zh for one in level.indicators)


@pytest.mark.parametrize("heading", ["思想政治建设与意识形态工作", "第一议题", "民主评议"])
def test_h14_todays_headings_are_there(system: IndicatorSystem, heading: str) -> None:
    assert any(heading in one.what.zh for one in indicators(system))


def test_h14_what_counts_names_its_number(system: IndicatorSystem) -> None:
    for one in indicators(system):
        assert not re.search("次数达标|达到规定", one.degree.zh), one.code
        if one.method is not None and one.method.kind == "counted":
            full = one.method.full_at(one.points)
            named = re.findall(r"[0-9]+", one.degree.zh)
            chinese = {"4": "四"}.get(str(full), "")
            assert str(full) in named or (chinese and chinese in one.degree.zh), (one.code, full, one.degree.zh)


def test_h14_a_joint_branch_is_not_scored_on_a_seat_in_the_council() -> None:
    for system in SYSTEMS.values():
        [seat] = [one for one in indicators(system) if one.code == "B1"]
        if system.type != "T06":
            assert seat.applies_to is not None, system.type
            assert "joint" not in (seat.applies_to.forms or ()), system.type


def test_pipl_art_6_no_text_asks_for_personal_data(system: IndicatorSystem) -> None:
    texts = [
        text
        for one in indicators(system)
        for part in (one.what, one.how, one.degree, *one.evidence)
        for text in (part.zh, part.en)
    ]
    assert [text for text in texts if PERSONAL.search(text)] == []


@pytest.mark.parametrize(
    ("type_code", "year", "owner"),
    [
        ("T03", 2013, "工商行政管理部门"),
        ("T03", 2017, "工商行政管理部门"),
        ("T03", 2018, "市场监督管理部门（原工商行政管理部门）"),
        ("T03", 2026, "市场监督管理部门"),
        ("T05", 2013, "卫生和计划生育部门"),
        ("T05", 2026, "卫生健康部门"),
        ("T09", 2013, "国家税务部门、地方税务部门、财政部门"),
        ("T09", 2026, "税务部门、财政部门"),
    ],
)
def test_h15_names_are_those_of_the_year(type_code: str, year: int, owner: str) -> None:
    system = BOOK.get(type_code, year)
    assert system is not None
    assert system.owner.zh == owner


def test_h15_a_cycle_of_2013_reads_the_names_of_2013_everywhere() -> None:
    then, now = BOOK.get("T03", 2013), BOOK.get("T03", 2026)
    assert then is not None
    assert now is not None
    assert "市场监" not in then.model_dump_json()
    assert "工商行政" not in now.model_dump_json()


def test_h15_names_are_replaced_in_one_pass() -> None:
    system = BOOK.get("T09", 2013)
    assert system is not None
    assert system.owner.en == "state tax, local tax and finance departments"


def test_h16_every_published_version_is_sealed_and_unchanged() -> None:
    found = read_folder(REPOSITORY_POLICIES, date(2026, 12, 1))
    versions = {identity for kind, identity in found.versions if kind == SYSTEM_KIND}
    assert found.faults == []
    assert set(read_seals(REPOSITORY_POLICIES, "indicator_systems.sealed")) == versions
