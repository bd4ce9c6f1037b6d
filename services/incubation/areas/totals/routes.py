"""How many areas, workers and covered bodies there are, by division (S16)."""

from datetime import date

from fastapi import APIRouter, Response

from services.incubation.areas.routes import On
from services.incubation.areas.totals.queries import totals_of
from services.incubation.areas.totals.schemas import AreaDivisionTotalsOut, AreaFiguresOut, AreaTotalsOut
from shared.db.base import utc_now
from shared.field.calendar import china_day
from shared.problems.problems import InvalidInput
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Tx, answer, problems

router = APIRouter(tags=["areas"], route_class=GuardedRoute)


@router.get(
    "/areas/totals",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=AreaTotalsOut,
    responses=problems(InvalidInput),
)
async def get_area_totals(tx: Tx, division: DivisionFilter = None, on: On = None) -> Response:
    """Totals of the caller's divisions, together and by division: areas and workers of a day, bodies covered today."""
    today = china_day(utc_now())
    day: date = on or today
    by_division = [AreaDivisionTotalsOut.model_validate(row) for row in await totals_of(tx, division, day, today)]
    figures = {name: sum(getattr(one, name) for one in by_division) for name in AreaFiguresOut.model_fields}
    return answer(AreaTotalsOut(on=day, by_division=by_division, **figures))
