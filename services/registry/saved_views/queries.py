"""Saved views: row-level security shows each caller its own."""

from datetime import datetime

from sqlalchemy import ColumnElement, select, text
from sqlalchemy.dialects.postgresql import insert

from services.registry.tables import saved_views
from shared.db.paging import where_given
from shared.db.session import Record, Transaction

_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('saved_views'), hashtext(:subject))")
_COUNT = text("SELECT count(*) FROM saved_views WHERE subject = :subject")


async def list_own(tx: Transaction, *, page: str | None) -> list[Record]:
    """The caller's views of a page, or of all, by page and name."""
    own = select(saved_views).where(saved_views.c.subject == tx.access.actor)
    listed = where_given(own, {saved_views.c.page: page})
    return await tx.records(listed.order_by(saved_views.c.page, saved_views.c.name))


async def lock_own(tx: Transaction) -> int:
    """Let nobody else change the caller's views until the end of this transaction; returns how many there are."""
    await tx.execute(_LOCK, {"subject": tx.access.actor})
    return int(await tx.scalar(_COUNT, {"subject": tx.access.actor}))


async def get_version(tx: Transaction, page: str, name: str) -> int | None:
    """The version of one of the caller's views, None where there is no such."""
    version: int | None = await tx.scalar(select(saved_views.c.version).where(*_one(tx, page, name)))
    return version


async def put(tx: Transaction, page: str, name: str, query: str, *, version: int, now: datetime) -> Record:
    """Save one of the caller's views, in place of what there was."""
    row = {"subject": tx.access.actor, "page": page, "name": name, "query": query, "version": version, "saved_at": now}
    changed = {key: row[key] for key in ("query", "version", "saved_at")}
    keyed = (
        insert(saved_views).values(row).on_conflict_do_update(index_elements=("subject", "page", "name"), set_=changed)
    )
    await tx.execute(keyed)
    return row


async def delete(tx: Transaction, page: str, name: str) -> None:
    """Delete one of the caller's views, where there is such a one."""
    await tx.execute(saved_views.delete().where(*_one(tx, page, name)))


def _one(tx: Transaction, page: str, name: str) -> tuple[ColumnElement[bool], ...]:
    own = saved_views.c
    return own.subject == tx.access.actor, own.page == page, own.name == name
