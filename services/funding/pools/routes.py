"""GET award pools; POST one, a round of its distribution, and that it is closed."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.funding.dues.errors import NotCertified
from services.funding.pools import actions, queries
from services.funding.pools.errors import PoolExceeded, PoolExists
from services.funding.pools.rules import PoolState
from services.funding.pools.schemas import DistributionIn, PoolIn, PoolOut, PoolPolicyOut, pool_out
from shared.db.base import utc_now
from shared.db.session import Record, Transaction
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
from shared.problems.versions import check_version
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.knowledge import create_policies
from shared.web.once import OnceOnly, OnceWithKey
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/award-pools", tags=["award-pools"], route_class=GuardedRoute)
policy_router = create_policies("/award-pool-policies", "award_pools", PoolPolicyOut, Permission.GRANTS_READ)


@router.get(
    "",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=Page[PoolOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_award_pools(
    tx: Tx,
    year: Annotated[int | None, Query(ge=1949, le=9999)] = None,
    state: PoolState | None = None,
    division: DivisionFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Award pools, with what was awarded of them."""
    after = decode_id_cursor(cursor)
    rows = await queries.list_pools(tx, year=year, state=state, division=division, after=after, limit=limit)
    awards = await queries.awards_of(tx, [row["id"] for row in rows[:limit]])
    return page(rows, limit, lambda row: pool_out(row, awards[row["id"]]))


@router.get(
    "/{pool_id}",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=PoolOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_award_pool(tx: Tx, pool_id: UUID) -> Response:
    """One award pool."""
    row = await queries.get(tx, pool_id)
    if row is None:
        raise NotFound(what="award pool")
    return await _shown(tx, row)


@router.post(
    "",
    status_code=201,
    dependencies=[requires(Permission.POOLS_WRITE)],
    response_model=PoolOut,
    responses=problems(InvalidInput, NotFound, NotCertified, PoolExists, PreconditionFailed),
)
async def create_award_pool(
    tx: Tx, once: OnceOnly, request: Request, body: PoolIn, if_match: IfMatch = None
) -> Response:
    """Set a share of certified retained dues aside for awards (H33), once a year and holder."""
    check_version(if_match, None)

    async def run() -> Response:
        policies = request.app.state.award_pools
        return await _shown(tx, await actions.create(tx, body.dues_id, body.share_bp, policies, utc_now()), 201)

    return await once(run)


@router.post(
    "/{pool_id}/distribution",
    dependencies=[requires(Permission.POOLS_DISTRIBUTE)],
    response_model=PoolOut,
    responses=problems(
        NotFound, InvalidInput, IdempotencyKeyRequired, IllegalTransition, SameHand, PreconditionFailed, PoolExceeded
    ),
)
async def distribute_award_pool(
    tx: Tx, once: OnceWithKey, request: Request, pool_id: UUID, body: DistributionIn, if_match: IfMatch = None
) -> Response:
    """Distribute a round by weights, to the fen; never more than is left. Needs an Idempotency-Key.

    Where a scheme pays awards, each raises a grant, which takes the usual steps; who distributes has drafted it.
    """

    async def run() -> Response:
        recipients = [(one.recipient_id, one.weight) for one in body.recipients]
        after = await actions.distribute(
            tx,
            pool_id,
            recipients,
            body.amount_fen,
            utc_now(),
            note=body.note,
            schemes=request.app.state.schemes,
            charts=request.app.state.charts,
            if_match=if_match,
        )
        return await _shown(tx, after)

    return await once(run)


@router.post(
    "/{pool_id}/closing",
    dependencies=[requires(Permission.POOLS_WRITE)],
    response_model=PoolOut,
    responses=problems(NotFound, InvalidInput, IllegalTransition, PreconditionFailed),
)
async def close_award_pool(
    tx: Tx, once: OnceOnly, pool_id: UUID, body: Note | None = None, if_match: IfMatch = None
) -> Response:
    """Close a pool: what is left of it stays retained."""
    note = body.note if body else None

    async def run() -> Response:
        return await _shown(tx, await actions.close(tx, pool_id, note, utc_now(), if_match))

    return await once(run)


async def _shown(tx: Transaction, pool: Record, status: int = 200) -> Response:
    awards = await queries.awards_of(tx, [pool["id"]])
    return answer(pool_out(pool, awards[pool["id"]]), status, version=pool["version"])
