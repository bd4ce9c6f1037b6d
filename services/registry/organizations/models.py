"""Tables of the registry's organizations."""

from sqlalchemy import BigInteger, Column, Date, DateTime, Float, Integer, Table, Text, Uuid

from shared.db.base import new_metadata

metadata = new_metadata()

organizations = Table(
    "organizations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("uscc", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("division", Text, nullable=False),
    Column("street", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("carrier", Text),
    Column("lon", Float(53)),
    Column("lat", Float(53)),
    Column("registered_on", Date, nullable=False),
    Column("full_time_staff", Integer, nullable=False),
    Column("full_members_full_time", Integer, nullable=False),
    Column("full_members", Integer, nullable=False),
    Column("probationary_members", Integer, nullable=False),
    Column("evaluation_type", Text),
    Column("source", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("as_of", DateTime(timezone=True), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("coverage", Text, nullable=False),
)
