"""Tables of the grants: what they are, how they got there, and why."""

from sqlalchemy import BigInteger, Column, DateTime, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.base import new_metadata

metadata = new_metadata()

grants = Table(
    "grants",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("recipient_id", Uuid, nullable=False),
    Column("recipient_name", Text, nullable=False),
    Column("division", Text, nullable=False),
    Column("scheme", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("expense_account", Text, nullable=False),
    Column("payable_account", Text, nullable=False),
    Column("appropriation_account", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("evaluation_id", Uuid, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("raised_at", DateTime(timezone=True), nullable=False),
    Column("drafted_by", Text),
    Column("reviewed_by", Text),
    Column("approved_by", Text),
    Column("paid_by", Text),
)

grant_steps = Table(
    "grant_steps",
    metadata,
    Column("grant_id", Uuid, primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("division", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("note", Text),
)

grant_decisions = Table(
    "grant_decisions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("event_id", Uuid, nullable=False),
    Column("evaluation_id", Uuid, nullable=False),
    Column("recipient_id", Uuid, nullable=False),
    Column("division", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("policy", Text),
    Column("scheme", Text),
    Column("outcome", Text, nullable=False),
    Column("amount_fen", BigInteger),
    Column("grant_id", Uuid),
    Column("facts", JSONB, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("as_of", DateTime(timezone=True), nullable=False),
    Column("decided_at", DateTime(timezone=True), nullable=False),
)
