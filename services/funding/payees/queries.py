"""Every SELECT of the payees, and the writes beside them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import bindparam, literal_column, select, text
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.types import Uuid

from services.funding.payees.rules import Payee
from services.funding.tables import payees
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

_SHOWN = tuple(column for column in payees.c if column.name not in {"key_id", "sealed"})
_VERIFIED = prepare(
    select(payees)
    .where(
        payees.c.recipient_id == bindparam("ids", type_=ARRAY(Uuid)).any_(),
        payees.c.state == literal_column("'verified'"),
    )
    .order_by(payees.c.recipient_id)
    .with_for_update(read=True)
)
_FOLLOW = text(
    "UPDATE payees AS p SET division = u.division, version = p.version + 1 "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:divisions AS text[])) AS u(id, division) "
    "WHERE p.recipient_id = u.id AND p.division <> u.division"
)


async def get(tx: Transaction, recipient: UUID, *, lock: bool = False) -> Payee | None:
    """The payee of a recipient, as it is stored."""
    statement = select(payees).where(payees.c.recipient_id == recipient)
    row = await tx.record(statement.with_for_update() if lock else statement)
    return None if row is None else Payee(**row | {"sealed": bytes(row["sealed"])})


async def verified_of(tx: Transaction, recipients: Sequence[UUID]) -> dict[UUID, Payee]:
    """The verified payees of recipients. They stay as they are until the transaction ends, locked in their order."""
    rows = await tx.records(_VERIFIED, {"ids": list(recipients)})
    return {row["recipient_id"]: Payee(**row | {"sealed": bytes(row["sealed"])}) for row in rows}


async def save(tx: Transaction, payee: Payee) -> None:
    """Write a payee's version."""
    values = vars(payee)
    changed = {name: value for name, value in values.items() if name != "recipient_id"}
    statement = insert(payees).values(values).on_conflict_do_update(index_elements=["recipient_id"], set_=changed)
    await tx.execute(statement)


async def follow(tx: Transaction, divisions: Mapping[UUID, str]) -> None:
    """Payees are where their recipients are."""
    if divisions:
        await tx.execute(_FOLLOW, {"ids": list(divisions), "divisions": list(divisions.values())})


async def list_payees(
    tx: Transaction, *, state: str | None, division: str | None, after: str | None, limit: int
) -> list[Record]:
    """A page by recipient, without accounts, and one row more where there is another page."""
    statement = where_within(where_given(select(*_SHOWN), {payees.c.state: state}), payees.c.division, division)
    return await tx.records(page_by_id(statement, payees.c.recipient_id, after, limit))


async def note_reading(tx: Transaction, payee: Payee) -> None:
    """Write the audit row of who read which account."""
    await tx.execute(
        text("SELECT audit_read('payees', :object_id, :division)"),
        {"object_id": str(payee.recipient_id), "division": payee.division},
    )
