"""GET both measures of coverage (S9) by division, street or kind, as of a day or month after month."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from services.registry.statistic_tables.policies import Rows, StatisticTablesPolicies
from services.registry.statistics import queries
from services.registry.statistics.metrics import Coverages, measure
from services.registry.statistics.report import Facts
from services.registry.statistics.rules import EARLIEST
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.field.calendar import china_day
from shared.problems.access import check_within
from shared.problems.inputs import Day
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput
from shared.web.fields import DivisionNamed
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Tx, answer, problems

router = APIRouter(prefix="/coverage", tags=["coverage"], route_class=GuardedRoute)
MONTHS = 36
_AHEAD = Text(zh="{day} 尚未到来。", en="{day} is still to come.")
_EARLY = Text(zh="不能早于 {earliest}。", en="It cannot be before {earliest}.")
_ORDER = Text(zh="起始月不能晚于截止月。", en="The first month cannot come after the last.")
_LONG = Text(zh="最多 {months} 个月。", en="There can be {months} months at most.")
Month = Annotated[str, Query(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", description="a month, as in 2026-06")]


class CoverageMeasuresOut(BaseModel):
    """Both measures of S9 with their own denominators, and of the uncovered why (D8); shares in basis points."""

    organizations: int
    eligible: int
    eligible_with_own: int
    organization_coverage_bp: int | None
    standalone: int
    joint: int
    area: int
    covered: int
    work_coverage_bp: int | None
    due_not_built: int
    fewer_than_three: int
    no_members: int


class CoveragePartOut(CoverageMeasuresOut):
    """Those of one division, street or kind."""

    key: str


class CoverageByOut(BaseModel):
    """Both measures as of the end of a day, of the whole and of each part."""

    division: str
    on: date
    by: Rows
    policy: str
    assumed: int
    whole: CoverageMeasuresOut
    parts: list[CoveragePartOut]


class CoverageMonthOut(CoverageMeasuresOut):
    """Those as of the last day of a month, or today of the month that runs."""

    on: date


class CoverageSeriesOut(BaseModel):
    """Both measures month after month."""

    division: str
    months: list[CoverageMonthOut]


def _plain(one: Coverages) -> dict[str, int | None]:
    return {name: getattr(one, name) for name in CoverageMeasuresOut.model_fields}


def _check_day(pointer: str, day: date, today: date) -> None:
    if day > today:
        raise InvalidInput([FieldError(pointer, _AHEAD, (("day", day),))])
    if day < EARLIEST:
        raise InvalidInput([FieldError(pointer, _EARLY, (("earliest", EARLIEST),))])


async def _counted(
    tx: Transaction, request: Request, division: str, days: Sequence[date], today: date
) -> dict[date, Facts]:
    policies: StatisticTablesPolicies = request.app.state.statistic_tables
    enough = {day: policies.of_day(division, day, today).parameters.eligible_min_full_members for day in days}
    return await queries.count(tx, division, enough, lower_levels=True)


@router.get(
    "/measures",
    dependencies=[requires(Permission.STATISTICS_READ)],
    response_model=CoverageByOut,
    responses=problems(InvalidInput),
)
async def get_coverage_measures(
    tx: Tx, request: Request, division: DivisionNamed, by: Rows = "division", on: Day | None = None
) -> Response:
    """Organization coverage (of those eligible) and work coverage (of all), as of the end of a day; default today."""
    check_within(tx.access, division)
    today = china_day(utc_now())
    day = on or today
    _check_day("/query/on", day, today)
    facts = (await _counted(tx, request, division, [day], today))[day]
    parts, whole = measure(facts.counted, by)
    policy = request.app.state.statistic_tables.of_day(division, day, today).id
    shown = [CoveragePartOut.model_validate({"key": key, **_plain(one)}) for key, one in parts.items()]
    measured = CoverageMeasuresOut.model_validate(_plain(whole))
    return answer(
        CoverageByOut(
            division=division, on=day, by=by, policy=policy, assumed=facts.assumed, whole=measured, parts=shown
        )
    )


@router.get(
    "/series",
    dependencies=[requires(Permission.STATISTICS_READ)],
    response_model=CoverageSeriesOut,
    responses=problems(InvalidInput),
)
async def get_coverage_series(tx: Tx, request: Request, division: DivisionNamed, first: Month, last: Month) -> Response:
    """Both measures as of the end of each month, up to 36 of them."""
    check_within(tx.access, division)
    today = china_day(utc_now())
    counted = await _counted(tx, request, division, _months(first, last, today), today)
    wholes = {day: measure(facts.counted, "division")[1] for day, facts in counted.items()}
    shown = [CoverageMonthOut.model_validate({"on": day, **_plain(whole)}) for day, whole in wholes.items()]
    return answer(CoverageSeriesOut(division=division, months=shown))


def _months(first: str, last: str, today: date) -> list[date]:
    """The day of each month: its last one, or today. Raises InvalidInput."""
    (year, month), (last_year, last_month) = (map(int, one.split("-")) for one in (first, last))
    number = (last_year - year) * 12 + last_month - month + 1
    if number < 1:
        raise InvalidInput([FieldError("/query/last", _ORDER, ())])
    if number > MONTHS:
        raise InvalidInput([FieldError("/query/last", _LONG, (("months", MONTHS),))])
    _check_day("/query/first", date(max(year, 1), month, 1), today)
    _check_day("/query/last", date(last_year, last_month, 1), today)
    found = []
    for place in range(number):
        one, which = divmod(year * 12 + month - 1 + place, 12)
        found.append(min(date(one, which + 1, monthrange(one, which + 1)[1]), today))
    return found
