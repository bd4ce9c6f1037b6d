"""GET the decisions on evaluations; POST that those without a scheme are made again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.funding.grants import decision_queries, redeciding
from services.funding.grants.routes import Year
from services.funding.grants.schemas import (
    DecisionOut,
    Outcome,
    RedecidedOut,
    RedecisionIn,
    RedecisionOut,
    decision_out,
)
from shared.db.base import utc_now
from shared.problems.access import OutsideScope, check_reach
from shared.problems.problems import BadCursor, InvalidInput
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/grants/decisions", tags=["grants"], route_class=GuardedRoute)


@router.get(
    "",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=Page[DecisionOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_grant_decisions(
    tx: Tx,
    recipient: UUID | None = None,
    year: Year = None,
    division: DivisionFilter = None,
    outcome: Outcome | None = None,
    without_scheme: Annotated[
        bool | None, Query(description="true: found no scheme, and were not decided again; false: all others")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Decisions on evaluations, those that raised no grant too, with their reasons."""
    rows = await decision_queries.list_decisions(
        tx,
        recipient=recipient,
        year=year,
        division=division,
        outcome=outcome,
        without_scheme=without_scheme,
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    return page(rows, limit, decision_out)


@router.post(
    "/redecision",
    dependencies=[requires(Permission.GRANTS_REDECIDE)],
    response_model=RedecisionOut,
    responses=problems(InvalidInput, OutsideScope),
)
async def redecide_grants(tx: Tx, once: OnceOnly, request: Request, body: RedecisionIn | None = None) -> Response:
    """Decide again what found no scheme, where one is in force now; a dry run shows the difference.

    Who asks has drafted the grants that come of it. At most 1,000 decisions a request.
    """
    asked = body or RedecisionIn()
    if asked.division is not None:
        check_reach(tx.access, asked.division)

    async def run() -> Response:
        decisions, left = await redeciding.redecide(
            tx,
            schemes=request.app.state.schemes,
            division=asked.division,
            year=asked.year,
            now=utc_now(),
            dry_run=asked.dry_run,
            raised_by=tx.access.actor,
            charts=request.app.state.charts,
        )
        shown = [RedecidedOut.model_validate(one, from_attributes=True) for one in decisions]
        return answer(RedecisionOut(dry_run=asked.dry_run, decisions=shown, left=left))

    return await once(run)
