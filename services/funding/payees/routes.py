"""GET the payees and the account of one; PUT an account; POST that it was verified."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.funding.payees import actions, queries
from services.funding.payees.errors import PayeeBroken, PayeeDiffers, PayeeFrozen, PayeesUnavailable
from services.funding.payees.rules import Account, PayeeState
from services.funding.payees.schemas import PayeeEntry, PayeeIn, PayeeOut, PayeeVerification, payee_entry
from shared.db.base import utc_now
from shared.db.sealing import FieldKeys
from shared.problems.duties import SameHand
from shared.problems.problems import (
    BadCursor,
    IllegalTransition,
    InvalidInput,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
)
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/payees", tags=["payees"], route_class=GuardedRoute)


def _keys(request: Request) -> FieldKeys:
    keys: FieldKeys | None = request.app.state.account_keys
    if keys is None:
        raise PayeesUnavailable
    return keys


@router.get(
    "",
    dependencies=[requires(Permission.PAYEES_READ)],
    response_model=Page[PayeeEntry],
    responses=problems(InvalidInput, BadCursor),
)
async def list_payees(
    tx: Tx,
    state: PayeeState | None = None,
    division: DivisionFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Which recipients have an account, without the accounts."""
    rows = await queries.list_payees(tx, state=state, division=division, after=decode_id_cursor(cursor), limit=limit)
    return page(rows, limit, payee_entry, key="recipient_id")


@router.get(
    "/{recipient}",
    dependencies=[requires(Permission.PAYEES_READ)],
    response_model=PayeeOut,
    responses=problems(NotFound, InvalidInput, PayeesUnavailable, PayeeBroken),
)
async def get_payee(tx: Tx, request: Request, recipient: UUID) -> Response:
    """The account of a recipient. Each reading is audited."""
    payee, account = await actions.read_payee(tx, _keys(request), recipient)
    shown = {**vars(payee), "holder": account.holder, "account_number": account.number}
    return answer(PayeeOut.model_validate(shown), version=payee.version)


@router.put(
    "/{recipient}",
    dependencies=[requires(Permission.PAYEES_WRITE)],
    response_model=PayeeEntry,
    responses={
        201: {"model": PayeeEntry},
        **problems(NotFound, InvalidInput, PreconditionRequired, PreconditionFailed, PayeeFrozen, PayeesUnavailable),
    },
)
async def put_payee(tx: Tx, request: Request, recipient: UUID, body: PayeeIn, if_match: IfMatch = None) -> Response:
    """Enter or replace a recipient's account; it stays while an approved grant waits for its payment."""
    payee, new = await actions.put_payee(
        tx,
        _keys(request),
        recipient,
        Account(body.holder, body.account_number),
        held_by=body.held_by,
        bank_code=body.bank_code,
        grounds=body.grounds,
        now=utc_now(),
        if_match=if_match,
    )
    return answer(payee_entry(vars(payee)), status=201 if new else 200, version=payee.version)


@router.post(
    "/{recipient}/verification",
    dependencies=[requires(Permission.PAYEES_VERIFY)],
    response_model=PayeeEntry,
    responses=problems(
        NotFound,
        InvalidInput,
        IllegalTransition,
        SameHand,
        PreconditionFailed,
        PayeeDiffers,
        PayeesUnavailable,
        PayeeBroken,
    ),
)
async def verify_payee(
    tx: Tx, once: OnceOnly, request: Request, recipient: UUID, body: PayeeVerification, if_match: IfMatch = None
) -> Response:
    """Verify an account that somebody else entered, by typing bank code and number once more."""
    keys = _keys(request)

    async def run() -> Response:
        payee = await actions.verify_payee(
            tx,
            keys,
            recipient,
            bank_code=body.bank_code,
            number=body.account_number,
            now=utc_now(),
            if_match=if_match,
        )
        return answer(payee_entry(vars(payee)), version=payee.version)

    return await once(run)
