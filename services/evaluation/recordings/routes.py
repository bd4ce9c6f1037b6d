"""PUT the bonuses and the vetoes of an evaluation, by the catalogue that its cycle froze."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.evaluation.catalogues.errors import NoCatalogue
from services.evaluation.catalogues.schemas import CatalogueEntriesBody
from services.evaluation.cycles.errors import CycleNotOpen
from services.evaluation.deadlines.errors import FoundedInYear
from services.evaluation.evaluations.answers import answer_evaluation
from services.evaluation.evaluations.schemas import EvaluationOut
from services.evaluation.exact_json import ExactJsonRoute
from services.evaluation.raters.errors import NotTheRatingBody
from services.evaluation.recordings.actions import put_entries
from shared.db.base import utc_now
from shared.problems.duties import ConflictOfInterest, SameHand
from shared.problems.problems import (
    IllegalTransition,
    InvalidInput,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
)
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import IfMatch, Tx, problems
from shared.web.steps import Caller

router = APIRouter(prefix="/evaluations", tags=["evaluations"], route_class=ExactJsonRoute)
_REFUSALS = (
    SameHand,
    ConflictOfInterest,
    NotFound,
    IllegalTransition,
    CycleNotOpen,
    NoCatalogue,
    FoundedInYear,
    NotTheRatingBody,
    PreconditionFailed,
    PreconditionRequired,
    InvalidInput,
)


@router.put(
    "/{evaluation_id}/bonuses",
    dependencies=[requires(Permission.RATINGS_WRITE)],
    response_model=EvaluationOut,
    responses=problems(*_REFUSALS),
)
async def put_bonuses(
    tx: Tx, caller: Caller, evaluation_id: UUID, body: CatalogueEntriesBody, if_match: IfMatch
) -> Response:
    """Record all bonuses: each is one of the catalogue, within its months, with the catalogue's points."""
    items = [one.model_dump() for one in body.items]
    await put_entries(tx, evaluation_id, "bonuses", items, bodies=caller.bodies, if_match=if_match, now=utc_now())
    return await answer_evaluation(tx, caller, evaluation_id)


@router.put(
    "/{evaluation_id}/vetoes",
    dependencies=[requires(Permission.RATINGS_WRITE)],
    response_model=EvaluationOut,
    responses=problems(*_REFUSALS),
)
async def put_vetoes(
    tx: Tx, caller: Caller, evaluation_id: UUID, body: CatalogueEntriesBody, if_match: IfMatch
) -> Response:
    """Record all vetoes, each with evidence: one leaves no star, or no more than the catalogue's ceiling."""
    items = [one.model_dump() for one in body.items]
    await put_entries(tx, evaluation_id, "vetoes", items, bodies=caller.bodies, if_match=if_match, now=utc_now())
    return await answer_evaluation(tx, caller, evaluation_id)
