"""Formation checks, and the worklist of cases."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.incubation.formation import actions
from services.incubation.formation.errors import JointCaseNeedsPlan, NotTheBodyAbove, OrganizationEnded
from services.incubation.formation.founding import NOTHING_STATED
from services.incubation.formation.queries import cases, checks, steps
from services.incubation.formation.rules import CaseState
from services.incubation.formation.schemas import (
    Deferral,
    FormationCaseOut,
    FormationChecksOut,
    Founding,
    case_out,
    check_out,
)
from services.incubation.formation.superiors.finding import stand
from services.incubation.formation.superiors.rules import Acting
from shared.contracts.incubation import Outcome
from shared.db.base import utc_now
from shared.db.session import Record, Transaction
from shared.problems.problems import BadCursor, IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import Actor
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, encode_cursor, page, problems
from shared.web.steps import Caller

router = APIRouter(tags=["formation"], route_class=GuardedRoute)

OrganizationFilter = Annotated[str | None, Query(max_length=64, description="id or unified social credit code")]


@router.get(
    "/formation-checks",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=FormationChecksOut,
    response_model_exclude_none=True,
    responses=problems(InvalidInput, BadCursor),
)
async def list_formation_checks(
    tx: Tx,
    organization: OrganizationFilter = None,
    division: DivisionFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Decisions with their reasons, the newest first; of one organization the latest also at the top level."""
    rows = await checks.list_checks(
        tx, organization=organization, division=division, before=decode_id_cursor(cursor), limit=limit
    )
    items = [check_out(row) for row in rows[:limit]]
    following = encode_cursor(str(items[-1].id)) if len(rows) > limit else None
    latest = dict(items[0]) if items and organization is not None and cursor is None else {}
    return answer(FormationChecksOut(items=items, next_cursor=following, **latest))


@router.get(
    "/formation-cases",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=Page[FormationCaseOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_formation_cases(
    tx: Tx,
    request: Request,
    caller: Caller,
    division: DivisionFilter = None,
    state: CaseState | None = None,
    outcome: Outcome | None = None,
    organization: OrganizationFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """The worklist, oldest case first."""
    rows = await cases.list_cases(
        tx,
        division=division,
        state=state,
        outcome=outcome,
        organization=organization,
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    shown = await _views(tx, rows[:limit], request, caller)
    return page(rows, limit, lambda row: shown[row["id"]])


@router.get(
    "/formation-cases/{case_id}",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=FormationCaseOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_formation_case(tx: Tx, request: Request, caller: Caller, case_id: UUID) -> Response:
    """One case."""
    row = await cases.get_case(tx, case_id)
    if row is None:
        raise NotFound(what="formation case")
    return await _answer(tx, row, request, caller)


_DECISION = problems(
    NotFound,
    InvalidInput,
    IllegalTransition,
    PreconditionFailed,
    JointCaseNeedsPlan,
    OrganizationEnded,
    NotTheBodyAbove,
)


@router.post(
    "/formation-cases/{case_id}/approval",
    dependencies=[requires(Permission.FORMATION_DECIDE)],
    response_model=FormationCaseOut,
    responses=_DECISION,
)
async def approve_formation_case(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    case_id: UUID,
    if_match: IfMatch,
    body: Founding | None = None,
) -> Response:
    """Approve: a Party organization is formed, restored or changes its kind, or the street's area covers."""

    async def run() -> Response:
        row = await actions.approve_case(
            tx,
            case_id,
            note=body.note if body else None,
            if_match=if_match,
            founded_on=body.founded_on if body else None,
            former_not_restored=body.former_not_restored if body else None,
            work_group=bool(body and body.work_group),
            act=body.act() if body else NOTHING_STATED,
            acting=Acting(tx.access, caller.bodies),
            policies=request.app.state.policies,
        )
        return await _answer(tx, row, request, caller)

    return await once(run)


@router.post(
    "/formation-cases/{case_id}/deferral",
    dependencies=[requires(Permission.FORMATION_DECIDE)],
    response_model=FormationCaseOut,
    responses=_DECISION,
)
async def defer_formation_case(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    case_id: UUID,
    if_match: IfMatch,
    body: Deferral | None = None,
) -> Response:
    """Put off to a planned day, with an instructor until then."""

    async def run() -> Response:
        row = await actions.defer_case(
            tx,
            case_id,
            note=body.note if body else None,
            until=body.until if body else None,
            instructor=body.instructor.model_dump() if body and body.instructor else None,
            if_match=if_match,
            acting=Acting(tx.access, caller.bodies),
            policies=request.app.state.policies,
        )
        return await _answer(tx, row, request, caller)

    return await once(run)


async def _answer(tx: Transaction, row: Record, request: Request, caller: Actor) -> Response:
    shown = await _views(tx, [row], request, caller)
    return answer(shown[row["id"]], version=row["version"])


async def _views(
    tx: Transaction, rows: Sequence[Record], request: Request, caller: Actor
) -> dict[UUID, FormationCaseOut]:
    """Cases as the caller sees them, by id: with their steps, the body above, and where they stand today."""
    now, ids = utc_now(), [row["id"] for row in rows]
    history = await steps.steps_of(tx, ids)
    standing = await stand(tx, ids, request.app.state.policies, now)
    acting = Acting(tx.access, caller.bodies)
    return {row["id"]: case_out(row, history[row["id"]], standing[row["id"]], caller, acting, now) for row in rows}
