"""Tables of the yearly rounds, and of what each froze when it opened."""

from sqlalchemy import BigInteger, Column, DateTime, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.evaluation.party_organizations.models import metadata

cycles = Table(
    "cycles",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("division", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("note", Text),
    Column("policy", JSONB),
    Column("enrolled", Integer),
    Column("not_rated", Integer),
    Column("version", BigInteger, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("opened_at", DateTime(timezone=True)),
)

cycle_indicator_systems = Table(
    "cycle_indicator_systems",
    metadata,
    Column("cycle_id", Uuid, primary_key=True),
    Column("type", Text, primary_key=True),
    Column("version", Text, nullable=False),
    Column("division", Text, nullable=False),
    Column("content", JSONB, nullable=False),
)
