"""GET charts of accounts; POST vouchers and reversals, a list at a time."""

from fastapi import APIRouter, Request, Response

from services.funding.ledger.actions import book
from services.funding.ledger.errors import (
    IN_FUTURE,
    AlreadyReversed,
    NotInChart,
    PeriodShut,
    PostedForGrant,
    PostedOtherwise,
    PostingReversed,
    ReversalDiffers,
)
from services.funding.ledger.reversing import reverse_all
from services.funding.ledger.schemas import ChartOut, PostedOut, ReversalsIn, VouchersIn
from shared.db.base import utc_now
from shared.field.calendar import china_day
from shared.problems.access import OutsideScope, check_reach
from shared.problems.duties import SameHand
from shared.problems.problems import FieldError, IdempotencyKeyRequired, InvalidInput, NotFound
from shared.problems.validation import pointer
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.knowledge import create_policies
from shared.web.once import OnceWithKey
from shared.web.routes import Tx, answer, problems

router = APIRouter(prefix="/ledger", tags=["ledger"], route_class=GuardedRoute)
charts_router = create_policies("/ledger-charts", "charts", ChartOut, Permission.LEDGER_READ)


@router.post(
    "/vouchers",
    status_code=201,
    dependencies=[requires(Permission.LEDGER_POST)],
    response_model=PostedOut,
    responses=problems(
        InvalidInput, OutsideScope, IdempotencyKeyRequired, NotInChart, PeriodShut, PostedOtherwise, PostingReversed
    ),
)
async def post_vouchers(tx: Tx, once: OnceWithKey, request: Request, body: VouchersIn) -> Response:
    """Post vouchers, all or none, at most 500. Needs an Idempotency-Key; a voucher's own number is posted once, too."""

    async def run() -> Response:
        now = utc_now()
        today = china_day(now)
        late = [n for n, one in enumerate(body.vouchers) if one.booked_on > today]
        if late:
            raise InvalidInput([FieldError(pointer(("vouchers", n, "booked_on")), IN_FUTURE) for n in late])
        for one in body.vouchers:
            check_reach(tx.access, one.division)
        posted = await book(tx, [one.voucher() for one in body.vouchers], now, request.app.state.charts)
        count = sum(is_new for _, is_new in posted)
        out = PostedOut(transactions=[key for key, _ in posted], posted=count, repeated=len(posted) - count)
        return answer(out, 201)

    return await once(run)


@router.post(
    "/reversals",
    status_code=201,
    dependencies=[requires(Permission.LEDGER_CONTROL)],
    response_model=PostedOut,
    responses=problems(
        InvalidInput,
        IdempotencyKeyRequired,
        NotFound,
        ReversalDiffers,
        AlreadyReversed,
        PostedForGrant,
        PeriodShut,
        SameHand,
    ),
)
async def reverse_transactions(tx: Tx, once: OnceWithKey, body: ReversalsIn) -> Response:
    """Take transactions back by ones of today that name them, all or none; by somebody else than who posted them.

    Needs an Idempotency-Key. Count and total must be those of the transactions, or nothing happens.
    """

    async def run() -> Response:
        ids = await reverse_all(
            tx, body.transactions, utc_now(), reason=body.reason, expected=(body.count, body.total_fen)
        )
        return answer(PostedOut(transactions=ids, posted=len(ids), repeated=0), 201)

    return await once(run)
