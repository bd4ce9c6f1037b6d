"""GET what each Party organization had in a year; PUT and GET cultivation (H12, H13, S23)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from services.incubation.activities import actions, queries
from services.incubation.activities.answers import CultivationOut, YearWorkOut, cultivation_out, year_out
from services.incubation.activities.routes import WRITES
from services.incubation.activities.rules import Talked, communication_of, days_of, year_of
from services.incubation.activities.schemas import CultivationBody
from services.incubation.routine.activity_policies import ActivitiesPolicies, asked_since, policy_of
from shared.db.base import utc_now
from shared.db.session import Record
from shared.field.calendar import china_day
from shared.problems.access import OutsideScope
from shared.problems.problems import BadCursor, InvalidInput, NotFound, PreconditionFailed
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(tags=["activities"], route_class=GuardedRoute)


@router.get(
    "/year-work",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=Page[YearWorkOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_year_work(
    tx: Tx,
    request: Request,
    year: Annotated[int | None, Query(ge=1949, le=9998, description="the year; default: this year")] = None,
    division: DivisionFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Each Party organization that there is now, with what it had in a year: double check-in and report, activities."""
    now = utc_now()
    policies: ActivitiesPolicies = request.app.state.activities
    rows = await queries.page_of_parties(tx, division=division, after=decode_id_cursor(cursor), limit=limit)
    ids = [row["id"] for row in rows]
    today = china_day(now)
    year = today.year if year is None else year
    day = min(days_of(year)[1], today)
    # Whom the caller sees is decided; what these did counts wherever it was recorded.
    async with tx.system_scope():
        had = await queries.had_in(tx, ids, days_of(year))
        counted = {row["party_organization_id"]: row for row in await queries.cultivation_of(tx, ids, year)}
        last = await queries.last_of(tx, ids, actions.regular_kinds(policies), day)

    def show(row: Record) -> YearWorkOut:
        policy = policy_of(policies, row["division"], day, today)
        its = counted.get(row["id"])
        cultivation = None if its is None else (its["staff_to_members"], its["members_to_staff"])
        reasons = year_of(had.get(row["id"], ()), cultivation, year, policy, now)
        if row["form"] != "area":  # it has no staff of its own
            regular = policy.parameters.communication
            last_on = last.get(row["id"], {}).get(regular.kind) if regular is not None else None
            since = asked_since(policies, row["division"], policy)
            reasons += communication_of(Talked(row["established_on"], last_on), day, policy, since, now)
        return year_out(row, year, reasons)

    return page(rows, limit, show)


@router.get(
    "/cultivation",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=Page[CultivationOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_cultivation(
    tx: Tx,
    division: DivisionFilter = None,
    year: Annotated[int | None, Query(ge=1949, le=9998, description="the year")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """What was counted of Party organizations by year (H12)."""
    rows = await queries.list_cultivations(
        tx, division=division, year=year, after=decode_id_cursor(cursor), limit=limit
    )
    return page(rows, limit, cultivation_out)


@router.put(
    "/cultivation/{party_organization_id}/{year}",
    dependencies=WRITES,
    response_model=CultivationOut,
    responses={201: {"model": CultivationOut}, **problems(NotFound, OutsideScope, PreconditionFailed, InvalidInput)},
)
async def put_cultivation(
    tx: Tx,
    party_organization_id: UUID,
    year: Annotated[int, Path(ge=1949, le=9998, description="the year")],
    if_match: IfMatch,
    body: CultivationBody,
) -> Response:
    """Count a year of a Party organization: 201 new, 200 changed or the same again."""
    row, new = await actions.count_cultivation(tx, party_organization_id, year, body, utc_now(), if_match=if_match)
    return answer(cultivation_out(row), 201 if new else 200, version=row["version"])
