"""POST milestones, visits and services, withdraw them; PUT what an officer assesses of the maturity lists."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.incubation.incubatees.answers import MaturityOut, maturity_out
from services.incubation.incubatees.errors import KnownMilestone, RecordWithdrawn
from services.incubation.incubatees.judging import judge_row
from services.incubation.incubatees.schemas import MaturitySheet, Milestone, ServiceGiven, Visit, Withdrawal
from services.incubation.incubatees.steps import recording
from services.incubation.incubatees.timelines import TimelineOut, timeline_out
from shared.db.base import utc_now
from shared.db.session import Record
from shared.problems.access import OutsideScope
from shared.problems.problems import IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import IfMatch, Tx, answer, problems

router = APIRouter(prefix="/incubatees/{incubatee_id}", tags=["incubatees"], route_class=GuardedRoute)
_RECORD = (NotFound, OutsideScope, IllegalTransition, PreconditionFailed, InvalidInput)
_WITHDRAWAL = problems(NotFound, OutsideScope, RecordWithdrawn, PreconditionFailed, InvalidInput)


@router.post(
    "/milestones",
    dependencies=[requires(Permission.INCUBATORS_WRITE)],
    status_code=201,
    response_model=TimelineOut,
    responses=problems(*_RECORD, KnownMilestone),
)
async def record_milestone(
    tx: Tx, request: Request, once: OnceOnly, incubatee_id: UUID, if_match: IfMatch, body: Milestone
) -> Response:
    """Record that the organization, or its Party organization, went through a moment (D15).

    What the service knows by itself is not entered a second time: 409 `milestone-known`.
    """

    async def run() -> Response:
        policies = request.app.state.incubatee_policies
        row = await recording.record_milestone(tx, incubatee_id, body, policies, utc_now(), if_match=if_match)
        return await _timeline(tx, request, row, 201)

    return await once(run)


@router.post(
    "/milestones/{milestone_id}/withdrawal",
    dependencies=[requires(Permission.INCUBATORS_WRITE)],
    response_model=TimelineOut,
    responses=_WITHDRAWAL,
)
async def withdraw_milestone(
    tx: Tx,
    request: Request,
    once: OnceOnly,
    incubatee_id: UUID,
    milestone_id: UUID,
    if_match: IfMatch,
    body: Withdrawal,
) -> Response:
    """Withdraw a milestone that was recorded in error, with the reason: it is kept, and counts no more."""

    async def run() -> Response:
        about = ("milestone", milestone_id)
        row = await recording.withdraw(tx, incubatee_id, about, body.reason, utc_now(), if_match=if_match)
        return await _timeline(tx, request, row)

    return await once(run)


@router.post(
    "/visits",
    dependencies=[requires(Permission.INCUBATORS_WRITE)],
    status_code=201,
    response_model=TimelineOut,
    responses=problems(*_RECORD),
)
async def record_visit(
    tx: Tx, request: Request, once: OnceOnly, incubatee_id: UUID, if_match: IfMatch, body: Visit
) -> Response:
    """Record a visit, of the quarter or of the follow-up: what was seen of both (H2)."""

    async def run() -> Response:
        row = await recording.record_visit(tx, incubatee_id, body, utc_now(), if_match=if_match)
        return await _timeline(tx, request, row, 201)

    return await once(run)


@router.post(
    "/visits/{visit_id}/withdrawal",
    dependencies=[requires(Permission.INCUBATORS_WRITE)],
    response_model=TimelineOut,
    responses=_WITHDRAWAL,
)
async def withdraw_visit(
    tx: Tx,
    request: Request,
    once: OnceOnly,
    incubatee_id: UUID,
    visit_id: UUID,
    if_match: IfMatch,
    body: Withdrawal,
) -> Response:
    """Withdraw a visit that was recorded in error, with the reason: it is kept, and counts no more."""

    async def run() -> Response:
        about = ("visit", visit_id)
        row = await recording.withdraw(tx, incubatee_id, about, body.reason, utc_now(), if_match=if_match)
        return await _timeline(tx, request, row)

    return await once(run)


@router.post(
    "/services",
    dependencies=[requires(Permission.INCUBATORS_WRITE)],
    status_code=201,
    response_model=TimelineOut,
    responses=problems(*_RECORD),
)
async def record_service(
    tx: Tx, request: Request, once: OnceOnly, incubatee_id: UUID, if_match: IfMatch, body: ServiceGiven
) -> Response:
    """Record which of the seven services it was given: Party building, capability, people, support, guidance, ability
    assessment, follow-up (D15)."""

    async def run() -> Response:
        row = await recording.record_service(tx, incubatee_id, body, utc_now(), if_match=if_match)
        return await _timeline(tx, request, row, 201)

    return await once(run)


@router.post(
    "/services/{service_id}/withdrawal",
    dependencies=[requires(Permission.INCUBATORS_WRITE)],
    response_model=TimelineOut,
    responses=_WITHDRAWAL,
)
async def withdraw_service(
    tx: Tx,
    request: Request,
    once: OnceOnly,
    incubatee_id: UUID,
    service_id: UUID,
    if_match: IfMatch,
    body: Withdrawal,
) -> Response:
    """Withdraw a service that was recorded in error, with the reason: it is kept, and counts no more."""

    async def run() -> Response:
        about = ("service", service_id)
        row = await recording.withdraw(tx, incubatee_id, about, body.reason, utc_now(), if_match=if_match)
        return await _timeline(tx, request, row)

    return await once(run)


@router.put(
    "/maturity",
    dependencies=[requires(Permission.INCUBATORS_WRITE)],
    response_model=MaturityOut,
    responses=problems(*_RECORD),
)
async def assess_maturity(
    tx: Tx, request: Request, incubatee_id: UUID, if_match: IfMatch, body: MaturitySheet
) -> Response:
    """Put what an officer judges of the maturity lists, each item with its evidence; the others stay as they were."""
    policies, now = request.app.state.incubatee_policies, utc_now()
    row = await recording.assess(tx, incubatee_id, body, policies, now, if_match=if_match)
    return answer(maturity_out(row, await judge_row(tx, row, policies, now)), version=row["version"])


async def _timeline(tx: Tx, request: Request, row: Record, status: int = 200) -> Response:
    maturity = await judge_row(tx, row, request.app.state.incubatee_policies, utc_now())
    return answer(timeline_out(row, maturity), status, version=row["version"])
