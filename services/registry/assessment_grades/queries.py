"""Every SELECT of the assessment grades, their verifications and reviews, and the writes beside them."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, insert, select, text
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.types import Date, Uuid

from services.registry.assessment_grades.grade import COLUMNS, AssessmentGrade, Ending, Verification
from services.registry.organizations.queries import SHOWN
from services.registry.tables import assessment_grades, grade_verifications
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

_IDS = bindparam("ids", type_=ARRAY(Uuid))
_DAY = bindparam("day", type_=Date)
# Those that ended too: the one before does not come back.
_GIVEN = prepare(
    select(assessment_grades)
    .where(
        assessment_grades.c.organization_id == _IDS.any_(),
        assessment_grades.c.ended_by.is_distinct_from(text("'correction'")),
        assessment_grades.c.valid_until >= _DAY,
    )
    .order_by(assessment_grades.c.id)
)
_LOWERED = prepare(
    select(grade_verifications)
    .ext(distinct_on(grade_verifications.c.organization_id))
    .where(
        grade_verifications.c.organization_id == _IDS.any_(),
        grade_verifications.c.decided_on <= _DAY,
        grade_verifications.c.outcome != text("'confirmed'"),
        func.coalesce(grade_verifications.c.grade < grade_verifications.c.before, text("true")),
    )
    .order_by(
        grade_verifications.c.organization_id, grade_verifications.c.decided_on.desc(), grade_verifications.c.id.desc()
    )
)
# In slices, for what looks at every one of them.
_ORGANIZATIONS = text(
    "SELECT DISTINCT organization_id AS id FROM assessment_grades WHERE valid_until >= :day "
    "AND ended_by IS NULL AND organization_id > :after ORDER BY 1 LIMIT :limit"
)
SHOWN_GRADES: Select[Any] = select(assessment_grades, SHOWN.c.uscc, SHOWN.c.name).join(
    SHOWN, SHOWN.c.id == assessment_grades.c.organization_id
)
_END = text(
    "UPDATE assessment_grades SET ended_on = :on, ended_by = :by, version = version + 1 WHERE id = CAST(:id AS uuid)"
)


async def given(tx: Transaction, ids: Iterable[UUID], day: date) -> dict[UUID, list[AssessmentGrade]]:
    """Of each organization, the grades that were given to a day or later, those too that were ended before it."""
    found: dict[UUID, list[AssessmentGrade]] = {}
    for row in await tx.records(_GIVEN, {"ids": [*ids], "day": day}):
        found.setdefault(row["organization_id"], []).append(AssessmentGrade.of(row))
    return found


async def lowered(tx: Transaction, ids: Iterable[UUID], day: date) -> dict[UUID, Verification]:
    """Of each organization, the last verification by a day that lowered a grade or took it away."""
    return {
        row["organization_id"]: Verification(row["outcome"], row["before"], row["grade"], row["decided_on"])
        for row in await tx.records(_LOWERED, {"ids": [*ids], "day": day})
    }


async def organizations_with_grades(tx: Transaction, day: date, after: UUID, limit: int) -> list[UUID]:
    """Organizations with a grade that has not ended, after one of them."""
    return [row.id for row in await tx.rows(_ORGANIZATIONS, {"day": day, "after": after, "limit": limit})]


async def get(tx: Transaction, grade_id: UUID) -> Record | None:
    """One grade with its organization's code and name."""
    return await tx.record(SHOWN_GRADES.where(assessment_grades.c.id == grade_id))


async def announced(tx: Transaction, organization_id: UUID, on: date) -> AssessmentGrade | None:
    """The grade that is recorded as announced on a day; corrected ones and those by verification are none."""
    row = await tx.record(
        select(assessment_grades).where(
            assessment_grades.c.organization_id == organization_id,
            assessment_grades.c.announced_on == on,
            assessment_grades.c.ended_by.is_distinct_from("correction"),
            assessment_grades.c.origin != "verification",
        )
    )
    return None if row is None else AssessmentGrade.of(row)


async def list_grades(
    tx: Transaction,
    *,
    organization_id: UUID | None,
    division: str | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id: all that were ever recorded."""
    statement = where_given(SHOWN_GRADES, {assessment_grades.c.organization_id: organization_id})
    statement = where_within(statement, assessment_grades.c.division, division)
    return await tx.records(page_by_id(statement, assessment_grades.c.id, after, limit))


_RECORDERS = text(
    "WITH RECURSIVE records AS (SELECT follows, origin, recorded_by FROM assessment_grades "
    "WHERE id = CAST(:id AS uuid) UNION ALL SELECT g.follows, g.origin, g.recorded_by FROM assessment_grades AS g "
    "JOIN records AS r ON g.id = r.follows AND r.origin = 'correction') SELECT recorded_by FROM records"
)


async def recorders(tx: Transaction, grade_id: UUID) -> list[str]:
    """Who recorded a grade, and those records that it corrects."""
    return [row.recorded_by for row in await tx.rows(_RECORDERS, {"id": grade_id})]


async def insert_grade(tx: Transaction, grade: AssessmentGrade) -> None:
    """Record a grade."""
    row: Record = {name: getattr(grade, name) for name in COLUMNS}
    await tx.execute(insert(assessment_grades).values(row))


async def end_grade(tx: Transaction, grade_id: UUID, on: date, by: Ending) -> None:
    """From that day on it holds no more."""
    await tx.execute(_END, {"id": grade_id, "on": on, "by": by})


async def insert_verification(tx: Transaction, row: Record) -> None:
    """Note a verification assessment."""
    await tx.execute(insert(grade_verifications).values(row))


async def list_verifications(tx: Transaction, *, organization_id: UUID, after: str | None, limit: int) -> list[Record]:
    """A page by id of an organization's verification assessments."""
    statement = select(grade_verifications).where(grade_verifications.c.organization_id == organization_id)
    return await tx.records(page_by_id(statement, grade_verifications.c.id, after, limit))
