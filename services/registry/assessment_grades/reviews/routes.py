"""Reviews of grades that a later rating calls in question: the list, and their decision."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from services.registry.assessment_grades import verifying
from services.registry.assessment_grades.errors import (
    DeregisteredBefore,
    GradeBarred,
    GradeNotInForce,
    NoVerification,
)
from services.registry.assessment_grades.reviews import queries as review_queries
from services.registry.assessment_grades.reviews.rules import ReviewState
from services.registry.assessment_grades.schemas import GradeReviewOut, VerificationBody
from services.registry.organizations.queries import get_by_uscc_or_id
from shared.db.base import utc_now
from shared.problems.access import OutsideScope
from shared.problems.duties import SameHand
from shared.problems.problems import BadCursor, IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/grade-reviews", tags=["assessment grades"], route_class=GuardedRoute)

ReviewId = Annotated[UUID, Path(description="the review's id")]


@router.get(
    "",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[GradeReviewOut],
    responses=problems(NotFound, InvalidInput, BadCursor),
)
async def list_grade_reviews(
    tx: Tx,
    division: DivisionFilter = None,
    state: ReviewState | None = None,
    organization: Annotated[str | None, Query(max_length=64, description="id or code")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Grades that something later calls in question, and what was decided on them."""
    found = None if organization is None else await get_by_uscc_or_id(tx, organization)
    if organization is not None and found is None:
        raise NotFound(what="organization")
    rows = await review_queries.list_reviews(
        tx,
        division=division,
        state=state,
        organization_id=None if found is None else found.id,
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    return page(rows, limit, GradeReviewOut.model_validate)


@router.get(
    "/{review_id}",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=GradeReviewOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_grade_review(tx: Tx, review_id: ReviewId) -> Response:
    """One review."""
    row = await review_queries.get(tx, review_id)
    if row is None:
        raise NotFound(what="grade review")
    return answer(GradeReviewOut.model_validate(row), version=row["version"])


@router.post(
    "/{review_id}/decision",
    dependencies=[requires(Permission.GRADES_WRITE)],
    response_model=GradeReviewOut,
    responses=problems(
        NotFound,
        OutsideScope,
        SameHand,
        IllegalTransition,
        NoVerification,
        GradeNotInForce,
        GradeBarred,
        DeregisteredBefore,
        PreconditionFailed,
        InvalidInput,
    ),
)
async def decide_grade_review(
    tx: Tx, once: OnceOnly, request: Request, review_id: ReviewId, if_match: IfMatch, body: VerificationBody
) -> Response:
    """Decide a review by a verification assessment: the grade is confirmed, adjusted or revoked.

    Whoever recorded the grade cannot decide on it.
    """

    async def run() -> Response:
        policies = request.app.state.standing_policies
        row = await verifying.decide_review(tx, review_id, body, policies, utc_now(), if_match=if_match)
        return answer(GradeReviewOut.model_validate(row), version=row["version"])

    return await once(run)
