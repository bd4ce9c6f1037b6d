"""What decisions on cases arranged: added to, never changed."""

from datetime import date
from typing import Any

from services.incubation.tables import case_arrangements
from shared.db.base import columns_of, insert_list
from shared.db.session import Record, Transaction

_COLUMNS = tuple(column.name for column in case_arrangements.c)
_INSERT = insert_list(case_arrangements, _COLUMNS)


async def insert_arrangement(
    tx: Transaction, case: Record, *, until: date | None, instructor: str | None, work_group: bool
) -> None:
    """What the step that a case just took arranges; `instructor` as JSON."""
    row: dict[str, Any] = {
        "case_id": case["id"],
        "version": case["version"],
        "division": case["division"],
        "until": until,
        "instructor": instructor,
        "work_group": work_group,
    }
    await tx.execute(_INSERT, columns_of([row], _COLUMNS))
