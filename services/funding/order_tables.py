"""Tables of payment orders: orders, their lines with frozen accounts, and what the bank returned."""

from sqlalchemy import BigInteger, Column, Date, DateTime, Integer, LargeBinary, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB


def add_order_tables(metadata: MetaData) -> tuple[Table, Table, Table]:
    """Orders, lines, returns."""
    orders = Table(
        "payment_orders",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("number", Text, nullable=False),
        Column("division", Text, nullable=False),
        Column("channel", Text, nullable=False),
        Column("layout", Text, nullable=False),
        Column("policy", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("count", Integer, nullable=False),
        Column("total_fen", BigInteger, nullable=False),
        Column("note", Text),
        Column("reasons", JSONB, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("ordered_by", Text, nullable=False),
        Column("ordered_at", DateTime(timezone=True), nullable=False),
    )
    # The account as it was verified when it was ordered: holder and number are sealed for this row.
    lines = Table(
        "payment_order_lines",
        metadata,
        Column("order_id", Uuid, primary_key=True),
        Column("line", Integer, primary_key=True),
        Column("division", Text, nullable=False),
        Column("reference", Text, nullable=False),
        Column("grant_id", Uuid, nullable=False),
        Column("recipient_id", Uuid, nullable=False),
        Column("recipient_name", Text, nullable=False),
        Column("amount_fen", BigInteger, nullable=False),
        Column("scheme", Text, nullable=False),
        Column("held_by", Text, nullable=False),
        Column("bank_code", Text, nullable=False),
        Column("payee_version", BigInteger, nullable=False),
        Column("key_id", Text, nullable=False),
        Column("sealed", LargeBinary, nullable=False),
        Column("state", Text, nullable=False),
        Column("because", Text),
        Column("paid_on", Date),
        Column("settled_at", DateTime(timezone=True)),
    )
    # Append-only: each file once.
    returns = Table(
        "payment_returns",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("order_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("sha256", Text, nullable=False),
        Column("findings", JSONB, nullable=False),
        Column("received_by", Text, nullable=False),
        Column("received_at", DateTime(timezone=True), nullable=False),
    )
    return orders, lines, returns
