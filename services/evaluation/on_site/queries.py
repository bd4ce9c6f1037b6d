"""Every SELECT of the samples and on-site checks, and the writes beside them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.types import Uuid

from services.evaluation.on_site.rules import apply
from services.evaluation.policies import RatingParameters
from services.evaluation.sheets.rules import Fact, Sheet, facts_from
from services.evaluation.tables import on_site_checks, samples
from shared.contracts.base import Reason
from shared.db.base import new_id
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction

_CHECKS = select(on_site_checks).where(on_site_checks.c.evaluation_id == bindparam("ids", type_=ARRAY(Uuid)).any_())
_DRAWN = text(
    """
    INSERT INTO on_site_checks (id, evaluation_id, division, sample_id, team, findings)
    SELECT g.id, e.id, e.division, :sample, '{}', '{}'
    FROM unnest(CAST(:ids AS uuid[]), CAST(:evaluations AS uuid[])) AS g (id, evaluation)
    JOIN evaluations AS e ON e.id = g.evaluation ORDER BY e.id
    ON CONFLICT (evaluation_id) DO UPDATE SET sample_id = excluded.sample_id
    """
)


async def checks_of(tx: Transaction, evaluation_ids: Sequence[UUID]) -> dict[UUID, Record]:
    """The on-site checks of these evaluations: of those that were drawn, and of those that were visited."""
    rows = await tx.records(_CHECKS, {"ids": list(evaluation_ids)})
    return {row["evaluation_id"]: row for row in rows}


def findings_of(check: Mapping[str, Any] | None) -> dict[str, Fact]:
    """What a stored check found, by indicator."""
    return {} if check is None else facts_from(check["findings"])


def is_due(check: Mapping[str, Any] | None, policy: RatingParameters) -> bool:
    """Whether somebody was drawn and not visited yet; not of who moved since to a cycle that has no on-site checks."""
    return check is not None and check["put_at"] is None and policy.on_site is not None


def apply_check(
    sheet: Sheet, check: Mapping[str, Any] | None, policy: RatingParameters, now: datetime
) -> tuple[Sheet, list[Reason]]:
    """The sheet that the rating counts beside a stored check, with a reason for each difference."""
    if check is None or policy.on_site is None:
        return sheet, []
    return apply(sheet, findings_of(check), policy.on_site, now)


async def find_sample(tx: Transaction, cycle_id: UUID, division: str) -> Record | None:
    """The sample of a cycle in a division."""
    return await tx.record(select(samples).where(samples.c.cycle_id == cycle_id, samples.c.division == division))


async def insert_sample(tx: Transaction, row: Record, drawn: Sequence[UUID]) -> None:
    """Record a sample, and that its evaluations are to be visited."""
    await tx.execute(insert(samples).values(row))
    ids = [new_id() for _ in drawn]
    await tx.execute(_DRAWN, {"sample": row["id"], "ids": ids, "evaluations": list(drawn)})


async def save_check(tx: Transaction, row: Record) -> None:
    """Write what a team found, in place of what it found before."""
    statement = upsert(on_site_checks).values({"id": new_id(), **row})
    changed = {name: statement.excluded[name] for name in row if name not in ("evaluation_id", "division")}
    await tx.execute(statement.on_conflict_do_update(index_elements=[on_site_checks.c.evaluation_id], set_=changed))


async def list_samples(
    tx: Transaction, *, cycle: UUID | None, division: str | None, after: str | None, limit: int
) -> list[Record]:
    """A page by id, and one row more where there is another page; `division` is a prefix."""
    statement = where_given(select(samples), {samples.c.cycle_id: cycle})
    statement = where_within(statement, samples.c.division, division)
    return await tx.records(page_by_id(statement, samples.c.id, after, limit))


_SAMPLE_OF = text(
    "SELECT s.* FROM on_site_checks AS o JOIN samples AS s ON s.id = o.sample_id WHERE o.evaluation_id = :id"
)


async def sample_of(tx: Transaction, evaluation_id: UUID) -> Record | None:
    """The sample that drew an evaluation; of a division above the caller's too, for it is shown to everybody."""
    async with tx.system_scope():
        return await tx.record(_SAMPLE_OF, {"id": evaluation_id})
