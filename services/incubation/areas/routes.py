"""Areas: drawn, read, listed, dissolved; and what none of them covers (S15)."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from services.incubation.area_branches.queries import branches_of
from services.incubation.areas import listing, queries, records
from services.incubation.areas.area import Area
from services.incubation.areas.errors import AreaEnded, AreasOverlap, TooManyAreas
from services.incubation.areas.rules import explain, outline_on
from services.incubation.areas.schemas import (
    CODE,
    AreaBody,
    AreaBriefOut,
    AreaEnd,
    AreaMapOut,
    AreaOut,
    UncoveredOut,
)
from services.incubation.areas.showing import area_out, brief_out, map_out
from shared.db.base import utc_now
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.access import OutsideScope
from shared.problems.inputs import Day
from shared.problems.problems import BadCursor, InvalidInput, NotFound, PreconditionFailed
from shared.web.fields import DivisionFilter, DivisionNamed
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(tags=["areas"], route_class=GuardedRoute)

GEOJSON = "application/geo+json"
MAX_SHOWN = 2000
"""The areas that one map has: of a city's 1,700 all."""
Code = Annotated[str, Path(description="the area's code: its division's, a hyphen, and its own", pattern=CODE)]
On = Annotated[Day | None, Query(description="the day that is asked for; default: today in China")]


@router.get(
    "/areas",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=Page[AreaBriefOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_areas(
    tx: Tx, division: DivisionFilter = None, on: On = None, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """Areas of the caller's divisions; with `on` those that stand on that day, without it all that ever did."""
    rows = await queries.list_areas(tx, division=division, on=on, after=decode_id_cursor(cursor), limit=limit)
    areas = await queries.with_outlines(tx, rows[:limit])
    found = list(areas.values())
    counted = await listing.count_bodies(tx, [area.code for area in found])
    branches = await branches_of(tx, [(area.division, area.code) for area in found])
    day = on or china_day(utc_now())

    def show(row: Record) -> AreaBriefOut:
        area = areas[row["id"]]
        return brief_out(area, day, bodies=counted.get(area.code), branch=branches.get((area.division, area.code)))

    return page(rows, limit, show)


@router.get(
    "/areas.geojson",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=AreaMapOut,
    responses=problems(InvalidInput, OutsideScope, TooManyAreas, beside={200: {"content": {GEOJSON: {}}}}),
)
async def get_area_map(tx: Tx, division: DivisionNamed, on: On = None) -> Response:
    """The areas of a division on a day as a GeoJSON feature collection, in WGS 84."""
    day = on or china_day(utc_now())
    rows = await queries.list_areas(tx, division=division, on=day, after=None, limit=MAX_SHOWN)
    if len(rows) > MAX_SHOWN:
        raise TooManyAreas(most=MAX_SHOWN)
    areas = (await queries.with_outlines(tx, rows)).values()
    shown = map_out([(area, outline) for area in areas if (outline := outline_on(area.timeline, day))])
    return Response(shown.model_dump_json(by_alias=True), media_type=GEOJSON)


@router.get(
    "/areas/uncovered",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=Page[UncoveredOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_uncovered(tx: Tx, division: DivisionFilter = None, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """Bodies with a position in no area, gaps between areas, and overlaps, as of today.

    Organizations that their own or a joint Party organization covers are not among them. Gaps are those inside the
    boundary of a division, where one is recorded; else those that areas enclose.
    """
    day = china_day(utc_now())
    rows = await listing.list_uncovered(tx, division=division, on=day, after=decode_id_cursor(cursor), limit=limit)
    return page(rows, limit, UncoveredOut.model_validate)


@router.get(
    "/areas/{code}",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=AreaOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_area(tx: Tx, request: Request, code: Code, on: On = None) -> Response:
    """One area, as it is on a day."""
    return await _shown(tx, request, await records.get_area(tx, code), on)


@router.put(
    "/areas/{code}",
    dependencies=[requires(Permission.FORMATION_DECIDE)],
    response_model=AreaOut,
    responses={
        201: {"model": AreaOut},
        **problems(OutsideScope, AreasOverlap, AreaEnded, PreconditionFailed, InvalidInput),
    },
)
async def put_area(tx: Tx, request: Request, code: Code, if_match: IfMatch, body: AreaBody) -> Response:
    """Draw an area as it is from a day on: 201 new, 200 changed or the same again.

    Its polygon is closed, overlaps with no other area in force, has the size that the policy names (S15), and lies
    inside its division where a boundary of that is recorded (`within` says so). Bodies in it follow at once.
    """
    now = utc_now()
    area, new = await records.put_area(tx, code, body, request.app.state.policies, now, if_match=if_match)
    return await _shown(tx, request, area, body.from_, 201 if new else 200)


@router.post(
    "/areas/{code}/dissolution",
    dependencies=[requires(Permission.FORMATION_DECIDE)],
    response_model=AreaOut,
    responses=problems(OutsideScope, NotFound, PreconditionFailed, InvalidInput),
)
async def dissolve_area(
    tx: Tx, once: OnceOnly, request: Request, code: Code, if_match: IfMatch, body: AreaEnd
) -> Response:
    """End an area from a day on. Its bodies fall to the areas that lie there then, whichever `followed_by` names; those
    in none are listed as uncovered, and organizations are covered by their street's area again."""

    async def run() -> Response:
        area = await records.dissolve_area(tx, code, body, request.app.state.policies, utc_now(), if_match=if_match)
        return await _shown(tx, request, area, body.on)

    return await once(run)


async def _shown(tx: Transaction, request: Request, area: Area, on: date | None, status: int = 200) -> Response:
    day = on or china_day(utc_now())
    stands = outline_on(area.timeline, day)
    policies = request.app.state.policies.areas
    counted = await listing.count_bodies(tx, [area.code])
    branches = await branches_of(tx, [(area.division, area.code)])
    shown = area_out(
        area,
        day,
        bodies=counted.get(area.code),
        branch=branches.get((area.division, area.code)),
        reasons=[] if stands is None else explain(stands, area.division, policies),
    )
    return answer(shown, status, version=area.version)
