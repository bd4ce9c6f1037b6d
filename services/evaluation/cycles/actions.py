"""Creates yearly cycles."""

from datetime import datetime

from services.evaluation.cycles import queries
from services.evaluation.cycles.errors import CycleExists
from services.evaluation.cycles.rules import STORED_DRAFT
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.problems.access import check_reach


async def create(tx: Transaction, *, year: int, division: str, now: datetime) -> Record:
    """A draft. Raises OutsideScope, CycleExists."""
    check_reach(tx.access, division)
    row = {"id": new_id(), "year": year, "division": division, "state": STORED_DRAFT, "version": 1, "created_at": now}
    inserted = await queries.insert_new(tx, [row])
    stored = await queries.find(tx, year, division)
    assert stored is not None
    if stored["id"] not in inserted:
        raise CycleExists(year=year, division=division, cycle_id=str(stored["id"]))
    return stored
