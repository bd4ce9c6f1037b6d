"""PUT and GET incubators; activate and close them; GET which districts have none, and the policies on them."""

from fastapi import APIRouter, Request, Response

from services.incubation.incubating.policies import IncubatorPolicy
from services.incubation.incubators import actions, queries
from services.incubation.incubators.answers import (
    DistrictIncubatorsOut,
    IncubatorCoverageOut,
    IncubatorDetailOut,
    IncubatorOut,
    incubator_detail_out,
    incubator_out,
)
from services.incubation.incubators.checking import check, check_all
from services.incubation.incubators.errors import IncubatorUnready
from services.incubation.incubators.incubator import IncubatorState
from services.incubation.incubators.paths import Code
from services.incubation.incubators.reports import by_district, coverage_reason
from services.incubation.incubators.schemas import IncubatorActivation, IncubatorBody
from services.incubation.incubators.supports import queries as supports
from shared.db.base import utc_now
from shared.db.session import Record
from shared.field.calendar import china_day
from shared.field.divisions import counties
from shared.problems.access import OutsideScope
from shared.problems.duties import SameHand
from shared.problems.problems import BadCursor, IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.problems.reasons import ReasonOut
from shared.web.fields import DivisionFilter, DivisionNamed
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import Actor
from shared.web.knowledge import PolicyOut, create_policies
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems
from shared.web.steps import Caller


class IncubatorPolicyOut(PolicyOut[IncubatorPolicy]):
    """A policy on incubators: what one needs before it may work."""


policies = create_policies("/incubator-policies", "incubator_policies", IncubatorPolicyOut, Permission.FORMATION_READ)
router = APIRouter(prefix="/incubators", tags=["incubators"], route_class=GuardedRoute)

_STEP = (NotFound, OutsideScope, IllegalTransition, SameHand, PreconditionFailed, InvalidInput)


@router.put(
    "/{code}",
    dependencies=[requires(Permission.INCUBATORS_WRITE)],
    response_model=IncubatorDetailOut,
    responses={201: {"model": IncubatorDetailOut}, **problems(OutsideScope, PreconditionFailed, InvalidInput)},
)
async def put_incubator(
    tx: Tx, request: Request, caller: Caller, code: Code, if_match: IfMatch, body: IncubatorBody
) -> Response:
    """Record an incubator: 201 new, 200 changed or the same again. What it lacks is listed with it."""
    samples: bool = request.app.state.settings.allow_sample_codes
    row, new = await actions.record(tx, code, body, utc_now(), allow_sample_codes=samples, if_match=if_match)
    return await answer_incubator(tx, request, row, caller, 201 if new else 200)


@router.get(
    "",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=Page[IncubatorOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_incubators(
    tx: Tx,
    request: Request,
    division: DivisionFilter = None,
    state: IncubatorState | None = None,
    ready: bool | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Incubators of the caller's divisions, in the order of recording; with `ready=false` those that lack something
    that they need (H5, H6, D15)."""
    book, now = request.app.state.incubator_policies, utc_now()
    rows = await queries.list_incubators(
        tx,
        division=division,
        state=state,
        lacking=None if ready is None else (not ready, queries.needs_of(book, china_day(now))),
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    checked = await check_all(tx, rows, book, now)
    return page(rows, limit, lambda row: incubator_out(row, checked[row["id"]]))


@router.get(
    "/coverage",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=IncubatorCoverageOut,
    responses=problems(InvalidInput),
)
async def get_incubator_coverage(tx: Tx, division: DivisionNamed) -> Response:
    """Which districts of a division have an incubator that works, and which have none (H3)."""
    now = utc_now()
    day = china_day(now)
    districts = [one for one in counties(division, day) if tx.access.reaches(one.code)]
    found = by_district(districts, await queries.count_by_division(tx, division))
    missing = [one.division.code for one in found if not one.active]
    shown = [
        DistrictIncubatorsOut(
            division=one.division.code,
            division_name=one.division.name_zh,
            active=one.active,
            of_streets=one.of_streets,
            preparing=one.preparing,
        )
        for one in found
    ]
    return answer(
        IncubatorCoverageOut(
            division=division,
            on=day,
            expected=len(found),
            present=len(found) - len(missing),
            missing=missing,
            divisions=shown,
            reasons=[ReasonOut.model_validate(coverage_reason(found, day, now))],
        )
    )


@router.get(
    "/{code}",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=IncubatorDetailOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_incubator(tx: Tx, request: Request, caller: Caller, code: Code) -> Response:
    """One incubator: what it has and lacks, what it gave, its history, and what may be done next."""
    row = await queries.get(tx, code)
    if row is None:
        raise NotFound(what="incubator")
    return await answer_incubator(tx, request, row, caller)


@router.post(
    "/{code}/activation",
    dependencies=[requires(Permission.INCUBATORS_DECIDE)],
    response_model=IncubatorDetailOut,
    responses=problems(*_STEP, IncubatorUnready),
)
async def activate_incubator(
    tx: Tx,
    request: Request,
    caller: Caller,
    once: OnceOnly,
    code: Code,
    if_match: IfMatch,
    body: IncubatorActivation | None = None,
) -> Response:
    """Let an incubator work. Somebody else than who recorded it does, and only once it has what it needs (H5, H6)."""
    given = body or IncubatorActivation()

    async def run() -> Response:
        book = request.app.state.incubator_policies
        row = await actions.activate(tx, code, given.activated_on, given.note, book, utc_now(), if_match=if_match)
        return await answer_incubator(tx, request, row, caller)

    return await once(run)


async def answer_incubator(tx: Tx, request: Request, row: Record, caller: Actor, status: int = 200) -> Response:
    """An incubator as it is now."""
    checked, _ = await check(tx, row, request.app.state.incubator_policies, utc_now())
    sums = await supports.sum_by_kind(tx, row["id"])
    return answer(incubator_detail_out(row, checked, sums, caller), status, version=row["version"])
