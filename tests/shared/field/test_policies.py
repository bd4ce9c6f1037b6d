"""Policies are read from texts, each text once in a process."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from services.incubation.policies import FormationPolicy
from shared.field.followed import NoPolicies
from shared.field.policies import read_policies
from shared.settings import REPOSITORY_POLICIES

TEXT = (REPOSITORY_POLICIES / "default" / "formation.yaml").read_text(encoding="utf-8")


def written(folder: Path, text: str) -> Path:
    path = folder / "default" / "formation.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def test_policies__of_the_same_text_are_the_same_object(tmp_path: Path) -> None:
    first, second = (
        read_policies(written(tmp_path / name, TEXT), "formation", FormationPolicy).policies[0] for name in "ab"
    )
    assert first is second
    with pytest.raises(ValidationError, match="frozen"):
        first.parameters.joint_max_units = 6  # type: ignore[misc]


def test_policies__a_file_that_changed_is_read_by_its_new_text(tmp_path: Path) -> None:
    before = read_policies(written(tmp_path, TEXT), "formation", FormationPolicy).policies[0]
    assert "id: default-formation" in TEXT
    after = read_policies(
        written(tmp_path, TEXT.replace("id: default-formation", "id: another")), "formation", FormationPolicy
    ).policies[0]
    assert (before.id, after.id) == ("default-formation", "another")
    assert before.parameters == after.parameters


def test_policies__a_file_that_cannot_be_read_is_refused_each_time_with_its_name(tmp_path: Path) -> None:
    folder = written(tmp_path, TEXT + "another: 1\nanother: 2\n")
    for _ in range(2):
        with pytest.raises(Exception, match="the key another is there twice") as caught:
            read_policies(folder, "formation", FormationPolicy)
        assert caught.value.__notes__ == [str(folder / "default" / "formation.yaml")]
    with pytest.raises(NoPolicies):
        read_policies(tmp_path / "nowhere", "formation", FormationPolicy)
