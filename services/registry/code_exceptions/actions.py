"""Enters codes into the register of exceptions, and takes them back."""

from datetime import datetime

from services.registry.code_exceptions import queries
from services.registry.code_exceptions.errors import AlreadyExcepted
from services.registry.code_exceptions.schemas import CodeExceptionBody
from shared.db.session import Record, Transaction
from shared.field import uscc
from shared.field.errors import FieldError as BrokenValue
from shared.problems.access import check_reach
from shared.problems.field_sentences import field_error
from shared.problems.problems import InvalidInput, NotFound


async def enter(
    tx: Transaction, body: CodeExceptionBody, now: datetime, *, allow_sample_codes: bool
) -> tuple[Record, bool]:
    """The entry, and whether it is new; the same one again changes nothing.

    Raises InvalidInput for a code with right check digits, or with something else wrong; OutsideScope, AlreadyExcepted,
    NotFound.
    """
    code = uscc.normalize(body.uscc)
    try:
        uscc.check(code, allow_sample_codes=allow_sample_codes, excepted={code})
        if not uscc.breaks_check_digits(code):
            raise uscc.UsccError("uscc_needs_no_exception")
    except BrokenValue as broken:
        raise InvalidInput([field_error("/uscc", broken)]) from broken
    division = body.division or code[2:8]
    check_reach(tx.access, division)
    row = {"uscc": code, "division": division, "authority": body.authority, "reason": body.reason}
    entered = await queries.insert_new(tx, row | {"recorded_by": tx.access.actor, "recorded_at": now})
    if entered is not None:
        return entered, True
    async with tx.system_scope():
        stored = await queries.get(tx, code)
    if stored is None:
        raise NotFound(what="exception")  # taken back meanwhile
    if any(stored[name] != value for name, value in row.items()):
        raise AlreadyExcepted(uscc=code, authority=stored["authority"])
    return stored, False


async def take_back(tx: Transaction, reference: str) -> None:
    """The code is refused from now on; organizations that have it keep it. Raises NotFound."""
    stored = await find(tx, reference)
    await queries.delete_one(tx, stored["uscc"])


async def find(tx: Transaction, reference: str) -> Record:
    """One entry. Raises NotFound."""
    stored = await queries.get(tx, uscc.normalize(reference))
    if stored is None:
        raise NotFound(what="exception")
    return stored
