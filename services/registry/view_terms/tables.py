"""The table of saved views."""

from sqlalchemy import BigInteger, Column, DateTime, MetaData, Table, Text


def add_saved_views(metadata: MetaData) -> Table:
    """Add it to the registry's metadata."""
    return Table(
        "saved_views",
        metadata,
        Column("subject", Text, primary_key=True),
        Column("page", Text, primary_key=True),
        Column("name", Text, primary_key=True),
        Column("query", Text, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("saved_at", DateTime(timezone=True), nullable=False),
    )
