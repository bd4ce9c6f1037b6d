"""GET the yearly report of a division (H9, S12 to S16): as JSON, as a workbook, or to print."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from services.incubation.history.periods import ReportYear, report_year
from services.incubation.reports.figures import catalog
from services.incubation.reports.gathering import Gathered, gather, signing_body
from services.incubation.reports.printing import printed_report
from services.incubation.reports.report import Report, places_of
from services.incubation.reports.rules import withhold
from services.incubation.reports.schemas import YearlyReportOut, report_out
from services.incubation.reports.workbook import write_workbook
from shared.db.access import Access
from shared.db.base import utc_now
from shared.db.paging import keep_one_snapshot
from shared.db.session import Database
from shared.documents.errors import CharacterMissing, FontsMissing, RenderingFailed
from shared.documents.rendering.process import MEDIA_TYPES, Renderer
from shared.field.calendar import china_day
from shared.field.figures.policies import least_shown
from shared.problems.access import check_within
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput
from shared.web.documents.answering import file_response
from shared.web.exports.exporting import KINDS
from shared.web.fields import DivisionNamed
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import refusal_of, requires
from shared.web.identity.permissions import Permission
from shared.web.routes import answer, problems
from shared.web.steps import Caller

router = APIRouter(prefix="/reports", tags=["reports"], route_class=GuardedRoute)

_PROVINCE = 2
"""Digits of a province's prefix."""
_LENGTH = 6
_NOT_YET = Text(zh="{year} 年尚未到来。", en="The year {year} is still to come.")
_FILES: dict[str, Any] = {
    media_type: {"schema": {"type": "string", "format": "binary"}}
    for media_type in (KINDS["xlsx"][1], *MEDIA_TYPES.values())
}


@router.get(
    "/{year}",
    dependencies=[requires(Permission.STATISTICS_READ)],
    response_model=YearlyReportOut,
    responses=problems(
        InvalidInput, FontsMissing, CharacterMissing, RenderingFailed, beside={200: {"content": _FILES}}
    ),
)
async def get_yearly_report(
    request: Request,
    caller: Caller,
    year: Annotated[int, Path(ge=1949, le=9998, description="the year")],
    division: DivisionNamed,
    format: Annotated[  # noqa: A002 - the parameter's public name
        Literal["json", "xlsx", "pdf", "docx"],
        Query(description="xlsx: a row a figure, a column a division; pdf or docx: to print"),
    ] = "json",
) -> Response:
    """What was reached in a year in a division and in those inside it, as of its last day, or today while it runs.

    A figure that is not known is null, with the reason. Whoever sees figures alone (a leader) is not shown small ones,
    nor those from which they would follow.
    """
    access: Access = request.state.access
    check_within(access, division)
    today = china_day(utc_now())
    if year > today.year:
        raise InvalidInput([FieldError("/path/year", _NOT_YET, (("year", year),))])
    asked = report_year(year, today)
    alone = refusal_of(caller, Permission.FORMATION_READ) is not None
    database: Database = request.app.state.database
    async with database.transaction(access) as tx:
        await keep_one_snapshot(tx)
        # Whoever may ask for districts and for their city must not find one of them by subtracting.
        gathered = await gather(tx, division[:_PROVINCE] if alone else division, asked)
        signed = await signing_body(tx, division.ljust(_LENGTH, "0"), asked.day) if format in MEDIA_TYPES else None
    least = least_shown(request.app.state.statistics, division[:_PROVINCE], today) if alone else None
    report = await asyncio.to_thread(_report, gathered, asked, division, least)
    if format == "json":
        return answer(report_out(report))
    name = f"{division}-{year}.{format}"
    if format == "xlsx":
        async with request.app.state.exports:
            content = await asyncio.to_thread(write_workbook, report)
        return file_response(content, KINDS[format][1], name)
    renderer: Renderer = request.app.state.renderer
    content = await renderer.render(printed_report(report, signed), format)
    return file_response(content, MEDIA_TYPES[format], name)


def _report(gathered: Gathered, year: ReportYear, division: str, least: int | None) -> Report:
    if least is None:
        values = gathered.add_up(year, division)
    else:
        values = withhold(catalog(), gathered.add_up(year, division[:_PROVINCE]), least)
    return Report(year, places_of(division, values, year), values, least)
