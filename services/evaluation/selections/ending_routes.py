"""POST the end of how a commended Party organization is managed (H27-H29)."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.evaluation.exact_json import ExactJsonRoute
from services.evaluation.selections import actions, ending
from services.evaluation.selections.answers import SelectionOut, selection_out
from services.evaluation.selections.errors import ManagementEnded, NoSelectionPolicy
from services.evaluation.selections.schemas import ManagementEndingBody
from shared.db.base import utc_now
from shared.problems.access import OutsideScope
from shared.problems.problems import IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import IfMatch, Tx, answer, problems

router = APIRouter(prefix="/selections", tags=["selections"], route_class=ExactJsonRoute)


@router.post(
    "/{selection_id}/ending",
    dependencies=[requires(Permission.CYCLES_MANAGE)],
    response_model=SelectionOut,
    responses=problems(
        NotFound, InvalidInput, PreconditionFailed, IllegalTransition, NoSelectionPolicy, OutsideScope, ManagementEnded
    ),
)
async def end_management(
    tx: Tx, once: OnceOnly, request: Request, selection_id: UUID, body: ManagementEndingBody, if_match: IfMatch
) -> Response:
    """End how a commended one is managed, from a day on (H27-H29), and publish that: its affiliation alone counts."""

    async def run() -> Response:
        policies = request.app.state.selection_policies
        await ending.end_management(tx, selection_id, body, policies, utc_now(), if_match)
        row = await actions.get(tx, selection_id)
        return answer(selection_out(row), version=row["version"])

    return await once(run)
