"""Tables of the ledger; transactions and entries are append-only, by the database's own triggers."""

from sqlalchemy import BigInteger, Column, DateTime, Table, Text, Uuid

from services.funding.grants.models import metadata

ledger_accounts = Table(
    "ledger_accounts",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("kind", Text, nullable=False),
)

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
