"""The yearly report as a workbook: a row for each figure, a column for each division."""

import io

from services.incubation.reports.figures import catalog
from services.incubation.reports.report import Report
from services.incubation.reports.schemas import why_unknown
from shared.problems.language import Text, current_language
from shared.web.exports.columns import Cell
from shared.web.exports.sheets import XlsxSheet

_BEFORE = (
    Text(zh="代码", en="Code"),
    Text(zh="依据", en="Rule"),
    Text(zh="指标", en="Figure"),
    Text(zh="单位", en="Unit"),
    Text(zh="截至", en="As of"),
)
_AFTER = (
    Text(zh="指标解释", en="What it means"),
    Text(zh="不含", en="What is not in it"),
    Text(zh="归属", en="By what its division goes"),
    Text(zh="未知原因", en="Why it is not known"),
)
_YEAR = Text(zh="{first}至{day}", en="{first} to {day}")


def write_workbook(report: Report) -> bytes:
    """The workbook in the language of the request; what is not known is an empty cell, and its reason stands beside."""
    language = current_language.get()
    before, after = ([one.render(language) for one in some] for some in (_BEFORE, _AFTER))
    names = [f"{place.name.render(language)} {place.division}" for place in report.places]
    target = io.BytesIO()
    sheet = XlsxSheet(target, [*before, *names, *after])
    try:
        sheet.write(_row(report, place) for place in range(len(catalog().figures)))
    except BaseException:
        sheet.abandon()
        raise
    sheet.close()
    return target.getvalue()


def _row(report: Report, number: int) -> list[Cell]:
    language, figure = current_language.get(), catalog().figures[number]
    values = [report.value(place, figure.code) for place in report.places]
    day = report.year.day.isoformat()
    period = _YEAR.render(language, first=report.year.first.isoformat(), day=day) if figure.at == "year" else day
    whys = dict.fromkeys(sentence for value in values if (sentence := why_unknown(value)) is not None)
    return [
        figure.code,
        figure.rule,
        figure.name.render(language),
        figure.unit.render(language),
        period,
        *(value.number for value in values),
        figure.means.render(language),
        figure.without.render(language),
        figure.placed.render(language),
        "\n".join(whys) or None,
    ]
