"""POST a session of a cycle's committee; GET the sessions."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.evaluation.cycles.errors import CycleNotOpen
from services.evaluation.sessions import actions, queries
from services.evaluation.sessions.errors import NoSession, QuorumMissing, SessionDiffers
from services.evaluation.sessions.schemas import SessionBody, SessionOut
from shared.db.base import utc_now
from shared.problems.access import OutsideScope
from shared.problems.duties import ConflictOfInterest, SameHand
from shared.problems.problems import BadCursor, InvalidInput, NotFound
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(tags=["sessions"], route_class=GuardedRoute)


@router.post(
    "/cycles/{cycle_id}/session",
    dependencies=[requires(Permission.RATINGS_WRITE)],
    status_code=201,
    response_model=SessionOut,
    responses=problems(
        NotFound,
        InvalidInput,
        CycleNotOpen,
        NoSession,
        OutsideScope,
        QuorumMissing,
        SameHand,
        ConflictOfInterest,
        SessionDiffers,
    ),
)
async def record_session(tx: Tx, once: OnceOnly, cycle_id: UUID, body: SessionBody) -> Response:
    """Record a session of the committee, which decides the stars of all who are rated together.

    Quotas and ties are counted over all of them (D1, D2). Where the list or its count differs from who is ready,
    nothing is decided, and the differences are named.
    """

    async def run() -> Response:
        row = await actions.decide(tx, cycle_id, body, utc_now())
        return answer(SessionOut.model_validate(row), 201)

    return await once(run)


@router.get(
    "/sessions",
    dependencies=[requires(Permission.EVALUATION_READ)],
    response_model=Page[SessionOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_sessions(
    tx: Tx, cycle: UUID | None = None, division: DivisionFilter = None, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """Sessions, a page at a time."""
    rows = await queries.list_sessions(tx, cycle=cycle, division=division, after=decode_id_cursor(cursor), limit=limit)
    return page(rows, limit, SessionOut.model_validate)
