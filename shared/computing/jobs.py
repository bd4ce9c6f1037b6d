"""Jobs that workers compute, rows of a table: every statement about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, text

from shared.db.base import columns_of, insert_list, type_of
from shared.db.session import Record, Transaction

LEASE_SECONDS = 60
"""How long others leave a job alone that a worker computes; it renews that meanwhile."""
MAX_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Jobs:
    """The jobs of a table, by its `key`. `counted` is the column with how much there is to settle.

    Besides these it has the columns state (`computing`, `ready`, `failed`), settled, attempts, taken_until, failure,
    created_at and finished_at.
    """

    table: Table
    key: str
    counted: str
    channel: str
    """Wakes the workers."""

    async def insert(self, tx: Transaction, row: Record) -> None:
        """Store a job, to be computed by a worker; it is woken at the commit."""
        columns = tuple(column.name for column in self.table.columns)
        fresh: Record = {**dict.fromkeys(columns), "state": "computing", self.counted: 0, "settled": 0, "attempts": 0}
        await tx.execute(insert_list(self.table, columns), columns_of([{**fresh, **row}], columns))
        tx.channels.add(self.channel)

    async def take_next(self, tx: Transaction) -> Record | None:
        """The oldest job that no worker has, taken for a lease; its attempt is counted."""
        return await tx.record(
            text(
                f"UPDATE {self.table.name} AS j SET attempts = attempts + 1, settled = 0, "  # noqa: S608 - ours
                f"taken_until = now() + make_interval(secs => :seconds) WHERE {self.key} = ("
                f"SELECT {self.key} FROM {self.table.name} WHERE state = 'computing' "
                f"AND (taken_until IS NULL OR taken_until < now()) ORDER BY created_at, {self.key} LIMIT 1 "
                "FOR UPDATE SKIP LOCKED) RETURNING j.*"
            ),
            {"seconds": LEASE_SECONDS},
        )

    async def renew(self, tx: Transaction, job: Record, *, counted: int, settled: int) -> bool:
        """Keep a job for another lease and note the progress; False where another worker has it by now."""
        changes = (
            f"taken_until = now() + make_interval(secs => :seconds), settled = :settled, {self.counted} = :counted"
        )
        named = {"seconds": LEASE_SECONDS, "settled": settled, "counted": counted}
        return await self._change(tx, job, changes, named)

    async def release(self, tx: Transaction, job: Record, *, counted: bool) -> None:
        """Leave a job to whoever takes it next; an attempt that is not `counted` failed for no fault of the job."""
        await self._change(tx, job, "taken_until = NULL, attempts = attempts - :back", {"back": 0 if counted else 1})

    async def fail(self, tx: Transaction, job: Record, failure: str) -> None:
        """No answer will come."""
        changes = "state = 'failed', failure = :failure, finished_at = now(), taken_until = NULL"
        await self._change(tx, job, changes, {"failure": failure})

    async def finish(self, tx: Transaction, job: Record, *, counted: int, answer: Mapping[str, Any]) -> bool:
        """The answer is there, in columns of the table; False where another worker has the job by now."""
        columns = "".join(f", {name} = CAST(:{name} AS {type_of(self.table, name)})" for name in answer)
        changes = (
            f"state = 'ready', finished_at = now(), taken_until = NULL, {self.counted} = :counted, settled = :counted"
        )
        return await self._change(tx, job, changes + columns, {"counted": counted, **answer})

    async def _change(self, tx: Transaction, job: Record, changes: str, named: Mapping[str, Any]) -> bool:
        statement = text(
            f"UPDATE {self.table.name} SET {changes} WHERE {self.key} = :job AND attempts = :attempt "  # noqa: S608 - ours
            f"AND state = 'computing' RETURNING {self.key}"
        )
        row = await tx.record(statement, {**named, "job": job[self.key], "attempt": job["attempts"]})
        return row is not None
