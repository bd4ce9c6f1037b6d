"""GET what followed a grant's payment; POST reports of use, settlements, returned balances, reversals, amendments."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.funding.grants.errors import GrantOrdered
from services.funding.grants.recipients.reach import of_own
from services.funding.grants.routes import STEP_PROBLEMS, grant_shown
from services.funding.grants.rules import Grant
from services.funding.grants.schemas import GrantOut
from services.funding.grants.settling import actions
from services.funding.grants.settling.amending import amend_grant
from services.funding.grants.settling.errors import (
    AmendedBeside,
    NoBalanceDue,
    NothingRequired,
    PaidFromDues,
    ReturnRecorded,
    UseNotReported,
)
from services.funding.grants.settling.reversing import reverse_grant
from services.funding.grants.settling.schemas import (
    AmendmentIn,
    BalanceReturnIn,
    GrantSettlementOut,
    ReversalIn,
    SettlementIn,
    UseReportIn,
    file_out,
)
from services.funding.ledger.errors import NotInChart, PeriodShut
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.problems.problems import IdempotencyKeyRequired, InvalidInput, NotFound
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly, OnceWithKey
from shared.web.routes import IfMatch, Tx, answer, problems
from shared.web.steps import Caller

router = APIRouter(prefix="/grants", tags=["grants"], route_class=GuardedRoute)


async def _shown(tx: Transaction, grant_id: UUID) -> Response:
    file = await actions.get_file(tx, grant_id)
    out = file_out(file.grant, [*file.reports], file.settlement, [*file.returns], [*file.amendments])
    return answer(out, version=out.version)


def _then_shown(tx: Transaction, step: Callable[[], Awaitable[Grant]]) -> Callable[[], Awaitable[Response]]:
    async def run() -> Response:
        grant = await step()
        return await _shown(tx, grant.id)

    return run


@router.get(
    "/{grant_id}/settlement",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=GrantSettlementOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_grant_settlement(tx: Tx, grant_id: UUID) -> Response:
    """What a grant needs since its payment, by when, and what of it was done."""
    async with of_own(tx, grant_id):
        return await _shown(tx, grant_id)


@router.post(
    "/{grant_id}/use-report",
    dependencies=[requires(Permission.GRANTS_REPORT)],
    response_model=GrantSettlementOut,
    responses=problems(*STEP_PROBLEMS, NothingRequired),
)
async def report_grant_use(
    tx: Tx, once: OnceOnly, grant_id: UUID, body: UseReportIn, if_match: IfMatch = None
) -> Response:
    """Report vouchers of a paid grant's use, or supplement the reports before; nothing is replaced.

    All vouchers together are at most what was paid. The recipient's secretary reports, or somebody for it.
    """

    async def report() -> Response:
        async with of_own(tx, grant_id):
            await actions.report_use(tx, grant_id, body.read(), utc_now(), note=body.note, if_match=if_match)
            return await _shown(tx, grant_id)

    return await once(report)


@router.post(
    "/{grant_id}/settlement",
    dependencies=[requires(Permission.GRANTS_SETTLE)],
    response_model=GrantSettlementOut,
    responses=problems(*STEP_PROBLEMS, NothingRequired, UseNotReported, NotInChart, PeriodShut),
)
async def settle_grant(
    tx: Tx, once: OnceOnly, request: Request, grant_id: UUID, body: SettlementIn, if_match: IfMatch = None
) -> Response:
    """Settle a grant and grade its use, by somebody who neither paid it nor reported; the rest is to be returned."""
    return await once(
        _then_shown(
            tx,
            lambda: actions.settle_grant(
                tx,
                grant_id,
                utc_now(),
                used_fen=body.used_fen,
                grade=body.grade,
                note=body.note,
                schemes=request.app.state.schemes,
                charts=request.app.state.charts,
                if_match=if_match,
            ),
        )
    )


@router.post(
    "/{grant_id}/balance-return",
    dependencies=[requires(Permission.GRANTS_PAY)],
    response_model=GrantSettlementOut,
    responses=problems(*STEP_PROBLEMS, IdempotencyKeyRequired, NoBalanceDue, ReturnRecorded, NotInChart, PeriodShut),
)
async def return_grant_balance(
    tx: Tx, once: OnceWithKey, request: Request, grant_id: UUID, body: BalanceReturnIn, if_match: IfMatch = None
) -> Response:
    """Record money of a grant that came back: a posting that names the payment. Needs an Idempotency-Key."""
    return await once(
        _then_shown(
            tx,
            lambda: actions.record_return(
                tx, grant_id, utc_now(), **body.model_dump(), charts=request.app.state.charts, if_match=if_match
            ),
        )
    )


@router.post(
    "/{grant_id}/reversal",
    dependencies=[requires(Permission.GRANTS_REVERSE)],
    response_model=GrantOut,
    responses=problems(*STEP_PROBLEMS, GrantOrdered, AmendedBeside, PeriodShut),
)
async def reverse_one_grant(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    grant_id: UUID,
    body: ReversalIn,
    if_match: IfMatch = None,
) -> Response:
    """Take a grant back, by somebody who neither approved nor paid it; what was paid of it is to be returned.

    What was posted as owed is taken back by postings that name it. One that is in a payment order waits for the bank.
    """

    async def run() -> Response:
        schemes = request.app.state.schemes
        grant = await reverse_grant(tx, grant_id, utc_now(), **body.model_dump(), schemes=schemes, if_match=if_match)
        return await grant_shown(tx, caller, schemes, grant)

    return await once(run)


@router.post(
    "/{grant_id}/amendment",
    dependencies=[requires(Permission.GRANTS_AMEND)],
    response_model=GrantOut,
    responses=problems(*STEP_PROBLEMS, GrantOrdered, PaidFromDues, AmendedBeside, NotInChart, PeriodShut),
)
async def amend_one_grant(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    grant_id: UUID,
    body: AmendmentIn,
    if_match: IfMatch = None,
) -> Response:
    """Give a grant another amount; both are kept, and who amends it has drafted it.

    Before payment it goes back to review. Of a paid one the difference is granted beside it, or is to be returned.
    """

    async def run() -> Response:
        state = request.app.state
        grant = await amend_grant(
            tx,
            grant_id,
            utc_now(),
            **body.model_dump(),
            schemes=state.schemes,
            charts=state.charts,
            if_match=if_match,
        )
        return await grant_shown(tx, caller, state.schemes, grant)

    return await once(run)
