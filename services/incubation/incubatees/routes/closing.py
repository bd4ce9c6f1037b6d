"""POST the closing of an incubator: only of one that nobody is in."""

from fastapi import APIRouter, Request, Response

from services.incubation.incubatees.queries import look_inside
from services.incubation.incubators import actions
from services.incubation.incubators.answers import IncubatorDetailOut
from services.incubation.incubators.errors import IncubatorOccupied
from services.incubation.incubators.paths import Code
from services.incubation.incubators.routes import answer_incubator
from services.incubation.incubators.schemas import IncubatorClosing
from shared.db.base import utc_now
from shared.problems.access import OutsideScope
from shared.problems.problems import IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import IfMatch, Tx, problems
from shared.web.steps import Caller

router = APIRouter(prefix="/incubators/{code}", tags=["incubators"], route_class=GuardedRoute)


@router.post(
    "/closing",
    dependencies=[requires(Permission.INCUBATORS_DECIDE)],
    response_model=IncubatorDetailOut,
    responses=problems(NotFound, OutsideScope, IllegalTransition, IncubatorOccupied, PreconditionFailed, InvalidInput),
)
async def close_incubator(
    tx: Tx, request: Request, caller: Caller, once: OnceOnly, code: Code, if_match: IfMatch, body: IncubatorClosing
) -> Response:
    """Close an incubator that nobody is in, with the reason. It may be activated again."""

    async def run() -> Response:
        row = await actions.close(tx, code, body.closed_on, body.reason, look_inside, utc_now(), if_match=if_match)
        return await answer_incubator(tx, request, row, caller)

    return await once(run)
