"""Stores, shows and verifies the accounts that recipients are paid to."""

from datetime import datetime
from uuid import UUID

from services.funding.coverage import queries as coverage
from services.funding.grants.recipients.reach import waits_for_payment
from services.funding.payees import queries
from services.funding.payees.errors import PayeeFrozen
from services.funding.payees.rules import Account, HeldBy, Payee, find_faults, verify
from services.funding.payees.sealing import seal, unseal
from shared.db.sealing import FieldKeys
from shared.db.session import Transaction
from shared.problems.problems import InvalidInput, NotFound
from shared.problems.versions import Preconditions, check_version

_TABLE = "payees"


async def put_payee(
    tx: Transaction,
    keys: FieldKeys,
    recipient: UUID,
    account: Account,
    *,
    held_by: HeldBy,
    bank_code: str,
    grounds: str | None,
    now: datetime,
    if_match: Preconditions | None,
) -> tuple[Payee, bool]:
    """Enter a recipient's account (True), or replace it; somebody else verifies it.

    Raises NotFound, InvalidInput, PayeeFrozen, PreconditionRequired, PreconditionFailed, PayeesUnavailable.
    """
    # Locked, so that its division does not change before we commit.
    party = (await coverage.load(tx, [recipient], lock=True)).get(recipient)
    if party is None and await waits_for_payment(tx, recipient, corrected=True):
        # It moved to where the caller is not, and is still paid from here.
        async with tx.system_scope():
            party = (await coverage.load(tx, [recipient], lock=True)).get(recipient)
    if party is None:
        raise NotFound(what="Party organization")
    stored = await queries.get(tx, recipient, lock=True)
    check_version(if_match, None if stored is None else stored.version, required=stored is not None)
    faults = find_faults(held_by, grounds)
    if faults:
        raise InvalidInput(faults)
    if stored is not None:
        # What is approved stays in the division that the recipient may have left.
        async with tx.system_scope():
            waits = await waits_for_payment(tx, recipient)
        if waits:
            raise PayeeFrozen
    key_id, sealed = seal(keys, account, _TABLE, str(recipient))
    payee = Payee(
        recipient_id=recipient,
        division=party.division,
        held_by=held_by,
        bank_code=bank_code,
        grounds=grounds,
        key_id=key_id,
        sealed=sealed,
        state="entered",
        version=1 if stored is None else stored.version + 1,
        entered_by=tx.access.actor,
        entered_at=now,
    )
    await queries.save(tx, payee)
    return payee, stored is None


async def read_payee(tx: Transaction, keys: FieldKeys, recipient: UUID) -> tuple[Payee, Account]:
    """A payee with its account. The reading is audited in the same transaction.

    Raises NotFound, PayeesUnavailable, PayeeBroken.
    """
    payee = await queries.get(tx, recipient)
    if payee is None:
        raise NotFound(what="payee")
    account = open_account(keys, payee)
    # The payee is where its recipient is, which may have left the division that still owes it something.
    async with tx.system_scope():
        await queries.note_reading(tx, payee)
    return payee, account


async def verify_payee(
    tx: Transaction,
    keys: FieldKeys,
    recipient: UUID,
    *,
    bank_code: str,
    number: str,
    now: datetime,
    if_match: Preconditions | None,
) -> Payee:
    """Verify an account: another person types bank code and number once more.

    Raises NotFound, PreconditionFailed, IllegalTransition, SameHand, PayeeDiffers, PayeesUnavailable, PayeeBroken.
    """
    payee = await queries.get(tx, recipient, lock=True)
    if payee is None:
        raise NotFound(what="payee")
    check_version(if_match, payee.version)
    verified = verify(payee, open_account(keys, payee), bank_code, number, tx.access.actor, now)
    await queries.save(tx, verified)
    return verified


def open_account(keys: FieldKeys, payee: Payee) -> Account:
    """The account of a payee. Raises PayeesUnavailable, PayeeBroken."""
    return unseal(keys, payee.key_id, payee.sealed, _TABLE, str(payee.recipient_id))
