"""PUT and GET stations in villages and communities; POST and GET which units' members are managed there (H11)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from services.incubation.activities.routes import WRITES
from services.incubation.stations import actions, queries
from services.incubation.stations.answers import ManagedUnitOut, StationOut, station_out, unit_out
from services.incubation.stations.errors import StationInUse
from services.incubation.stations.schemas import ManagedUnitBody, ManagementEnd, StationBody
from shared.db.base import utc_now
from shared.field.calendar import china_day
from shared.problems.access import OutsideScope
from shared.problems.inputs import Day
from shared.problems.problems import BadCursor, InvalidInput, NotFound, PreconditionFailed
from shared.problems.versions import check_version
from shared.web.describing.answers import LOCATION
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(tags=["stations"], route_class=GuardedRoute)
Code = Annotated[str, Path(description="the station's code", pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
READS = [requires(Permission.FORMATION_READ)]


@router.put(
    "/stations/{code}",
    dependencies=WRITES,
    response_model=StationOut,
    responses={
        201: {"model": StationOut},
        **problems(OutsideScope, StationInUse, PreconditionFailed, InvalidInput),
    },
)
async def put_station(tx: Tx, request: Request, code: Code, if_match: IfMatch, body: StationBody) -> Response:
    """Record a station: 201 new, 200 changed or the same again. It cannot end while units are managed there."""
    now = utc_now()
    new = await actions.put_station(tx, code, body, request.app.state.activities, now, if_match=if_match)
    row = await queries.get(tx, code, china_day(now))
    assert row is not None
    return answer(station_out(row), 201 if new else 200, version=row["version"])


@router.get(
    "/stations", dependencies=READS, response_model=Page[StationOut], responses=problems(InvalidInput, BadCursor)
)
async def list_stations(
    tx: Tx,
    division: DivisionFilter = None,
    on: Annotated[Day | None, Query(description="those in force on this day")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Stations of the caller's divisions; without `on` those that ended as well."""
    today = china_day(utc_now())
    rows = await queries.list_stations(
        tx, division=division, on=on, today=today, after=decode_id_cursor(cursor), limit=limit
    )
    return page(rows, limit, station_out)


@router.get(
    "/stations/{code}", dependencies=READS, response_model=StationOut, responses=problems(NotFound, InvalidInput)
)
async def get_station(tx: Tx, code: Code) -> Response:
    """One station."""
    row = await queries.get(tx, code, china_day(utc_now()))
    if row is None:
        raise NotFound(what="station")
    return answer(station_out(row), version=row["version"])


@router.post(
    "/stations/{code}/units",
    dependencies=WRITES,
    status_code=201,
    response_model=ManagedUnitOut,
    responses=problems(NotFound, OutsideScope, InvalidInput, PreconditionFailed, beside={201: LOCATION}),
)
async def manage_unit(
    tx: Tx, once: OnceOnly, request: Request, code: Code, if_match: IfMatch, body: ManagedUnitBody
) -> Response:
    """Let the station's committee and a body of the territory manage a unit's members together, from a day on."""
    check_version(if_match, None)

    async def work() -> Response:
        row = await actions.manage(tx, code, body, request.app.state.activities, utc_now())
        response = answer(unit_out(row), 201, version=row["version"])
        response.headers["Location"] = f"{request.scope.get('root_path', '')}/v1/managed-units/{row['id']}"
        return response

    return await once(work)


@router.get(
    "/managed-units",
    dependencies=READS,
    response_model=Page[ManagedUnitOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_managed_units(
    tx: Tx,
    division: DivisionFilter = None,
    station: Annotated[str | None, Query(max_length=40, description="the station's code")] = None,
    organization: Annotated[
        str | None, Query(max_length=64, description="id or unified social credit code of the unit")
    ] = None,
    on: Annotated[Day | None, Query(description="those managed on this day")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Units whose members two bodies manage together; without `on` those that were as well."""
    rows = await queries.list_units(
        tx,
        division=division,
        station=station,
        organization=organization,
        on=on,
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    return page(rows, limit, unit_out)


@router.get(
    "/managed-units/{unit_id}",
    dependencies=READS,
    response_model=ManagedUnitOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_managed_unit(tx: Tx, unit_id: UUID) -> Response:
    """One of them."""
    row = await queries.get_unit(tx, unit_id)
    if row is None:
        raise NotFound(what="managed unit")
    return answer(unit_out(row), version=row["version"])


@router.post(
    "/managed-units/{unit_id}/ending",
    dependencies=WRITES,
    response_model=ManagedUnitOut,
    responses=problems(NotFound, OutsideScope, InvalidInput, PreconditionFailed),
)
async def end_managed_unit(tx: Tx, once: OnceOnly, unit_id: UUID, if_match: IfMatch, body: ManagementEnd) -> Response:
    """End that a unit's members are managed at a station."""

    async def work() -> Response:
        row = await actions.end_management(tx, unit_id, body, utc_now(), if_match=if_match)
        return answer(unit_out(row), version=row["version"])

    return await once(work)
