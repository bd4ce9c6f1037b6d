"""The yearly report as clients see it."""

from collections.abc import Mapping, Sequence
from datetime import date

from pydantic import BaseModel

from services.incubation.reports.errors import WHY, WhyUnknown
from services.incubation.reports.figures import Figure, catalog
from services.incubation.reports.report import Level, Place, Report
from services.incubation.reports.rules import Value
from shared.problems.language import Text, current_language


class InBothOut(BaseModel):
    """A name in Chinese and English."""

    zh: str
    en: str


class UnknownOut(BaseModel):
    """Why a figure is null."""

    code: WhyUnknown
    text: str


class FigureOut(BaseModel):
    """A figure of the division that was asked for: what it means, what is not in it (`without`), by what its division
    goes (`placed`); `since` to `as_of` is the year, as of the day alone where there is no `since`."""

    code: str
    rule: str
    group: str
    name: InBothOut
    unit: str
    value: int | None
    unknown: UnknownOut | None
    since: date | None
    as_of: date
    means: str
    without: str
    placed: str


class PlaceOut(BaseModel):
    """A division of the report; `own` is what a city or a province has recorded as its own."""

    division: str
    name: InBothOut
    level: Level


class PlaceFiguresOut(PlaceOut):
    """The same with its figures by code, and why those are null that are."""

    values: Mapping[str, int | None]
    unknown: Mapping[str, WhyUnknown]


class YearlyReportOut(BaseModel):
    """A year of a division and of those inside it.

    While the year runs it is as of today. `show_from` is the least figure that is shown where small ones are withheld.
    """

    year: int
    division: str
    name: InBothOut
    as_of: date
    running: bool
    show_from: int | None
    figures: Sequence[FigureOut]
    divisions: Sequence[PlaceFiguresOut]
    districts_without_incubator: Sequence[PlaceOut]


def report_out(report: Report) -> YearlyReportOut:
    """A report as JSON has it, its sentences in the language of the request."""
    about = report.about
    return YearlyReportOut(
        year=report.year.year,
        division=about.division,
        name=_both(about.name),
        as_of=report.year.day,
        running=report.year.running,
        show_from=report.show_from,
        figures=[_figure_out(report, one) for one in catalog().figures],
        divisions=[_place_figures_out(report, one) for one in report.places],
        districts_without_incubator=[_place_out(one) for one in report.without_incubator],
    )


def why_unknown(value: Value) -> str | None:
    """Why a figure is null, as a sentence in the language of the request; None for one that is known."""
    return None if value.why is None else WHY[value.why].render(current_language.get(), number=value.unknown)


def _figure_out(report: Report, figure: Figure) -> FigureOut:
    value, language, sentence = report.value(report.about, figure.code), current_language.get(), why_unknown
    text = sentence(value)
    return FigureOut(
        code=figure.code,
        rule=figure.rule,
        group=catalog().groups[figure.group].render(language),
        name=_both(figure.name),
        unit=figure.unit.render(language),
        value=value.number,
        unknown=None if value.why is None or text is None else UnknownOut(code=value.why, text=text),
        since=report.year.first if figure.at == "year" else None,
        as_of=report.year.day,
        means=figure.means.render(language),
        without=figure.without.render(language),
        placed=figure.placed.render(language),
    )


def _place_out(place: Place) -> PlaceOut:
    return PlaceOut(division=place.division, name=_both(place.name), level=place.level)


def _place_figures_out(report: Report, place: Place) -> PlaceFiguresOut:
    values = report.values[place.division]
    return PlaceFiguresOut(
        **_place_out(place).model_dump(),
        values={code: value.number for code, value in values.items()},
        unknown={code: value.why for code, value in values.items() if value.why is not None},
    )


def _both(name: Text) -> InBothOut:
    return InBothOut(zh=name.zh, en=name.en)
