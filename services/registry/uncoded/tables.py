"""Tables of organizations that have no code: what streets filed, and applications for registration."""

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Float, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB


def add_uncoded_tables(metadata: MetaData) -> tuple[Table, Table, Table]:
    """Add them to the registry's metadata."""
    # Bodies that streets filed, from `filed_on` to before `until`. `reference` is the number with what it is within.
    filed_bodies = Table(
        "filed_bodies",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("reference", Text, nullable=False),
        Column("number", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("division", Text, nullable=False),
        Column("street", Text, nullable=False),
        Column("community", Text),
        Column("address", Text),
        Column("people", Integer),
        Column("full_members", Integer),
        Column("probationary_members", Integer),
        Column("filed_on", Date, nullable=False),
        Column("until", Date),
        Column("as_of", DateTime(timezone=True), nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("lon", Float(53)),
        Column("lat", Float(53)),
        # The subject of the event that stated it last.
        Column("stated_in", Uuid),
        Column("datum", Text),
    )
    # In which area incubation states a filed body to be, since when; null: in none any more. `id` is the body's.
    filed_body_areas = Table(
        "filed_body_areas",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("division", Text, nullable=False),
        Column("area", Text),
        Column("since", Date, nullable=False),
        Column("stated_at", DateTime(timezone=True), nullable=False),
        Column("sequence", BigInteger, nullable=False),
    )
    # Applications for registration under review; parts are JSON, null while they are missing. `steps` is the history.
    registration_reviews = Table(
        "registration_reviews",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("division", Text, nullable=False),
        Column("street", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("applied_on", Date, nullable=False),
        Column("survey", JSONB(none_as_null=True)),
        Column("commitment", JSONB(none_as_null=True)),
        Column("hosting", JSONB(none_as_null=True)),
        Column("instructor", JSONB(none_as_null=True)),
        Column("charter_clause", Boolean),
        Column("drafted_by", JSONB, nullable=False),
        Column("policy", Text, nullable=False),
        Column("reasons", JSONB, nullable=False),
        Column("uscc", Text),
        Column("certified_on", Date),
        Column("hand_over_due_on", Date),
        Column("handed_over_on", Date),
        Column("handed_over_to", Text),
        Column("steps", JSONB, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("host_unit", Text),
        # Null where it was approved before the day was kept.
        Column("approved_on", Date),
    )
    return filed_bodies, filed_body_areas, registration_reviews
