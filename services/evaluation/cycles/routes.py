"""POST and GET the yearly cycles."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.evaluation.cycles import actions, queries
from services.evaluation.cycles.errors import CycleExists
from services.evaluation.cycles.rules import State, find_errors
from services.evaluation.cycles.schemas import CycleBody, CycleOut, cycle_out
from services.evaluation.exact_json import ExactJsonRoute
from shared.db.base import utc_now
from shared.problems.problems import BadCursor, InvalidInput, NotFound, PreconditionFailed
from shared.problems.versions import check_version
from shared.web.describing.answers import LOCATION
from shared.web.fields import DivisionFilter
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/cycles", tags=["cycles"], route_class=ExactJsonRoute)


@router.post(
    "",
    dependencies=[requires(Permission.CYCLES_MANAGE)],
    status_code=201,
    response_model=CycleOut,
    responses=problems(CycleExists, InvalidInput, PreconditionFailed, beside={201: LOCATION}),
)
async def create_cycle(tx: Tx, once: OnceOnly, request: Request, if_match: IfMatch, body: CycleBody) -> Response:
    """Make a year's round of a division, as a draft."""
    errors = find_errors(body.year, body.division)
    if errors:
        raise InvalidInput(errors)
    check_version(if_match, None)

    async def run() -> Response:
        cycle = await actions.create(tx, year=body.year, division=body.division, now=utc_now())
        response = answer(cycle_out(cycle), 201, version=cycle["version"])
        response.headers["Location"] = f"{request.scope.get('root_path', '')}/v1/cycles/{cycle['id']}"
        return response

    return await once(run)


@router.get(
    "",
    dependencies=[requires(Permission.EVALUATION_READ)],
    response_model=Page[CycleOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_cycles(
    tx: Tx,
    division: DivisionFilter = None,
    year: Annotated[int | None, Query(ge=0, le=9999)] = None,
    state: State | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Rounds of a division and of all inside it, a page at a time."""
    rows = await queries.list_cycles(
        tx, division=division, year=year, state=state, after=decode_id_cursor(cursor), limit=limit
    )
    return page(rows, limit, cycle_out)


@router.get(
    "/{cycle_id}",
    dependencies=[requires(Permission.EVALUATION_READ)],
    response_model=CycleOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_cycle(tx: Tx, cycle_id: UUID) -> Response:
    """One round."""
    row = await queries.get(tx, cycle_id)
    if row is None:
        raise NotFound(what="cycle")
    return answer(cycle_out(row), version=row["version"])
