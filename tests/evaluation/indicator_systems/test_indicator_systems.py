"""The indicator systems' endpoints and their reading (H14-H16)."""

import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.evaluation.indicator_systems import rules
from services.evaluation.indicator_systems.reading import read_indicator_systems
from shared.settings import REPOSITORY_POLICIES
from tests.evaluation.conftest import slug


async def test_h16_eleven_types_of_a_year(client: httpx.AsyncClient) -> None:
    body = (await client.get("/v1/indicator-systems", params={"year": 2026})).json()
    assert [item["type"] for item in body["items"]] == [f"T{n:02}" for n in range(1, 12)]
    assert body["next_cursor"] is None
    for item in body["items"]:
        assert sum(Decimal(level["points"]) for level in item["levels"]) == 100


async def test_h14_what_how_and_to_what_degree(client: httpx.AsyncClient) -> None:
    response = await client.get("/v1/indicator-systems/T10", params={"year": 2026})
    body = response.json()
    assert (body["type"], body["year"], body["version"]) == ("T10", 2026, "2")
    indicators = [indicator for level in body["levels"] for indicator in level["indicators"]]
    for indicator in indicators:
        texts = [indicator[name] for name in ("code", "what", "how", "degree", "points", "owner")]
        assert all(isinstance(value, str) and value for value in texts)
        assert indicator["method"]["explanation"]
        assert indicator["evidence"]
        assert indicator["basis"]["text"]
    seat = next(one for one in indicators if one["code"] == "B1")
    assert seat["applies_to"] == {"forms": ["standalone"], "kinds": None, "units_min": None, "units_max": None}
    assert [veto["code"] for veto in body["vetoes"]] == ["V1", "V2", "V3", "V4", "V5"]


async def test_texts_follow_accept_language(client: httpx.AsyncClient) -> None:
    names = {
        language: (await client.get("/v1/indicator-systems/T02", headers={"Accept-Language": language})).json()["name"]
        for language in ("zh", "en")
    }
    assert names["en"].isascii()
    assert "律师事务所" in names["zh"]


async def test_without_a_year_this_years_is_given(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/indicator-systems/T02")).json()["year"] >= 2026


@pytest.mark.parametrize("path", ["T12?year=2026", "T02?year=2012", "T02?year=-999999999999999999999", "t02"])
async def test_an_unknown_type_or_year_is_404(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(f"/v1/indicator-systems/{path}")
    assert (response.status_code, slug(response)) == (404, "not-found")


async def test_h14_each_method_is_shown_with_its_figures(client: httpx.AsyncClient) -> None:
    body = (await client.get("/v1/indicator-systems/T10", params={"year": 2026})).json()
    methods = {one["code"]: one["method"] for level in body["levels"] for one in level["indicators"]}
    assert methods["C2"] == {
        "kind": "counted",
        "explanation": "1.75 for each themed activity; the full 3.5 from 2 on.",
        "of": "themed activity",
        "each": "1.75",
        "full_at": 2,
        "grades": [],
        "brackets": [],
    }
    assert [grade["code"] for grade in methods["A1"]["grades"]] == ["a", "b", "c", "d"]
    assert methods["D1"]["brackets"][0] == {"at_least": "95", "points": "7"}
    assert (methods["D2"]["kind"], methods["D2"]["each"]) == ("deduction", "3.5")
    assert methods["F1"]["kind"] == "yes_no"


async def test_h15_a_year_of_the_first_version_is_as_it_was(client: httpx.AsyncClient) -> None:
    params = {"year": 2013}
    body = (await client.get("/v1/indicator-systems/T03", params=params, headers={"Accept-Language": "zh"})).json()
    assert (body["version"], body["year_from"], body["year_to"]) == ("1", 2013, 2025)
    assert body["owner"] == "工商行政管理部门"
    assert {one["method"] is None for level in body["levels"] for one in level["indicators"]} == {True}


def test_h16_a_type_that_is_asked_for_is_worded_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    systems, worded = read_indicator_systems(REPOSITORY_POLICIES), list[str]()

    def reword(system: Any, *_: object) -> Any:
        worded.append(system.type)
        return system

    monkeypatch.setattr(rules, "reword", reword)
    assert systems.get("T03", 2013) is not None
    assert worded == ["T03"]
    assert len(systems.of_year(2013)) == len(worded) - 1 == 11


def _with(folder: Path, name: str, old: str, new: str) -> Path:
    shutil.copytree(REPOSITORY_POLICIES / "default" / "indicator_systems", folder / "default" / "indicator_systems")
    source = folder / "default" / "indicator_systems" / "T02.yaml"
    text = source.read_text(encoding="utf-8")
    assert old in text
    source.with_name(name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def test_h16_two_versions_in_force_in_a_year_are_refused(tmp_path: Path) -> None:
    folder = _with(tmp_path, "T02.yaml", "year_to: 2025", "year_to: 2026")
    with pytest.raises(ValueError, match="T02: two versions are in force in 2026"):
        read_indicator_systems(folder)


def test_a_new_version_follows_the_one_that_ended(tmp_path: Path) -> None:
    systems = read_indicator_systems(_with(tmp_path, "T02.yaml", "points", "points"))
    found = [systems.get("T02", year) for year in (2025, 2026)]
    assert [system and system.version for system in found] == ["1", "2"]


def test_a_regions_version_stands_before_the_default_there_and_nowhere_else(tmp_path: Path) -> None:
    folder = _with(tmp_path, "T02.yaml", "points", "points")
    regional = tmp_path / "hangzhou" / "indicator_systems" / "T02-2026.yaml"
    regional.parent.mkdir(parents=True)
    text = (tmp_path / "default" / "indicator_systems" / "T02-2026.yaml").read_text(encoding="utf-8")
    regional.write_text(text.replace('region: ""', 'region: "3301"').replace('version: "2"', 'version: "HZ"'), "utf-8")
    systems = read_indicator_systems(folder)
    found = [systems.get("T02", 2026, division) for division in ("", "33", "3301", "330106", "3302")]
    assert [system and system.version for system in found] == ["2", "2", "HZ", "HZ", "2"]
    assert [system.type for system in systems.of_year(2026, "330106")] == [f"T{n:02}" for n in range(1, 12)]


def test_points_that_do_not_sum_are_refused(tmp_path: Path) -> None:
    folder = _with(tmp_path, "T02.yaml", 'points: "6"', 'points: "7"')
    with pytest.raises(ValueError, match="the indicators of level"):
        read_indicator_systems(folder)
