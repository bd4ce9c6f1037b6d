"""Tables of who said what of an organization, and of pairs that may be one."""

from sqlalchemy import BigInteger, Column, DateTime, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB


def add_claim_tables(metadata: MetaData) -> tuple[Table, Table, Table]:
    """Add them to the registry's metadata."""
    # Only of organizations of which more than the registering authority has spoken: of all others it said everything,
    # as of the instant that the organization itself has.
    claims = Table(
        "organization_claims",
        metadata,
        Column("organization_id", Uuid, primary_key=True),
        Column("division", Text, nullable=False),
        Column("claims", JSONB, nullable=False),
    )
    # Two organizations that may be one, or one the other's successor; the first is the one whose registration
    # proposed it.
    duplicates = Table(
        "duplicates",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("organization_id", Uuid, nullable=False),
        Column("uscc", Text, nullable=False),
        Column("division", Text, nullable=False),
        Column("other_id", Uuid, nullable=False),
        Column("other_uscc", Text, nullable=False),
        Column("other_division", Text, nullable=False),
        Column("proposed_at", DateTime(timezone=True), nullable=False),
        Column("verdict", Text),
        Column("kept_id", Uuid),
        Column("succession_id", Uuid),
        Column("reason", Text),
        Column("reasons", JSONB),
        Column("resolved_by", Text),
        Column("resolved_at", DateTime(timezone=True)),
        Column("version", BigInteger, nullable=False),
    )
    # By what pairs are found; written by triggers alone.
    keys = Table(
        "organization_keys",
        metadata,
        Column("organization_id", Uuid, primary_key=True),
        Column("division", Text, nullable=False),
        Column("organization_code", Text, nullable=False),
        Column("named", Text, nullable=False),
        Column("addressed", Text, nullable=False),
    )
    return claims, duplicates, keys
