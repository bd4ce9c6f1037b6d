"""POST the completion of a list of a cycle's evaluations."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.evaluation.evaluations.completing.actions import complete_list
from services.evaluation.evaluations.completing.schemas import CompletionsBody, CompletionsOut
from shared.db.base import utc_now
from shared.problems.language import current_language
from shared.problems.problems import InvalidInput, NotFound
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Tx, answer, problems

router = APIRouter(tags=["evaluations"], route_class=GuardedRoute)


@router.post(
    "/cycles/{cycle_id}/completion",
    dependencies=[requires(Permission.RATINGS_WRITE)],
    response_model=CompletionsOut,
    responses=problems(NotFound, InvalidInput),
)
async def complete_evaluations(
    tx: Tx, once: OnceOnly, request: Request, cycle_id: UUID, body: CompletionsBody
) -> Response:
    """Complete evaluations of a cycle as each alone would be; what bars one is answered for it, the others go on."""

    async def run() -> Response:
        completed, refused = await complete_list(
            tx,
            cycle_id,
            list(dict.fromkeys(body.evaluation_ids)),
            request.app.state.consequences,
            note=body.note,
            now=utc_now(),
        )
        language = current_language.get()
        lines = [{"evaluation_id": one, "problem": why.document(language)} for one, why in refused.items()]
        return answer(CompletionsOut.model_validate({"completed": completed, "refused": lines}))

    return await once(run)
