"""POST the opening of a cycle."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.evaluation.cycles.schemas import CycleOut, cycle_out
from services.evaluation.exact_json import ExactJsonRoute
from services.evaluation.openings import actions
from services.evaluation.openings.errors import NoRulesForYear
from shared.db.base import utc_now
from shared.problems.inputs import Note
from shared.problems.problems import IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import IfMatch, Tx, answer, problems

router = APIRouter(prefix="/cycles", tags=["cycles"], route_class=ExactJsonRoute)


@router.post(
    "/{cycle_id}/opening",
    dependencies=[requires(Permission.CYCLES_MANAGE)],
    response_model=CycleOut,
    responses=problems(NotFound, IllegalTransition, NoRulesForYear, PreconditionFailed, InvalidInput),
)
async def open_cycle(
    tx: Tx, once: OnceOnly, request: Request, cycle_id: UUID, if_match: IfMatch, body: Note | None = None
) -> Response:
    """Open a round: its rules are frozen, and every Party organization whose form is rated is enrolled (H17)."""

    async def run() -> Response:
        cycle = await actions.open_cycle(
            tx,
            cycle_id,
            policies=request.app.state.evaluation_policies,
            systems=request.app.state.indicator_systems,
            note=body.note if body else None,
            if_match=if_match,
            now=utc_now(),
        )
        return answer(cycle_out(cycle), version=cycle["version"])

    return await once(run)
