"""The projection: what the registry told of each Party organization last."""

from sqlalchemy import BigInteger, Column, Date, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.base import new_metadata

metadata = new_metadata()

# All but the key may be missing where a dissolution came before anything else.
party_organizations = Table(
    "party_organizations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text),
    Column("kind", Text),
    Column("form", Text),
    Column("division", Text, nullable=False),
    Column("established_on", Date),
    Column("dissolved_on", Date),
    Column("covers", JSONB),
    Column("sequence", BigInteger, nullable=False),
)
