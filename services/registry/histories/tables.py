"""Tables of what organizations were, and of who succeeded whom."""

from sqlalchemy import BigInteger, Column, Date, DateTime, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB


def add_history_tables(metadata: MetaData) -> tuple[Table, Table]:
    """Add them to the registry's metadata."""
    # What an organization was until its next version began; `as_of` is the last instant that confirmed it.
    versions = Table(
        "organization_versions",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("organization_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("content", JSONB, nullable=False),
        Column("as_of", DateTime(timezone=True), nullable=False),
        Column("until", DateTime(timezone=True), nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
    )
    # `organization_id` is the successor; `party_organization_id` what covered the predecessor at the end of the day
    # before.
    successions = Table(
        "successions",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("organization_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("uscc", Text, nullable=False),
        Column("predecessor_id", Uuid, nullable=False),
        Column("predecessor_uscc", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("succeeded_on", Date, nullable=False),
        Column("reason", Text, nullable=False),
        Column("party_organization_id", Uuid),
        Column("reasons", JSONB, nullable=False),
        Column("recorded_by", Text, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
    )
    return versions, successions
