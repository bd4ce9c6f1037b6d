"""POST a what-if of closed cycles; GET its counts, and who would change."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.evaluation.exact_json import ExactJsonRoute
from services.evaluation.simulations import actions, queries
from services.evaluation.simulations.errors import CycleNotClosed
from services.evaluation.simulations.reading import known_policies
from services.evaluation.simulations.schemas import (
    SimulationBody,
    SimulationChangeOut,
    SimulationOut,
    change_out,
    simulation_out,
)
from shared.db.base import utc_now
from shared.problems.access import OutsideScope
from shared.problems.problems import BadCursor, InvalidInput, NotFound
from shared.web.describing.answers import LOCATION
from shared.web.fields import DivisionFilter
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, Lang, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/simulations", tags=["simulations"], route_class=ExactJsonRoute)
StarFilter = Annotated[int | None, Query(ge=0, le=5)]


@router.post(
    "",
    dependencies=[requires(Permission.SIMULATIONS_RUN)],
    status_code=202,
    response_model=SimulationOut,
    responses=problems(NotFound, InvalidInput, OutsideScope, CycleNotClosed, beside={202: LOCATION}),
)
async def request_simulation(
    tx: Tx, once: OnceOnly, request: Request, language: Lang, body: SimulationBody
) -> Response:
    """Ask what closed cycles would be under other rules; no record is touched.

    A worker rates everybody again: read the simulation at `Location` until its `state` is `ready`, or `failed`.
    """

    async def run() -> Response:
        state = request.app.state
        policies = known_policies(state.evaluation_policies, state.rating_profiles)
        row = await actions.request(tx, body, policies, state.star_effects, utc_now())
        response = answer(simulation_out(row, language), 202)
        response.headers["Location"] = f"{request.scope.get('root_path', '')}/v1/simulations/{row['id']}"
        return response

    return await once(run)


@router.get(
    "",
    dependencies=[requires(Permission.SIMULATIONS_RUN)],
    response_model=Page[SimulationOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_simulations(
    tx: Tx,
    language: Lang,
    division: DivisionFilter = None,
    year: Annotated[int | None, Query(ge=0, le=9999)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Simulations, the newest first."""
    rows = await queries.list_simulations(
        tx, division=division, year=year, before=decode_id_cursor(cursor), limit=limit
    )
    return page(rows, limit, lambda row: simulation_out(row, language))


@router.get(
    "/{simulation_id}",
    dependencies=[requires(Permission.SIMULATIONS_RUN)],
    response_model=SimulationOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_simulation(tx: Tx, language: Lang, simulation_id: UUID) -> Response:
    """One simulation: stars, consequences and grants, before and after."""
    return answer(simulation_out(await actions.get(tx, simulation_id), language))


@router.get(
    "/{simulation_id}/changes",
    dependencies=[requires(Permission.SIMULATIONS_RUN)],
    response_model=Page[SimulationChangeOut],
    responses=problems(NotFound, InvalidInput, BadCursor),
)
async def list_simulation_changes(
    tx: Tx,
    simulation_id: UUID,
    star_before: StarFilter = None,
    star_after: StarFilter = None,
    division: DivisionFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Who would change, old and new beside each other, with what follows; as a file with `format`."""
    await actions.get(tx, simulation_id)
    rows = await queries.list_changes(
        tx,
        simulation_id,
        star_before=star_before,
        star_after=star_after,
        division=division,
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    return page(rows, limit, change_out, key="evaluation_id")
