"""The tables that organizations are listed, searched and counted by; triggers of `organizations` fill them."""

from sqlalchemy import BigInteger, Column, MetaData, Table, Text, Uuid


def add_search_tables(metadata: MetaData) -> tuple[Table, Table]:
    """Add them to the registry's metadata."""
    # `texts` has the name, the address and former names, a line each and in small letters; `terms` every two neighbours
    # of them as a word, and what lists are filtered by as longer ones.
    searches = Table(
        "organization_searches",
        metadata,
        Column("organization_id", Uuid, primary_key=True),
        Column("division", Text, nullable=False),
        Column("street", Text, nullable=False),
        Column("texts", Text, nullable=False),
        Column("terms", Text, nullable=False),
    )
    # Registered organizations; a division and a coverage have several rows, one for each of those who wrote at once.
    counts = Table(
        "organization_counts",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("division", Text, nullable=False),
        Column("coverage", Text, nullable=False),
        Column("organizations", BigInteger, nullable=False),
    )
    return searches, counts
