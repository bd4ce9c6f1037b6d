"""POST that many grants are reviewed or approved together."""

from typing import Literal

from fastapi import APIRouter, Request, Response

from services.funding.appropriations.errors import BudgetExceeded, NoAppropriation
from services.funding.grants import actions
from services.funding.grants.errors import OrganizationsCounted, SummaryDiffers
from services.funding.grants.schemas import AppropriationLeftOut, TakenOut, Together, TogetherOut
from services.funding.ledger.errors import NotInChart
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.problems.duties import SameHand
from shared.problems.problems import IllegalTransition, InvalidInput, NotFound
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Tx, answer, problems

router = APIRouter(tags=["grants"], route_class=GuardedRoute)

_PROBLEMS = (NotFound, IllegalTransition, SameHand, InvalidInput, SummaryDiffers)


async def _take(tx: Transaction, request: Request, step: Literal["review", "approval"], body: Together) -> Response:
    taken, weighed = await actions.take_together(
        tx,
        step,
        body.ids,
        utc_now(),
        count=body.count,
        total_fen=body.total_fen,
        note=body.note,
        schemes=request.app.state.schemes,
        budgets=request.app.state.budgets,
        charts=request.app.state.charts,
    )
    shown = [TakenOut.model_validate(grant, from_attributes=True) for grant in taken]
    left = [AppropriationLeftOut.model_validate(one) for one in weighed.left]
    total = sum(grant.amount_fen for grant in taken)
    return answer(TogetherOut(step=step, count=len(taken), total_fen=total, grants=shown, appropriations=left))


@router.post(
    "/grants:review",
    dependencies=[requires(Permission.GRANTS_REVIEW)],
    response_model=TogetherOut,
    responses=problems(*_PROBLEMS),
)
async def review_grants(tx: Tx, once: OnceOnly, request: Request, body: Together) -> Response:
    """Review many grants: all of them, where count and total are right, or none."""
    return await once(lambda: _take(tx, request, "review", body))


@router.post(
    "/grants:approve",
    dependencies=[requires(Permission.GRANTS_APPROVE)],
    response_model=TogetherOut,
    responses=problems(*_PROBLEMS, OrganizationsCounted, NotInChart, NoAppropriation, BudgetExceeded),
)
async def approve_grants(tx: Tx, once: OnceOnly, request: Request, body: Together) -> Response:
    """Approve many grants: all of them, where count and total are right, or none; the ledger says what is owed.

    What is then left of their appropriations is in the answer.
    """
    return await once(lambda: _take(tx, request, "approval", body))
