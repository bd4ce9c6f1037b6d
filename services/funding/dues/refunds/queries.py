"""Every SELECT of refund claims, and the writes beside them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from services.funding.grants.settling.given_back import given_back
from services.funding.tables import dues_refunds
from shared.db.base import columns_of, insert_list, to_json
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction

_COLUMNS = tuple(column.name for column in dues_refunds.c)
_INSERT = insert_list(dues_refunds, _COLUMNS)
_OF_DUES = text("SELECT * FROM dues_refunds WHERE dues_id = :dues_id ORDER BY number")

_WAIT = text("SELECT pg_advisory_xact_lock(hashtext('dues_refunds/' || :of))")
# A joint branch's own year, or one of an organization that it receives for.
_THROUGH_JOINT = text(
    "SELECT id, grant_id FROM dues_refunds WHERE receiver_id = :receiver AND year = :year "
    "AND (holder_id = receiver_id) = :own AND reasons @> CAST(:joint AS jsonb) ORDER BY id"
)
_JOINT = to_json([{"rule": "R-dues-receiver", "outcome": "joint"}])


async def insert(tx: Transaction, row: Record) -> None:
    """Add a claim; its year is locked."""
    await tx.execute(_INSERT, columns_of([{**row, "reasons": to_json(row["reasons"])}], _COLUMNS))


async def claim_of(tx: Transaction, dues_id: UUID) -> UUID | None:
    """The claim that stands on a year: one whose grant was reversed, and is all back, stands no longer."""
    return await _standing(tx, await claims_of(tx, dues_id))


async def claims_of(tx: Transaction, dues_id: UUID) -> list[Record]:
    """The claims that were made for a year, the first one first."""
    return await tx.records(_OF_DUES, {"dues_id": dues_id})


async def claim_through_joint(tx: Transaction, receiver: UUID, year: int, *, own: bool) -> UUID | None:
    """The claim for a joint branch's own year, or else one for an organization's that it received; one at a time."""
    await tx.execute(_WAIT, {"of": f"{receiver}/{year}"})
    asked = {"receiver": receiver, "year": year, "own": own, "joint": _JOINT}
    return await _standing(tx, await tx.records(_THROUGH_JOINT, asked))


async def _standing(tx: Transaction, claims: Sequence[Record]) -> UUID | None:
    back = await given_back(tx, [row["grant_id"] for row in claims])
    return next((row["id"] for row in claims if row["grant_id"] not in back or not back[row["grant_id"]].gone), None)


async def get(tx: Transaction, claim_id: UUID) -> Record | None:
    """One claim."""
    return await tx.record(select(dues_refunds).where(dues_refunds.c.id == claim_id))


async def list_claims(
    tx: Transaction,
    *,
    holder: UUID | None,
    year: int | None,
    division: str | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page of claims by id, and one row more where there is another page; `division` is a prefix."""
    one = dues_refunds.c
    statement: Any = where_given(select(dues_refunds), {one.holder_id: holder, one.year: year})
    return await tx.records(page_by_id(where_within(statement, one.division, division), one.id, after, limit))
