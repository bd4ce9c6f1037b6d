"""Adds counts up from divisions to those above, says what is not known and why, and withholds small figures. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.incubation.history.periods import Count, ReportYear
from services.incubation.reports.errors import WhyUnknown
from services.incubation.reports.figures import Catalog, Figure
from shared.field.figures.shares import share_bp
from shared.field.figures.suppression import suppressed

_LENGTHS = (2, 4, 6)


@dataclass(frozen=True, slots=True)
class Value:
    """A figure of a division; without a number, why there is none. `unknown` rows have no day."""

    number: int | None
    why: WhyUnknown | None = None
    unknown: int = 0


Values = Mapping[str, Mapping[str, Value]]
"""By division (a prefix: 33, 3301, 330106) and figure."""


def add_up(
    catalog: Catalog,
    year: ReportYear,
    counts: Iterable[Count],
    known_from: Mapping[str, date | None],
    districts: Collection[str],
    prefix: str,
) -> dict[str, dict[str, Value]]:
    """The figures of a division, given as a prefix, and of every one inside it that has rows or is a district.

    `districts` are those of the year's day: an incubator is due in each (H3).
    """
    numbers: dict[tuple[str, str], int] = {}
    unknown: dict[tuple[str, str], int] = {}
    nodes = {prefix}
    for one in [*counts, *_of_districts(counts, districts)]:
        for node in above(one.division):
            if node.startswith(prefix):
                nodes.add(node)
                numbers[node, one.figure] = numbers.get((node, one.figure), 0) + one.number
                unknown[node, one.figure] = unknown.get((node, one.figure), 0) + one.unknown
    found: dict[str, dict[str, Value]] = {}
    for node in sorted(nodes):
        values = {
            figure.code: _value(
                figure, year, numbers.get((node, figure.code), 0), unknown.get((node, figure.code), 0), known_from
            )
            for figure in catalog.counted
        }
        found[node] = _with_shares(catalog, _without_reports(catalog, values))
    return found


def above(division: str) -> list[str]:
    """The divisions that a code lies in, as prefixes: 33, 3301, 330106. A city's own code is a part of the city."""
    return [division[:length] for length in _LENGTHS]


def _of_districts(counts: Iterable[Count], districts: Collection[str]) -> list[Count]:
    """That an incubator is due in each district, and in which there is none of its own (H3)."""
    having = {one.division for one in counts if one.figure == "incubators_of_district" and one.number}
    due = [Count(code, "incubators_due", 1) for code in districts]
    return due + [Count(code, "districts_without_incubator", 1) for code in districts if code not in having]


def _value(figure: Figure, year: ReportYear, number: int, unknown: int, known_from: Mapping[str, date | None]) -> Value:
    if year.running:
        return Value(None, "undated", unknown) if unknown else Value(number)
    if figure.kept_today_alone:
        return Value(None, "not_kept")
    begun = known_from.get(figure.code)
    if begun is None or begun > year.day:
        return Value(None, "not_recorded")
    return Value(None, "undated", unknown) if unknown else Value(number)


def _without_reports(catalog: Catalog, values: Mapping[str, Value]) -> dict[str, Value]:
    found = dict(values)
    for figure in catalog.counted:
        if figure.needs is not None and values[figure.needs].number == 0 and found[figure.code].number is not None:
            found[figure.code] = Value(None, "nothing_recorded")
    return found


def _with_shares(catalog: Catalog, values: Mapping[str, Value]) -> dict[str, Value]:
    """Every figure in the catalog's order; a share of what is not known is not known for the same reason."""
    return {
        figure.code: values[figure.code] if figure.share is None else _share(*(values[one] for one in figure.share))
        for figure in catalog.figures
    }


def _share(part: Value, whole: Value) -> Value:
    if part.number is None or whole.number is None:
        return part if part.number is None else whole
    share = share_bp(part.number, whole.number)
    return Value(None, "nothing_to_divide") if share is None else Value(share)


def withhold(catalog: Catalog, values: Values, least: int) -> dict[str, dict[str, Value]]:
    """The figures for who sees figures alone: those from 1 to below `least` are withheld, and what gives them away.

    All divisions that the reader may ask for must be among them.
    """
    hidden: set[tuple[str, str]] = set()
    inside: dict[str, list[str]] = {}
    for node in values:
        if (above_it := node[:-2]) in values:
            inside.setdefault(above_it, []).append(node)
    for together in _components(catalog):
        hidden |= _hidden_of(catalog, together, values, inside, least)
    beside = {figure.code: figure.beside for figure in catalog.figures if figure.beside is not None}
    needed = {figure.code: figure.needs for figure in catalog.figures if figure.needs is not None}
    hidden |= {(node, code) for node in values for code, of in (beside | needed).items() if (node, of) in hidden}
    for figure in catalog.figures:
        if figure.share is not None:
            hidden |= {(node, figure.code) for node in values if any((node, one) in hidden for one in figure.share)}
    return {
        node: {
            code: Value(None, "withheld") if (node, code) in hidden and value.number is not None else value
            for code, value in of.items()
        }
        for node, of in values.items()
    }


def _components(catalog: Catalog) -> list[list[str]]:
    """Codes of figures that add up with one another; the others each alone."""
    groups: list[set[str]] = []
    for total, parts in catalog.sums.items():
        linked = {total, *parts}
        touching = [one for one in groups if one & linked]
        groups = [one for one in groups if not one & linked] + [linked.union(*touching)]
    inside = {code for group in groups for code in group}
    alone = [[figure.code] for figure in catalog.counted if figure.code not in inside and not figure.plain]
    return [sorted(group) for group in groups] + alone


def _hidden_of(
    catalog: Catalog, codes: Sequence[str], values: Values, inside: Mapping[str, Sequence[str]], least: int
) -> set[tuple[str, str]]:
    figures = {
        (node, code): number for node, of in values.items() for code in codes if (number := of[code].number) is not None
    }
    sums = [((node, code), tuple((one, code) for one in parts)) for node, parts in inside.items() for code in codes]
    sums += [
        ((node, total), tuple((node, part) for part in parts))
        for node in values
        for total, parts in catalog.sums.items()
        if total in codes
    ]
    known = [(total, parts) for total, parts in sums if total in figures and all(part in figures for part in parts)]
    return set(suppressed(figures, known, least))
