"""The demonstration's facts: taken as they are by every type's methods, and worth about what is wanted."""

from decimal import Decimal
from typing import Any

import pytest
import yaml

from services.evaluation.indicator_systems.reading import read_indicator_systems
from services.evaluation.indicator_systems.schemas import indicator_system_out
from services.evaluation.indicator_systems.scoring import Rated, scale
from services.evaluation.sheets.facts import read_facts
from shared.settings import REPOSITORY_POLICIES
from shuangfu.commands.demo import POLICIES, Region
from shuangfu.demonstration.stars.facts import facts_for

SYSTEMS = {one.type: one for one in read_indicator_systems(REPOSITORY_POLICIES).of_year(2026)}
TRIED = POLICIES[Region.HANGZHOU] / "indicator_systems" / "T10-2025.yaml"
BANDS = {93: (90, 100), 75: (70, 80), 55: (50, 60)}
"""Of the committee's percentages: totals that give five stars, three, and one."""


@pytest.mark.parametrize("kind", sorted(SYSTEMS))
def test_h14_facts__of_each_type_give_the_stars_that_the_demonstration_shows(kind: str) -> None:
    system = SYSTEMS[kind]
    shown = indicator_system_out(system, 2026, "zh").model_dump(mode="json")
    for form, organization_kind, units in (
        ("standalone", "BRANCH", 1),
        ("standalone", "COMMITTEE", 1),
        ("joint", "BRANCH", 4),
    ):
        party = {"form": form, "kind": organization_kind, "covers": [{}] * units}
        rated = Rated(form, organization_kind, units)
        for percent, (least, most) in BANDS.items():
            facts: Any = facts_for(shown, party, Decimal(percent) / 100)
            sheet, errors = read_facts(facts, system, rated, bonus=(), vetoes=())
            assert not errors
            left_out = system.not_for(rated)
            assert sheet.scores.keys() | left_out == system.points().keys(), "nothing is missing"
            assert least <= scale(system.points(), sheet.scores, left_out).points < most


def test_facts__of_a_system_without_methods_are_none() -> None:
    system = read_indicator_systems(REPOSITORY_POLICIES).of_year(2025)[0]
    shown = indicator_system_out(system, 2025, "zh").model_dump(mode="json")
    assert facts_for(shown, {"form": "standalone", "kind": "BRANCH", "covers": [{}]}, Decimal(1)) == {}


def test_h16_example__tries_the_version_of_the_next_year() -> None:
    tried, published = (
        yaml.safe_load(file.read_text())
        for file in (TRIED, REPOSITORY_POLICIES / "default" / "indicator_systems" / "T10-2026.yaml")
    )
    own = {"region": "3301", "year_from": 2025, "year_to": 2025}
    assert {name: tried[name] for name in own} == own
    assert all(tried[name] == published[name] for name in ("type", "levels", "vetoes"))
