"""Every SELECT of the register of exceptions, and the writes beside them."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from services.registry.tables import code_exceptions
from shared.db.paging import where_within
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

_EXCEPTED = prepare(
    select(code_exceptions.c.uscc).where(code_exceptions.c.uscc == bindparam("codes", type_=ARRAY(Text)).any_())
)
_INSERT = text(
    "INSERT INTO code_exceptions (uscc, division, authority, reason, recorded_by, recorded_at) "
    "VALUES (:uscc, :division, :authority, :reason, :recorded_by, :recorded_at) "
    "ON CONFLICT (uscc) DO NOTHING RETURNING *"
)


async def excepted(tx: Transaction, codes: Sequence[str]) -> frozenset[str]:
    """Which of these codes the register has; every division's entries count."""
    async with tx.system_scope():
        return frozenset(row.uscc for row in await tx.rows(_EXCEPTED, {"codes": list(codes)}))


async def insert_new(tx: Transaction, row: Record) -> Record | None:
    """Enter a code; None where it was entered before."""
    return await tx.record(_INSERT, row)


async def get(tx: Transaction, code: str) -> Record | None:
    """One entry."""
    return await tx.record(select(code_exceptions).where(code_exceptions.c.uscc == code))


async def delete_one(tx: Transaction, code: str) -> None:
    """Take an entry back: the code is refused again from now on."""
    await tx.execute(text("DELETE FROM code_exceptions WHERE uscc = :uscc"), {"uscc": code})


async def list_exceptions(tx: Transaction, *, division: str | None, after: str | None, limit: int) -> list[Record]:
    """A page by code: up to `limit`, and one that says whether there are more."""
    statement = where_within(select(code_exceptions), code_exceptions.c.division, division)
    if after is not None:
        statement = statement.where(code_exceptions.c.uscc > after)
    return await tx.records(statement.order_by(code_exceptions.c.uscc).limit(limit + 1))
