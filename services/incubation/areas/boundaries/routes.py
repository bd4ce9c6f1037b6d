"""The boundaries of divisions, which areas lie inside."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from services.incubation.areas.boundaries import actions
from services.incubation.areas.boundaries.schemas import BoundaryBody, BoundaryOut, MultiPolygonOut
from shared.db.base import utc_now
from shared.db.session import Record
from shared.problems.access import OutsideScope
from shared.problems.problems import InvalidInput, NotFound, PreconditionFailed
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import IfMatch, Tx, answer, problems

router = APIRouter(prefix="/division-boundaries", tags=["areas"], route_class=GuardedRoute)

DivisionCode = Annotated[str, Path(description="the division's code", pattern=r"^[0-9]{6}$")]


@router.get(
    "/{division}",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=BoundaryOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_division_boundary(tx: Tx, division: DivisionCode) -> Response:
    """The recorded boundary of a division, in WGS 84."""
    return _shown(await actions.get_boundary(tx, division))


@router.put(
    "/{division}",
    dependencies=[requires(Permission.FORMATION_DECIDE)],
    response_model=BoundaryOut,
    responses={201: {"model": BoundaryOut}, **problems(OutsideScope, PreconditionFailed, InvalidInput)},
)
async def put_division_boundary(
    tx: Tx, request: Request, division: DivisionCode, if_match: IfMatch, body: BoundaryBody
) -> Response:
    """Record the boundary of a division: 201 the first, 200 another one or the same again.

    Areas are drawn inside it from now on; gaps are looked for inside it at once.
    """
    row, new = await actions.put_boundary(tx, division, body, request.app.state.policies, utc_now(), if_match=if_match)
    return _shown(row, 201 if new else 200)


def _shown(row: Record, status: int = 200) -> Response:
    shown = BoundaryOut.model_validate({**row, "boundary": MultiPolygonOut(coordinates=row["polygons"])})
    return answer(shown, status, version=row["version"])
