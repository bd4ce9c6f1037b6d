"""GET when regular meetings are due, and the policies that say so (H7, S4)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.incubation.bodies import queries as bodies
from services.incubation.meetings import queries
from services.incubation.meetings.answers import (
    ConvenorCalendarOut,
    MeetingCalendarOut,
    UnconvenedOut,
    convenor_out,
    entries_out,
)
from services.incubation.meetings.rules import Convened, Place, convened, due
from services.incubation.routine.policies import MeetingLevel, MeetingsPolicies, MeetingsPolicy
from shared.db.base import utc_now
from shared.field.calendar import china_day
from shared.field.divisions import Division, city_of, counties, scope_prefix
from shared.field.policies import Policy
from shared.problems.inputs import Day
from shared.problems.problems import InvalidInput, NotFound
from shared.web.fields import DivisionNamed
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.knowledge import PolicyOut, create_policies
from shared.web.routes import Tx, answer, problems

router = APIRouter(prefix="/meeting-calendar", tags=["meetings"], route_class=GuardedRoute)
On = Annotated[Day | None, Query(description="the day that is asked for; default: today in China")]


class MeetingsPolicyOut(PolicyOut[MeetingsPolicy]):
    """A policy on regular meetings: which are due how often, who convenes them, and on what they must be."""


policy_router = create_policies("/meeting-policies", "meetings", MeetingsPolicyOut, Permission.FORMATION_READ)


@router.get(
    "",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=MeetingCalendarOut,
    responses=problems(InvalidInput),
)
async def get_meeting_calendar(tx: Tx, request: Request, division: DivisionNamed, on: On = None) -> Response:
    """By when each level's next regular meeting is due, which are overdue, and where nobody convenes any."""
    now = utc_now()
    day = on or china_day(now)
    policies: MeetingsPolicies = request.app.state.meetings
    found = await bodies.within(tx, division)
    places = convened(found, _policies(policies, {one.division for one in found}, day), day)
    last = await queries.last_counted(tx, division, day)
    planned = await queries.next_planned(tx, division, day)
    dues = [(one, due(one, last.get(one.place), day, now)) for one in places]
    lacking = [one for one in _lacking(places, policies, division, day) if tx.access.reaches(one.division)]
    return answer(
        MeetingCalendarOut(
            division=division,
            on=day,
            due=sum(its.due_on is not None for _, its in dues),
            overdue=sum(its.standing == "overdue" for _, its in dues),
            entries=entries_out(dues, last, planned, day),
            without_convenor=lacking,
        )
    )


@router.get(
    "/{body_id}",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=ConvenorCalendarOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_convenor_calendar(tx: Tx, request: Request, body_id: UUID, on: On = None) -> Response:
    """By when the regular meetings are due that one body convenes."""
    now = utc_now()
    day = on or china_day(now)
    body = await bodies.get(tx, body_id)
    if body is None or tx.access.units is not None or not tx.access.reaches(body.division):
        raise NotFound(what="body")
    prefix = scope_prefix(body.division)
    beside = await bodies.of_division(tx, body.division)
    places = convened(beside, _policies(request.app.state.meetings, {body.division}, day), day)
    last = await queries.last_counted(tx, prefix, day)
    planned = await queries.next_planned(tx, prefix, day)
    own = [(one, due(one, last.get(one.place), day, now)) for one in places if one.convenor.id == body.id]
    return answer(
        ConvenorCalendarOut(convenor=convenor_out(body, day), on=day, entries=entries_out(own, last, planned, day))
    )


def _policies(policies: MeetingsPolicies, divisions: set[str], on: date) -> dict[str, Policy[MeetingsPolicy]]:
    found = ((division, policies.in_force(division, on)) for division in divisions)
    return {division: policy for division, policy in found if policy is not None}


def _lacking(places: list[Convened], policies: MeetingsPolicies, prefix: str, on: date) -> list[UnconvenedOut]:
    """The cities and districts of a division that are to meet and where nobody convenes; streets are not known here."""
    known = {one.place for one in places}
    districts = counties(prefix, on)
    above = {city.code: city for one in districts if (city := city_of(one.code, on)) is not None}
    whole = [one for code, one in sorted(above.items()) if scope_prefix(code).startswith(prefix)]
    found: list[UnconvenedOut] = []
    levels: list[tuple[MeetingLevel, list[Division]]] = [
        ("city", whole),
        ("conference", whole),
        ("district", districts),
    ]
    for level, divisions in levels:
        for division in divisions:
            found += _of(division, level, known, policies, on)
    return found


def _of(
    division: Division, level: MeetingLevel, known: set[Place], policies: MeetingsPolicies, on: date
) -> list[UnconvenedOut]:
    policy = policies.in_force(division.code, on)
    its = None if policy is None else policy.parameters.round_of(level)
    if its is None or its.months is None or Place(level, division.code, None) in known:
        return []
    return [UnconvenedOut(division=division.code, division_name=division.name_zh, level=level)]
