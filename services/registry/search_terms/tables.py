"""The table that organizations are listed and searched by; triggers of `organizations` fill it."""

from sqlalchemy import Column, MetaData, Table, Text, Uuid


def add_search_table(metadata: MetaData) -> Table:
    """Add it to the registry's metadata."""
    # `texts` has the name, the address and former names, a line each and in small letters; `terms` every two neighbours
    # of them as a word, and what lists are filtered by as longer ones.
    return Table(
        "organization_searches",
        metadata,
        Column("organization_id", Uuid, primary_key=True),
        Column("division", Text, nullable=False),
        Column("street", Text, nullable=False),
        Column("texts", Text, nullable=False),
        Column("terms", Text, nullable=False),
    )
