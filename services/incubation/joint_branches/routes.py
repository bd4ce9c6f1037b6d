"""GET joint branches: what they cover, and which are too small (S13)."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.incubation.joint_branches import queries
from services.incubation.joint_branches.above import above_of
from services.incubation.joint_branches.answers import (
    JointBranchDetailOut,
    JointBranchOut,
    branch_detail_out,
    branch_out,
)
from shared.db.base import utc_now
from shared.field.calendar import china_day
from shared.problems.problems import BadCursor, InvalidInput, NotFound
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Cursor, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/joint-branches", tags=["joint branches"], route_class=GuardedRoute)
_READS = [requires(Permission.FORMATION_READ)]


@router.get("", dependencies=_READS, response_model=Page[JointBranchOut], responses=problems(InvalidInput, BadCursor))
async def list_joint_branches(
    tx: Tx,
    request: Request,
    division: DivisionFilter = None,
    short: bool | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Joint branches of the caller's divisions; with `short=true` those that have too few units or members."""
    policies, now = request.app.state.policies, utc_now()
    rows = await queries.list_branches(
        tx,
        policies,
        china_day(now),
        division=division,
        short=short,
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    return page(rows, limit, lambda row: branch_out(row, policies, now))


@router.get(
    "/{branch_id}",
    dependencies=_READS,
    response_model=JointBranchDetailOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_joint_branch(tx: Tx, request: Request, branch_id: UUID) -> Response:
    """One joint branch: its units, whether they are enough, since when not, and the body above."""
    policies, now = request.app.state.policies, utc_now()
    row = await queries.get_branch(tx, policies, china_day(now), branch_id)
    if row is None:
        raise NotFound(what="joint branch")
    units = await queries.units_of(tx, [branch_id])
    above = (await above_of(tx, {branch_id: row["division"]}, policies, now))[branch_id]
    return answer(branch_detail_out(row, units, above, policies, now))
