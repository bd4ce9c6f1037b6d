"""Takes postings back by ones that name them: all of a list, or none."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.funding.ledger import queries
from services.funding.ledger.actions import book
from services.funding.ledger.errors import AlreadyReversed, PostedForGrant, ReversalDiffers
from services.funding.ledger.rules import Key, Line, Voucher, reverse
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.duties import SameHand, same_person
from shared.problems.problems import NotFound


async def reverse_all(
    tx: Transaction,
    ids: Sequence[UUID],
    now: datetime,
    *,
    reason: str,
    expected: tuple[int, int] | None = None,
    of_grants: bool = False,
    by_bank: bool = False,
) -> list[UUID]:
    """The transactions that take these back, dated today: the month that they were posted in may be closed.

    `expected` is count and total that whoever asks has seen. What a step of a grant posted is reversed with the grant
    alone (`of_grants`); what the bank says (`by_bank`) takes a posting back whoever enters it.

    Raises NotFound, ReversalDiffers, AlreadyReversed, PostedForGrant, SameHand, PeriodShut.
    """
    wanted = sorted(set(ids))
    found = await queries.get_transactions(tx, wanted)
    if len(found) < len(wanted):
        raise NotFound(what="ledger transaction")
    total = sum(entry["debit_fen"] for _, entries in found for entry in entries)
    if expected is not None and expected != (len(found), total):
        raise ReversalDiffers(count=len(found), total_fen=total)
    gone = {*(await queries.find_reversed(tx, wanted)), *(row["id"] for row, _ in found if row["kind"] == "reversal")}
    if gone:
        raise AlreadyReversed(transaction=min(gone))
    for row, _ in found:
        if row["grant_id"] is not None and not of_grants:
            raise PostedForGrant(transaction=row["id"])
        if not by_bank and same_person(row["posted_by"], tx.access.actor):
            raise SameHand(what="ledger transaction", earlier="posting", step="reversal")
    posted = await book(tx, [_reversal(row, entries, now, reason) for row, entries in found], now)
    for (_, is_new), (row, _) in zip(posted, found, strict=True):
        if not is_new:  # somebody else reversed it meanwhile
            raise AlreadyReversed(transaction=row["id"])
    return [key for key, _ in posted]


def _reversal(row: Record, entries: Sequence[Record], now: datetime, reason: str) -> Voucher:
    lines = [
        Line(one["account"], one["debit_fen"], one["credit_fen"], one["source"], one["recipient_id"], one["purpose"])
        for one in entries
    ]
    return Voucher(
        kind="reversal",
        division=row["division"],
        lines=reverse(lines),
        booked_on=china_day(now),
        key=Key("reversal", row["recipient_id"], row["scheme"], str(row["id"]), row["purpose"]),
        grant_id=row["grant_id"],
        corrects=row["id"],
        note=reason,
    )
