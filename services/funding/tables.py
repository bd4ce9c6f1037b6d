"""Tables of funding: the ledger, grants with steps and decisions, lists of schemes, whom Party organizations cover."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.funding.scheme_tables import add_scheme_tables
from shared.db.base import new_metadata
from shared.schema.tables import add_shared_tables

metadata = new_metadata()
add_shared_tables(metadata)
organizations, scheme_entries, payees, dues_statements = add_scheme_tables(metadata)

ledger_accounts = Table(
    "ledger_accounts",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("kind", Text, nullable=False),
)

# Append-only, by the database's own triggers: transactions and entries.
ledger_transactions = Table(
    "ledger_transactions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("division", Text, nullable=False),
    Column("grant_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("posted_at", DateTime(timezone=True), nullable=False),
    Column("note", Text),
)

ledger_entries = Table(
    "ledger_entries",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("transaction_id", Uuid, nullable=False),
    Column("division", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("debit_fen", BigInteger, nullable=False),
    Column("credit_fen", BigInteger, nullable=False),
    Column("posted_at", DateTime(timezone=True), nullable=False),
)

account_balances = Table(
    "account_balances",
    metadata,
    Column("account", Text, primary_key=True),
    Column("division", Text, primary_key=True),
    Column("balance_fen", BigInteger, nullable=False),
)

grants = Table(
    "grants",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("recipient_id", Uuid, nullable=False),
    Column("recipient_name", Text, nullable=False),
    Column("division", Text, nullable=False),
    Column("scheme", Text, nullable=False),
    Column("policy", Text, nullable=False),
    # The year whose one grant of the scheme this is; null where a year has several of them (months, projects).
    Column("year", Integer),
    Column("amount_fen", BigInteger, nullable=False),
    Column("expense_account", Text, nullable=False),
    Column("payable_account", Text, nullable=False),
    Column("appropriation_account", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("evaluation_id", Uuid),
    Column("version", BigInteger, nullable=False),
    Column("raised_at", DateTime(timezone=True), nullable=False),
    Column("drafted_by", Text),
    Column("reviewed_by", Text),
    Column("approved_by", Text),
    Column("paid_by", Text),
    Column("raised_by", Text),
    Column("purpose", Text, nullable=False),
    Column("trigger", Text, nullable=False),
    # A year, a month, `once`, or the id of an accepted claim. Null: a year, raised by the version before.
    Column("period", Text),
    Column("of_year", Integer),
    Column("level", Text, nullable=False),
    Column("channel", Text, nullable=False),
    # Of what it was computed from. Null: raised by the version before.
    Column("input_hash", Text),
    Column("snapshot", JSONB),
)

# The organizations that a grant stands for: of one purpose and year each counts once, by a unique key.
grant_organizations = Table(
    "grant_organizations",
    metadata,
    Column("grant_id", Uuid, primary_key=True),
    Column("organization_id", Uuid, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("division", Text, nullable=False),
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
    Column("taken_by", Text),
)

grant_decisions = Table(
    "grant_decisions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("event_id", Uuid, nullable=False),
    Column("evaluation_id", Uuid),
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
    Column("trigger", Text, nullable=False),
    Column("period", Text),
)

# What the registry stated of each Party organization last, and whom it covered from when to when (`covers`).
party_organizations = Table(
    "party_organizations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("division", Text, nullable=False),
    Column("form", Text),
    Column("dissolved_on", Date),
    Column("dissolved_at", DateTime(timezone=True)),
    Column("covers", JSONB, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    # Null where nothing was stated since these are kept: a replay fills them.
    Column("name", Text),
    Column("kind", Text),
    Column("established_on", Date),
    Column("taken_over", Boolean, nullable=False),
)

# Rectifications that evaluation closed: what was held for them goes on.
closed_rectifications = Table(
    "closed_rectifications",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("evaluation_id", Uuid, nullable=False),
    Column("party_organization_id", Uuid, nullable=False),
    Column("year", Integer, nullable=False),
    Column("division", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("closed_on", Date, nullable=False),
    Column("sequence", BigInteger, nullable=False),
)
