"""Joint plans: propose, read, approve."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.incubation.joint_plans import actions, queries
from services.incubation.joint_plans.errors import ProposalOutdated
from services.incubation.joint_plans.schemas import JointApproval, JointPlanIn, JointPlanOut, plan_out
from shared.problems.problems import BadCursor, IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.problems.versions import check_version
from shared.web.describing.answers import LOCATION
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Lang, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/joint-plans", tags=["joint plans"], route_class=GuardedRoute)

_LISTED = 20
"""How many proposals, and how many unplaced organizations, the list of plans shows of each."""


async def _draft(request: Request, if_match: IfMatch, body: JointPlanIn) -> actions.Drafted:
    check_version(if_match, None)
    state = request.app.state
    async with state.planning:
        return await actions.draft_plan(state.database, request.state.access, body.division, policies=state.policies)


# Before `Tx` among the parameters: it is solved before the transaction is opened.
Draft = Annotated[actions.Drafted, Depends(_draft)]


@router.post(
    "",
    dependencies=[requires(Permission.FORMATION_DECIDE)],
    status_code=201,
    response_model=JointPlanOut,
    responses=problems(InvalidInput, PreconditionFailed, beside={201: LOCATION}),
)
async def create_joint_plan(drafted: Draft, tx: Tx, once: OnceOnly, request: Request, language: Lang) -> Response:
    """Propose joint branches for all open joint cases of a division (S13)."""

    async def run() -> Response:
        plan, proposals = await actions.create_plan(tx, drafted)
        response = answer(plan_out(plan, proposals, language), 201, version=plan["version"])
        response.headers["Location"] = f"{request.scope.get('root_path', '')}/v1/joint-plans/{plan['id']}"
        return response

    return await once(run)


@router.get(
    "",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=Page[JointPlanOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_joint_plans(
    tx: Tx, language: Lang, division: DivisionFilter = None, cursor: Cursor = None, limit: Limit = 20
) -> Response:
    """Plans, the newest first, with the first of their proposals: all are in the plan itself."""
    plans = await queries.list_plans(
        tx, division=division, before=decode_id_cursor(cursor), limit=limit, unplaced=_LISTED + 1
    )
    proposals = await queries.list_proposals(tx, [plan["id"] for plan in plans[:limit]], most=_LISTED + 1)
    by_plan = {plan["id"]: [one for one in proposals if one["plan_id"] == plan["id"]] for plan in plans[:limit]}
    return page(plans, limit, lambda plan: plan_out(plan, by_plan[plan["id"]], language, most=_LISTED))


@router.get(
    "/{plan_id}",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=JointPlanOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_joint_plan(tx: Tx, language: Lang, plan_id: UUID) -> Response:
    """One plan, with its proposals as they are now."""
    plan, proposals = await actions.get_plan(tx, plan_id)
    return answer(plan_out(plan, proposals, language), version=plan["version"])


@router.post(
    "/{plan_or_proposal_id}/approval",
    dependencies=[requires(Permission.FORMATION_DECIDE)],
    response_model=JointPlanOut,
    responses=problems(
        NotFound,
        InvalidInput,
        IllegalTransition,
        PreconditionFailed,
        ProposalOutdated,
    ),
)
async def approve_joint_plan(
    tx: Tx,
    once: OnceOnly,
    request: Request,
    language: Lang,
    plan_or_proposal_id: UUID,
    if_match: IfMatch,
    body: JointApproval | None = None,
) -> Response:
    """Approve a proposal by its id, or of a plan the named proposals (all, where none is named)."""

    async def run() -> Response:
        plan, proposals = await actions.approve(
            tx,
            plan_or_proposal_id,
            proposal_ids=body.proposals if body else None,
            note=body.note if body else None,
            if_match=if_match,
            policies=request.app.state.policies,
            founded_on=body.founded_on if body else None,
        )
        return answer(plan_out(plan, proposals, language), version=plan["version"])

    return await once(run)
