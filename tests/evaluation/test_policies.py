"""An author's file is read strictly."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from services.evaluation.policies import EvaluationParameters, RatingParameters
from shared.field.policies import read_policies
from shared.settings import REPOSITORY_POLICIES

FILE = Path("default/evaluation.yaml")


@pytest.mark.parametrize(
    ("edit", "where"),
    [
        (lambda parameters: parameters.update(appeal_days=15), ("appeal_days",)),
        (lambda parameters: parameters["cutoffs"][0].update(label="AAAAA"), ("cutoffs", 0, "label")),
        (lambda parameters: parameters["rated_forms"].append("mobile"), ("rated_forms", 3)),
        (lambda parameters: parameters["cutoffs"][0].update(star=6), ("cutoffs", 0, "star")),
        (lambda parameters: parameters["cutoffs"][0].update(at_least="89.995"), ("cutoffs", 0, "at_least")),
        (lambda parameters: parameters.update(bonus_cap="-1"), ("bonus_cap",)),
    ],
)
def test_a_file_with_an_unknown_or_wrong_parameter_is_refused_by_its_name(
    tmp_path: Path, edit: Callable[[dict[str, Any]], object], where: tuple[str | int, ...]
) -> None:
    content = yaml.safe_load((REPOSITORY_POLICIES / FILE).read_text(encoding="utf-8"))
    edit(content["parameters"])
    (tmp_path / FILE).parent.mkdir()
    (tmp_path / FILE).write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(ValidationError) as refused:
        read_policies(tmp_path, "evaluation", EvaluationParameters)
    assert [error["loc"] for error in refused.value.errors()] == [where]


def test_a_file_says_all_that_rules_read() -> None:
    assert set(EvaluationParameters.model_fields) == set(RatingParameters.model_fields)
