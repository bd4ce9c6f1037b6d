"""Joint plans: propose, read, edit, approve."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.incubation.formation.errors import NotTheBodyAbove
from services.incubation.formation.founding import NOTHING_STATED
from services.incubation.formation.superiors.rules import Acting
from services.incubation.joint_plans import actions, jobs, queries
from services.incubation.joint_plans.editing import Edit, edit_proposal
from services.incubation.joint_plans.errors import LimitBroken, PlanNotReady, ProposalOutdated
from services.incubation.joint_plans.inputs import JointApproval, JointPlanIn, ProposalEdit
from services.incubation.joint_plans.schemas import JointPlanOut, plan_out
from shared.db.paging import keep_one_snapshot
from shared.problems.access import OutsideScope
from shared.problems.language import Language
from shared.problems.problems import BadCursor, IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.problems.versions import check_version
from shared.web.describing.answers import LOCATION
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Lang, Limit, Page, Tx, answer, decode_id_cursor, page, problems
from shared.web.steps import Caller

router = APIRouter(prefix="/joint-plans", tags=["joint plans"], route_class=GuardedRoute)

_LISTED = 20
"""How many proposals, and how many unplaced organizations, the list of plans shows of each."""


@router.post(
    "",
    dependencies=[requires(Permission.FORMATION_DECIDE)],
    status_code=202,
    response_model=JointPlanOut,
    responses=problems(OutsideScope, InvalidInput, NotFound, PreconditionFailed, beside={202: LOCATION}),
)
async def create_joint_plan(
    tx: Tx, once: OnceOnly, request: Request, language: Lang, if_match: IfMatch, body: JointPlanIn
) -> Response:
    """Have joint branches proposed for all open joint cases of a division (S13).

    A worker computes the plan: read it at `Location` until its `state` is `ready`, or `failed`.
    """
    check_version(if_match, None)

    async def run() -> Response:
        whole = await actions.request_plan(tx, body.division, basis=body.basis, policies=request.app.state.policies)
        response = _whole(whole, language, 202)
        response.headers["Location"] = f"{request.scope.get('root_path', '')}/v1/joint-plans/{whole.plan['id']}"
        return response

    return await once(run)


def _whole(whole: actions.WholePlan, language: Language, status: int = 200) -> Response:
    shown = plan_out(whole.plan, whole.proposals, whole.job, language)
    return answer(shown, status, version=whole.plan["version"])


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
    asked: dict[str, Any] = {"division": division, "before": decode_id_cursor(cursor), "limit": limit}
    listed = await queries.list_plans(tx, unplaced=_LISTED + 1, **asked)
    # A worker may store one of them meanwhile: what is ready by its job is read after that.
    of = await jobs.jobs_of(tx, [plan["id"] for plan in listed[:limit]])
    again = {plan["id"]: plan for plan in await queries.list_plans(tx, unplaced=_LISTED + 1, **asked)}
    plans = [again.get(plan["id"], plan) for plan in listed]
    proposals = await queries.list_proposals(tx, [plan["id"] for plan in plans[:limit]], most=_LISTED + 1)
    by_plan = {plan["id"]: [one for one in proposals if one["plan_id"] == plan["id"]] for plan in plans[:limit]}
    return page(
        plans, limit, lambda plan: plan_out(plan, by_plan[plan["id"]], of.get(plan["id"]), language, most=_LISTED)
    )


@router.get(
    "/{plan_id}",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=JointPlanOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_joint_plan(tx: Tx, language: Lang, plan_id: UUID) -> Response:
    """One plan, with its proposals as they are now."""
    await keep_one_snapshot(tx)  # a worker may store it meanwhile
    return _whole(await actions.get_plan(tx, plan_id), language)


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
        PlanNotReady,
        NotTheBodyAbove,
    ),
)
async def approve_joint_plan(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    language: Lang,
    plan_or_proposal_id: UUID,
    if_match: IfMatch,
    body: JointApproval | None = None,
) -> Response:
    """Approve a proposal by its id, or of a plan the named proposals (all, where none is named)."""

    async def run() -> Response:
        whole = await actions.approve(
            tx,
            plan_or_proposal_id,
            proposal_ids=body.proposals if body else None,
            note=body.note if body else None,
            if_match=if_match,
            acting=Acting(tx.access, caller.bodies),
            policies=request.app.state.policies,
            founded_on=body.founded_on if body else None,
            act=body.act() if body else NOTHING_STATED,
        )
        return _whole(whole, language)

    return await once(run)


@router.patch(
    "/{plan_id}/proposals/{proposal_id}",
    dependencies=[requires(Permission.FORMATION_DECIDE)],
    response_model=JointPlanOut,
    responses=problems(
        NotFound,
        InvalidInput,
        IllegalTransition,
        PreconditionFailed,
        ProposalOutdated,
        PlanNotReady,
        LimitBroken,
    ),
)
async def edit_joint_proposal(
    tx: Tx,
    once: OnceOnly,
    request: Request,
    language: Lang,
    plan_id: UUID,
    proposal_id: UUID,
    if_match: IfMatch,
    body: ProposalEdit,
) -> Response:
    """Move organizations, split, merge or renew proposals; each that is touched is validated again at once."""

    async def run() -> Response:
        edit = Edit(body.add or (), body.remove or (), body.split or (), body.merge, renew=body.renew is True)
        whole = await edit_proposal(
            tx, plan_id, proposal_id, edit, if_match=if_match, policies=request.app.state.policies
        )
        return _whole(whole, language)

    return await once(run)
