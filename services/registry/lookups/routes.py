"""GET organizations: lists under their filters, one of them as it is or was, and its history."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from services.registry.lookups import actions, queries
from services.registry.lookups.errors import HistoryNotKept, NotRegisteredThen
from services.registry.lookups.provenance import find_provenance
from services.registry.lookups.schemas import OrganizationVersionOut, ProvenanceOut, provenance_out, version_out
from services.registry.organizations import versions
from services.registry.organizations.organization import EvaluationType, Kind, Organization, Status
from services.registry.organizations.queries import get_by_uscc_or_id
from services.registry.organizations.schemas import OrganizationOut, organization_out
from shared.contracts.base import Coverage
from shared.db.base import utc_now
from shared.field.calendar import china_day
from shared.problems.inputs import Day
from shared.problems.language import Text
from shared.problems.problems import BadCursor, FieldError, InvalidInput, NotFound
from shared.superiors.policies import BodyCode
from shared.web.fields import DivisionFilter, Search
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Cursor, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/organizations", tags=["organizations"], route_class=GuardedRoute)
_AHEAD = Text(zh="{day} 尚未到来。", en="{day} is still to come.")
_NOW_ONLY = Text(zh="查询某日情况（“as_of”）时不能按此项筛选。", en="There is no such filter together with as_of.")
Reference = Annotated[str, Path(description="id or code", max_length=64)]


def _check_come(day: date) -> None:
    if day > china_day(utc_now()):
        raise InvalidInput([FieldError("/query/as_of", _AHEAD, (("day", day),))])


@router.get(
    "",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[OrganizationOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_organizations(
    tx: Tx,
    division: DivisionFilter = None,
    street: Annotated[str | None, Query(max_length=200, description="the street's whole name")] = None,
    kind: Kind | None = None,
    evaluation_type: EvaluationType | None = None,
    coverage: Coverage | None = None,
    affiliation: Annotated[
        BodyCode | None, Query(description="the code of the body to which what covers it belongs now")
    ] = None,
    status: Status | None = None,
    q: Annotated[
        Search | None,
        Query(max_length=100, description="words of the name, a former name or the address, or beginning of the code"),
    ] = None,
    as_of: Annotated[
        Day | None, Query(description="as they were at the end of that day; not with coverage, affiliation, q")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Organizations of a division (a prefix of two, four or six digits), a page at a time; with `as_of` as they were.

    Then filters hold of what they were; whose history begins later is shown as first known, with an `as_of` after it.
    """
    after = decode_id_cursor(cursor)
    if as_of is not None:
        _check_come(as_of)
        now_only = {"coverage": coverage, "affiliation": affiliation, "q": q}
        wrong = [FieldError(f"/query/{name}", _NOW_ONLY, ()) for name, value in now_only.items() if value is not None]
        if wrong:
            raise InvalidInput(wrong)
        filters = {"division": division, "street": street, "kind": kind, "status": status}
        filters["evaluation_type"] = evaluation_type
        ids = await queries.list_ids_as_of(tx, as_of, actions.end_of(as_of), filters, after=after, limit=limit)
        then = [one.columns() for one in await actions.list_as_of(tx, ids, as_of)]
        return page(then, limit, lambda row: organization_out(Organization.of(row)))
    rows = await queries.list_organizations(
        tx,
        division=division,
        street=street,
        kind=kind,
        evaluation_type=evaluation_type,
        coverage=coverage,
        affiliation=affiliation,
        status=status,
        q=q,
        after=after,
        limit=limit,
    )
    return page(rows, limit, lambda row: organization_out(Organization.of(row)))


@router.get(
    "/{reference}",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=OrganizationOut,
    responses=problems(NotFound, NotRegisteredThen, HistoryNotKept, InvalidInput),
)
async def get_organization(
    tx: Tx,
    reference: Reference,
    as_of: Annotated[Day | None, Query(description="as it was at the end of that day")] = None,
) -> Response:
    """One organization, by id or by unified social credit code; with `as_of` as it was."""
    organization = await get_by_uscc_or_id(tx, reference)
    if organization is None:
        raise NotFound(what="organization")
    if as_of is not None:
        _check_come(as_of)
        return answer(organization_out(await actions.find_as_of(tx, organization, as_of)))
    return answer(organization_out(organization), version=organization.version)


@router.get(
    "/{reference}/history",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[OrganizationVersionOut],
    responses=problems(NotFound, InvalidInput, BadCursor),
)
async def list_organization_history(tx: Tx, reference: Reference, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """What an organization was before what it is now, oldest first."""
    organization = await get_by_uscc_or_id(tx, reference)
    if organization is None:
        raise NotFound(what="organization")
    rows = await versions.list_replaced(tx, organization.id, after=decode_id_cursor(cursor), limit=limit)
    return page(rows, limit, version_out)


@router.get(
    "/{reference}/provenance",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=ProvenanceOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_organization_provenance(tx: Tx, reference: Reference) -> Response:
    """Which data source said what of an organization, as of when, and which conflicts about it wait."""
    organization = await get_by_uscc_or_id(tx, reference)
    if organization is None:
        raise NotFound(what="organization")
    return answer(provenance_out(await find_provenance(tx, organization)), version=organization.version)
