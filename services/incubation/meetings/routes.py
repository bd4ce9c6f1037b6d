"""POST, PUT and GET regular meetings, their minutes, and what they resolved (H7, S4)."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.incubation.meetings import actions, queries
from services.incubation.meetings.answers import MeetingOut, meeting_out
from services.incubation.meetings.errors import OtherLevel
from services.incubation.meetings.levels import may_write
from services.incubation.meetings.rules import MeetingState
from services.incubation.meetings.schemas import (
    MeetingPlan,
    MinutesBody,
    MinutesCorrection,
    NewMeeting,
    RoutineReason,
)
from services.incubation.routine.policies import MeetingLevel
from shared.db.base import utc_now
from shared.db.session import Record
from shared.problems.access import OutsideScope
from shared.problems.inputs import Day
from shared.problems.problems import BadCursor, IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.problems.versions import check_version
from shared.web.describing.answers import LOCATION
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import Once, OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems
from shared.web.steps import Caller

router = APIRouter(prefix="/meetings", tags=["meetings"], route_class=GuardedRoute)
REFUSALS = (NotFound, OutsideScope, OtherLevel, IllegalTransition, PreconditionFailed, InvalidInput)
WRITES = [requires(Permission.MEETINGS_WRITE)]


async def _answered(once: Once, caller: Caller, run: Callable[[datetime], Awaitable[Record]]) -> Response:
    async def work() -> Response:
        row = await run(utc_now())
        return answer(meeting_out(row, caller), version=row["version"])

    return await once(work)


@router.post(
    "",
    dependencies=WRITES,
    status_code=201,
    response_model=MeetingOut,
    responses=problems(OutsideScope, OtherLevel, InvalidInput, PreconditionFailed, beside={201: LOCATION}),
)
async def plan_meeting(
    tx: Tx, caller: Caller, once: OnceOnly, request: Request, if_match: IfMatch, body: NewMeeting
) -> Response:
    """Plan a regular meeting of the city, a district or a street, or of the joint conference."""
    check_version(if_match, None)

    async def work() -> Response:
        row = await actions.plan(tx, body, request.app.state.meetings, utc_now(), may=may_write(caller))
        response = answer(meeting_out(row, caller), 201, version=row["version"])
        response.headers["Location"] = f"{request.scope.get('root_path', '')}/v1/meetings/{row['id']}"
        return response

    return await once(work)


@router.get(
    "",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=Page[MeetingOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_meetings(
    tx: Tx,
    caller: Caller,
    division: DivisionFilter = None,
    level: MeetingLevel | None = None,
    state: MeetingState | None = None,
    counts: Annotated[bool | None, Query(description="whether it counts as one that was due")] = None,
    since: Annotated[Day | None, Query(description="held, or planned, on this day or later")] = None,
    until: Annotated[Day | None, Query(description="held, or planned, on this day or earlier")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Regular meetings of the caller's divisions, in the order in which they were planned."""
    rows = await queries.list_meetings(
        tx,
        division=division,
        level=level,
        state=state,
        counts=counts,
        since=since,
        until=until,
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    return page(rows, limit, lambda row: meeting_out(row, caller))


@router.get(
    "/{meeting_id}",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=MeetingOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_meeting(tx: Tx, caller: Caller, meeting_id: UUID) -> Response:
    """One meeting, with its minutes once it was held."""
    row = await queries.get(tx, meeting_id)
    if row is None:
        raise NotFound(what="meeting")
    return answer(meeting_out(row, caller), version=row["version"])


@router.put("/{meeting_id}", dependencies=WRITES, response_model=MeetingOut, responses=problems(*REFUSALS))
async def change_meeting(
    tx: Tx, request: Request, caller: Caller, meeting_id: UUID, if_match: IfMatch, body: MeetingPlan
) -> Response:
    """Give a planned meeting another day or agenda."""
    policies = request.app.state.meetings
    row = await actions.change(tx, meeting_id, body, policies, utc_now(), may=may_write(caller), if_match=if_match)
    return answer(meeting_out(row, caller), version=row["version"])


@router.post(
    "/{meeting_id}/cancellation", dependencies=WRITES, response_model=MeetingOut, responses=problems(*REFUSALS)
)
async def cancel_meeting(
    tx: Tx, caller: Caller, once: OnceOnly, meeting_id: UUID, if_match: IfMatch, body: RoutineReason
) -> Response:
    """Cancel a planned meeting, with a reason."""
    return await _answered(
        once,
        caller,
        lambda now: actions.cancel(tx, meeting_id, body.reason, now, may=may_write(caller), if_match=if_match),
    )


@router.post("/{meeting_id}/minutes", dependencies=WRITES, response_model=MeetingOut, responses=problems(*REFUSALS))
async def record_minutes(
    tx: Tx, caller: Caller, once: OnceOnly, request: Request, meeting_id: UUID, if_match: IfMatch, body: MinutesBody
) -> Response:
    """Record that a meeting was held, and what it resolved; it counts where every topic of its level was on it."""
    policies = request.app.state.meetings
    return await _answered(
        once,
        caller,
        lambda now: actions.report(tx, meeting_id, body, policies, now, may=may_write(caller), if_match=if_match),
    )


@router.post("/{meeting_id}/correction", dependencies=WRITES, response_model=MeetingOut, responses=problems(*REFUSALS))
async def correct_minutes(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    meeting_id: UUID,
    if_match: IfMatch,
    body: MinutesCorrection,
) -> Response:
    """Correct the minutes of a meeting; whether it counts is decided again."""
    policies = request.app.state.meetings
    return await _answered(
        once,
        caller,
        lambda now: actions.correct(tx, meeting_id, body, policies, now, may=may_write(caller), if_match=if_match),
    )
