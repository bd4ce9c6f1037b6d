"""Every statement on proposals of areas."""

from uuid import UUID

from sqlalchemy import select, text

from services.incubation.tables import area_proposals
from shared.computing.jobs import Jobs
from shared.db.base import to_json
from shared.db.paging import page_by_id, where_within
from shared.db.session import Record, Transaction

JOBS = Jobs(area_proposals, key="id", counted="bodies", channel="area_proposals")
_BRIEF = [column for column in area_proposals.columns if column.name not in ("areas", "left_out")]


async def get(tx: Transaction, proposal_id: UUID, *, lock: bool = False) -> Record | None:
    """One proposal."""
    statement = select(area_proposals).where(area_proposals.c.id == proposal_id)
    return await tx.record(statement.with_for_update() if lock else statement)


async def list_proposals(tx: Transaction, *, division: str | None, before: str | None, limit: int) -> list[Record]:
    """A page, the newest first, without what is proposed."""
    statement = where_within(select(*_BRIEF), area_proposals.c.division, division)
    return await tx.records(page_by_id(statement, area_proposals.c.id, before, limit, newest_first=True))


async def note_adopted(tx: Transaction, proposal: Record) -> None:
    """Write which of its areas were adopted, and the version."""
    statement = text("UPDATE area_proposals SET areas = CAST(:areas AS jsonb), version = :version WHERE id = :id")
    named = {"id": proposal["id"], "areas": to_json(proposal["areas"]), "version": proposal["version"]}
    await tx.execute(statement, named)
