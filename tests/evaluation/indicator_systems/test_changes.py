"""Two versions of a system side by side, as an official reads them (H16)."""

from decimal import Decimal
from typing import Any, get_args

import httpx
import pytest

from services.evaluation.indicator_systems.changes import Change, compare_systems
from services.evaluation.indicator_systems.explaining import explain
from services.evaluation.indicator_systems.reading import read_indicator_systems
from services.evaluation.indicator_systems.rules import AuthoredAppliesTo, IndicatorSystem
from shared.contracts.base import Form, PartyOrganizationKind
from shared.problems.language import Language
from shared.settings import REPOSITORY_POLICIES

LANGUAGES: tuple[Language, ...] = ("zh", "en")
BOOK = read_indicator_systems(REPOSITORY_POLICIES)


def of(year: int, code: str = "T10") -> IndicatorSystem:
    found = BOOK.get(code, year)
    assert found is not None
    return found


def edited(system: IndicatorSystem, code: str, **changes: Any) -> IndicatorSystem:
    levels = [
        level.model_copy(
            update={
                "indicators": [one.model_copy(update=changes) if one.code == code else one for one in level.indicators]
            }
        )
        for level in system.levels
    ]
    return system.model_copy(update={"levels": levels})


def test_h16_a_version_beside_itself_has_no_differences() -> None:
    assert compare_systems(of(2026), of(2026), "zh") == []


def test_h16_what_was_added_changed_and_removed() -> None:
    changes = compare_systems(of(2025), of(2026), "en")
    by_place = {(one.code, one.field): one for one in changes}
    assert by_place["A1", "points"] == Change("A1", "changed", "points", "6", "5")
    assert by_place["A4", "what"].effect == "added"
    assert by_place["C", "name"].after == "Political thought and organizational life"
    assert by_place["F2", "method"] == Change(
        "F2", "changed", "method", None, "0.5 for each visit by the instructor; the full 5 from 10 on."
    )
    back = {(one.code, one.field): one for one in compare_systems(of(2026), of(2025), "en")}
    assert back["A4", "points"] == Change("A4", "removed", "points", "3", None)


def test_h16_whom_it_is_for_is_said_in_words() -> None:
    """A4 is for joint branches of two units or more, B1 for standalone ones."""
    said = {
        language: {(one.code, one.field): one.after for one in compare_systems(of(2025), of(2026), language)}
        for language in LANGUAGES
    }
    assert said["zh"]["A4", "applies_to"] == "组建形式：联合组建；覆盖单位下限：2"
    assert said["en"]["A4", "applies_to"] == "forms: joint; fewest organizations covered: 2"
    assert said["zh"]["B1", "applies_to"] == "组建形式：单独组建"


@pytest.mark.parametrize("language", LANGUAGES)
def test_h16_every_form_and_kind_has_its_words(language: Language) -> None:
    forms, kinds = get_args(Form), get_args(PartyOrganizationKind)
    whom = AuthoredAppliesTo(forms=forms, kinds=kinds, units_min=2, units_max=9)
    new = edited(of(2026), "A4", applies_to=whom)
    [change] = compare_systems(of(2026), new, language)
    assert change.after is not None
    assert not any(code in change.after for code in (*kinds, "units_min", "units_max"))
    assert all((code in change.after) == (language == "en") for code in forms)


def test_h14_t11_counts_exchanges_and_reports_in_one_unit() -> None:
    [method] = [one.method for one in of(2026, "T11").indicators() if one.code == "D4"]
    assert method is not None
    sentence = "每项跨学科、跨界别交流或决策咨询报告得0.8分，数量达到5的得满分4分。"
    assert explain(method, Decimal(4), "zh") == sentence


def test_h16_names_of_the_years_differ_too() -> None:
    [change] = compare_systems(of(2013, "T05"), of(2018, "T05"), "zh")
    assert change == Change("T05", "changed", "owner", "卫生和计划生育部门", "卫生健康部门")


async def test_h16_the_route_compares_two_years(client: httpx.AsyncClient) -> None:
    path = "/v1/indicator-systems/T10/changes"
    body = (await client.get(path, params={"since_year": 2025, "year": 2026})).json()
    assert (body["since_version"], body["version"]) == ("1", "2")
    assert {"code": "A1", "effect": "changed", "field": "points", "before": "6", "after": "5"} in body["changes"]
    assert (await client.get(path, params={"since_year": 2012, "year": 2026})).status_code == 404
    assert (await client.get(path, params={"year": 2026})).status_code == 422
