"""Payments that the bank sent back: what was paid of an appropriation is committed again, as it was before.

Locked and weighed before the caller writes anything, as charges are (`charging`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from services.funding.appropriations import queries
from services.funding.appropriations.actions import reason_of
from services.funding.appropriations.moves import Moves
from shared.db.base import columns_of
from shared.db.session import Record, Transaction

# What is committed of a year that is closed goes on with the next one's, while that is open.
_PLACES = text(
    "SELECT a.id, a.code, s.id AS successor_id, s.code AS successor_code FROM appropriations a "
    "LEFT JOIN appropriations s ON a.state = 'closed' AND s.state = 'open' AND (s.year, s.division, s.level, s.source, "
    "s.purpose) = (a.year + 1, a.division, a.level, a.source, a.purpose) WHERE a.id = ANY(CAST(:ids AS uuid[]))"
)
_COMMIT = text(
    "UPDATE commitments AS t SET state = 'committed', settled_at = NULL, appropriation_id = u.appropriation_id "
    "FROM unnest(CAST(:grant_id AS uuid[]), CAST(:appropriation_id AS uuid[])) AS u(grant_id, appropriation_id) "
    "WHERE t.grant_id = u.grant_id AND t.state = 'paid'"
)


@dataclass(frozen=True, slots=True)
class Unpaid:
    """Commitments that were paid and are not: of each grant its amount, and the appropriation that has it now."""

    rows: Sequence[Record] = ()
    places: Mapping[UUID, Record] = field(default_factory=dict)

    @property
    def codes(self) -> dict[UUID, str]:
        """The code of each grant's appropriation, from now on."""
        found = {row["grant_id"]: self.places[row["appropriation_id"]] for row in self.rows}
        return {grant: one["successor_code"] or one["code"] for grant, one in found.items()}


async def weigh(tx: Transaction, grants: Sequence[UUID]) -> Unpaid:
    """What these grants' payments were of; the appropriations stay locked. One without an appropriation has none."""
    async with tx.system_scope():
        await queries.share(tx)
        rows = await queries.commitments_of(tx, grants) if grants else []
        known = await tx.records(_PLACES, {"ids": [row["appropriation_id"] for row in rows]}) if rows else []
        ids = {one[name] for one in known for name in ("id", "successor_id") if one[name] is not None}
        await queries.lock_budgets(tx, sorted(ids))
        rows = await queries.commitments_of(tx, grants) if rows else []
    return Unpaid([row for row in rows if row["state"] == "paid"], {one["id"]: one for one in known})


async def commit_again(tx: Transaction, unpaid: Unpaid, now: datetime) -> None:
    """Write what was weighed."""
    if not unpaid.rows:
        return
    moves, taken = Moves(), []
    for row in unpaid.rows:
        place, fen = unpaid.places[row["appropriation_id"]], row["amount_fen"]
        successor = place["successor_id"]
        moves.add(place["id"], paid_fen=-fen)
        taken.append({"grant_id": row["grant_id"], "appropriation_id": successor or place["id"]})
        if successor is None:
            continue
        moves.add(place["id"], committed_fen=-fen, carried_out_fen=fen, to=successor)
        facts: dict[str, object] = {"from": place["code"], "carried_fen": fen, "committed_fen": fen}
        reason = reason_of("R-budget-close", "carried_in", facts, now)
        moves.add(successor, committed_fen=fen, carried_fen=fen, reason=reason)
    async with tx.system_scope():
        await moves.write(tx, now)
        await tx.execute(_COMMIT, columns_of(taken, ("grant_id", "appropriation_id")))
