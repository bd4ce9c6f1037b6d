"""A report as it is shown: the divisions that have a name, with their figures. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from services.incubation.history.periods import ReportYear
from services.incubation.reports.rules import Value, Values
from shared.field.divisions import Division, get, get_on, is_city
from shared.problems.language import Text

Level = Literal["province", "city", "county", "own"]
_LENGTH = 6
_OWN = Text(zh="{name}（市本级）", en="{name} (the city itself)")


@dataclass(frozen=True, slots=True)
class Place:
    """A division of the report, given as a prefix; `own` is what a city or a province has recorded as its own."""

    division: str
    name: Text
    level: Level

    @property
    def is_district(self) -> bool:
        """Whether an incubator is due there."""
        return self.level == "county"


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a year of one place and of those inside it; `show_from` where small ones are withheld."""

    year: ReportYear
    places: Sequence[Place]
    values: Values
    show_from: int | None = None

    @property
    def about(self) -> Place:
        """The place that was asked for."""
        return self.places[0]

    def value(self, place: Place, figure: str) -> Value:
        """A figure of a place."""
        return self.values[place.division][figure]

    @property
    def without_incubator(self) -> list[Place]:
        """The districts without an incubator of their own; none where that is not known."""
        return [
            place
            for place in self.places
            if place.is_district and self.value(place, "districts_without_incubator").number
        ]


def places_of(prefix: str, values: Values, year: ReportYear) -> list[Place]:
    """The division that was asked for, then cities and districts inside it, by code.

    What the standard puts between a municipality and its districts is no place.
    """
    about = _place(prefix, year) or Place(prefix, Text(zh=prefix, en=prefix), "city")
    inside = [_place(one, year) for one in sorted(values) if one.startswith(prefix) and one != prefix]
    return [about, *(place for place in inside if place is not None)]


def _place(prefix: str, year: ReportYear) -> Place | None:
    code = prefix.ljust(_LENGTH, "0")
    known = get_on(code, year.day) or get(code)
    if known is None:
        return Place(prefix, Text(zh=prefix, en=prefix), "county") if len(prefix) == _LENGTH else None
    name = Text(zh=known.name_zh, en=known.name_en)
    if len(prefix) == _LENGTH and known.level != "county":
        return Place(prefix, Text(zh=_OWN.zh.format(name=name.zh), en=_OWN.en.format(name=name.en)), "own")
    level = _level(known)
    return None if level is None else Place(prefix, name, level)


def _level(division: Division) -> Level | None:
    if division.level == "county":
        return "county"
    if is_city(division):
        return "city"
    return "province" if division.level == "province" else None
