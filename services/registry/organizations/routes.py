"""GET organizations."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from services.registry.organizations import queries
from services.registry.organizations.organization import Kind, Organization, Status
from services.registry.organizations.schemas import OrganizationOut, organization_out
from shared.contracts.base import Coverage
from shared.problems.problems import BadCursor, InvalidInput, NotFound
from shared.web.fields import DivisionFilter, Search
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Cursor, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/organizations", tags=["organizations"], route_class=GuardedRoute)


@router.get(
    "",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[OrganizationOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_organizations(
    tx: Tx,
    division: DivisionFilter = None,
    kind: Kind | None = None,
    coverage: Coverage | None = None,
    status: Status | None = None,
    q: Annotated[
        Search | None, Query(max_length=100, description="words of the name, or beginning of the code")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Organizations of a division (a prefix of two, four or six digits), a page at a time."""
    rows = await queries.list_organizations(
        tx,
        division=division,
        kind=kind,
        coverage=coverage,
        status=status,
        q=q,
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    return page(rows, limit, lambda row: organization_out(Organization.of(row)))


@router.get(
    "/{reference}",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=OrganizationOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_organization(
    tx: Tx, reference: Annotated[str, Path(description="id or code", max_length=64)]
) -> Response:
    """One organization, by id or by unified social credit code."""
    organization = await queries.get_by_uscc_or_id(tx, reference)
    if organization is None:
        raise NotFound(what="organization")
    return answer(organization_out(organization), version=organization.version)
