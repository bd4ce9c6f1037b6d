"""POST applications for registration and the steps of their review; GET them (S5, S17)."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.registry.registration_reviews import actions, queries
from services.registry.registration_reviews.answers import ReviewOut, review_out
from services.registry.registration_reviews.errors import ReviewBlocked
from services.registry.registration_reviews.review import ReviewState, ReviewStep
from services.registry.registration_reviews.schemas import (
    ReviewApplication,
    ReviewApproval,
    ReviewReason,
    ReviewSupplement,
)
from shared.db.base import utc_now
from shared.db.session import Record
from shared.field.calendar import china_day
from shared.field.uscc import normalize
from shared.problems.access import OutsideScope
from shared.problems.duties import SameHand
from shared.problems.problems import BadCursor, IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.problems.versions import check_version
from shared.web.describing.answers import LOCATION
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems
from shared.web.steps import Caller

router = APIRouter(prefix="/registration-reviews", tags=["registration reviews"], route_class=GuardedRoute)
REFUSALS = (NotFound, OutsideScope, IllegalTransition, PreconditionFailed, InvalidInput)
Run = Callable[[datetime], Awaitable[Record]]


async def answered(once: OnceOnly, request: Request, caller: Caller, run: Run, status: int = 200) -> Response:
    """Run a step once, and answer with the review after it."""

    async def work() -> Response:
        now = utc_now()
        row = await run(now)
        response = answer(review_out(row, request.app.state.policies, caller, now), status, version=row["version"])
        if status == 201:  # noqa: PLR2004 - created
            root = request.scope.get("root_path", "")
            response.headers["Location"] = f"{root}/v1/registration-reviews/{row['id']}"
        return response

    return await once(work)


@router.post(
    "",
    dependencies=[requires(Permission.REVIEWS_APPLY)],
    status_code=201,
    response_model=ReviewOut,
    responses=problems(OutsideScope, InvalidInput, PreconditionFailed, beside={201: LOCATION}),
)
async def apply_for_registration(
    tx: Tx, caller: Caller, once: OnceOnly, request: Request, if_match: IfMatch, body: ReviewApplication
) -> Response:
    """Apply for registration, before there is a code: hosting, instructor, survey and commitment may come later."""
    check_version(if_match, None)
    policies = request.app.state.policies
    return await answered(once, request, caller, lambda now: actions.apply(tx, body, policies, now), 201)


@router.get(
    "",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[ReviewOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_registration_reviews(
    tx: Tx,
    caller: Caller,
    request: Request,
    division: DivisionFilter = None,
    state: ReviewState | None = None,
    uscc: Annotated[str | None, Query(description="the code of the certificate", max_length=64)] = None,
    overdue: Annotated[bool | None, Query(description="whose papers should have been handed over")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Applications of the caller's divisions, in the order in which they were made."""
    now, policies = utc_now(), request.app.state.policies
    rows = await queries.list_reviews(
        tx,
        division=division,
        state=state,
        uscc=None if uscc is None else normalize(uscc),
        overdue=overdue,
        today=china_day(now),
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    return page(rows, limit, lambda row: review_out(row, policies, caller, now))


@router.get(
    "/{review_id}",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=ReviewOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_registration_review(tx: Tx, caller: Caller, request: Request, review_id: UUID) -> Response:
    """One application: what is missing, what was decided and why, what may be done next."""
    row = await queries.get(tx, review_id)
    if row is None:
        raise NotFound(what="registration review")
    return answer(review_out(row, request.app.state.policies, caller, utc_now()), version=row["version"])


@router.post(
    "/{review_id}/supplement",
    dependencies=[requires(Permission.REVIEWS_APPLY)],
    response_model=ReviewOut,
    responses=problems(*REFUSALS),
)
async def supplement_registration_review(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    review_id: UUID,
    if_match: IfMatch,
    body: ReviewSupplement,
) -> Response:
    """Add or replace parts; an application that was returned is submitted again."""
    return await answered(
        once,
        request,
        caller,
        lambda now: actions.supplement(tx, review_id, body, request.app.state.policies, now, if_match=if_match),
    )


def _decided(
    tx: Tx,
    request: Request,
    review_id: UUID,
    step: ReviewStep,
    note: str | None,
    if_match: IfMatch,
    on: date | None = None,
) -> Run:
    policies = request.app.state.policies
    return lambda now: actions.decide(tx, review_id, step, note, policies, now, if_match=if_match, on=on)


@router.post(
    "/{review_id}/return",
    dependencies=[requires(Permission.REVIEWS_DECIDE)],
    response_model=ReviewOut,
    responses=problems(*REFUSALS, SameHand),
)
async def return_registration_review(
    tx: Tx, caller: Caller, once: OnceOnly, request: Request, review_id: UUID, if_match: IfMatch, body: ReviewReason
) -> Response:
    """Return an application for supplement, with a reason."""
    run = _decided(tx, request, review_id, "return", body.reason, if_match)
    return await answered(once, request, caller, run)


@router.post(
    "/{review_id}/approval",
    dependencies=[requires(Permission.REVIEWS_DECIDE)],
    response_model=ReviewOut,
    responses=problems(*REFUSALS, SameHand, ReviewBlocked),
)
async def approve_registration_review(
    tx: Tx, caller: Caller, once: OnceOnly, request: Request, review_id: UUID, if_match: IfMatch, body: ReviewApproval
) -> Response:
    """Approve; 409 with every reason while hosting or instructor (by the region's policy) is missing (S5)."""
    run = _decided(tx, request, review_id, "approval", body.note, if_match, body.approved_on)
    return await answered(once, request, caller, run)


@router.post(
    "/{review_id}/refusal",
    dependencies=[requires(Permission.REVIEWS_DECIDE)],
    response_model=ReviewOut,
    responses=problems(*REFUSALS, SameHand),
)
async def refuse_registration_review(
    tx: Tx, caller: Caller, once: OnceOnly, request: Request, review_id: UUID, if_match: IfMatch, body: ReviewReason
) -> Response:
    """Refuse an application, with a reason."""
    run = _decided(tx, request, review_id, "refusal", body.reason, if_match)
    return await answered(once, request, caller, run)


@router.post(
    "/{review_id}/withdrawal",
    dependencies=[requires(Permission.REVIEWS_APPLY)],
    response_model=ReviewOut,
    responses=problems(*REFUSALS),
)
async def withdraw_registration_review(
    tx: Tx, caller: Caller, once: OnceOnly, request: Request, review_id: UUID, if_match: IfMatch, body: ReviewReason
) -> Response:
    """Give an application up, before there is a certificate."""
    return await answered(
        once, request, caller, lambda now: actions.withdraw(tx, review_id, body.reason, now, if_match=if_match)
    )
