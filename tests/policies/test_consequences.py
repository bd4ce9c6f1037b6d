"""What follows from ratings as data: read whole, strict, and no figure of another file."""

from datetime import date
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from services.evaluation.consequences.deriving.policies import (
    CONSEQUENCES_KIND,
    ConsequenceParameters,
    read_consequence_policies,
)
from services.registry.civil_years.policies import STANDING_KIND, StandingPolicy
from shared.field.policies import read_policies
from shared.settings import REPOSITORY_POLICIES
from shuangfu.policy_folders.reading import KINDS, read_folder

DAY = date(2026, 12, 31)
BOOK = read_policies(REPOSITORY_POLICIES, CONSEQUENCES_KIND, ConsequenceParameters)


def test_h20_every_star_has_one_opinion() -> None:
    found = BOOK.get("330106", DAY).parameters
    assert found.rectification is not None
    assert found.improvement is not None
    assert sorted([*found.rectification.stars, *found.improvement.stars]) == [0, 1, 2, 3, 4, 5]


def test_h23_h25_figures__are_those_that_the_registry_goes_by() -> None:
    read = read_consequence_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES).standing.get("330106", DAY)
    own = read_policies(REPOSITORY_POLICIES, STANDING_KIND, StandingPolicy).get("330106", DAY)
    assert read.id == own.id
    assert (read.parameters.score.points, read.parameters.score.of) == (
        own.parameters.score.points,
        own.parameters.score.of,
    )
    assert [one.effect for one in read.parameters.procurement] == [one.effect for one in own.parameters.procurement]


def test_files__are_loaded_with_the_others_and_an_unknown_parameter_is_refused(tmp_path: Path) -> None:
    assert KINDS[CONSEQUENCES_KIND] is ConsequenceParameters
    assert [kind for kind, _ in read_folder(REPOSITORY_POLICIES, DAY).versions].count(CONSEQUENCES_KIND) == 1
    text = (REPOSITORY_POLICIES / "default/consequences.yaml").read_text(encoding="utf-8")
    parameters = yaml.safe_load(text)["parameters"]
    with pytest.raises(ValidationError, match="praise"):
        ConsequenceParameters.model_validate(parameters | {"praise": {}})
    with pytest.raises(ValidationError, match="stars"):
        ConsequenceParameters.model_validate(parameters | {"talk": {"stars": [6], "working_days": 5}})


def test_folders_from_before__go_by_what_is_shipped(tmp_path: Path) -> None:
    (tmp_path / "default").mkdir()
    for name in ("evaluation.yaml", "formation.yaml"):
        (tmp_path / "default" / name).write_text((REPOSITORY_POLICIES / "default" / name).read_text(encoding="utf-8"))
    read = read_consequence_policies(tmp_path, REPOSITORY_POLICIES)
    assert read.consequences.get("330106", DAY).id == "default-consequences"
