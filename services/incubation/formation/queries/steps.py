"""The steps that cases took: added to, never changed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from services.incubation.tables import formation_case_steps
from shared.contracts.base import Reason
from shared.db.base import columns_of, insert_list, to_json
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

_COLUMNS = tuple(column.name for column in formation_case_steps.c)
_INSERT = insert_list(formation_case_steps, _COLUMNS)
_STEPS = prepare(
    select(formation_case_steps)
    .where(formation_case_steps.c.case_id == bindparam("ids", type_=ARRAY(Uuid)).any_())
    .order_by(formation_case_steps.c.case_id, formation_case_steps.c.version)
)
_COUNT = text("SELECT count(*) FROM formation_case_steps WHERE case_id = :id AND step = :step")


async def insert_steps(
    tx: Transaction,
    cases: Sequence[Record],
    step: str,
    now: datetime,
    note: str | None = None,
    authorities: Mapping[UUID, Reason] | None = None,
) -> None:
    """Add the step that these cases, as they are after it, just took; `authorities`: for which body, by case."""
    by_case = authorities or {}
    rows: list[dict[str, object]] = [
        {
            "case_id": case["id"],
            "version": case["version"],
            "division": case["division"],
            "step": step,
            "at": now,
            "taken_by": tx.access.actor,
            "note": note,
            **_authority(by_case.get(case["id"]), tx.access.actor),
        }
        for case in cases
    ]
    if rows:
        await tx.execute(_INSERT, columns_of(rows, _COLUMNS))


def _authority(reason: Reason | None, actor: str) -> dict[str, object]:
    """Who decided stands in what is stored of it, and in no event."""
    if reason is None:
        return {"body": None, "reasons": None}
    named = reason.model_copy(update={"facts": reason.facts | {"by": actor}})
    return {"body": reason.facts.get("body"), "reasons": to_json([named.model_dump()])}


async def steps_of(tx: Transaction, case_ids: Sequence[UUID]) -> dict[UUID, list[Record]]:
    """The steps of each of these cases, in their order."""
    found: dict[UUID, list[Record]] = defaultdict(list)
    for row in await tx.records(_STEPS, {"ids": list(case_ids)}) if case_ids else []:
        found[row["case_id"]].append(row)
    return found


async def count_of(tx: Transaction, case_id: UUID, step: str) -> int:
    """How often a case took a step."""
    found: int = await tx.scalar(_COUNT, {"id": case_id, "step": step})
    return found
