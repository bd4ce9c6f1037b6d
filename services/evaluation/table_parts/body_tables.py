"""Tables of evaluation: superior bodies, as the registry stated them last."""

from sqlalchemy import BigInteger, Column, Date, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB


def add_body_table(metadata: MetaData) -> Table:
    """The projection of superior bodies."""
    return Table(
        "bodies",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("code", Text, nullable=False),
        # What it is called: `{name, from}`, in the order of their days.
        Column("names", JSONB, nullable=False),
        Column("level", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("department", Text),
        Column("division", Text, nullable=False),
        Column("street", Text),
        # The code of the body above.
        Column("parent", Text),
        Column("since", Date, nullable=False),
        Column("until", Date),
        Column("sequence", BigInteger, nullable=False),
    )
