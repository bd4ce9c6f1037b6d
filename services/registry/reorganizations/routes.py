"""POST what becomes of Party organizations that exist; GET what was decided."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.registry.leaderships.errors import PartyOrganizationEnded
from services.registry.party_organizations import queries as party_queries
from services.registry.reorganizations import actions, queries
from services.registry.reorganizations.answers import (
    ReorganizationOut,
    ReorganizedOut,
    ReorganizedPartyOrganizationOut,
)
from services.registry.reorganizations.errors import KindFixed, NotMovedByDecision
from services.registry.reorganizations.holding import Pair
from services.registry.reorganizations.schemas import DissolutionBody, KindBody, MergerBody, MoveBody
from shared.db.base import utc_now
from shared.problems.access import OutsideScope
from shared.problems.problems import BadCursor, InvalidInput, NotFound, PreconditionFailed
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(
    prefix="/party-organizations/{party_organization_id}", tags=["party organizations"], route_class=GuardedRoute
)
_REFUSALS = (NotFound, OutsideScope, PartyOrganizationEnded, PreconditionFailed, InvalidInput)


@router.post(
    "/dissolution",
    dependencies=[requires(Permission.PARTY_ORGANIZATIONS_REORGANIZE)],
    response_model=ReorganizedOut,
    responses=problems(*_REFUSALS),
)
async def dissolve_party_organization(
    tx: Tx, once: OnceOnly, request: Request, party_organization_id: UUID, if_match: IfMatch, body: DissolutionBody
) -> Response:
    """Dissolve a Party organization: each covered organization is named with what becomes of it."""
    return await _take(once, actions.dissolve, tx, party_organization_id, body, request, if_match)


@router.post(
    "/merger",
    dependencies=[requires(Permission.PARTY_ORGANIZATIONS_REORGANIZE)],
    response_model=ReorganizedOut,
    responses=problems(*_REFUSALS),
)
async def merge_party_organization(
    tx: Tx, once: OnceOnly, request: Request, party_organization_id: UUID, if_match: IfMatch, body: MergerBody
) -> Response:
    """Merge a Party organization into another one, which covers all that it covered; a standalone one becomes joint."""
    return await _take(once, actions.merge, tx, party_organization_id, body, request, if_match)


@router.post(
    "/move",
    dependencies=[requires(Permission.PARTY_ORGANIZATIONS_REORGANIZE)],
    response_model=ReorganizedOut,
    responses=problems(*_REFUSALS, NotMovedByDecision),
)
async def move_party_organization(
    tx: Tx, once: OnceOnly, request: Request, party_organization_id: UUID, if_match: IfMatch, body: MoveBody
) -> Response:
    """Move a joint Party organization to another division or street; what it belongs to by default follows."""
    return await _take(once, actions.move, tx, party_organization_id, body, request, if_match)


@router.post(
    "/kind",
    dependencies=[requires(Permission.PARTY_ORGANIZATIONS_REORGANIZE)],
    response_model=ReorganizedOut,
    responses=problems(*_REFUSALS, KindFixed),
)
async def change_kind(
    tx: Tx, once: OnceOnly, request: Request, party_organization_id: UUID, if_match: IfMatch, body: KindBody
) -> Response:
    """Give a Party organization another kind and name, beside the changes that incubation's cases decide."""
    return await _take(once, actions.change_kind, tx, party_organization_id, body, request, if_match)


@router.get(
    "/reorganizations",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[ReorganizationOut],
    responses=problems(NotFound, InvalidInput, BadCursor),
)
async def list_reorganizations(
    tx: Tx, party_organization_id: UUID, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """What was decided of a Party organization, in the order of the decisions."""
    if await party_queries.get(tx, party_organization_id) is None:
        raise NotFound(what="Party organization")
    rows = await queries.list_of(tx, party_organization_id, after=decode_id_cursor(cursor), limit=limit)
    return page(rows, limit, ReorganizationOut.model_validate)


async def _take(
    once: OnceOnly,
    decide: Callable[..., Awaitable[Pair]],
    tx: Tx,
    party_organization_id: UUID,
    body: Any,
    request: Request,
    if_match: IfMatch,
) -> Response:
    async def run() -> Response:
        policies = request.app.state.policies
        party, row = await decide(tx, party_organization_id, body, policies, utc_now(), if_match=if_match)
        state = party["state"] if party["dissolved_on"] is None else "dissolved"
        shown = ReorganizedPartyOrganizationOut.model_validate({**party, "state": state})
        decided = {**row, "party_organization": shown, "version": party["version"]}
        return answer(ReorganizedOut.model_validate(decided), version=party["version"])

    return await once(run)
