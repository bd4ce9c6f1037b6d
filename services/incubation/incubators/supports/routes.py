"""POST and GET what incubators give; withdraw what was recorded in error."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.incubation.incubators import queries as incubators
from services.incubation.incubators.errors import SupportWithdrawn
from services.incubation.incubators.paths import Code
from services.incubation.incubators.supports import actions, queries
from services.incubation.incubators.supports.schemas import (
    SupportBody,
    SupportKind,
    SupportOut,
    SupportWithdrawal,
)
from shared.db.base import utc_now
from shared.problems.access import OutsideScope
from shared.problems.problems import BadCursor, IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.problems.versions import check_version
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/incubators/{code}/supports", tags=["incubators"], route_class=GuardedRoute)


@router.post(
    "",
    dependencies=[requires(Permission.INCUBATORS_WRITE)],
    status_code=201,
    response_model=SupportOut,
    responses=problems(NotFound, OutsideScope, IllegalTransition, PreconditionFailed, InvalidInput),
)
async def record_support(tx: Tx, once: OnceOnly, code: Code, if_match: IfMatch, body: SupportBody) -> Response:
    """Record what an incubator gave: premises, funds, projects, training, guidance (H4, H10)."""
    check_version(if_match, None)

    async def run() -> Response:
        row = await actions.record(tx, code, body, utc_now())
        return answer(SupportOut.model_validate(row), 201, version=row["version"])

    return await once(run)


@router.get(
    "",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=Page[SupportOut],
    responses=problems(NotFound, InvalidInput, BadCursor),
)
async def list_supports(
    tx: Tx,
    code: Code,
    kind: SupportKind | None = None,
    year: Annotated[int | None, Query(ge=1949, le=9999, description="the year that they were given in")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """What an incubator gave, in the order of recording; withdrawn records too."""
    incubator = await incubators.get(tx, code)
    if incubator is None:
        raise NotFound(what="incubator")
    rows = await queries.list_supports(
        tx, incubator["id"], kind=kind, year=year, after=decode_id_cursor(cursor), limit=limit
    )
    return page(rows, limit, SupportOut.model_validate)


@router.post(
    "/{support_id}/withdrawal",
    dependencies=[requires(Permission.INCUBATORS_WRITE)],
    response_model=SupportOut,
    responses=problems(NotFound, OutsideScope, SupportWithdrawn, PreconditionFailed, InvalidInput),
)
async def withdraw_support(
    tx: Tx, once: OnceOnly, code: Code, support_id: UUID, if_match: IfMatch, body: SupportWithdrawal
) -> Response:
    """Withdraw a record that was made in error, with the reason: it is kept, and counts no more."""

    async def run() -> Response:
        row = await actions.withdraw(tx, code, support_id, body.reason, utc_now(), if_match=if_match)
        return answer(SupportOut.model_validate(row), version=row["version"])

    return await once(run)
