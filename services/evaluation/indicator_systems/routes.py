"""GET the indicator systems of a year."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query, Request, Response

from services.evaluation.indicator_systems.changes import compare_systems
from services.evaluation.indicator_systems.rules import SystemBook
from services.evaluation.indicator_systems.schemas import (
    IndicatorSystemOut,
    SystemChangeOut,
    SystemChangesOut,
    indicator_system_out,
)
from shared.problems.problems import InvalidInput, NotFound
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Lang, Page, answer, problems

router = APIRouter(prefix="/indicator-systems", tags=["indicator systems"], route_class=GuardedRoute)

Year = Annotated[int | None, Query(description="default: this year")]
_CHINA = ZoneInfo("Asia/Shanghai")


@router.get(
    "",
    dependencies=[requires(Permission.EVALUATION_READ)],
    response_model=Page[IndicatorSystemOut],
    responses=problems(InvalidInput),
)
async def list_indicator_systems(
    request: Request, language: Lang, year: Year = None, division: DivisionFilter = None
) -> Response:
    """Every type's system of a year, on one page: of a division, where its region has versions of its own."""
    systems: SystemBook = request.app.state.indicator_systems
    wanted = _this_year() if year is None else year
    items = [indicator_system_out(system, wanted, language) for system in systems.of_year(wanted, division or "")]
    return answer(Page(items=items, next_cursor=None))


@router.get(
    "/{type}",
    dependencies=[requires(Permission.EVALUATION_READ)],
    response_model=IndicatorSystemOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_indicator_system(
    request: Request,
    language: Lang,
    system_type: Annotated[str, Path(alias="type", max_length=64)],
    year: Year = None,
    division: DivisionFilter = None,
) -> Response:
    """One type's system of a year."""
    systems: SystemBook = request.app.state.indicator_systems
    wanted = _this_year() if year is None else year
    system = systems.get(system_type, wanted, division or "")
    if system is None:
        raise NotFound(what="indicator system")
    return answer(indicator_system_out(system, wanted, language))


@router.get(
    "/{type}/changes",
    dependencies=[requires(Permission.EVALUATION_READ)],
    response_model=SystemChangesOut,
    responses=problems(NotFound, InvalidInput),
)
async def list_system_changes(
    request: Request,
    language: Lang,
    system_type: Annotated[str, Path(alias="type", max_length=64)],
    since_year: Annotated[int, Query(description="the year that is compared with")],
    year: Year = None,
    division: DivisionFilter = None,
) -> Response:
    """What differs between one type's systems of two years, field by field, both texts side by side."""
    systems: SystemBook = request.app.state.indicator_systems
    wanted = _this_year() if year is None else year
    old, new = (systems.get(system_type, one, division or "") for one in (since_year, wanted))
    if old is None or new is None:
        raise NotFound(what="indicator system")
    return answer(
        SystemChangesOut(
            type=new.type,
            year=wanted,
            version=new.version,
            since_year=since_year,
            since_version=old.version,
            changes=[SystemChangeOut.model_validate(one) for one in compare_systems(old, new, language)],
        )
    )


def _this_year() -> int:
    return datetime.now(_CHINA).year
