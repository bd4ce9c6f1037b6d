"""The figures of the yearly report: `figures.yaml` beside this file is the one place of their texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from shared.field.strict.strict_yaml import load_strict
from shared.problems.language import Text

_FILE = Path(__file__).with_name("figures.yaml")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. What it means, what is not in it and by what its division goes are whole sentences."""

    code: str
    rule: str
    group: str
    unit: Text
    at: Literal["day", "year"]
    name: Text
    means: Text
    without: Text
    placed: Text
    kept_today_alone: bool = False
    """No day is kept of it: a past year has no such figure."""
    needs: str | None = None
    """The figure without any of which nothing was recorded."""
    beside: str | None = None
    """The count that it is withheld together with: alone it would tell what that is of."""
    plain: bool = False
    """It counts districts, and is never withheld."""
    share: tuple[str, str] | None = None
    """What it is the share of, and in what."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """Every figure in its order, their groups, and which totals are the sums of which parts."""

    figures: Sequence[Figure]
    groups: Mapping[str, Text]
    sums: Mapping[str, tuple[str, ...]]

    @property
    def counted(self) -> list[Figure]:
        """Those that are counted and add up: all but the shares."""
        return [one for one in self.figures if one.share is None]


@cache
def catalog() -> Catalog:
    """What the file says. Raises ValueError for a code that stands twice, KeyError for a name that it lacks."""
    content: dict[str, Any] = load_strict(_FILE.read_text(encoding="utf-8"))
    units = {code: _text(one) for code, one in content["units"].items()}
    placed = {code: _text(one) for code, one in content["placed"].items()}
    shares = {code: cast("tuple[str, str]", tuple(parts)) for code, parts in content["shares"].items()}
    figures = tuple(
        Figure(
            code=one["code"],
            rule=one["rule"],
            group=one["group"],
            unit=units[one["unit"]],
            at=one["at"],
            name=_text(one["name"]),
            means=_text(one["means"]),
            without=_text(one["without"]),
            placed=placed[one["placed"]],
            kept_today_alone=one.get("kept") == "today",
            needs=one.get("needs"),
            beside=one.get("with"),
            plain=one.get("plain", False),
            share=shares.get(one["code"]),
        )
        for one in content["figures"]
    )
    if len({one.code for one in figures}) < len(figures):
        raise ValueError("a figure stands twice")
    sums = {total: tuple(parts) for total, parts in content["sums"].items()}
    return Catalog(figures, {one["code"]: _text(one) for one in content["groups"]}, sums)


def _text(both: Mapping[str, str]) -> Text:
    return Text(zh=both["zh"], en=both["en"])
