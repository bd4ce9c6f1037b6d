"""POST applications; GET incubatees, their timelines and their maturity."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.incubation.incubatees import queries
from services.incubation.incubatees.answers import (
    IncubateeDetailOut,
    IncubateeOut,
    MaturityOut,
    incubatee_out,
    maturity_out,
)
from services.incubation.incubatees.errors import AlreadyIncubated, IncubatorNotOpen
from services.incubation.incubatees.incubatee import IncubateeState
from services.incubation.incubatees.judging import judge_row
from services.incubation.incubatees.routes.answering import answer_incubatee, find
from services.incubation.incubatees.schemas import Application
from services.incubation.incubatees.steps import entering
from services.incubation.incubatees.timelines import TimelineOut, timeline_out
from services.incubation.incubating.incubatee_policies import IncubateePolicy
from services.incubation.incubators import queries as incubators
from shared.db.base import utc_now
from shared.problems.access import OutsideScope
from shared.problems.inputs import Day
from shared.problems.problems import BadCursor, InvalidInput, NotFound, PreconditionFailed
from shared.problems.versions import check_version
from shared.web.describing.answers import LOCATION
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.knowledge import PolicyOut, create_policies
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems
from shared.web.steps import Caller

On = Annotated[Day | None, Query(description="as of this day; default: today, or the last day inside")]
router = APIRouter(prefix="/incubatees", tags=["incubatees"], route_class=GuardedRoute)


class IncubateePolicyOut(PolicyOut[IncubateePolicy]):
    """A policy on incubatees: terms, visits, the moments in step, the maturity lists."""


policies = create_policies("/incubatee-policies", "incubatee_policies", IncubateePolicyOut, Permission.FORMATION_READ)


@router.post(
    "",
    dependencies=[requires(Permission.INCUBATORS_WRITE)],
    status_code=201,
    response_model=IncubateeDetailOut,
    responses=problems(
        OutsideScope, IncubatorNotOpen, AlreadyIncubated, PreconditionFailed, InvalidInput, beside={201: LOCATION}
    ),
)
async def apply_for_incubation(
    tx: Tx, request: Request, caller: Caller, once: OnceOnly, if_match: IfMatch, body: Application
) -> Response:
    """Record who asks for a place: an organization, or the name of one that is not registered yet (D15)."""
    check_version(if_match, None)

    async def run() -> Response:
        row = await entering.apply(tx, body, utc_now())
        response = answer_incubatee(row, caller, 201)
        response.headers["Location"] = f"{request.scope.get('root_path', '')}/v1/incubatees/{row['id']}"
        return response

    return await once(run)


@router.get(
    "",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=Page[IncubateeOut],
    responses=problems(NotFound, InvalidInput, BadCursor),
)
async def list_incubatees(
    tx: Tx,
    division: DivisionFilter = None,
    incubator: str | None = None,
    state: IncubateeState | None = None,
    organization: str | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Incubatees in the order of their applications; `incubator` is a code or id, `organization` too."""
    incubator_id = None
    if incubator is not None:
        found = await incubators.get(tx, incubator)
        if found is None:
            raise NotFound(what="incubator")
        incubator_id = found["id"]
    rows = await queries.list_incubatees(
        tx,
        division=division,
        incubator_id=incubator_id,
        state=state,
        organization=organization,
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    return page(rows, limit, incubatee_out)


@router.get(
    "/{incubatee_id}",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=IncubateeDetailOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_incubatee(tx: Tx, caller: Caller, incubatee_id: UUID) -> Response:
    """One incubatee, with its history and what may be done next."""
    return answer_incubatee(await find(tx, incubatee_id), caller)


@router.get(
    "/{incubatee_id}/timeline",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=TimelineOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_incubatee_timeline(tx: Tx, request: Request, incubatee_id: UUID) -> Response:
    """Both tracks on one timeline, the moments in step, and which track lags (H2, D15)."""
    row = await find(tx, incubatee_id)
    maturity = await judge_row(tx, row, request.app.state.incubatee_policies, utc_now())
    return answer(timeline_out(row, maturity), version=row["version"])


@router.get(
    "/{incubatee_id}/maturity",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=MaturityOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_incubatee_maturity(tx: Tx, request: Request, incubatee_id: UUID, on: On = None) -> Response:
    """Both maturity lists, what has passed, and what is missing (H8); visits and moments as of a day."""
    row = await find(tx, incubatee_id)
    maturity = await judge_row(tx, row, request.app.state.incubatee_policies, utc_now(), on)
    return answer(maturity_out(row, maturity), version=row["version"])
