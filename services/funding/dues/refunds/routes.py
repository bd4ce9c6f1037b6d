"""GET refund claims; POST one, which raises the grant that pays it."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.funding.dues.errors import (
    ClaimedBefore,
    ClaimLate,
    NoReceiver,
    NoRefund,
    NotCertified,
    NothingRemitted,
    RefundNotRaised,
)
from services.funding.dues.refunds import actions, queries
from services.funding.dues.refunds.schemas import RefundIn, RefundOut, refund_out
from services.funding.dues.routes import Year
from services.funding.grants.settling.given_back import given_back
from shared.db.base import utc_now
from shared.db.session import Record, Transaction
from shared.problems.problems import BadCursor, IdempotencyKeyRequired, InvalidInput, NotFound
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceWithKey
from shared.web.routes import Cursor, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/dues-refunds", tags=["dues"], route_class=GuardedRoute)


@router.get(
    "",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=Page[RefundOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_dues_refunds(
    tx: Tx,
    holder: UUID | None = None,
    year: Year = None,
    division: DivisionFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Refund claims, with their reasons."""
    after = decode_id_cursor(cursor)
    rows = await queries.list_claims(tx, holder=holder, year=year, division=division, after=after, limit=limit)
    back = await given_back(tx, [row["grant_id"] for row in rows[:limit]])
    return page(rows, limit, lambda row: refund_out(row, back))


@router.get(
    "/{refund_id}",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=RefundOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_dues_refund(tx: Tx, refund_id: UUID) -> Response:
    """One refund claim."""
    row = await queries.get(tx, refund_id)
    if row is None:
        raise NotFound(what="dues refund")
    return await _shown(tx, row)


@router.post(
    "",
    status_code=201,
    dependencies=[requires(Permission.DUES_WRITE)],
    response_model=RefundOut,
    responses=problems(
        InvalidInput,
        NotFound,
        IdempotencyKeyRequired,
        NotCertified,
        ClaimedBefore,
        NoRefund,
        ClaimLate,
        NothingRemitted,
        NoReceiver,
        RefundNotRaised,
    ),
)
async def claim_dues_refund(tx: Tx, once: OnceWithKey, request: Request, body: RefundIn) -> Response:
    """Claim what was remitted in a certified year, in full and once (S25, D12). Needs an Idempotency-Key.

    The claim raises the grant that pays it, which takes the usual steps; who claims has drafted it.
    """

    async def run() -> Response:
        made = await actions.claim(
            tx, **body.model_dump(), schemes=request.app.state.schemes, charts=request.app.state.charts, now=utc_now()
        )
        return await _shown(tx, made, 201)

    return await once(run)


async def _shown(tx: Transaction, row: Record, status: int = 200) -> Response:
    return answer(refund_out(row, await given_back(tx, [row["grant_id"]])), status)
