"""The tables that every service has, as its migrations leave them: of the bus, the audit, operators and tasks."""

from sqlalchemy import BigInteger, Column, Date, DateTime, Integer, LargeBinary, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import UserDefinedType

from shared.db.base import new_metadata


class Xid8(UserDefinedType[str]):
    """A transaction's id, which never wraps around; SQLAlchemy knows no such type."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """See SQLAlchemy."""
        return "xid8"


_METADATA = new_metadata()

# Partitioned by `created_on`, a day each.
outbox = Table(
    "outbox",
    _METADATA,
    Column("seq", BigInteger, primary_key=True),
    Column("created_on", Date, primary_key=True),
    Column("id", Uuid, nullable=False),
    Column("topic", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Column("division", Text),
    Column("correlation_id", Text),
    Column("causation_id", Text),
    Column("traceparent", Text),
    Column("data", JSONB, nullable=False),
    Column("published_at", DateTime(timezone=True)),
    Column("position", BigInteger),
    Column("also_divisions", Text),
)

inbox = Table(
    "inbox",
    _METADATA,
    Column("event_id", Uuid, primary_key=True),
    Column("consumer", Text, primary_key=True),
    Column("claimed_at", DateTime(timezone=True), nullable=False),
    Column("tx", Xid8, nullable=False),
)

dead_letters = Table(
    "dead_letters",
    _METADATA,
    Column("id", Uuid, primary_key=True),
    Column("consumer", Text, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("type", Text),
    Column("topic", Text, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("key", Text, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("handler", Text),
    Column("attempts", Integer, nullable=False),
    Column("division", Text),
    Column("state", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("settled_at", DateTime(timezone=True)),
)

idempotency_keys = Table(
    "idempotency_keys",
    _METADATA,
    Column("caller", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("route", Text, nullable=False),
    Column("request_hash", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

task_assignments = Table(
    "task_assignments",
    _METADATA,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("division", Text, nullable=False),
    Column("assignee", Text, nullable=False),
    Column("assigned_by", Text, nullable=False),
    Column("assigned_at", DateTime(timezone=True), nullable=False),
    Column("reason", Text),
)

operator_actions = Table(
    "operator_actions",
    _METADATA,
    Column("id", Uuid, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("operator", Text, nullable=False),
    Column("command", Text, nullable=False),
    Column("arguments", JSONB, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("figures", JSONB, nullable=False),
    Column("division", Text),
)

# Only the audit's own functions write these two.
audit_heads = Table(
    "audit_heads",
    _METADATA,
    Column("division", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

audit_log = Table(
    "audit_log",
    _METADATA,
    Column("division", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("door", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("object_type", Text, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("diff", JSONB, nullable=False),
    Column("policy", Text),
    Column("request_id", Text),
    Column("tx", Xid8, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)


SHARED_TABLES = frozenset(_METADATA.tables)
"""Their names."""


def add_shared_tables(metadata: MetaData) -> None:
    """Add these tables to the metadata of a service, so that it is complete."""
    for table in _METADATA.sorted_tables:
        table.to_metadata(metadata)
