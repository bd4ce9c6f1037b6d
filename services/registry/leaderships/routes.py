"""POST reports, approvals, extensions and corrections of leaderships; GET them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from services.registry.leaderships import actions, amending, queries
from services.registry.leaderships.answers import LeadershipOut, leadership_out
from services.registry.leaderships.approving import Pair, find
from services.registry.leaderships.errors import LeadershipPending, PartyOrganizationEnded, TermFollowed
from services.registry.leaderships.schemas import (
    LeadershipApprovalBody,
    LeadershipBody,
    LeadershipCorrectionBody,
    LeadershipExtensionBody,
    LeadershipReturnBody,
)
from services.registry.party_organizations import queries as party_queries
from shared.db.base import utc_now
from shared.problems.access import OutsideScope
from shared.problems.duties import SameHand
from shared.problems.problems import BadCursor, IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.web.describing.answers import LOCATION
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import check_permission, requires
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import Actor
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems
from shared.web.steps import Caller

router = APIRouter(tags=["leaderships"], route_class=GuardedRoute)
_OF_PARTY = "/party-organizations/{party_organization_id}/leadership"
_ONE = _OF_PARTY + "/{number}"
Number = Annotated[int, Path(ge=1, le=10_000, description="the leadership's number")]
_REFUSALS = (NotFound, OutsideScope, PartyOrganizationEnded, PreconditionFailed, InvalidInput)
_STEP_REFUSALS = (*_REFUSALS, IllegalTransition, SameHand)


@router.post(
    _OF_PARTY,
    dependencies=[requires(Permission.LEADERSHIPS_REPORT)],
    status_code=201,
    response_model=LeadershipOut,
    responses=problems(*_REFUSALS, LeadershipPending, beside={201: LOCATION}),
)
async def report_leadership(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    party_organization_id: UUID,
    if_match: IfMatch,
    body: LeadershipBody,
) -> Response:
    """Report an election (or an appointment, where the form holds none): the second act of founding, or the next term.

    Another actor approves it. With `approval`, a document of an earlier day is recorded too (`leaderships.approve`).
    """
    if body.approval is not None:
        check_permission(caller, Permission.LEADERSHIPS_APPROVE)

    async def run() -> Response:
        policies = request.app.state.policies
        party, row = await actions.report(tx, party_organization_id, body, policies, utc_now(), if_match=if_match)
        response = _answer((party, row), caller, 201)
        root = request.scope.get("root_path", "")
        response.headers["Location"] = f"{root}/v1/party-organizations/{party['id']}/leadership/{row['number']}"
        return response

    return await once(run)


@router.get(
    _OF_PARTY,
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[LeadershipOut],
    responses=problems(NotFound, InvalidInput, BadCursor),
)
async def list_leaderships(
    tx: Tx, caller: Caller, party_organization_id: UUID, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """The leaderships that a Party organization reported, in the order of their reports."""
    party = await party_queries.get(tx, party_organization_id)
    if party is None:
        raise NotFound(what="Party organization")
    rows = await queries.list_of(tx, party_organization_id, after=decode_id_cursor(cursor), limit=limit)
    return page(rows, limit, lambda row: leadership_out(row, party, caller))


@router.get(
    _ONE,
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=LeadershipOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_leadership(tx: Tx, caller: Caller, party_organization_id: UUID, number: Number) -> Response:
    """One leadership, with its history and what may be done next."""
    return _answer(await find(tx, party_organization_id, number), caller)


@router.post(
    _ONE + "/approval",
    dependencies=[requires(Permission.LEADERSHIPS_APPROVE)],
    response_model=LeadershipOut,
    responses=problems(*_STEP_REFUSALS),
)
async def approve_leadership(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    party_organization_id: UUID,
    number: Number,
    if_match: IfMatch,
    body: LeadershipApprovalBody,
) -> Response:
    """Approve a leadership: the Party organization is active, and the term begins with the approval's day (D9)."""

    async def run() -> Response:
        policies = request.app.state.policies
        found = await actions.approve(tx, party_organization_id, number, body, policies, utc_now(), if_match=if_match)
        return _answer(found, caller)

    return await once(run)


@router.post(
    _ONE + "/return",
    dependencies=[requires(Permission.LEADERSHIPS_APPROVE)],
    response_model=LeadershipOut,
    responses=problems(*_STEP_REFUSALS),
)
async def return_leadership(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    party_organization_id: UUID,
    number: Number,
    if_match: IfMatch,
    body: LeadershipReturnBody,
) -> Response:
    """Return a report with a reason: it is made again, as another one."""

    async def run() -> Response:
        policies = request.app.state.policies
        found = await actions.send_back(
            tx, party_organization_id, number, body.reason, policies, utc_now(), if_match=if_match
        )
        return _answer(found, caller)

    return await once(run)


@router.post(
    _ONE + "/extension",
    dependencies=[requires(Permission.LEADERSHIPS_APPROVE)],
    response_model=LeadershipOut,
    responses=problems(*_STEP_REFUSALS, TermFollowed),
)
async def extend_leadership(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    party_organization_id: UUID,
    number: Number,
    if_match: IfMatch,
    body: LeadershipExtensionBody,
) -> Response:
    """Put off the next election with the superior Party organization's approval: the present term ends later."""

    async def run() -> Response:
        policies = request.app.state.policies
        found = await amending.extend(tx, party_organization_id, number, body, policies, utc_now(), if_match=if_match)
        return _answer(found, caller)

    return await once(run)


@router.post(
    _ONE + "/correction",
    dependencies=[requires(Permission.LEADERSHIPS_APPROVE)],
    response_model=LeadershipOut,
    responses=problems(*_STEP_REFUSALS),
)
async def correct_leadership(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    party_organization_id: UUID,
    number: Number,
    if_match: IfMatch,
    body: LeadershipCorrectionBody,
) -> Response:
    """Correct an approved leadership, with a reason: the terms follow."""

    async def run() -> Response:
        policies = request.app.state.policies
        found = await amending.correct(tx, party_organization_id, number, body, policies, utc_now(), if_match=if_match)
        return _answer(found, caller)

    return await once(run)


def _answer(found: Pair, caller: Actor, status: int = 200) -> Response:
    party, row = found
    return answer(leadership_out(row, party, caller), status, version=row["version"])
