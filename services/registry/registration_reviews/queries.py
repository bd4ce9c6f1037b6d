"""Every SELECT of the reviews at registration, and the writes beside them."""

from dataclasses import fields
from datetime import date
from uuid import UUID

from sqlalchemy import Select, insert, select, text, update

from services.registry.registration_reviews.review import Registered, ReviewState
from services.registry.tables import organizations, registration_reviews
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction

WRITTEN = tuple(column.name for column in registration_reviews.columns if column.name not in ("id", "created_at"))


def _shown() -> Select[tuple[object, ...]]:
    """With the organization that has the code, as far as the caller sees it."""
    return select(
        registration_reviews,
        organizations.c.id.label("organization_id"),
        organizations.c.name.label("organization_name"),
        organizations.c.registered_on.label("organization_registered_on"),
    ).join(organizations, organizations.c.uscc == registration_reviews.c.uscc, isouter=True)


async def insert_one(tx: Transaction, row: Record) -> None:
    """Store an application."""
    await tx.execute(insert(registration_reviews).values(row))


async def write(tx: Transaction, row: Record) -> None:
    """Write a review that was locked; its version counts up."""
    values = {name: row[name] for name in WRITTEN} | {"version": row["version"] + 1}
    await tx.execute(update(registration_reviews).where(registration_reviews.c.id == row["id"]).values(values))


async def get(tx: Transaction, review_id: UUID) -> Record | None:
    """One review that the caller sees."""
    return await tx.record(_shown().where(registration_reviews.c.id == review_id))


async def lock(tx: Transaction, review_id: UUID) -> Record | None:
    """The same, locked, without its organization."""
    statement = select(registration_reviews).where(registration_reviews.c.id == review_id)
    return await tx.record(statement.with_for_update())


_ONE_WRITER = text("SELECT pg_advisory_xact_lock(hashtext('review ' || CAST(:uscc AS text)))")


async def others_with(tx: Transaction, uscc: str, review_id: UUID) -> bool:
    """Whether another review has the code; of any division. Who asks holds the code until the transaction ends."""
    await tx.scalar(_ONE_WRITER, {"uscc": uscc})
    statement = select(registration_reviews.c.id).where(
        registration_reviews.c.uscc == uscc, registration_reviews.c.id != review_id
    )
    return await tx.record(statement.limit(1)) is not None


async def registered_with(tx: Transaction, uscc: str) -> Registered | None:
    """The organization that has the code; of any division where the scope is the system's."""
    columns = (organizations.c[field.name] for field in fields(Registered))
    row = await tx.record(select(*columns).where(organizations.c.uscc == uscc))
    return None if row is None else Registered(**row)


async def list_reviews(
    tx: Transaction,
    *,
    division: str | None,
    state: ReviewState | None,
    uscc: str | None,
    overdue: bool | None,
    today: date,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id; `overdue` are those whose papers should have been handed over before today."""
    of = registration_reviews.c
    statement = where_within(where_given(_shown(), {of.state: state, of.uscc: uscc}), of.division, division)
    if overdue is not None:
        late = (of.state == "certified") & (of.hand_over_due_on < today)
        statement = statement.where(late if overdue else ~late)
    return await tx.records(page_by_id(statement, of.id, after, limit))
