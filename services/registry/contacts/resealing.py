"""Reseals contacts with the active key, a batch at a time, and counts contacts by key."""

from dataclasses import dataclass, field
from uuid import UUID

from services.registry.contacts import queries
from services.registry.contacts.actions import context_of
from shared.db.sealing import FieldKeys, SealingError
from shared.db.session import Database, Record

BATCH = 500
_START = (UUID(int=0), "")


@dataclass(slots=True)
class Resealed:
    """What came of it: how many are under the active key now, and which do not open."""

    done: int = 0
    broken: list[str] = field(default_factory=list)


async def count_by_key(database: Database) -> dict[str, int]:
    """How many contacts each key seals."""
    async with database.transaction() as tx:
        return await queries.count_by_key(tx)


async def reseal_contacts(database: Database, keys: FieldKeys, *, batch: int = BATCH) -> Resealed:
    """Reseal every contact that is sealed by another key with the active one. Each batch is one transaction.

    If it is interrupted, the finished batches stay, and another run does the rest. Raises KeysUnusable.
    """
    key_id = keys.active
    async with database.transaction() as tx:
        await queries.await_writers(tx)  # those that still seal with the previous key
    result, after = Resealed(), _START
    while True:
        async with database.transaction() as tx:
            rows = await queries.lock_sealed_otherwise(tx, key_id, after, batch)
            if not rows:
                return result
            sealed = [new for row in rows if (new := _reseal(keys, row, result)) is not None]
            await queries.reseal(tx, sealed)
        result.done += len(sealed)
        after = rows[-1]["organization_id"], rows[-1]["role"]


def _reseal(keys: FieldKeys, row: Record, result: Resealed) -> Record | None:
    context = context_of(row)
    try:
        plain = keys.open(row["key_id"], bytes(row["sealed"]), context)
    except SealingError as error:
        result.broken.append(f"{row['organization_id']}/{row['role']}: {error}")
        return None
    key_id, sealed = keys.seal(plain, context)
    return {**row, "key_id": key_id, "sealed": sealed}
