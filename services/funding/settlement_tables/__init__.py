"""Tables of what follows a payment: reports of use, settlements, returned balances; and of amendments."""

from sqlalchemy import BigInteger, Column, Date, DateTime, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB


def add_settlement_tables(metadata: MetaData) -> tuple[Table, Table, Table, Table]:
    """Reports of use, settlements, returns, amendments."""
    # A supplement is a further number; nothing is replaced.
    reports = Table(
        "grant_use_reports",
        metadata,
        Column("grant_id", Uuid, primary_key=True),
        Column("number", Integer, primary_key=True),
        Column("division", Text, nullable=False),
        Column("vouchers", JSONB, nullable=False),
        Column("total_fen", BigInteger, nullable=False),
        Column("note", Text),
        Column("due_on", Date),
        Column("reported_by", Text, nullable=False),
        Column("reported_at", DateTime(timezone=True), nullable=False),
    )
    settlements = Table(
        "grant_settlements",
        metadata,
        Column("grant_id", Uuid, primary_key=True),
        Column("division", Text, nullable=False),
        Column("report_number", Integer),
        Column("used_fen", BigInteger, nullable=False),
        Column("unspent_fen", BigInteger, nullable=False),
        Column("grade", Text, nullable=False),
        Column("note", Text),
        Column("policy", Text, nullable=False),
        Column("due_on", Date),
        Column("settled_by", Text, nullable=False),
        Column("settled_at", DateTime(timezone=True), nullable=False),
    )
    returns = Table(
        "grant_returns",
        metadata,
        Column("grant_id", Uuid, primary_key=True),
        Column("number", Integer, primary_key=True),
        Column("division", Text, nullable=False),
        Column("amount_fen", BigInteger, nullable=False),
        Column("reference", Text, nullable=False),
        Column("returned_on", Date, nullable=False),
        Column("transaction_id", Uuid, nullable=False),
        Column("recorded_by", Text, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
    )
    amendments = Table(
        "grant_amendments",
        metadata,
        Column("grant_id", Uuid, primary_key=True),
        Column("number", Integer, primary_key=True),
        Column("division", Text, nullable=False),
        Column("state_before", Text, nullable=False),
        Column("from_fen", BigInteger, nullable=False),
        Column("to_fen", BigInteger, nullable=False),
        Column("reason", Text, nullable=False),
        Column("reference", Text, nullable=False),
        Column("difference_id", Uuid),
        Column("amended_by", Text, nullable=False),
        Column("amended_at", DateTime(timezone=True), nullable=False),
    )
    return reports, settlements, returns, amendments
