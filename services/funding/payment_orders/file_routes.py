"""GET a payment order's file; POST what the bank returned of it."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, Query, Request, Response, UploadFile

from services.funding.grants.errors import GrantOrdered
from services.funding.ledger.errors import NotInChart, PeriodShut
from services.funding.payees.errors import PayeeBroken, PayeesUnavailable
from services.funding.payment_orders import actions, queries, returning
from services.funding.payment_orders.errors import TOO_LARGE, OrderWithdrawn
from services.funding.payment_orders.files import MEDIA_TYPES, FileFormat, write_file
from services.funding.payment_orders.routes import find_order, keys_of, show_order
from services.funding.payment_orders.schemas import OrderOut
from shared.db.base import utc_now
from shared.db.session import Database
from shared.field.calendar import china_day
from shared.problems.duties import SameHand
from shared.problems.problems import FieldError, IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.web.documents.answering import file_response
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import IfMatch, Tx, problems

router = APIRouter(prefix="/payment-orders", tags=["payment-orders"], route_class=GuardedRoute)

_CONTENTS: dict[str, dict[str, Any]] = {
    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
    **{kind: {} for kind in MEDIA_TYPES.values()},
}


@router.get(
    "/{order_id}/file",
    dependencies=[requires(Permission.GRANTS_PAY)],
    response_class=Response,
    responses={
        200: {"content": _CONTENTS},
        **problems(NotFound, InvalidInput, OrderWithdrawn, PayeesUnavailable, PayeeBroken),
    },
)
async def get_payment_file(
    tx: Tx,
    request: Request,
    order_id: UUID,
    file_format: Annotated[FileFormat, Query(alias="format", description="xlsx or csv")] = "xlsx",
) -> Response:
    """The order for the treasury or the bank, with its totals. The accounts stand in it: each reading is audited."""
    keys = keys_of(request)
    row = await find_order(tx, order_id)
    lines = await queries.sealed_lines(tx, order_id)
    if any(line["state"] == "withdrawn" for line in lines):
        raise OrderWithdrawn(order=row["number"])
    accounts = [actions.open_line(keys, line) for line in lines]
    await queries.note_reading(tx, row)
    policies = request.app.state.payments
    policy = next((one for one in policies.policies if one.id == row["policy"]), None) or policies.get(
        row["division"], china_day(row["ordered_at"])
    )
    columns = policy.parameters.layouts[row["layout"]]
    content = await asyncio.to_thread(write_file, row, lines, accounts, columns, file_format)
    return file_response(content, MEDIA_TYPES[file_format], f"{row['number']}.{file_format}")


@router.post(
    "/{order_id}/returns",
    status_code=201,
    dependencies=[requires(Permission.GRANTS_PAY)],
    response_model=OrderOut,
    responses=problems(
        NotFound,
        InvalidInput,
        IllegalTransition,
        PreconditionFailed,
        SameHand,
        GrantOrdered,
        NotInChart,
        PeriodShut,
        beside={200: {"model": OrderOut}},
    ),
)
async def return_payment_order(
    request: Request,
    order_id: UUID,
    file: Annotated[UploadFile, File(description="csv or xlsx, at most 1,000,000 bytes; the first row names columns")],
    if_match: IfMatch = None,
) -> Response:
    """Take over what the bank returned: 201 new, 200 the same file again, which changes nothing.

    What it paid is posted, once; what it refused can be ordered again. A row of another amount, and one that nobody
    ordered, are kept and shown.
    """
    content = await file.read(returning.MOST_BYTES + 1)
    if len(content) > returning.MOST_BYTES:
        raise InvalidInput([FieldError("/file", TOO_LARGE, (("limit", returning.MOST_BYTES),))])
    table = await returning.read_table(content, file.filename or "")
    state, access = request.app.state, request.state.access
    database: Database = state.database
    # Opened only now, so that no transaction is idle while the file is read.
    async with database.transaction(access) as tx:
        row, new = await returning.take_over(
            tx,
            order_id,
            content,
            table,
            if_match=if_match,
            policies=state.payments,
            schemes=state.schemes,
            charts=state.charts,
            now=utc_now(),
        )
        return await show_order(tx, row, 201 if new else 200)
