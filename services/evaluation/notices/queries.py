"""The write of the notices."""

from sqlalchemy import insert

from services.evaluation.tables import publications
from shared.db.session import Record, Transaction


async def insert_publication(tx: Transaction, row: Record) -> None:
    """Record a notice."""
    await tx.execute(insert(publications).values(row))
