"""POST whom an organization succeeds; GET whom it succeeded and who succeeded it."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from services.registry.organizations.queries import get_by_uscc_or_id
from services.registry.successions import actions, queries
from services.registry.successions.errors import AlreadySucceeded
from services.registry.successions.schemas import SuccessionBody, SuccessionOut
from shared.db.base import utc_now
from shared.problems.access import OutsideScope
from shared.problems.problems import BadCursor, InvalidInput, NotFound
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/organizations/{reference}/successions", tags=["organizations"], route_class=GuardedRoute)

Reference = Annotated[str, Path(description="id or code", max_length=64)]


@router.post(
    "",
    dependencies=[requires(Permission.REGISTRATIONS_CORRECT)],
    status_code=201,
    response_model=SuccessionOut,
    responses=problems(NotFound, OutsideScope, AlreadySucceeded, InvalidInput),
)
async def succeed_organization(tx: Tx, once: OnceOnly, reference: Reference, body: SuccessionBody) -> Response:
    """Record that an organization succeeds another one: by a merger, a split, or another code."""

    async def run() -> Response:
        row = await actions.succeed(tx, reference, body, utc_now())
        return answer(SuccessionOut.model_validate(row), status=201)

    return await once(run)


@router.get(
    "",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[SuccessionOut],
    responses=problems(NotFound, InvalidInput, BadCursor),
)
async def list_successions(tx: Tx, reference: Reference, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """Whom an organization succeeded and who succeeded it, oldest first."""
    organization = await get_by_uscc_or_id(tx, reference)
    if organization is None:
        raise NotFound(what="organization")
    rows = await queries.list_of(tx, organization.id, after=decode_id_cursor(cursor), limit=limit)
    return page(rows, limit, SuccessionOut.model_validate)
