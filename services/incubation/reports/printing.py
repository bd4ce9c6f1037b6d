"""The yearly report as a document to print: in Chinese, without a number, as of its day. Pure."""

from collections.abc import Iterator

from services.incubation.reports.errors import WHY
from services.incubation.reports.figures import Figure, catalog
from services.incubation.reports.report import Place, Report
from services.incubation.reports.rules import Value
from shared.documents.content import Block, Content, Printed, written_day
from shared.field.money import BP_PER_WHOLE

_UNKNOWN = "—"
_FEN_IN_YUAN = 100
_SHORT = 7
"""Figures that the table of each division inside has: the organizations and how they are covered."""


def printed_report(report: Report, signed: str | None) -> Printed:
    """What is printed, in the name of the body `signed`, or else of the division."""
    day = written_day(report.year.day)
    name = report.about.name.zh
    content = Content(
        title=f"{name}{report.year.year}年度双孵化工作报告",
        signed=signed or name,
        blocks=tuple(_blocks(report, day)),
    )
    return Printed(content, f"数据截至{day}", report.year.day)


def _blocks(report: Report, day: str) -> Iterator[Block]:
    ran = "本年度尚未结束，数字为截至当日的情况。" if report.year.running else ""
    yield Block(kind="text", text=f"本报告由系统根据登记和填报的数据汇总，统计截至{day}。{ran}{_withheld(report)}")
    for group, title in catalog().groups.items():
        figures = [one for one in catalog().figures if one.group == group]
        yield Block(kind="heading", text=title.zh)
        yield Block(kind="rows", rows=tuple((one.name.zh, _said(report, report.about, one)) for one in figures))
    lacking = "、".join(place.name.zh for place in report.without_incubator)
    if lacking:
        yield Block(kind="text", text=f"未设孵化器的区、县（市）：{lacking}。")
    inside = report.places[1:]
    if inside:
        yield Block(kind="heading", text="各地情况")
    short = [one for one in catalog().figures if one.share is None][:_SHORT]
    for place in inside:
        yield Block(kind="text", text=place.name.zh)
        yield Block(kind="rows", rows=tuple((one.name.zh, _said(report, place, one)) for one in short))
    yield Block(kind="heading", text="指标解释")
    for one in catalog().figures:
        yield Block(kind="text", text=f"{one.name.zh}（{one.rule}）：{one.means.zh}{one.without.zh}{one.placed.zh}")


def _withheld(report: Report) -> str:
    return "" if report.show_from is None else f"小于{report.show_from}的数字以及可据以推算的数字不予显示。"


def _said(report: Report, place: Place, figure: Figure) -> str:
    value = report.value(place, figure.code)
    if value.number is None:
        return f"{_UNKNOWN}（{_why(value)}）"
    if figure.share is not None:
        return f"{value.number * 100 / BP_PER_WHOLE:.2f}%"
    if figure.code.endswith("_fen"):
        return f"{value.number / _FEN_IN_YUAN:,.2f}元"
    return f"{value.number}{figure.unit.zh}"


def _why(value: Value) -> str:
    assert value.why is not None
    return WHY[value.why].render("zh", number=value.unknown).removesuffix("。")
