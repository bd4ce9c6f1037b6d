"""Accounts sealed and opened: those of recipients, and those that payment orders froze. Nobody else does either."""

import orjson
import structlog

from services.funding.payees.errors import PayeeBroken, PayeesUnavailable
from services.funding.payees.rules import Account
from shared.db.sealing import FieldKeys, KeysUnusable, KeyUnknown, SealBroken, place

log = structlog.get_logger(__name__)


def seal(keys: FieldKeys, account: Account, table: str, row: str) -> tuple[str, bytes]:
    """The key's id and the sealed account, which opens in this row of this table alone. Raises PayeesUnavailable."""
    content = orjson.dumps({"holder": account.holder, "number": account.number})
    try:
        return keys.seal(content, place(table, row, "account"))
    except KeysUnusable as error:
        log.error("account_not_sealed", table=table, reason=str(error))
        raise PayeesUnavailable from None


def unseal(keys: FieldKeys, key_id: str, sealed: bytes, table: str, row: str) -> Account:
    """The account of a row. Raises PayeesUnavailable, PayeeBroken."""
    try:
        opened = orjson.loads(keys.open(key_id, sealed, place(table, row, "account")))
    except (KeysUnusable, KeyUnknown) as error:
        log.error("account_not_opened", table=table, reason=str(error))
        raise PayeesUnavailable from None
    except SealBroken as error:
        log.error("account_broken", table=table, row=row, reason=str(error))
        raise PayeeBroken from None
    return Account(opened["holder"], opened["number"])
