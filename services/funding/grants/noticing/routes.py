"""POST that reviewed grants are published, objections with their answers, and returns for correction; GET notices."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from services.funding.grants.actions import lock_counted
from services.funding.grants.errors import SummaryDiffers
from services.funding.grants.noticing import actions, queries
from services.funding.grants.noticing import errors as e
from services.funding.grants.noticing.schemas import (
    GrantAnswerIn,
    GrantNoticeIn,
    GrantNoticesOut,
    GrantObjectionIn,
    GrantReturnIn,
    notices_out,
)
from services.funding.grants.queries import get
from services.funding.grants.routes import STEP_PROBLEMS, grant_shown
from services.funding.grants.schemas import GrantOut, TakenOut, TogetherOut
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.problems.problems import IllegalTransition, InvalidInput, NotFound
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import IfMatch, Tx, answer, problems
from shared.web.steps import Caller

router = APIRouter(tags=["grants"], route_class=GuardedRoute)


async def _shown(tx: Transaction, grant_id: UUID) -> Response:
    row = await get(tx, grant_id)
    if row is None:
        raise NotFound(what="grant")
    notices, objections = await queries.notices_of(tx, grant_id), await queries.objections_of(tx, grant_id)
    current = (await queries.in_force(tx, [grant_id])).get(grant_id)
    return answer(notices_out(row, notices, objections, current), version=row["version"])


@router.post(
    "/grants:publish",
    dependencies=[requires(Permission.GRANTS_REVIEW)],
    response_model=TogetherOut,
    responses=problems(
        NotFound, IllegalTransition, InvalidInput, SummaryDiffers, e.NoticeNotRequired, e.NoticePublished
    ),
)
async def publish_grants(tx: Tx, once: OnceOnly, request: Request, body: GrantNoticeIn) -> Response:
    """Record that reviewed grants are published: all of them, where count and total are right, or none.

    They are approved once the scheme's working days are over and every objection is answered.
    """

    async def run() -> Response:
        state = request.app.state
        before = await lock_counted(tx, body.ids, body.count, body.total_fen)
        after = await actions.publish_all(
            tx,
            before,
            utc_now(),
            started_on=body.started_on,
            place=body.place,
            note=body.note,
            schemes=state.schemes,
            days=state.working_days,
        )
        shown = [TakenOut.model_validate(grant, from_attributes=True) for grant in after]
        total = sum(grant.amount_fen for grant in after)
        return answer(
            TogetherOut(step="public_notice", count=len(after), total_fen=total, grants=shown, appropriations=[])
        )

    return await once(run)


@router.get(
    "/grants/{grant_id}/notices",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=GrantNoticesOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_grant_notices(tx: Tx, grant_id: UUID) -> Response:
    """A grant's public notices with the objections to each."""
    return await _shown(tx, grant_id)


@router.post(
    "/grants/{grant_id}/objections",
    dependencies=[requires(Permission.GRANTS_REVIEW)],
    status_code=201,
    response_model=GrantNoticesOut,
    responses=problems(*STEP_PROBLEMS, e.NotInNotice),
)
async def record_grant_objection(
    tx: Tx, once: OnceOnly, grant_id: UUID, body: GrantObjectionIn, if_match: IfMatch = None
) -> Response:
    """Record an objection that was received during the notice; until it is answered, the grant is not approved."""

    async def run() -> Response:
        await actions.record_objection(tx, grant_id, utc_now(), **body.model_dump(), if_match=if_match)
        shown = await _shown(tx, grant_id)
        shown.status_code = 201
        return shown

    return await once(run)


@router.post(
    "/grants/{grant_id}/objections/{number}/answer",
    dependencies=[requires(Permission.GRANTS_APPROVE)],
    response_model=GrantNoticesOut,
    responses=problems(*STEP_PROBLEMS, e.ObjectionAnswered),
)
async def answer_grant_objection(
    tx: Tx,
    once: OnceOnly,
    request: Request,
    grant_id: UUID,
    number: Annotated[int, Path(ge=1, le=9999, description="the objection's number")],
    body: GrantAnswerIn,
    if_match: IfMatch = None,
) -> Response:
    """Answer an objection, by somebody else than recorded it: dismissed, or upheld, which returns the grant."""

    async def run() -> Response:
        await actions.answer_objection(
            tx,
            grant_id,
            number,
            utc_now(),
            upheld=body.upheld,
            text=body.answer,
            schemes=request.app.state.schemes,
            if_match=if_match,
        )
        return await _shown(tx, grant_id)

    return await once(run)


@router.post(
    "/grants/{grant_id}/return",
    dependencies=[requires(Permission.GRANTS_APPROVE)],
    response_model=GrantOut,
    responses=problems(*STEP_PROBLEMS),
)
async def return_one_grant(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    grant_id: UUID,
    body: GrantReturnIn,
    if_match: IfMatch = None,
) -> Response:
    """Send a reviewed grant back for correction: it is reviewed again, and published again where that is required."""

    async def run() -> Response:
        schemes = request.app.state.schemes
        grant = await actions.return_grant(
            tx, grant_id, utc_now(), reason=body.reason, schemes=schemes, if_match=if_match
        )
        return await grant_shown(tx, caller, schemes, grant)

    return await once(run)
