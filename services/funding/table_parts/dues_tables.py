"""Tables of the register of dues: totals of organizations by year and quarter, and claims for their refund."""

from sqlalchemy import BigInteger, Column, Date, DateTime, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB


def add_dues_tables(metadata: MetaData) -> tuple[Table, Table, Table]:
    """Years, quarters with every revision, refund claims."""
    years = Table(
        "dues_years",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("holder_id", Uuid, nullable=False),
        Column("holder_kind", Text, nullable=False),
        Column("holder_name", Text, nullable=False),
        Column("division", Text, nullable=False),
        Column("year", Integer, nullable=False),
        Column("state", Text, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("base_fen", BigInteger),
        Column("policy", Text),
        Column("reasons", JSONB, nullable=False),
        Column("certified_by", Text),
        Column("certified_at", DateTime(timezone=True)),
        Column("certified_note", Text),
    )
    # Append-only: a correction is the quarter's next revision, with its reason.
    quarters = Table(
        "dues_quarters",
        metadata,
        Column("dues_id", Uuid, primary_key=True),
        Column("quarter", Integer, primary_key=True),
        Column("revision", Integer, primary_key=True),
        Column("division", Text, nullable=False),
        Column("collected_fen", BigInteger, nullable=False),
        Column("remitted_fen", BigInteger, nullable=False),
        Column("retained_fen", BigInteger, nullable=False),
        Column("interest_fen", BigInteger, nullable=False),
        Column("papers", JSONB, nullable=False),
        Column("reason", Text),
        Column("entered_by", Text, nullable=False),
        Column("entered_at", DateTime(timezone=True), nullable=False),
    )
    # Append-only: what becomes of a claim is what becomes of its grant.
    refunds = Table(
        "dues_refunds",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("dues_id", Uuid, nullable=False),
        Column("holder_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("year", Integer, nullable=False),
        Column("amount_fen", BigInteger, nullable=False),
        Column("receiver_id", Uuid, nullable=False),
        Column("host_id", Uuid),
        Column("list_reference", Text, nullable=False),
        Column("slip_reference", Text, nullable=False),
        Column("grant_id", Uuid, nullable=False),
        Column("policy", Text, nullable=False),
        Column("reasons", JSONB, nullable=False),
        Column("claimed_on", Date, nullable=False),
        Column("claimed_by", Text, nullable=False),
        Column("claimed_at", DateTime(timezone=True), nullable=False),
        Column("number", Integer, nullable=False, server_default="1"),
    )
    return years, quarters, refunds
