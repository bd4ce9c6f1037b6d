"""POST what takes an evaluation up again: a return, a reopening."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.evaluation.cycles.errors import CycleNotOpen
from services.evaluation.evaluations.answers import answer_evaluation
from services.evaluation.evaluations.schemas import EvaluationOut
from services.evaluation.returns import actions
from services.evaluation.returns.errors import NothingToReturn
from services.evaluation.returns.schemas import ReopeningBody, ReturnBody
from shared.db.base import utc_now
from shared.problems.duties import ConflictOfInterest, SameHand
from shared.problems.problems import IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import IfMatch, Tx, problems
from shared.web.steps import Caller

router = APIRouter(prefix="/evaluations", tags=["evaluations"], route_class=GuardedRoute)


@router.post(
    "/{evaluation_id}/return",
    dependencies=[requires(Permission.RATINGS_WRITE)],
    response_model=EvaluationOut,
    responses=problems(
        NotFound,
        InvalidInput,
        IllegalTransition,
        CycleNotOpen,
        NothingToReturn,
        SameHand,
        ConflictOfInterest,
        PreconditionFailed,
    ),
)
async def return_stage(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    evaluation_id: UUID,
    if_match: IfMatch,
    body: ReturnBody,
) -> Response:
    """Return a stage's sheet to be supplemented; a decision that is not published yet is taken back."""

    async def run() -> Response:
        days = request.app.state.working_days
        await actions.return_stage(
            tx, evaluation_id, body.stage, body.reason, days=days, if_match=if_match, now=utc_now()
        )
        return await answer_evaluation(tx, caller, evaluation_id)

    return await once(run)


@router.post(
    "/{evaluation_id}/reopening",
    dependencies=[requires(Permission.CYCLES_MANAGE)],
    response_model=EvaluationOut,
    responses=problems(NotFound, InvalidInput, IllegalTransition, SameHand, ConflictOfInterest, PreconditionFailed),
)
async def reopen_evaluation(
    tx: Tx, caller: Caller, once: OnceOnly, evaluation_id: UUID, if_match: IfMatch, body: ReopeningBody
) -> Response:
    """Reopen a completed rating, in a closed cycle too: it is scored and completed again, and then corrected."""

    async def run() -> Response:
        await actions.reopen(tx, evaluation_id, body.reason, if_match=if_match, now=utc_now())
        return await answer_evaluation(tx, caller, evaluation_id)

    return await once(run)
