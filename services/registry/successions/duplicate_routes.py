"""Pairs of organizations that may be one: GET the proposals; POST what a pair is; POST a search of what is stored."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.registry.duplicates import queries
from services.registry.duplicates.rules import DuplicateKind, DuplicateState, Verdict
from services.registry.organizations.queries import list_by_id
from services.registry.organizations.terms import Terms
from services.registry.successions import resolving
from services.registry.successions.duplicate_schemas import (
    DuplicateOut,
    DuplicatePairOut,
    DuplicateResolution,
    DuplicateSearch,
    DuplicatesFound,
    duplicate_out,
    pair_out,
)
from shared.db.base import utc_now
from shared.db.session import Record, Transaction
from shared.problems.access import OutsideScope, check_reach
from shared.problems.problems import BadCursor, IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/duplicates", tags=["conflicts"], route_class=GuardedRoute)


@router.get(
    "",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[DuplicateOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_duplicates(
    tx: Tx,
    division: DivisionFilter = None,
    state: DuplicateState | None = None,
    kind: DuplicateKind | None = None,
    verdict: Verdict | None = None,
    organization_id: Annotated[UUID | None, Query(description="either of the two")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Organizations that may be one and the same, or one the other's successor; `division` is that of either."""
    rows = await queries.list_duplicates(
        tx,
        division=division,
        state=state,
        kind=kind,
        verdict=verdict,
        organization_id=organization_id,
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    return page(rows, limit, duplicate_out)


@router.post(
    "/searches",
    dependencies=[requires(Permission.REGISTRATIONS_CORRECT)],
    response_model=DuplicatesFound,
    responses=problems(OutsideScope, InvalidInput),
)
async def search_duplicates(tx: Tx, once: OnceOnly, body: DuplicateSearch) -> Response:
    """Propose the pairs among what is stored in a division already; what is registered later is proposed by itself."""

    async def run() -> Response:
        check_reach(tx.access, body.division)
        return answer(DuplicatesFound(proposed=await queries.propose_in(tx, body.division)))

    return await once(run)


@router.get(
    "/{duplicate_id}",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=DuplicatePairOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_duplicate(tx: Tx, duplicate_id: UUID) -> Response:
    """One pair, with both organizations as they are now."""
    row = await queries.get(tx, duplicate_id)
    if row is None:
        raise NotFound(what="duplicate")
    return await _shown(tx, row)


@router.post(
    "/{duplicate_id}/resolution",
    dependencies=[requires(Permission.REGISTRATIONS_CORRECT)],
    response_model=DuplicatePairOut,
    responses=problems(NotFound, OutsideScope, IllegalTransition, PreconditionFailed, InvalidInput),
)
async def resolve_duplicate(
    tx: Tx, once: OnceOnly, request: Request, duplicate_id: UUID, if_match: IfMatch, body: DuplicateResolution
) -> Response:
    """Say what a pair is, and why; both divisions must be the caller's. It is not proposed again.

    `same`: the one that is not kept is deregistered as of now. `succession`: it is recorded as a succession.
    """

    async def run() -> Response:
        terms = Terms(request.app.state.policies, utc_now(), request.app.state.settings.allow_sample_codes)
        return await _shown(tx, await resolving.resolve(tx, duplicate_id, body, terms, if_match=if_match))

    return await once(run)


async def _shown(tx: Transaction, row: Record) -> Response:
    seen = {one.id: one for one in await list_by_id(tx, [row["organization_id"], row["other_id"]])}
    return answer(pair_out(row, seen), version=row["version"])
