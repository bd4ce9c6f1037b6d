"""GET the conflict queue; POST which side of a conflict is right."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.registry.conflicts import queries
from services.registry.conflicts.rules import ConflictKind, ConflictState
from services.registry.corrections import actions
from services.registry.corrections.schemas import ConflictOut, Resolution, conflict_out
from services.registry.organizations.errors import StaleRegistration
from services.registry.organizations.terms import Terms
from shared.db.base import utc_now
from shared.problems.access import OutsideScope
from shared.problems.problems import BadCursor, IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/conflicts", tags=["conflicts"], route_class=GuardedRoute)


@router.get(
    "",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[ConflictOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_conflicts(
    tx: Tx,
    division: DivisionFilter = None,
    state: ConflictState | None = None,
    kind: ConflictKind | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Registrations that contradict what is stored, oldest first; `division` is that of either side."""
    rows = await queries.list_conflicts(
        tx, division=division, state=state, kind=kind, after=decode_id_cursor(cursor), limit=limit
    )
    return page(rows, limit, lambda row: conflict_out(row, tx.access))


@router.get(
    "/{conflict_id}",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=ConflictOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_conflict(tx: Tx, conflict_id: UUID) -> Response:
    """One conflict."""
    row = await queries.get(tx, conflict_id)
    if row is None:
        raise NotFound(what="conflict")
    return answer(conflict_out(row, tx.access), version=row["version"])


@router.post(
    "/{conflict_id}/resolution",
    dependencies=[requires(Permission.REGISTRATIONS_CORRECT)],
    response_model=ConflictOut,
    responses=problems(NotFound, OutsideScope, IllegalTransition, StaleRegistration, PreconditionFailed, InvalidInput),
)
async def resolve_conflict(
    tx: Tx, once: OnceOnly, request: Request, conflict_id: UUID, if_match: IfMatch, body: Resolution
) -> Response:
    """Take the stored or the incoming side, with a reason; both sides' divisions must be the caller's.

    Of a conflict between sources `parts` may name which of the disputed ones are taken.
    """

    async def run() -> Response:
        terms = Terms(request.app.state.policies, utc_now(), request.app.state.settings.allow_sample_codes)
        row = await actions.resolve(tx, conflict_id, body, terms, if_match=if_match)
        return answer(conflict_out(row, tx.access), version=row["version"])

    return await once(run)
