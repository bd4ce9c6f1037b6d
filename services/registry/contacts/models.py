"""Table of the contacts: who is reached in which role, sealed."""

from sqlalchemy import BigInteger, Column, DateTime, LargeBinary, Table, Text, Uuid

from services.registry.organizations.models import metadata

contacts = Table(
    "contacts",
    metadata,
    Column("organization_id", Uuid, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("division", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)
