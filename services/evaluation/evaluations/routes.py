"""GET evaluations, PUT scores, POST the completion."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.evaluation.cycles.errors import CycleNotOpen
from services.evaluation.deadlines.errors import FoundedInYear, StageFirst, SupplementFirst
from services.evaluation.evaluations import actions
from services.evaluation.evaluations.answers import answer_evaluation
from services.evaluation.evaluations.completing.actions import complete
from services.evaluation.evaluations.errors import (
    DivergenceUnexplained,
    NoticeFirst,
    NoticeRunning,
    RatedByInterested,
    ScoresMissing,
    SessionFirst,
)
from services.evaluation.evaluations.schemas import NEEDED, EvaluationOut
from services.evaluation.exact_json import ExactJsonRoute
from services.evaluation.first_checks.errors import NoFirstCheck, NotTheIndustryBody
from services.evaluation.on_site.errors import OnSiteFirst
from services.evaluation.policies import Stage
from services.evaluation.raters.errors import NotTheRatingBody
from services.evaluation.sheets.schemas import FactsBody, ScoresBody
from shared.db.base import utc_now
from shared.problems.duties import ConflictOfInterest, SameHand
from shared.problems.inputs import Note
from shared.problems.problems import (
    IllegalTransition,
    InvalidInput,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
)
from shared.web.identity.callers import check_permission, requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import IfMatch, Tx, problems
from shared.web.steps import Caller

router = APIRouter(prefix="/evaluations", tags=["evaluations"], route_class=ExactJsonRoute)


@router.get(
    "/{evaluation_id}",
    dependencies=[requires(Permission.EVALUATION_READ)],
    response_model=EvaluationOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_evaluation(tx: Tx, caller: Caller, evaluation_id: UUID) -> Response:
    """One evaluation, with what each stage gave and, once completed, why it came out so."""
    return await answer_evaluation(tx, caller, evaluation_id)


@router.put(
    "/{evaluation_id}/scores/{stage}",
    dependencies=[requires(Permission.SCORES_WRITE)],
    response_model=EvaluationOut,
    responses=problems(
        SameHand,
        ConflictOfInterest,
        NotFound,
        IllegalTransition,
        CycleNotOpen,
        FoundedInYear,
        StageFirst,
        NoFirstCheck,
        NotTheIndustryBody,
        NotTheRatingBody,
        PreconditionFailed,
        PreconditionRequired,
        InvalidInput,
    ),
)
async def put_scores(
    tx: Tx, caller: Caller, evaluation_id: UUID, stage: Stage, body: ScoresBody, if_match: IfMatch
) -> Response:
    """Put one stage's sheet, in place of the one before; scores may be partial until completion.

    A unit's secretary puts its self-assessment alone: the other stages rate it (`ratings.write`).
    """
    check_permission(caller, NEEDED[stage])
    await actions.put_scores(
        tx, evaluation_id, stage, body.model_dump(), bodies=caller.bodies, if_match=if_match, now=utc_now()
    )
    return await answer_evaluation(tx, caller, evaluation_id)


@router.put(
    "/{evaluation_id}/facts/{stage}",
    dependencies=[requires(Permission.SCORES_WRITE)],
    response_model=EvaluationOut,
    responses=problems(
        SameHand,
        ConflictOfInterest,
        NotFound,
        IllegalTransition,
        CycleNotOpen,
        FoundedInYear,
        StageFirst,
        NoFirstCheck,
        NotTheIndustryBody,
        NotTheRatingBody,
        PreconditionFailed,
        PreconditionRequired,
        InvalidInput,
    ),
)
async def put_facts(
    tx: Tx, caller: Caller, evaluation_id: UUID, stage: Stage, body: FactsBody, if_match: IfMatch
) -> Response:
    """Put one stage's sheet by facts: points are worked out by each indicator's method, and both are kept.

    It replaces the stage's sheet as scores do; duties and permissions are those of scores.
    """
    check_permission(caller, NEEDED[stage])
    given = body.model_dump()
    await actions.put_facts(
        tx,
        evaluation_id,
        stage,
        {code: fact for code, fact in given.items() if code not in type(body).model_fields},
        bonus=given["bonus"],
        vetoes=given["vetoes"],
        word=given["word"],
        bodies=caller.bodies,
        if_match=if_match,
        now=utc_now(),
    )
    return await answer_evaluation(tx, caller, evaluation_id)


@router.post(
    "/{evaluation_id}/completion",
    # As released: clients' descriptions stay as they are.
    description="Rate it by the deciding stage: total, star and reasons are final, and others are told.",
    dependencies=[requires(Permission.RATINGS_WRITE)],
    response_model=EvaluationOut,
    responses=problems(
        SameHand,
        ConflictOfInterest,
        NotFound,
        IllegalTransition,
        CycleNotOpen,
        ScoresMissing,
        SessionFirst,
        NoticeFirst,
        NoticeRunning,
        DivergenceUnexplained,
        RatedByInterested,
        FoundedInYear,
        StageFirst,
        SupplementFirst,
        OnSiteFirst,
        PreconditionFailed,
        InvalidInput,
    ),
)
async def complete_evaluation(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    evaluation_id: UUID,
    if_match: IfMatch,
    body: Note | None = None,
) -> Response:
    """Rate it by the deciding stage: total, star and reasons are final, and published."""

    async def run() -> Response:
        note = body.note if body else None
        consequences = request.app.state.consequences
        await complete(tx, evaluation_id, consequences, note=note, if_match=if_match, now=utc_now())
        return await answer_evaluation(tx, caller, evaluation_id)

    return await once(run)
