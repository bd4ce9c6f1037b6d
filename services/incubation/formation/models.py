"""Tables of checks and cases."""

from sqlalchemy import BigInteger, Column, Date, DateTime, Float, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

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
    Column("street", Text),
    Column("carrier", Text),
    Column("lon", Float(53)),
    Column("lat", Float(53)),
    Column("full_members_full_time", Integer, nullable=False),
    Column("full_members", Integer, nullable=False),
    Column("probationary_members", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("checks", BigInteger, nullable=False),
    Column("coverage", Text, nullable=False),
    Column("covered_by", Uuid),
)

formation_checks = Table(
    "formation_checks",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("organization_id", Uuid, nullable=False),
    Column("uscc", Text, nullable=False),
    Column("division", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("counted_full_members", Integer, nullable=False),
    Column("policy", Text, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("organization_sequence", BigInteger, nullable=False),
    Column("checked_at", DateTime(timezone=True), nullable=False),
)

formation_cases = Table(
    "formation_cases",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("organization_id", Uuid, nullable=False),
    Column("uscc", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("division", Text, nullable=False),
    Column("street", Text),
    Column("check_id", Uuid, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("party_organization_kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("deferred_until", Date),
    Column("note", Text),
    Column("party_organization_id", Uuid),
    Column("version", BigInteger, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("decided_at", DateTime(timezone=True)),
)
