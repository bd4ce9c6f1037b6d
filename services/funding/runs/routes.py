"""POST a run of a scheme."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from services.funding.entries.errors import SchemeNotActive
from services.funding.runs import actions
from services.funding.runs.errors import SchemeNotRun
from services.funding.runs.schemas import RunIn, RunOut, run_out
from shared.db.base import utc_now
from shared.problems.access import OutsideScope, check_reach
from shared.problems.problems import InvalidInput, NotFound
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Tx, answer, problems

router = APIRouter(prefix="/schemes", tags=["schemes"], route_class=GuardedRoute)

SchemePath = Annotated[str, Path(description="the scheme's code", pattern=r"^[a-z0-9-]{1,60}$")]


@router.post(
    "/{scheme}/runs",
    dependencies=[requires(Permission.SCHEMES_RUN)],
    response_model=RunOut,
    responses=problems(NotFound, InvalidInput, OutsideScope, SchemeNotActive, SchemeNotRun),
)
async def run_scheme(tx: Tx, once: OnceOnly, request: Request, scheme: SchemePath, body: RunIn) -> Response:
    """Decide for all whom a scheme may concern in a year or month, and raise what they are entitled to.

    The same run again raises nothing twice; what was reversed is granted again to whom `again_for` names. A dry run
    shows what would be raised, and which grants were computed from something else than what is known now.
    """
    if body.division is not None:
        check_reach(tx.access, body.division)

    async def run() -> Response:
        ran = await actions.run_scheme(
            tx,
            scheme,
            schemes=request.app.state.schemes,
            division=body.division,
            year=body.year,
            month=body.month_of_year(),
            now=utc_now(),
            dry_run=body.dry_run,
            raised_by=tx.access.actor,
            charts=request.app.state.charts,
            again_for=body.again_for,
        )
        return answer(run_out(scheme, ran, dry_run=body.dry_run))

    return await once(run)
