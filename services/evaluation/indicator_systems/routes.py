"""GET the indicator systems of a year."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query, Request, Response

from services.evaluation.indicator_systems.rules import SystemBook
from services.evaluation.indicator_systems.schemas import IndicatorSystemOut, indicator_system_out
from shared.problems.problems import InvalidInput, NotFound
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
async def list_indicator_systems(request: Request, language: Lang, year: Year = None) -> Response:
    """Every type's system of a year, on one page."""
    systems: SystemBook = request.app.state.indicator_systems
    wanted = _this_year() if year is None else year
    items = [indicator_system_out(system, wanted, language) for system in systems.of_year(wanted)]
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
) -> Response:
    """One type's system of a year."""
    systems: SystemBook = request.app.state.indicator_systems
    wanted = _this_year() if year is None else year
    system = systems.get(system_type, wanted)
    if system is None:
        raise NotFound(what="indicator system")
    return answer(indicator_system_out(system, wanted, language))


def _this_year() -> int:
    return datetime.now(_CHINA).year
