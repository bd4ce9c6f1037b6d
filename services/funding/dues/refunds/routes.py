"""GET refund claims; POST one, and what is decided on it."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.funding.dues.errors import ClaimedBefore, NoReceiver, NoRefund, NotCertified, OutsideClaimWindow
from services.funding.dues.refunds import actions, queries
from services.funding.dues.refunds.rules import RefundState, RefundStep
from services.funding.dues.refunds.schemas import RefundIn, RefundOut, RefundReason, refund_out
from services.funding.dues.routes import Year
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.problems.duties import SameHand
from shared.problems.inputs import Note
from shared.problems.problems import (
    BadCursor,
    IdempotencyKeyRequired,
    IllegalTransition,
    InvalidInput,
    NotFound,
    PreconditionFailed,
)
from shared.problems.versions import Preconditions
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly, OnceWithKey
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/dues-refunds", tags=["dues"], route_class=GuardedRoute)

_STEP_PROBLEMS = (NotFound, InvalidInput, IllegalTransition, PreconditionFailed)


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
    state: RefundState | None = None,
    division: DivisionFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Refund claims, with their reasons."""
    after = decode_id_cursor(cursor)
    rows = await queries.list_claims(
        tx, holder=holder, year=year, state=state, division=division, after=after, limit=limit
    )
    return page(rows, limit, refund_out)


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
    return answer(refund_out(row), version=row["version"])


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
        OutsideClaimWindow,
        NoReceiver,
    ),
)
async def claim_dues_refund(tx: Tx, once: OnceWithKey, request: Request, body: RefundIn) -> Response:
    """Claim what was remitted in a certified year, in full and once (S25, D12). Needs an Idempotency-Key."""

    async def run() -> Response:
        made = await actions.claim(tx, **body.model_dump(), policies=request.app.state.dues, now=utc_now())
        return answer(refund_out(made), 201, version=made["version"])

    return await once(run)


async def _take(
    tx: Transaction, refund_id: UUID, step: RefundStep, note: str | None, if_match: Preconditions | None
) -> Response:
    after = await actions.take_step(tx, refund_id, step, utc_now(), note=note, if_match=if_match)
    return answer(refund_out(after), version=after["version"])


@router.post(
    "/{refund_id}/acceptance",
    dependencies=[requires(Permission.DUES_CERTIFY)],
    response_model=RefundOut,
    responses=problems(*_STEP_PROBLEMS, SameHand, NoReceiver),
)
async def accept_dues_refund(
    tx: Tx, once: OnceOnly, refund_id: UUID, body: Note | None = None, if_match: IfMatch = None
) -> Response:
    """Accept a claim that was checked, by somebody else than who claimed or entered the figures."""
    return await once(lambda: _take(tx, refund_id, "acceptance", body.note if body else None, if_match))


@router.post(
    "/{refund_id}/refusal",
    dependencies=[requires(Permission.DUES_CERTIFY)],
    response_model=RefundOut,
    responses=problems(*_STEP_PROBLEMS, SameHand),
)
async def refuse_dues_refund(
    tx: Tx, once: OnceOnly, refund_id: UUID, body: RefundReason, if_match: IfMatch = None
) -> Response:
    """Refuse a claim; the year may be claimed again."""
    return await once(lambda: _take(tx, refund_id, "refusal", body.reason, if_match))


@router.post(
    "/{refund_id}/withdrawal",
    dependencies=[requires(Permission.DUES_WRITE)],
    response_model=RefundOut,
    responses=problems(*_STEP_PROBLEMS),
)
async def withdraw_dues_refund(
    tx: Tx, once: OnceOnly, refund_id: UUID, body: RefundReason, if_match: IfMatch = None
) -> Response:
    """Take a claim back, for a late correction of the year; it may be claimed again."""
    return await once(lambda: _take(tx, refund_id, "withdrawal", body.reason, if_match))
