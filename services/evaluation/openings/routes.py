"""POST and GET the yearly cycles, their openings and closings."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.evaluation.cycles import actions, queries
from services.evaluation.cycles.errors import CycleExists
from services.evaluation.cycles.rules import State, find_errors, rated_on
from services.evaluation.cycles.schemas import CycleBody, CycleOut, cycle_out
from services.evaluation.evaluations.enrolling.enrolment_queries import count_of_cycles
from services.evaluation.exact_json import ExactJsonRoute
from services.evaluation.openings import actions as openings
from services.evaluation.openings.errors import (
    CityCycleFirst,
    NoRulesForYear,
    NotDueThisYear,
    PublishedVersionChanged,
    RatingsNotFinal,
    TooEarly,
)
from shared.db.base import utc_now
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.inputs import Note
from shared.problems.problems import BadCursor, IllegalTransition, InvalidInput, NotFound, PreconditionFailed
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
    now, policies = utc_now(), request.app.state.evaluation_policies
    has_rules = policies.in_force(body.division, rated_on(body.year)) is not None
    errors = find_errors(body.year, body.division, china_day(now), has_rules=has_rules)
    if errors:
        raise InvalidInput(errors)
    check_version(if_match, None)

    async def run() -> Response:
        cycle = await actions.create(tx, year=body.year, division=body.division, now=now)
        response = await _answer(tx, cycle, 201)
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
    counts = await count_of_cycles(tx, [row["id"] for row in rows[:limit]])
    return page(rows, limit, lambda row: cycle_out(row, counts))


@router.get(
    "/{cycle_id}",
    dependencies=[requires(Permission.EVALUATION_READ)],
    response_model=CycleOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_cycle(tx: Tx, cycle_id: UUID) -> Response:
    """One round."""
    return await _answer(tx, await openings.get_cycle(tx, cycle_id))


@router.post(
    "/{cycle_id}/opening",
    dependencies=[requires(Permission.CYCLES_MANAGE)],
    response_model=CycleOut,
    responses=problems(
        NotFound,
        IllegalTransition,
        NoRulesForYear,
        TooEarly,
        CityCycleFirst,
        NotDueThisYear,
        PublishedVersionChanged,
        PreconditionFailed,
        InvalidInput,
    ),
)
async def open_cycle(
    tx: Tx, once: OnceOnly, request: Request, cycle_id: UUID, if_match: IfMatch, body: Note | None = None
) -> Response:
    """Open a round: its rules are frozen, and every Party organization whose form is rated is enrolled (H17).

    In the policy's window; later, the note says why. A city's round comes before those of its districts.
    """

    async def run() -> Response:
        cycle = await openings.open_cycle(
            tx,
            cycle_id,
            policies=request.app.state.evaluation_policies,
            systems=request.app.state.indicator_systems,
            catalogues=request.app.state.rating_catalogues,
            affiliations=request.app.state.affiliation_policies,
            days=request.app.state.working_days,
            note=body.note if body else None,
            if_match=if_match,
            now=utc_now(),
        )
        return await _answer(tx, cycle)

    return await once(run)


@router.post(
    "/{cycle_id}/closing",
    dependencies=[requires(Permission.CYCLES_MANAGE)],
    response_model=CycleOut,
    responses=problems(NotFound, IllegalTransition, PreconditionFailed, RatingsNotFinal, InvalidInput),
)
async def close_cycle(
    request: Request, tx: Tx, once: OnceOnly, cycle_id: UUID, if_match: IfMatch, body: Note | None = None
) -> Response:
    """Close a round: nobody is enrolled in it any more, nothing is scored or completed."""

    async def run() -> Response:
        note = body.note if body else None
        cycle = await openings.close_cycle(
            tx, cycle_id, request.app.state.consequences, note=note, if_match=if_match, now=utc_now()
        )
        return await _answer(tx, cycle)

    return await once(run)


async def _answer(tx: Transaction, cycle: Record, status: int = 200) -> Response:
    counts = await count_of_cycles(tx, [cycle["id"]])
    return answer(cycle_out(cycle, counts), status, version=cycle["version"])
