"""Tables of the ledger: accounts, transactions with their entries, balances, and months that are closed."""

from sqlalchemy import BigInteger, Column, Date, DateTime, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB


def add_ledger_tables(metadata: MetaData) -> tuple[Table, Table, Table, Table, Table]:
    """Accounts, transactions, entries, balances, periods."""
    # An account is kept from its first posting on; the chart itself is policy data.
    accounts = Table(
        "ledger_accounts",
        metadata,
        Column("code", Text, primary_key=True),
        Column("name_zh", Text, nullable=False),
        Column("name_en", Text, nullable=False),
        Column("kind", Text, nullable=False),
    )
    # Append-only, by the database's own triggers: transactions and entries. What the version before wrote has no
    # `booked_on`: its day is that of `posted_at` in China. Trigger, recipient, scheme, period and purpose are the key
    # by which a posting is made once; `input_hash` is of what was posted.
    transactions = Table(
        "ledger_transactions",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("division", Text, nullable=False),
        Column("grant_id", Uuid),
        Column("kind", Text, nullable=False),
        Column("posted_at", DateTime(timezone=True), nullable=False),
        Column("note", Text),
        Column("booked_on", Date),
        Column("corrects", Uuid),
        Column("posted_by", Text),
        Column("entries", Integer),
        Column("trigger", Text),
        Column("recipient_id", Uuid),
        Column("scheme", Text),
        Column("period", Text),
        Column("purpose", Text),
        Column("input_hash", Text),
        # A posting that this one is about without taking it back: the payment that something is returned of.
        Column("concerns", Uuid),
    )
    entries = Table(
        "ledger_entries",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("transaction_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("account", Text, nullable=False),
        Column("debit_fen", BigInteger, nullable=False),
        Column("credit_fen", BigInteger, nullable=False),
        Column("posted_at", DateTime(timezone=True), nullable=False),
        Column("booked_on", Date),
        Column("source", Text),
        Column("recipient_id", Uuid),
        Column("purpose", Text),
    )
    balances = Table(
        "account_balances",
        metadata,
        Column("account", Text, primary_key=True),
        Column("division", Text, primary_key=True),
        Column("balance_fen", BigInteger, nullable=False),
    )
    # A month without a row is open; `division` is a prefix.
    periods = Table(
        "ledger_periods",
        metadata,
        Column("division", Text, primary_key=True),
        Column("month", Text, primary_key=True),
        Column("state", Text, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("closed_by", Text),
        Column("closed_at", DateTime(timezone=True)),
        Column("locked_by", Text),
        Column("locked_at", DateTime(timezone=True)),
        Column("reason", Text),
        Column("balances", JSONB),
    )
    return accounts, transactions, entries, balances, periods
