"""GET bodies, and the reports on working bodies (S2) and on a joint conference (S4)."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from services.registry.bodies import queries
from services.registry.bodies.reports import Asked, conference_of, coverage_reason, working_bodies
from services.registry.bodies.schemas import (
    BodyCoverageOut,
    BodyOut,
    JointConferenceOut,
    body_out,
    conference_out,
    coverage_out,
)
from shared.contracts.bodies import BodyKind, BodyLevel
from shared.db.base import utc_now
from shared.field.calendar import china_day
from shared.field.divisions import Division, city_of, counties, scope_prefix
from shared.field.policies import NoPolicy, Policy
from shared.problems.inputs import Day
from shared.problems.language import Text
from shared.problems.problems import BadCursor, FieldError, InvalidInput, NotFound
from shared.superiors.policies import AffiliationPolicies, AffiliationPolicy, policy_on
from shared.web.fields import DivisionFilter, DivisionNamed
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Cursor, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/bodies", tags=["bodies"], route_class=GuardedRoute)

Code = Annotated[str, Path(description="the body's code", pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
On = Annotated[Day | None, Query(description="the day that is asked for; default: today in China")]
_NO_CITY = Text(
    zh="联席会按城市设立：请给出一个市的行政区划。", en="A joint conference is a city's: give the division of one city."
)


@router.get(
    "",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[BodyOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_bodies(
    tx: Tx,
    division: DivisionFilter = None,
    kind: BodyKind | None = None,
    level: BodyLevel | None = None,
    on: On = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Superior Party bodies and working bodies of the caller's divisions, and those above them.

    With `on`, those in force on that day, by their names of it; without it all that were ever recorded.
    """
    rows = await queries.list_bodies(
        tx, division=division, kind=kind, level=level, on=on, after=decode_id_cursor(cursor), limit=limit
    )
    day = on or china_day(utc_now())
    return page(rows, limit, lambda row: body_out(queries.body_of(row), day))


@router.get(
    "/coverage",
    dependencies=[requires(Permission.STATISTICS_READ)],
    response_model=BodyCoverageOut,
    responses=problems(InvalidInput),
)
async def get_body_coverage(tx: Tx, request: Request, division: DivisionNamed, on: On = None) -> Response:
    """Which city and which of its districts has a working body on a day, and which has none (S2)."""
    policies: AffiliationPolicies = request.app.state.policies.affiliations
    now = utc_now()
    day = on or china_day(now)
    asked = [one for one in _asked(division, day, policies) if tx.access.reaches(one.division.code)]
    staffed = working_bodies(asked, await queries.within(tx, division), day)
    return answer(coverage_out(division, day, staffed, coverage_reason(staffed, day, now)))


@router.get(
    "/joint-conference",
    dependencies=[requires(Permission.STATISTICS_READ)],
    response_model=JointConferenceOut,
    responses=problems(InvalidInput),
)
async def get_joint_conference(tx: Tx, request: Request, division: DivisionNamed, on: On = None) -> Response:
    """Who leads and who takes part in a city's joint conference on a day, and what it falls short of (S4)."""
    policies: AffiliationPolicies = request.app.state.policies.affiliations
    now = utc_now()
    day = on or china_day(now)
    city = city_of(division, day)
    if city is None:
        raise InvalidInput([FieldError("/query/division", _NO_CITY)])
    policy = _policy(policies, city.code, day)
    own = [body for body in (await queries.around(tx, [city.code])).values() if body.division == city.code]
    least = policy.parameters.conference_min_bodies
    found = conference_of(
        own, day, leads=policy.parameters.conference_leads, min_bodies=least, policy=policy.id, now=now
    )
    return answer(conference_out(city.code, day, found, least))


@router.get(
    "/{code}",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=BodyOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_body(tx: Tx, code: Code, on: On = None) -> Response:
    """One body, by its name of a day (default: today)."""
    body = await queries.get(tx, code)
    if body is None:
        raise NotFound(what="body")
    return answer(body_out(body, on or china_day(utc_now())), version=body.version)


def _asked(division: str, day: date, policies: AffiliationPolicies) -> Iterator[Asked]:
    """The districts inside a division on a day, and the cities that lie in it as a whole."""
    districts = counties(division, day)
    cities = {found.code: found for one in districts if (found := city_of(one.code, day)) is not None}
    whole = [one for code, one in sorted(cities.items()) if scope_prefix(code).startswith(division)]
    places: list[tuple[Division, BodyLevel]] = [(one, "city") for one in whole]
    places += [(one, "district") for one in districts]
    for one, level in places:
        policy = _policy(policies, one.code, day)
        yield Asked(one, level, policy.parameters.working_bodies, policy.id)


def _policy(policies: AffiliationPolicies, division: str, day: date) -> Policy[AffiliationPolicy]:
    """Raises NoPolicy."""
    found = policy_on(policies, division, day, china_day(utc_now()))
    if found is None:
        raise NoPolicy(f"no affiliation policy for {division}")
    return found
