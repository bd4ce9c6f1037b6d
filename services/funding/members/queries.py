"""Every SELECT of the projection of organizations' counts, and its set-based write."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from services.funding.members.rules import Count, Organization
from services.funding.tables import organizations
from shared.db.base import columns_of, insert_list, to_json
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

_COLUMNS = tuple(column.name for column in organizations.c)
_UPSERT = insert_list(
    organizations,
    _COLUMNS,
    "ON CONFLICT (id) DO UPDATE SET division = excluded.division, counts = excluded.counts, "
    "ended = excluded.ended, sequence = excluded.sequence WHERE organizations.sequence <= excluded.sequence",
)
_IDS = bindparam("ids", type_=ARRAY(Uuid))
_OF = select(organizations).where(organizations.c.id == _IDS.any_()).order_by(organizations.c.id)
_GET, _LOCK = prepare(_OF), prepare(_OF.with_for_update())


async def load(tx: Transaction, ids: Sequence[UUID], *, lock: bool = False) -> dict[UUID, Organization]:
    """Those of these organizations that are known, by id."""
    if not ids:
        return {}
    return {row["id"]: _of(row) for row in await tx.records(_LOCK if lock else _GET, {"ids": list(ids)})}


async def save(tx: Transaction, stated: Sequence[Organization]) -> None:
    """Write what is not older than what is stored: a late event changes the counts alone."""
    if stated:
        await tx.execute(_UPSERT, columns_of([_row(one) for one in stated], _COLUMNS))


def _of(row: Record) -> Organization:
    counts = tuple(
        Count(date.fromisoformat(one["since"]), one["full"], one["probationary"], one["sequence"])
        for one in row["counts"]
    )
    return Organization(row["id"], row["division"], row["sequence"], counts, row["ended"])


def _row(one: Organization) -> Record:
    counts = [
        {"since": c.since, "full": c.full, "probationary": c.probationary, "sequence": c.sequence} for c in one.counts
    ]
    rest = {name: getattr(one, name) for name in _COLUMNS if name != "counts"}
    return rest | {"counts": to_json(counts)}
