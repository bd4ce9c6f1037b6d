"""PUT the counts of a mass satisfaction test."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.evaluation.cycles.errors import CycleNotOpen
from services.evaluation.deadlines.errors import FoundedInYear
from services.evaluation.evaluations.answers import answer_evaluation
from services.evaluation.evaluations.schemas import EvaluationOut
from services.evaluation.satisfaction import actions
from services.evaluation.satisfaction.schemas import SatisfactionBody
from shared.db.base import utc_now
from shared.problems.duties import ConflictOfInterest, SameHand
from shared.problems.problems import (
    IllegalTransition,
    InvalidInput,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
)
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import IfMatch, Tx, problems
from shared.web.steps import Caller

router = APIRouter(prefix="/evaluations", tags=["evaluations"], route_class=GuardedRoute)


@router.put(
    "/{evaluation_id}/satisfaction",
    dependencies=[requires(Permission.RATINGS_WRITE)],
    response_model=EvaluationOut,
    responses=problems(
        SameHand,
        ConflictOfInterest,
        NotFound,
        IllegalTransition,
        CycleNotOpen,
        FoundedInYear,
        PreconditionFailed,
        PreconditionRequired,
        InvalidInput,
    ),
)
async def put_satisfaction(
    tx: Tx, caller: Caller, evaluation_id: UUID, body: SatisfactionBody, if_match: IfMatch
) -> Response:
    """Put the counts of the mass satisfaction test (D4); their points, by the policy, stand beside the stages."""
    await actions.put(tx, evaluation_id, body, if_match=if_match, now=utc_now())
    return await answer_evaluation(tx, caller, evaluation_id)
