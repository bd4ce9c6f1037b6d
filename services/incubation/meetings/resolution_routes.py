"""POST and GET what meetings resolved, and the steps until it is done."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.incubation.meetings import queries, resolving
from services.incubation.meetings.answers import ResolutionOut, resolution_out
from services.incubation.meetings.errors import MeetingNotHeld, OtherLevel
from services.incubation.meetings.levels import may_write
from services.incubation.meetings.routes import REFUSALS, WRITES
from services.incubation.meetings.rules import ResolutionState
from services.incubation.meetings.schemas import (
    BodyCode,
    ResolutionBody,
    ResolutionChange,
    ResolutionCompletion,
    RoutineReason,
)
from shared.db.base import utc_now
from shared.db.session import Record
from shared.field.calendar import china_day
from shared.problems.access import OutsideScope
from shared.problems.problems import BadCursor, InvalidInput, NotFound, PreconditionFailed
from shared.problems.versions import check_version
from shared.web.describing.answers import LOCATION
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import Once, OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems
from shared.web.steps import Caller

router = APIRouter(tags=["meetings"], route_class=GuardedRoute)


async def _answered(once: Once, caller: Caller, run: Callable[[datetime], Awaitable[Record]]) -> Response:
    async def work() -> Response:
        now = utc_now()
        row = await run(now)
        return answer(resolution_out(row, caller, china_day(now)), version=row["version"])

    return await once(work)


@router.post(
    "/meetings/{meeting_id}/resolutions",
    dependencies=WRITES,
    status_code=201,
    response_model=ResolutionOut,
    responses=problems(
        NotFound, OutsideScope, OtherLevel, MeetingNotHeld, InvalidInput, PreconditionFailed, beside={201: LOCATION}
    ),
)
async def add_resolution(
    tx: Tx, caller: Caller, once: OnceOnly, request: Request, meeting_id: UUID, if_match: IfMatch, body: ResolutionBody
) -> Response:
    """Add what a meeting resolved besides what its minutes say."""
    check_version(if_match, None)

    async def work() -> Response:
        now = utc_now()
        row = await resolving.resolve(tx, meeting_id, body, now, may=may_write(caller))
        response = answer(resolution_out(row, caller, china_day(now)), 201, version=row["version"])
        response.headers["Location"] = f"{request.scope.get('root_path', '')}/v1/resolutions/{row['id']}"
        return response

    return await once(work)


@router.get(
    "/resolutions",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=Page[ResolutionOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_resolutions(
    tx: Tx,
    caller: Caller,
    division: DivisionFilter = None,
    meeting: Annotated[UUID | None, Query(description="the meeting that resolved it")] = None,
    owner: Annotated[BodyCode | None, Query(description="the body that is to do it")] = None,
    state: ResolutionState | None = None,
    overdue: Annotated[bool | None, Query(description="open after its day, or not")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """What meetings resolved that bodies of the caller's divisions are to do, whoever's meeting it was."""
    today = china_day(utc_now())
    rows = await queries.list_resolutions(
        tx,
        division=division,
        meeting=meeting,
        owner=owner,
        state=state,
        overdue=overdue,
        today=today,
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    return page(rows, limit, lambda row: resolution_out(row, caller, today))


@router.get(
    "/resolutions/{resolution_id}",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=ResolutionOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_resolution(tx: Tx, caller: Caller, resolution_id: UUID) -> Response:
    """One resolution, with its history."""
    row = await queries.get_resolution(tx, resolution_id)
    if row is None:
        raise NotFound(what="resolution")
    return answer(resolution_out(row, caller, china_day(utc_now())), version=row["version"])


@router.patch(
    "/resolutions/{resolution_id}", dependencies=WRITES, response_model=ResolutionOut, responses=problems(*REFUSALS)
)
async def change_resolution(
    tx: Tx, caller: Caller, once: OnceOnly, resolution_id: UUID, if_match: IfMatch, body: ResolutionChange
) -> Response:
    """Give an open resolution another owner or day, with a reason, as whose meeting it was."""
    return await _answered(
        once,
        caller,
        lambda now: resolving.change(tx, resolution_id, body, now, may=may_write(caller), if_match=if_match),
    )


@router.post(
    "/resolutions/{resolution_id}/completion",
    dependencies=WRITES,
    response_model=ResolutionOut,
    responses=problems(*REFUSALS),
)
async def complete_resolution(
    tx: Tx, caller: Caller, once: OnceOnly, resolution_id: UUID, if_match: IfMatch, body: ResolutionCompletion
) -> Response:
    """Report that it was done."""
    return await _answered(
        once, caller, lambda now: resolving.complete(tx, resolution_id, body, now, if_match=if_match)
    )


@router.post(
    "/resolutions/{resolution_id}/withdrawal",
    dependencies=WRITES,
    response_model=ResolutionOut,
    responses=problems(*REFUSALS),
)
async def withdraw_resolution(
    tx: Tx, caller: Caller, once: OnceOnly, resolution_id: UUID, if_match: IfMatch, body: RoutineReason
) -> Response:
    """Withdraw an open resolution, with a reason, as whose meeting it was."""
    return await _answered(
        once,
        caller,
        lambda now: resolving.step(
            tx, resolution_id, "withdrawal", body.reason, now, may=may_write(caller), if_match=if_match
        ),
    )


@router.post(
    "/resolutions/{resolution_id}/reopening",
    dependencies=WRITES,
    response_model=ResolutionOut,
    responses=problems(*REFUSALS),
)
async def reopen_resolution(
    tx: Tx, caller: Caller, once: OnceOnly, resolution_id: UUID, if_match: IfMatch, body: RoutineReason
) -> Response:
    """Take a completed or withdrawn resolution up again, with a reason, as whose meeting it was."""
    return await _answered(
        once,
        caller,
        lambda now: resolving.step(
            tx, resolution_id, "reopening", body.reason, now, may=may_write(caller), if_match=if_match
        ),
    )
