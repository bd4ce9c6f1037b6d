"""Tables of what follows from final ratings."""

from sqlalchemy import BigInteger, Column, Date, DateTime, Integer, MetaData, Numeric, SmallInteger, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB


def add_consequence_tables(metadata: MetaData) -> tuple[Table, Table]:
    """Consequences, and what was published last of each organization and year."""
    consequences = Table(
        "consequences",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("evaluation_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("cycle_id", Uuid, nullable=False),
        Column("year", Integer, nullable=False),
        Column("party_organization_id", Uuid, nullable=False),
        Column("kind", Text, nullable=False),
        Column("state", Text, nullable=False),
        # Of the completion that it follows from, which `rated_sequence` names.
        Column("star", SmallInteger, nullable=False),
        Column("total", Numeric(7, 2), nullable=False),
        Column("rated_sequence", BigInteger, nullable=False),
        Column("policy", Text, nullable=False),
        Column("due_on", Date),
        # What it amounts to: a letter's points, the highest grade, the effect in procurement.
        Column("effect", JSONB, nullable=False),
        Column("reasons", JSONB, nullable=False),
        Column("plan", JSONB),
        Column("tracking", JSONB, nullable=False),
        Column("acceptance", JSONB),
        Column("talk", JSONB),
        Column("receipts", JSONB, nullable=False),
        Column("steps", JSONB, nullable=False),
        # Of the events about it.
        Column("sequence", BigInteger, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("closed_on", Date),
    )

    standings = Table(
        "standings",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("organization_id", Uuid, nullable=False),
        Column("year", Integer, nullable=False),
        Column("division", Text, nullable=False),
        Column("evaluation_id", Uuid, nullable=False),
        Column("party_organization_id", Uuid, nullable=False),
        Column("star", SmallInteger),
        Column("total", Numeric(7, 2)),
        Column("published_on", Date, nullable=False),
        Column("final_on", Date),
        Column("sequence", BigInteger, nullable=False),
    )
    return consequences, standings
