"""Tables of evaluation: the "double-strong" selection."""

from sqlalchemy import BigInteger, Column, Date, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB


def add_selection_tables(metadata: MetaData) -> Table:
    """Selections, each with what its steps recorded."""
    return Table(
        "selections",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("year", Integer, nullable=False),
        Column("division", Text, nullable=False),
        Column("party_organization_id", Uuid, nullable=False),
        Column("tier", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("recommended_on", Date, nullable=False),
        Column("ground", Text, nullable=False),
        Column("evaluation_id", Uuid),
        Column("visit", JSONB),
        Column("assessment", JSONB),
        Column("management", JSONB),
        Column("publicity", JSONB, nullable=False),
        Column("reasons", JSONB, nullable=False),
        Column("steps", JSONB, nullable=False),
        Column("policy", Text, nullable=False),
        Column("version", BigInteger, nullable=False),
        # Of its events; steps that publish nothing raise the version alone.
        Column("sequence", BigInteger, nullable=False),
    )
