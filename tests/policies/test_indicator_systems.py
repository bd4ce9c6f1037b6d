"""The eleven indicator systems as data: what the domain reference §7 fixes of them (H14-H16)."""

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

SYSTEMS = Path(__file__).resolve().parents[2] / "policies" / "default" / "indicator_systems"

POINTS = {
    "T01": (15, 15, 20, 25, 10, 15),
    "T02": (15, 15, 20, 22, 13, 15),
    "T03": (20, 10, 15, 20, 20, 15),
    "T04": (15, 15, 20, 25, 10, 15),
    "T05": (15, 15, 20, 25, 12, 13),
    "T06": (20, 10, 15, 30, 10, 15),
    "T07": (18, 12, 15, 25, 15, 15),
    "T08": (15, 15, 15, 30, 10, 15),
    "T09": (15, 15, 20, 25, 10, 15),
    "T10": (15, 10, 15, 25, 20, 15),
    "T11": (20, 15, 15, 20, 15, 15),
}
PREFIXES = {
    "T01": ["91"],
    "T02": ["31"],
    "T03": ["51"],
    "T04": ["52", "91"],
    "T05": ["52", "91"],
    "T06": ["52", "51", "12"],
    "T07": ["51"],
    "T08": ["53"],
    "T09": ["91"],
    "T10": ["52"],
    "T11": ["51"],
}
NAMED_IN_THE_SOURCE = {
    "T01": "会计师事务所",
    "T02": "律师事务所",
    "T03": "个私协会",
    "T04": "民办学校",
    "T05": "民办医院",
    "T06": "社会组织孵化器",
}
SPECIFIC_TO_THE_TYPE = {
    ("T01", "D"): "审计质量",
    ("T02", "D"): "职业道德",
    ("T02", "E"): "法律援助",
    ("T03", "D"): "诚信",
    ("T04", "D"): "德育",
    ("T05", "D"): "医德医风",
    ("T06", "D"): "孵化",
    ("T07", "D"): "在章程中明示",
    ("T08", "D"): "捐赠",
    ("T09", "D"): "涉税",
    ("T10", "D"): "养老服务标准",
    ("T11", "D"): "学术",
}
VETOES = {
    "V1": "falsified_material",
    "V2": "serious_breach",
    "V3": "licence_revoked",
    "V4": "inactive_year",
    "V5": "refused_rating",
}
SYSTEM_KEYS = [
    "type",
    "year_from",
    "year_to",
    "version",
    "source",
    "name",
    "owner",
    "uscc_prefixes",
    "levels",
    "vetoes",
]
PERSONAL = re.compile(r"姓名|名单|名册|花名|身份证|手机|住址|\broster|\bnames? of|\bID (card|number)", re.IGNORECASE)
HAN = re.compile(r"[\u4e00-\u9fff]")

System = dict[str, Any]


def load(type_code: str) -> System:
    system: System = yaml.safe_load((SYSTEMS / f"{type_code}.yaml").read_text(encoding="utf-8"))
    return system


def indicators(system: System) -> list[System]:
    return [indicator for level in system["levels"] for indicator in level["indicators"]]


def assert_bilingual(text: dict[str, str], where: str) -> None:
    assert set(text) == {"zh", "en"}, where
    assert HAN.search(text["zh"]), where
    assert text["en"].strip(), where
    assert not HAN.search(text["en"]), where


@pytest.fixture(params=POINTS)
def system(request: pytest.FixtureRequest) -> System:
    return load(request.param)


def test_h16_eleven_types() -> None:
    names = [f"{code}{suffix}.yaml" for code in POINTS for suffix in ("-2026", "")]
    assert sorted(path.name for path in SYSTEMS.iterdir()) == sorted(names)
    assert [load(code)["type"] for code in POINTS] == list(POINTS)
    assert len(POINTS) == 11


def test_h16_six_types_are_named_in_the_source() -> None:
    assert {code: load(code)["name"]["zh"] for code in NAMED_IN_THE_SOURCE} == NAMED_IN_THE_SOURCE


def test_h16_the_first_version_is_that_of_2013_to_2025(system: System) -> None:
    assert [key for key in system if key != "wording"] == SYSTEM_KEYS
    assert (system["year_from"], system["year_to"], system["version"]) == (2013, 2025, "1")
    assert "H14-H16" in system["source"]


def test_h15_owner_and_name_in_both_languages(system: System) -> None:
    assert_bilingual(system["name"], "name")
    assert_bilingual(system["owner"], "owner")


def test_h16_level_points_are_those_of_the_table(system: System) -> None:
    levels = {level["code"]: Decimal(level["points"]) for level in system["levels"]}

    assert levels == dict(zip("ABCDEF", map(Decimal, POINTS[system["type"]]), strict=True))
    assert sum(levels.values()) == 100


def test_h16_indicators_sum_to_their_level(system: System) -> None:
    for level in system["levels"]:
        assert 2 <= len(level["indicators"]) <= 4, level["code"]
        points = sum(Decimal(indicator["points"]) for indicator in level["indicators"])
        assert points == Decimal(level["points"]), level["code"]


def test_h16_points_are_strings_of_positive_halves(system: System) -> None:
    for part in [*system["levels"], *indicators(system)]:
        assert isinstance(part["points"], str), part["code"]
        assert re.fullmatch(r"[1-9]\d*(\.5)?", part["points"]), part["code"]


def test_h16_codes_are_unique_and_carry_their_level(system: System) -> None:
    for level in system["levels"]:
        expected = [f"{level['code']}{number}" for number in range(1, len(level["indicators"]) + 1)]
        assert [indicator["code"] for indicator in level["indicators"]] == expected
    codes = [indicator["code"] for indicator in indicators(system)]
    assert len(codes) == len(set(codes))


def test_h14_three_texts_in_both_languages(system: System) -> None:
    for level in system["levels"]:
        assert_bilingual(level["name"], level["code"])
    for indicator in indicators(system):
        assert list(indicator) == ["code", "what", "how", "degree", "points"]
        for field in ("what", "how", "degree"):
            assert_bilingual(indicator[field], f"{indicator['code']} {field}")


def test_h16_no_text_is_copied_between_types() -> None:
    texts = Counter(
        (field, language, indicator[field][language])
        for code in POINTS
        for indicator in indicators(load(code))
        for field in ("what", "how", "degree")
        for language in ("zh", "en")
    )
    assert [text for text, uses in texts.items() if uses > 1] == []


@pytest.mark.parametrize(("type_code", "level_code"), SPECIFIC_TO_THE_TYPE)
def test_h16_specific_levels_speak_of_the_type(type_code: str, level_code: str) -> None:
    (level,) = [level for level in load(type_code)["levels"] if level["code"] == level_code]
    subject = SPECIFIC_TO_THE_TYPE[type_code, level_code]

    assert any(subject in indicator["what"]["zh"] for indicator in level["indicators"])


def test_h16_uscc_prefixes_are_those_of_the_table(system: System) -> None:
    assert system["uscc_prefixes"] == PREFIXES[system["type"]]


def test_h16_five_vetoes(system: System) -> None:
    assert {veto["code"]: veto["slug"] for veto in system["vetoes"]} == VETOES
    assert len(system["vetoes"]) == len(VETOES)
    for veto in system["vetoes"]:
        assert_bilingual(veto["what"], veto["code"])


def test_pipl_art_6_no_text_asks_for_personal_data(system: System) -> None:
    texts = [
        text
        for part in [*indicators(system), *system["vetoes"]]
        for field in ("what", "how", "degree")
        for text in part.get(field, {}).values()
    ]
    assert [text for text in texts if PERSONAL.search(text)] == []
