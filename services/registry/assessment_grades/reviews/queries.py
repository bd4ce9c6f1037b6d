"""Every SELECT of the reviews of grades, and the set-based writes beside them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from services.registry.assessment_grades.reviews.rules import ReviewState
from services.registry.organizations.queries import SHOWN
from services.registry.tables import assessment_grades, grade_reviews
from shared.db.base import columns_of, insert_list
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction

_NEW = ("id", "organization_id", "division", "grade_id", "cause", "state", "reasons", "opened_at", "version")
# One that lapsed is opened again where its cause is back; what was decided stays decided.
_OPEN = insert_list(
    grade_reviews,
    _NEW,
    "ON CONFLICT (grade_id, cause) DO UPDATE SET state = 'open', reasons = excluded.reasons, "
    "opened_at = excluded.opened_at, version = grade_reviews.version + 1 WHERE grade_reviews.state = 'lapsed'",
)
_LAPSE = text(
    "UPDATE grade_reviews SET state = 'lapsed', version = version + 1 "
    "WHERE id = ANY(CAST(:ids AS uuid[])) AND state = 'open'"
)
_LAPSE_EXPIRED = text(
    "UPDATE grade_reviews AS r SET state = 'lapsed', version = r.version + 1 FROM assessment_grades AS g "
    "WHERE g.id = r.grade_id AND r.state = 'open' AND (g.valid_until < :day OR g.ended_by IS NOT NULL)"
)
_DECIDE = text(
    "UPDATE grade_reviews SET state = 'decided', outcome = :outcome, note = :note, decided_by = :by, "
    "decided_at = :at, version = version + 1 WHERE id = ANY(CAST(:ids AS uuid[])) AND state = 'open'"
)
_OF_GRADES = select(grade_reviews).where(grade_reviews.c.grade_id == bindparam("ids", type_=ARRAY(Uuid)).any_())
_SHOWN: Select[Any] = (
    select(
        grade_reviews,
        SHOWN.c.uscc,
        SHOWN.c.name,
        assessment_grades.c.grade,
        assessment_grades.c.announced_on,
        assessment_grades.c.recorded_by,
    )
    .join(SHOWN, SHOWN.c.id == grade_reviews.c.organization_id)
    .join(assessment_grades, assessment_grades.c.id == grade_reviews.c.grade_id)
)


async def of_grades(tx: Transaction, grade_ids: Iterable[UUID]) -> list[Record]:
    """Every review of these grades."""
    return await tx.records(_OF_GRADES, {"ids": [*grade_ids]})


async def open_all(tx: Transaction, rows: Sequence[Record]) -> int:
    """Open reviews; returns how many are new or open again."""
    return await tx.execute(_OPEN, columns_of(rows, _NEW)) if rows else 0


async def lapse(tx: Transaction, ids: Sequence[UUID]) -> None:
    """Their cause is gone before anybody decided."""
    if ids:
        await tx.execute(_LAPSE, {"ids": list(ids)})


async def lapse_expired(tx: Transaction, day: date) -> None:
    """Of grades that hold no more there is nothing to decide."""
    await tx.execute(_LAPSE_EXPIRED, {"day": day})


async def decide(
    tx: Transaction, ids: Sequence[UUID], *, outcome: str, note: str | None, by: str, at: datetime
) -> None:
    """Note the decision on open reviews."""
    if ids:
        await tx.execute(_DECIDE, {"ids": list(ids), "outcome": outcome, "note": note, "by": by, "at": at})


async def get(tx: Transaction, review_id: UUID) -> Record | None:
    """One review with the organization and the grade that it is about."""
    return await tx.record(_SHOWN.where(grade_reviews.c.id == review_id))


async def list_reviews(
    tx: Transaction,
    *,
    division: str | None,
    state: ReviewState | None,
    organization_id: UUID | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id."""
    statement = where_given(_SHOWN, {grade_reviews.c.state: state, grade_reviews.c.organization_id: organization_id})
    statement = where_within(statement, grade_reviews.c.division, division)
    return await tx.records(page_by_id(statement, grade_reviews.c.id, after, limit))
