"""POST what follows an approval: the certificate's code, and the papers' handing over (S5, domain 4.4)."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.registry.registration_reviews import following
from services.registry.registration_reviews.answers import ReviewOut
from services.registry.registration_reviews.errors import CodeReviewed, ReviewBlocked
from services.registry.registration_reviews.routes import REFUSALS, answered
from services.registry.registration_reviews.schemas import ReviewCertificate, ReviewHandOver
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import IfMatch, Tx, problems
from shared.web.steps import Caller

router = APIRouter(prefix="/registration-reviews", tags=["registration reviews"], route_class=GuardedRoute)


@router.post(
    "/{review_id}/certificate",
    dependencies=[requires(Permission.REVIEWS_DECIDE)],
    response_model=ReviewOut,
    responses=problems(*REFUSALS, ReviewBlocked, CodeReviewed),
)
async def certify_registration_review(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    review_id: UUID,
    if_match: IfMatch,
    body: ReviewCertificate,
) -> Response:
    """Record the certificate's code and day: it joins the organization, and the papers' term begins.

    409 while the survey or the commitment (by the region's policy) is missing. Again, it corrects both.
    """
    state = request.app.state
    samples = state.settings.allow_sample_codes
    return await answered(
        once,
        request,
        caller,
        lambda now: following.certify(
            tx, review_id, body, state.policies, now, if_match=if_match, allow_sample_codes=samples
        ),
    )


@router.post(
    "/{review_id}/hand-over",
    dependencies=[requires(Permission.REVIEWS_DECIDE)],
    response_model=ReviewOut,
    responses=problems(*REFUSALS),
)
async def hand_over_registration_review(
    tx: Tx, caller: Caller, once: OnceOnly, request: Request, review_id: UUID, if_match: IfMatch, body: ReviewHandOver
) -> Response:
    """Record that the papers were handed over; whether in time stands in the reasons."""
    policies = request.app.state.policies
    return await answered(
        once, request, caller, lambda now: following.hand_over(tx, review_id, body, policies, now, if_match=if_match)
    )
