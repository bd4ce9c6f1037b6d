"""Tables of the registry: how commended Party organizations are managed."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB


def add_management_tables(metadata: MetaData) -> Table:
    """What evaluation published of commendations: a projection."""
    return Table(
        "managements",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("party_organization_id", Uuid, nullable=False),
        Column("year", Integer, nullable=False),
        Column("tier", Text, nullable=False),
        Column("mode", Text, nullable=False),
        Column("level", Text, nullable=False),
        Column("demonstration_site", Boolean, nullable=False),
        Column("commended_on", Date, nullable=False),
        Column("managed_from", Date, nullable=False),
        Column("reasons", JSONB, nullable=False),
        Column("sequence", BigInteger, nullable=False),
    )
