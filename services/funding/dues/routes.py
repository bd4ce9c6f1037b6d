"""GET years of dues; POST a quarter, a certification, and that a certified year is opened again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.funding.dues import actions, queries
from services.funding.dues.errors import DuesHeldElsewhere, DuesIncomplete, DuesInUse, QuarterRecorded
from services.funding.dues.rules import DuesState
from services.funding.dues.schemas import DuesOut, DuesPolicyOut, DuesReopening, QuarterIn, dues_out
from shared.db.base import utc_now
from shared.db.session import Record, Transaction
from shared.problems.access import OutsideScope, check_reach
from shared.problems.duties import SameHand
from shared.problems.inputs import Note
from shared.problems.problems import BadCursor, IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.problems.versions import check_version
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.knowledge import create_policies
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/dues", tags=["dues"], route_class=GuardedRoute)
policy_router = create_policies("/dues-policies", "dues", DuesPolicyOut, Permission.GRANTS_READ)

Year = Annotated[int | None, Query(ge=1949, le=9999)]


@router.get(
    "",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=Page[DuesOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_dues(
    tx: Tx,
    holder: UUID | None = None,
    year: Year = None,
    state: DuesState | None = None,
    division: DivisionFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Years of dues with their quarters: totals of organizations."""
    after = decode_id_cursor(cursor)
    rows = await queries.list_years(
        tx, holder=holder, year=year, state=state, division=division, after=after, limit=limit
    )
    quarters = await queries.quarters_of(tx, [row["id"] for row in rows[:limit]])
    return page(rows, limit, lambda row: dues_out(row, quarters[row["id"]]))


@router.get(
    "/{dues_id}",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=DuesOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_dues(tx: Tx, dues_id: UUID) -> Response:
    """One year of dues."""
    row = await queries.get(tx, dues_id)
    if row is None:
        raise NotFound(what="dues year")
    return await _shown(tx, row)


@router.post(
    "",
    status_code=201,
    dependencies=[requires(Permission.DUES_WRITE)],
    response_model=DuesOut,
    responses=problems(
        InvalidInput, OutsideScope, QuarterRecorded, DuesHeldElsewhere, IllegalTransition, PreconditionFailed
    ),
)
async def record_dues(tx: Tx, once: OnceOnly, body: QuarterIn, if_match: IfMatch = None) -> Response:
    """Record a quarter's totals, or correct them with a reason; the same ones again change nothing (200)."""
    check_version(if_match, None)

    async def run() -> Response:
        check_reach(tx.access, body.division)
        year, recorded = await actions.record(
            tx,
            holder_id=body.holder_id,
            holder_kind=body.holder_kind,
            holder_name=body.holder_name,
            division=body.division,
            year=body.year,
            quarter=body.totals(),
            reason=body.reason,
            now=utc_now(),
        )
        return await _shown(tx, year, 201 if recorded else 200)

    return await once(run)


@router.post(
    "/{dues_id}/certification",
    dependencies=[requires(Permission.DUES_CERTIFY)],
    response_model=DuesOut,
    responses=problems(NotFound, InvalidInput, IllegalTransition, SameHand, PreconditionFailed, DuesIncomplete),
)
async def certify_dues(
    tx: Tx, once: OnceOnly, request: Request, dues_id: UUID, body: Note | None = None, if_match: IfMatch = None
) -> Response:
    """Certify a year's retained base (H33); by somebody else than who entered its figures."""

    async def run() -> Response:
        policies, note = request.app.state.dues, body.note if body else None
        return await _shown(tx, await actions.certify_year(tx, dues_id, policies, utc_now(), if_match, note))

    return await once(run)


@router.post(
    "/{dues_id}/reopening",
    dependencies=[requires(Permission.DUES_CERTIFY)],
    response_model=DuesOut,
    responses=problems(NotFound, InvalidInput, IllegalTransition, PreconditionFailed, DuesInUse),
)
async def reopen_dues(
    tx: Tx, once: OnceOnly, request: Request, dues_id: UUID, body: DuesReopening, if_match: IfMatch = None
) -> Response:
    """Open a certified year again for a late correction, unless a claim or a pool stands on it."""

    async def run() -> Response:
        return await _shown(
            tx, await actions.reopen(tx, dues_id, body.reason, utc_now(), request.app.state.dues_used_by, if_match)
        )

    return await once(run)


async def _shown(tx: Transaction, year: Record, status: int = 200) -> Response:
    quarters = await queries.quarters_of(tx, [year["id"]])
    return answer(dues_out(year, quarters[year["id"]]), status, version=year["version"])
