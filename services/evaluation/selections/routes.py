"""POST and GET the "double-strong" selections (H26-H30)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.evaluation.exact_json import ExactJsonRoute
from services.evaluation.selections import actions, queries
from services.evaluation.selections.answers import SelectionOut, selection_out
from services.evaluation.selections.errors import NoSelectionPolicy, NotEligible, SelectionExists, SelectionsUnderWay
from services.evaluation.selections.rules import State
from services.evaluation.selections.schemas import (
    CommendationBody,
    PublicityBody,
    RecommendationBody,
    SelectionAssessmentBody,
    SelectionWithdrawalBody,
    VisitBody,
)
from shared.contracts.evaluation import Tier
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.problems.access import OutsideScope
from shared.problems.duties import ConflictOfInterest, SameHand
from shared.problems.problems import BadCursor, IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.problems.versions import check_version
from shared.web.describing.answers import LOCATION
from shared.web.fields import DivisionFilter
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/selections", tags=["selections"], route_class=ExactJsonRoute)
_OF_A_STEP = (NotFound, InvalidInput, PreconditionFailed, IllegalTransition, NoSelectionPolicy)
_RATED = (*_OF_A_STEP, SameHand, ConflictOfInterest)


@router.post(
    "",
    dependencies=[requires(Permission.CYCLES_MANAGE)],
    status_code=201,
    response_model=SelectionOut,
    responses=problems(
        InvalidInput,
        OutsideScope,
        NoSelectionPolicy,
        SelectionExists,
        NotEligible,
        ConflictOfInterest,
        PreconditionFailed,
        beside={201: LOCATION},
    ),
)
async def recommend(
    tx: Tx, once: OnceOnly, request: Request, body: RecommendationBody, if_match: IfMatch = None
) -> Response:
    """Recommend a Party organization for a year and a tier, once a year."""
    check_version(if_match, None)

    async def run() -> Response:
        made = await actions.recommend(tx, body, request.app.state.selection_policies, utc_now())
        response = await _answer(tx, made, 201)
        response.headers["Location"] = f"{request.scope.get('root_path', '')}/v1/selections/{made}"
        return response

    return await once(run)


@router.get(
    "",
    dependencies=[requires(Permission.EVALUATION_READ)],
    response_model=Page[SelectionOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_selections(
    tx: Tx,
    year: Annotated[int | None, Query(ge=0, le=9999)] = None,
    tier: Tier | None = None,
    state: State | None = None,
    party_organization: UUID | None = None,
    division: DivisionFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Selections, a page at a time."""
    rows = await queries.list_selections(
        tx,
        year=year,
        tier=tier,
        state=state,
        party_organization=party_organization,
        division=division,
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    return page(rows, limit, selection_out)


@router.get(
    "/{selection_id}",
    dependencies=[requires(Permission.EVALUATION_READ)],
    response_model=SelectionOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_selection(tx: Tx, selection_id: UUID) -> Response:
    """One selection, with its reasons and every step."""
    return await _answer(tx, selection_id)


@router.post(
    "/{selection_id}/visit",
    dependencies=[requires(Permission.RATINGS_WRITE)],
    response_model=SelectionOut,
    responses=problems(*_RATED),
)
async def visit_selection(
    tx: Tx, once: OnceOnly, request: Request, selection_id: UUID, body: VisitBody, if_match: IfMatch
) -> Response:
    """Record the site visit of a recommended one."""

    async def run() -> Response:
        await actions.visit(tx, selection_id, body, request.app.state.selection_policies, utc_now(), if_match)
        return await _answer(tx, selection_id)

    return await once(run)


@router.post(
    "/{selection_id}/assessment",
    dependencies=[requires(Permission.RATINGS_WRITE)],
    response_model=SelectionOut,
    responses=problems(*_RATED),
)
async def assess_selection(
    tx: Tx, once: OnceOnly, request: Request, selection_id: UUID, body: SelectionAssessmentBody, if_match: IfMatch
) -> Response:
    """Record the overall assessment of one that was visited."""

    async def run() -> Response:
        await actions.assess(tx, selection_id, body, request.app.state.selection_policies, utc_now(), if_match)
        return await _answer(tx, selection_id)

    return await once(run)


@router.post(
    "/{selection_id}/commendation",
    dependencies=[requires(Permission.CYCLES_MANAGE)],
    response_model=SelectionOut,
    responses=problems(*_RATED, OutsideScope, NotEligible, SelectionsUnderWay),
)
async def commend_selection(
    tx: Tx, once: OnceOnly, request: Request, selection_id: UUID, body: CommendationBody, if_match: IfMatch
) -> Response:
    """Commend an assessed one, or pass it over where the seats of its tier are not enough (D1, D2).

    Once all who compete are assessed. What it means for management (H27-H29) is published.
    """

    async def run() -> Response:
        await actions.commend(tx, selection_id, body, request.app.state.selection_policies, utc_now(), if_match)
        return await _answer(tx, selection_id)

    return await once(run)


@router.post(
    "/{selection_id}/withdrawal",
    dependencies=[requires(Permission.CYCLES_MANAGE)],
    response_model=SelectionOut,
    responses=problems(*_OF_A_STEP),
)
async def withdraw_selection(
    tx: Tx, once: OnceOnly, request: Request, selection_id: UUID, body: SelectionWithdrawalBody, if_match: IfMatch
) -> Response:
    """Take a recommendation back, so that nobody waits for it."""

    async def run() -> Response:
        policies = request.app.state.selection_policies
        await actions.withdraw(tx, selection_id, body.reason, policies, utc_now(), if_match)
        return await _answer(tx, selection_id)

    return await once(run)


@router.post(
    "/{selection_id}/publicity",
    dependencies=[requires(Permission.CYCLES_MANAGE)],
    response_model=SelectionOut,
    responses=problems(*_OF_A_STEP),
)
async def publicize_selection(
    tx: Tx, once: OnceOnly, request: Request, selection_id: UUID, body: PublicityBody, if_match: IfMatch
) -> Response:
    """Record how a commended one was made known: a channel, or a form such as a pairing (H30)."""

    async def run() -> Response:
        await actions.make_known(tx, selection_id, body, request.app.state.selection_policies, utc_now(), if_match)
        return await _answer(tx, selection_id)

    return await once(run)


async def _answer(tx: Transaction, selection_id: UUID, status: int = 200) -> Response:
    row = await actions.get(tx, selection_id)
    return answer(selection_out(row), status, version=row["version"])
