"""POST, PUT and GET activities of Party organizations (H13, S23, S32–S34)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.incubation.activities import actions, queries
from services.incubation.activities.answers import ActivityOut, activity_out
from services.incubation.activities.rules import ActivityState, days_of
from services.incubation.activities.schemas import ActivityCorrection, ActivityEnd, NewActivity
from services.incubation.meetings.schemas import RoutineReason
from services.incubation.routine.activity_policies import ActivitiesPolicy, KindCode
from shared.db.base import utc_now
from shared.problems.access import OutsideScope
from shared.problems.problems import BadCursor, IllegalTransition, InvalidInput, NotFound, PreconditionFailed
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

router = APIRouter(prefix="/activities", tags=["activities"], route_class=GuardedRoute)
REFUSALS = (NotFound, OutsideScope, IllegalTransition, PreconditionFailed, InvalidInput)
WRITES = [requires(Permission.ACTIVITIES_WRITE)]


class ActivitiesPolicyOut(PolicyOut[ActivitiesPolicy]):
    """A policy on activities: their kinds, what each must say, and what belongs together."""


policy_router = create_policies("/activity-policies", "activities", ActivitiesPolicyOut, Permission.FORMATION_READ)


@router.post(
    "",
    dependencies=WRITES,
    status_code=201,
    response_model=ActivityOut,
    responses=problems(OutsideScope, InvalidInput, PreconditionFailed, beside={201: LOCATION}),
)
async def record_activity(
    tx: Tx, caller: Caller, once: OnceOnly, request: Request, if_match: IfMatch, body: NewActivity
) -> Response:
    """Record an activity of a kind that the region's policy names, with the Party organizations that take part."""
    check_version(if_match, None)

    async def work() -> Response:
        row = await actions.record(tx, body, request.app.state.activities, utc_now())
        response = answer(activity_out(row, caller), 201, version=row["version"])
        response.headers["Location"] = f"{request.scope.get('root_path', '')}/v1/activities/{row['id']}"
        return response

    return await once(work)


@router.get(
    "",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=Page[ActivityOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_activities(
    tx: Tx,
    caller: Caller,
    division: DivisionFilter = None,
    kind: Annotated[KindCode | None, Query(description="a kind that the region's policy names")] = None,
    state: ActivityState | None = None,
    party_organization: Annotated[UUID | None, Query(description="a Party organization that takes part")] = None,
    year: Annotated[int | None, Query(ge=1949, le=9998, description="those that were on in this year")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Activities in the caller's divisions, in the order in which they were recorded."""
    rows = await queries.list_activities(
        tx,
        division=division,
        kind=kind,
        state=state,
        party=party_organization,
        year=None if year is None else days_of(year),
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    return page(rows, limit, lambda row: activity_out(row, caller))


@router.get(
    "/{activity_id}",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=ActivityOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_activity(tx: Tx, caller: Caller, activity_id: UUID) -> Response:
    """One activity, with its history."""
    row = await queries.get(tx, activity_id)
    if row is None:
        raise NotFound(what="activity")
    return answer(activity_out(row, caller), version=row["version"])


@router.post(
    "/{activity_id}/correction", dependencies=WRITES, response_model=ActivityOut, responses=problems(*REFUSALS)
)
async def correct_activity(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    activity_id: UUID,
    if_match: IfMatch,
    body: ActivityCorrection,
) -> Response:
    """Record an activity as it should have been, with a reason; its kind and division stay."""

    async def work() -> Response:
        policies = request.app.state.activities
        row = await actions.correct(tx, activity_id, body, policies, utc_now(), if_match=if_match)
        return answer(activity_out(row, caller), version=row["version"])

    return await once(work)


@router.post("/{activity_id}/ending", dependencies=WRITES, response_model=ActivityOut, responses=problems(*REFUSALS))
async def end_activity(
    tx: Tx, caller: Caller, once: OnceOnly, activity_id: UUID, if_match: IfMatch, body: ActivityEnd
) -> Response:
    """End what goes on: a pairing, an alliance, a shared venue."""

    async def work() -> Response:
        row = await actions.end(tx, activity_id, body, utc_now(), if_match=if_match)
        return answer(activity_out(row, caller), version=row["version"])

    return await once(work)


@router.post(
    "/{activity_id}/withdrawal", dependencies=WRITES, response_model=ActivityOut, responses=problems(*REFUSALS)
)
async def withdraw_activity(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    activity_id: UUID,
    if_match: IfMatch,
    body: RoutineReason,
) -> Response:
    """Take back what was recorded in error; it counts no more."""

    async def work() -> Response:
        row = await actions.withdraw(
            tx, activity_id, body.reason, request.app.state.activities, utc_now(), if_match=if_match
        )
        return answer(activity_out(row, caller), version=row["version"])

    return await once(work)
