"""Every SELECT of notices and objections, and the writes beside them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select, text

from services.funding.grants.noticing.rules import Notice
from services.funding.tables import grant_notices, grant_objections
from shared.db.base import columns_of, insert_list, update_list
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day

_NOTICE_COLUMNS = tuple(column.name for column in grant_notices.c)
_INSERT_NOTICES = insert_list(grant_notices, _NOTICE_COLUMNS)
_OBJECTION_COLUMNS = tuple(column.name for column in grant_objections.c)
_INSERT_OBJECTION = insert_list(grant_objections, _OBJECTION_COLUMNS)
_ANSWER_COLUMNS = ("upheld", "answer", "answered_by", "answered_at")
_ANSWER = update_list(grant_objections, ("grant_id", "number"), _ANSWER_COLUMNS)
_LAST_REVIEW = "(SELECT max(s.version) FROM grant_steps s WHERE s.grant_id = {0} AND s.step = 'review')"
IN_FORCE = f"n.version > COALESCE({_LAST_REVIEW.format('n.grant_id')}, 0)"
"""Whether a notice `n` is of what was reviewed last."""
PUBLISHED = (
    "EXISTS (SELECT FROM grant_notices n WHERE n.grant_id = grants.id "  # noqa: S608 - fixed
    f"AND {IN_FORCE} AND n.ends_on < (now() AT TIME ZONE 'Asia/Shanghai')::date AND NOT EXISTS (SELECT "
    "FROM grant_objections o WHERE o.grant_id = n.grant_id AND o.notice_version = n.version "
    "AND o.answered_at IS NULL))"
)
"""Whether a grant was published to the end, and no objection is open."""
_NOTICES = text(
    "SELECT n.grant_id, n.version, n.started_on, n.ends_on, n.working_days, count(o.number) AS objections, "  # noqa: S608 - fixed
    "count(o.number) FILTER (WHERE o.answered_at IS NULL) AS open FROM grant_notices n LEFT JOIN grant_objections o "
    "ON o.grant_id = n.grant_id AND o.notice_version = n.version "
    f"WHERE n.grant_id = ANY(CAST(:ids AS uuid[])) AND {IN_FORCE} GROUP BY n.grant_id, n.version"
)
_REVIEWED = text(
    "SELECT grant_id, max(at) AS at FROM grant_steps WHERE grant_id = ANY(CAST(:ids AS uuid[])) "
    "AND step = 'review' GROUP BY grant_id"
)


async def in_force(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Notice]:
    """The notice of what was last reviewed, of each of these grants that has one."""
    rows = await tx.records(_NOTICES, {"ids": list(ids)}) if ids else []
    return {row.pop("grant_id"): Notice(**row) for row in rows}


async def reviewed_on(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, date]:
    """The day on which each of these grants was reviewed last."""
    return {row.grant_id: china_day(row.at) for row in await tx.rows(_REVIEWED, {"ids": list(ids)})}


async def notices_of(tx: Transaction, grant_id: UUID) -> list[Record]:
    """A grant's notices, the first first."""
    one = grant_notices.c
    return await tx.records(select(grant_notices).where(one.grant_id == grant_id).order_by(one.version))


async def objections_of(tx: Transaction, grant_id: UUID) -> list[Record]:
    """A grant's objections, the first first."""
    one = grant_objections.c
    return await tx.records(select(grant_objections).where(one.grant_id == grant_id).order_by(one.number))


async def insert_notices(tx: Transaction, rows: Sequence[Record]) -> None:
    """Add notices; their grants are locked."""
    await tx.execute(_INSERT_NOTICES, columns_of(rows, _NOTICE_COLUMNS))


async def insert_objection(tx: Transaction, row: Record) -> None:
    """Add an objection; its grant is locked."""
    await tx.execute(_INSERT_OBJECTION, columns_of([row], _OBJECTION_COLUMNS))


async def save_answer(tx: Transaction, row: Record) -> None:
    """Write the answer of an objection; its grant is locked."""
    await tx.execute(_ANSWER, columns_of([row], ("grant_id", "number", *_ANSWER_COLUMNS)))
