"""Policies are read in one way: the core schema of YAML 1.2, nothing that 1.1 reads otherwise, no key twice."""

import json
from pathlib import Path

import pytest
import yaml

from shared.field.strict.strict_yaml import load_strict
from shared.settings import REPOSITORY_POLICIES

REFUSED = [
    *("a: no", "a: Yes", "a: on", "a: True", "a: 0123", "a: 09", "a: 0o17", "a: 0x10", "a: 1_000", "a: 1e3", "a: 1."),
    *(
        "a: .5",
        "a: +1",
        "a: -0",
        "a: 12:30",
        "a: 190:20:30",
        "a: .inf",
        "a: .NaN",
        "a: 2026-01-01T00:00:00",
        "a: =",
        "1: a",
    ),
    *("no: a", "a: !!int '0x10'", "a: !!timestamp 2026-01-01", "a: !!python/name:os.system x", "a: Null"),
    *("a: &x {b: 1}\nc: {<<: *x}", "? [a]\n: b", "a: 1\n---\na: 2", "a: {b: 1, 'b': 2}"),
]


@pytest.mark.parametrize("text", REFUSED)
def test_t62_yaml__what_can_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(yaml.YAMLError):
        load_strict(text)


def test_t62_yaml__a_key_twice_is_refused_with_its_line() -> None:
    with pytest.raises(yaml.MarkedYAMLError) as refused:
        load_strict("id: x\nparameters:\n  BRANCH: 300000\n  GENERAL: 1\n  BRANCH: 400000\n")
    mark = refused.value.problem_mark
    assert (refused.value.problem, mark is not None and mark.line + 1) == ("the key BRANCH is there twice", 5)


READ = {
    "a: true": True,
    "a: ~": None,
    "a:": None,
    "a: 300000": 300000,
    "a: -5": -5,
    "a: 10.50": 10.5,
    "a: '0123'": "0123",
    'a: "no"': "no",
    "a: 2013-06-04": "2013-06-04",
    "a: 西湖区": "西湖区",
    "a: [1, b]": [1, "b"],
}


@pytest.mark.parametrize("text", READ)
def test_t62_yaml__what_is_plain_is_read(text: str) -> None:
    found = load_strict(text)["a"]
    assert (found, type(found)) == (READ[text], type(READ[text]))


@pytest.mark.parametrize("path", sorted(REPOSITORY_POLICIES.rglob("*.yaml")), ids=lambda path: path.name)
def test_t62_policies__mean_the_same_to_both_readers(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert json.dumps(load_strict(text)) == json.dumps(yaml.safe_load(text), default=str)
