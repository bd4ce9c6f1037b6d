"""A published version never changes: a cycle opens only with what earlier ones froze of it (H16); dated names (H14)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import httpx
from fastapi import FastAPI

from services.evaluation.indicator_systems.reading import read_indicator_systems
from services.evaluation.indicator_systems.rules import IndicatorSystem, SystemBook
from services.evaluation.openings.published import find_changes
from shared.settings import REPOSITORY_POLICIES
from tests.evaluation.conftest import Round, slug

BOOK = read_indicator_systems(REPOSITORY_POLICIES)


def edited(systems: Sequence[IndicatorSystem], code: str, version: str, place: int = 0, **changes: Any) -> SystemBook:
    """The book with an indicator of one version changed: the first of its first heading, or another."""

    def edit(system: IndicatorSystem) -> IndicatorSystem:
        if (system.type, system.version) != (code, version):
            return system
        [first, *levels] = system.levels
        indicators = list(first.indicators)
        indicators[place] = indicators[place].model_copy(update=changes)
        level = first.model_copy(update={"indicators": indicators})
        return system.model_copy(update={"levels": [level, *levels]})

    return SystemBook([edit(one) for one in systems])


async def open_cycle(a_round: Round, year: int, division: str = "3301") -> httpx.Response:
    cycle = await a_round.draft(division, year)
    return await a_round.client.post(f"/v1/cycles/{cycle['id']}/opening", json={"note": "补开"})


async def test_h16_a_version_that_a_cycle_used_is_refused_once_it_changed(app: FastAPI, a_round: Round) -> None:
    assert (await open_cycle(a_round, 2024)).status_code == 200
    text = BOOK.systems[0].levels[0].indicators[0].what
    what = text.model_copy(update={"zh": "另一条", "en": "Another"})
    app.state.indicator_systems = edited(BOOK.systems, "T01", "1", what=what)
    refused = await open_cycle(a_round, 2025)
    assert (refused.status_code, slug(refused)) == (409, "published-version-changed")
    body = refused.json()
    assert (body["file"], body["code"], body["field_name"]) == ("default/indicator_systems/T01.yaml", "A1", "what")
    assert (body["before"], body["after"]) == (text.zh, "另一条")
    assert "default/indicator_systems/T01.yaml" in body["detail"]
    [row] = await a_round.rows("SELECT state FROM cycles WHERE year = 2025")
    assert row["state"] == "draft", "nothing was changed"
    app.state.indicator_systems = BOOK
    again = await a_round.client.get("/v1/cycles", params={"year": 2025})
    path = f"/v1/cycles/{again.json()['items'][0]['id']}/opening"
    assert (await a_round.client.post(path, json={"note": "补开"})).status_code == 200


async def test_h16_another_division_s_cycle_is_compared_as_well(app: FastAPI, a_round: Round) -> None:
    assert (await open_cycle(a_round, 2026, "3302")).status_code == 200
    degree = BOOK.systems[0].levels[0].indicators[0].degree.model_copy(update={"zh": "别的"})
    app.state.indicator_systems = edited(BOOK.systems, "T05", "2", degree=degree)
    refused = await open_cycle(a_round, 2026)
    assert (refused.status_code, refused.json()["system"]) == (409, "T05")


async def test_h16_a_new_version_and_an_end_are_no_change(app: FastAPI, a_round: Round) -> None:
    assert (await open_cycle(a_round, 2025)).status_code == 200
    assert (await open_cycle(a_round, 2026)).status_code == 200, "version 2 was never used before"
    ended = [one.model_copy(update={"year_to": 2040}) for one in BOOK.systems if one.version == "2"]
    app.state.indicator_systems = SystemBook([*(one for one in BOOK.systems if one.version == "1"), *ended])
    assert (await open_cycle(a_round, 2026, "3302")).status_code == 200


async def test_h14_a_cycle_of_2013_reads_the_names_of_2013_and_one_of_2026_those_of_today(a_round: Round) -> None:
    for year in (2013, 2026):
        assert (await open_cycle(a_round, year)).status_code == 200
    rows = await a_round.rows(
        "SELECT c.year, s.content->'owner'->>'zh' AS owner, s.content::text AS content FROM cycle_indicator_systems s "
        "JOIN cycles c ON c.id = s.cycle_id WHERE s.type = 'T03' ORDER BY c.year"
    )
    assert [row["owner"] for row in rows] == ["工商行政管理部门", "市场监督管理部门"]
    assert "市场监" not in rows[0]["content"]
    assert "工商行政" not in rows[1]["content"]


async def test_h14_the_names_of_another_year_are_no_change_of_the_version(a_round: Round) -> None:
    assert (await open_cycle(a_round, 2013)).status_code == 200
    assert (await open_cycle(a_round, 2025)).status_code == 200, "version 1 with other names"


def test_a_copy_that_a_later_release_froze_is_not_judged() -> None:
    system = next(one for one in BOOK.systems if (one.type, one.version) == ("T01", "2"))
    content = system.model_dump(mode="json")
    content["levels"][0]["indicators"][0]["method"] = {"kind": "auction"}
    assert find_changes({"content": content, "year": 2026}, system) == []
    content = system.model_dump(mode="json") | {"later": 1}
    assert find_changes({"content": content, "year": 2026}, replace(BOOK).systems[1]) == []
