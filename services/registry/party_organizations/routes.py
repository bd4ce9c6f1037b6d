"""GET Party organizations and coverage."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from services.registry.party_organizations import queries
from services.registry.party_organizations.schemas import (
    CoverageOut,
    PartyOrganizationOut,
    coverage_out,
    party_organization_out,
)
from shared.contracts.base import Form, PartyOrganizationKind
from shared.problems.problems import BadCursor, InvalidInput, NotFound
from shared.web.fields import DivisionFilter, DivisionNamed
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Cursor, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(tags=["party organizations"], route_class=GuardedRoute)


@router.get(
    "/party-organizations",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[PartyOrganizationOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_party_organizations(
    tx: Tx,
    division: DivisionFilter = None,
    kind: PartyOrganizationKind | None = None,
    form: Form | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Party organizations of a division, with what each covers."""
    rows = await queries.list_party_organizations(
        tx, division=division, kind=kind, form=form, after=decode_id_cursor(cursor), limit=limit
    )
    covers: dict[UUID, list[Mapping[str, Any]]] = defaultdict(list)
    for cover in await queries.current_coverages(tx, [row["id"] for row in rows[:limit]]):
        covers[cover["party_organization_id"]].append(cover)
    return page(rows, limit, lambda row: party_organization_out(row, covers[row["id"]]))


@router.get(
    "/party-organizations/{party_organization_id}",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=PartyOrganizationOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_party_organization(tx: Tx, party_organization_id: UUID) -> Response:
    """One Party organization, with what it covers."""
    row = await queries.get(tx, party_organization_id)
    if row is None:
        raise NotFound(what="Party organization")
    covers = await queries.current_coverages(tx, [party_organization_id])
    return answer(party_organization_out(row, covers), version=row["version"])


@router.get(
    "/coverage",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=CoverageOut,
    responses=problems(InvalidInput),
)
async def get_coverage(tx: Tx, division: DivisionNamed) -> Response:
    """How far a division is covered, in counts."""
    organizations, party_organizations = await queries.count_coverage(tx, division)
    return answer(coverage_out(division, organizations, party_organizations))
