"""GET and POST statements of dues, their certification, and claims of refunds."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.funding.dues import actions, queries, refunding
from services.funding.dues.errors import (
    ClaimLate,
    DuesNotCertified,
    DuesRefunded,
    DuesStated,
    NoRefundScheme,
    NothingRemitted,
)
from services.funding.dues.rules import DuesState, Statement
from services.funding.dues.schemas import DuesIn, DuesOut, RefundIn, RefundOut, dues_out
from shared.db.base import new_id, utc_now
from shared.problems.duties import SameHand
from shared.problems.inputs import Note
from shared.problems.problems import BadCursor, IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(tags=["dues"], route_class=GuardedRoute)


@router.get(
    "/dues",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=Page[DuesOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_dues(
    tx: Tx,
    party_organization: UUID | None = None,
    year: Annotated[int | None, Query(ge=1949, le=9999)] = None,
    state: DuesState | None = None,
    division: DivisionFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Statements of dues, those that were corrected too."""
    rows = await queries.list_statements(
        tx,
        party=party_organization,
        year=year,
        state=state,
        division=division,
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    return page(rows, limit, dues_out)


@router.post(
    "/dues",
    status_code=201,
    dependencies=[requires(Permission.DUES_WRITE)],
    response_model=DuesOut,
    responses=problems(NotFound, InvalidInput, IllegalTransition, DuesStated, DuesRefunded),
)
async def state_dues(tx: Tx, once: OnceOnly, body: DuesIn) -> Response:
    """State a quarter's totals, or correct them; they count once another person certifies them."""
    now = utc_now()
    statement = Statement(
        **body.model_dump(),
        id=new_id(),
        division="",
        state="entered",
        version=1,
        entered_by=tx.access.actor,
        entered_at=now,
    )

    async def run() -> Response:
        stated = await actions.state_dues(tx, statement, now)
        return answer(dues_out(vars(stated)), status=201, version=stated.version)

    return await once(run)


@router.post(
    "/dues/{statement_id}/certification",
    dependencies=[requires(Permission.DUES_CERTIFY)],
    response_model=DuesOut,
    responses=problems(NotFound, InvalidInput, IllegalTransition, SameHand, PreconditionFailed),
)
async def certify_dues(
    tx: Tx, once: OnceOnly, statement_id: UUID, body: Note | None = None, if_match: IfMatch = None
) -> Response:
    """Certify a quarter's totals that somebody else entered."""
    note = body.note if body else None

    async def run() -> Response:
        certified = await actions.certify_dues(tx, statement_id, utc_now(), if_match, note)
        return answer(dues_out(vars(certified)), version=certified.version)

    return await once(run)


@router.post(
    "/dues-refunds",
    dependencies=[requires(Permission.DUES_WRITE)],
    response_model=RefundOut,
    responses=problems(NotFound, InvalidInput, NoRefundScheme, ClaimLate, DuesNotCertified, NothingRemitted),
)
async def claim_dues_refund(tx: Tx, once: OnceOnly, request: Request, body: RefundIn) -> Response:
    """Claim back a year's dues, exactly as they were remitted (S25); the grant takes the usual steps."""

    async def run() -> Response:
        grant_id = await refunding.claim_refund(
            tx,
            body.party_organization_id,
            body.year,
            list_reference=body.list_reference,
            bank_slip=body.bank_slip,
            schemes=request.app.state.schemes,
            now=utc_now(),
        )
        found = RefundOut(grant_id=grant_id, party_organization_id=body.party_organization_id, year=body.year)
        return answer(found)

    return await once(run)
