"""The rules that decisions name: `rules.yaml` beside this file is the one place of their texts."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from shared.field.strict.strict_yaml import load_strict

_FILE = Path(__file__).with_name("rules.yaml")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, in Chinese and English; `figure` is its number as the source or the policy gives it."""

    id: str
    zh: str
    en: str
    source_zh: str
    source_en: str
    figure: str | None = None
    formerly: str | None = None
    """The id by which decisions that were stored before name it."""


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the file. Raises ValueError for an id that stands twice."""
    content: dict[str, Any] = load_strict(_FILE.read_text(encoding="utf-8"))
    sources = content["sources"]
    rules = tuple(
        Rule(
            id=one["id"],
            zh=one["zh"],
            en=one["en"],
            source_zh=sources[one["source"]]["zh"],
            source_en=sources[one["source"]]["en"],
            figure=one.get("figure"),
            formerly=one.get("formerly"),
        )
        for one in content["rules"]
    )
    names = [name for rule in rules for name in (rule.id, rule.formerly) if name is not None]
    if len(names) > len(set(names)):
        raise ValueError(f"an id stands twice: {sorted({name for name in names if names.count(name) > 1})}")
    return rules


@cache
def _by_name() -> dict[str, Rule]:
    return {name: rule for rule in all_rules() for name in (rule.id, rule.formerly) if name is not None}


def find_rule(name: str) -> Rule | None:
    """The rule of an id, present or former."""
    return _by_name().get(name)
