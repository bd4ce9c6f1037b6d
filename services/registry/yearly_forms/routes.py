"""PUT what organizations state of a year, GET it and its sums (S18, S19, S20, S24)."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from services.registry.organizations.queries import get_by_uscc_or_id
from services.registry.yearly_forms import queries
from services.registry.yearly_forms.actions import record
from services.registry.yearly_forms.schemas import YearlyFormBody, YearlyFormOut, YearlyTotalsOut
from shared.db.base import utc_now
from shared.field.figures.shares import share_bp
from shared.problems.access import OutsideUnits, check_whole
from shared.problems.problems import BadCursor, InvalidInput, NotFound, PreconditionFailed
from shared.web.fields import DivisionFilter, DivisionNamed
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/yearly-forms", tags=["yearly forms"], route_class=GuardedRoute)
Reference = Annotated[str, Path(description="id or unified social credit code of the organization", max_length=64)]
Year = Annotated[int, Path(description="the year", ge=1949, le=9999)]


@router.get(
    "",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[YearlyFormOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_yearly_forms(
    tx: Tx,
    division: DivisionFilter = None,
    year: Annotated[int | None, Query(ge=1949, le=9999, description="the year")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Forms of the caller's divisions."""
    rows = await queries.list_forms(tx, division=division, year=year, after=decode_id_cursor(cursor), limit=limit)
    return page(rows, limit, YearlyFormOut.model_validate)


@router.get(
    "/totals/{year}",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=YearlyTotalsOut,
    responses=problems(InvalidInput, OutsideUnits),
)
async def get_yearly_totals(tx: Tx, year: Year, division: DivisionNamed) -> Response:
    """The sums of a division: delegates of key staff (S19); members of founders, friends of the others (S20)."""
    check_whole(tx.access)
    found = await queries.totals(tx, division, year)
    shares = {
        "delegates_bp": share_bp(found["delegates"], found["key_staff"]),
        "founder_members_bp": share_bp(found["founder_members"], found["founders"]),
        "founder_friends_bp": share_bp(found["founder_friends"], found["non_party_founders"]),
    }
    return answer(YearlyTotalsOut.model_validate({"division": division, "year": year, **found, **shares}))


@router.get(
    "/{reference}/{year}",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=YearlyFormOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_yearly_form(tx: Tx, reference: Reference, year: Year) -> Response:
    """What an organization stated of a year."""
    organization = await get_by_uscc_or_id(tx, reference)
    stored = None if organization is None else await queries.get(tx, organization.id, year)
    if stored is None:
        raise NotFound(what="yearly form")
    return answer(YearlyFormOut.model_validate(stored), version=stored["version"])


@router.put(
    "/{reference}/{year}",
    dependencies=[requires(Permission.SURVEYS_ENTER)],
    response_model=YearlyFormOut,
    responses={201: {"model": YearlyFormOut}, **problems(NotFound, PreconditionFailed, InvalidInput)},
)
async def put_yearly_form(
    tx: Tx, reference: Reference, year: Year, if_match: IfMatch, body: YearlyFormBody
) -> Response:
    """Record what an organization states of a year: 201 new, 200 changed or the same again."""
    shown, new = await record(tx, reference, year, body, utc_now(), if_match)
    return answer(YearlyFormOut.model_validate(shown), 201 if new else 200, version=shown["version"])
