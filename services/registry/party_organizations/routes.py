"""GET Party organizations and coverage."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.registry.party_organizations import covering, queries
from services.registry.party_organizations.schemas import (
    CoverageOut,
    CoverOut,
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

_COVERS, _COVERS_IN_LIST = 500, 50
"""How many covered organizations an answer lists of one Party organization."""

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
    """Party organizations seated in a division, with what each covers.

    Without `division` those are among them which are seated elsewhere and cover an organization of the caller's.
    """
    rows = await queries.list_party_organizations(
        tx, division=division, kind=kind, form=form, after=decode_id_cursor(cursor), limit=limit
    )
    covers = await covering.current_coverages(tx, [row["id"] for row in rows[:limit]], limit=_COVERS_IN_LIST + 1)
    return page(rows, limit, lambda row: party_organization_out(row, covers[row["id"]], _COVERS_IN_LIST))


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
    covers = await covering.current_coverages(tx, [party_organization_id], limit=_COVERS + 1)
    return answer(party_organization_out(row, covers[party_organization_id], _COVERS), version=row["version"])


@router.get(
    "/party-organizations/{party_organization_id}/covers",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[CoverOut],
    responses=problems(NotFound, InvalidInput, BadCursor),
)
async def list_covers(tx: Tx, party_organization_id: UUID, cursor: Cursor = None, limit: Limit = _COVERS) -> Response:
    """What a Party organization covers now, a page at a time."""
    if await queries.get(tx, party_organization_id) is None:
        raise NotFound(what="Party organization")
    covers = await covering.current_coverages(
        tx, [party_organization_id], limit=limit + 1, after=decode_id_cursor(cursor)
    )
    return page(covers[party_organization_id], limit, CoverOut.model_validate, key="organization_id")


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
