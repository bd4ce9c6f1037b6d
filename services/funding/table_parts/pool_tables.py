"""Tables of award pools: what was set aside of certified dues, and what each round gave to whom."""

from sqlalchemy import BigInteger, Column, DateTime, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB


def add_pool_tables(metadata: MetaData) -> tuple[Table, Table]:
    """Pools, and awards."""
    pools = Table(
        "award_pools",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("dues_id", Uuid, nullable=False),
        Column("holder_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("year", Integer, nullable=False),
        Column("base_fen", BigInteger, nullable=False),
        Column("share_bp", Integer, nullable=False),
        Column("amount_fen", BigInteger, nullable=False),
        Column("distributed_fen", BigInteger, nullable=False),
        Column("rounds", Integer, nullable=False),
        Column("state", Text, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("policy", Text, nullable=False),
        Column("reasons", JSONB, nullable=False),
        Column("created_by", Text, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("closed_by", Text),
        Column("closed_at", DateTime(timezone=True)),
        # What had come back of its awards by its last round; answers say what has by now.
        Column("reversed_fen", BigInteger, nullable=False, server_default="0"),
    )
    # Append-only.
    awards = Table(
        "awards",
        metadata,
        Column("pool_id", Uuid, primary_key=True),
        Column("round", Integer, primary_key=True),
        Column("recipient_id", Uuid, primary_key=True),
        Column("division", Text, nullable=False),
        Column("weight", Integer, nullable=False),
        Column("amount_fen", BigInteger, nullable=False),
        Column("note", Text),
        Column("awarded_by", Text, nullable=False),
        Column("awarded_at", DateTime(timezone=True), nullable=False),
        Column("grant_id", Uuid),
    )
    return pools, awards
