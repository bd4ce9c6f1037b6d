"""Tables of areas: what is drawn and from when on, and which bodies are in which of them."""

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Float, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB


def add_area_tables(metadata: MetaData) -> tuple[Table, ...]:
    """Add them to incubation's metadata."""
    # The area Party organization of a place: a drawn area's code, a street, or the division where there is neither.
    branches = Table(
        "areas",
        metadata,
        Column("party_organization_id", Uuid, primary_key=True),
        Column("division", Text, nullable=False),
        Column("street", Text, nullable=False),
        Column("version", BigInteger, nullable=False),
    )
    records = Table(
        "area_records",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("code", Text, nullable=False),
        Column("division", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("followed_by", JSONB, nullable=False),
        Column("ended_why", Text),
        Column("version", BigInteger, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
    )
    # How an area is drawn from a day on, to before another; `polygon` holds the closed line in WGS 84.
    outlines = Table(
        "area_outlines",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("area_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("valid_from", Date, nullable=False),
        Column("valid_until", Date),
        Column("polygon", JSONB, nullable=False),
        Column("datum", Text, nullable=False),
        Column("square_metres", Integer, nullable=False),
        Column("workers", Integer, nullable=False),
        Column("west", Float(53), nullable=False),
        Column("south", Float(53), nullable=False),
        Column("east", Float(53), nullable=False),
        Column("north", Float(53), nullable=False),
        Column("within", Text, nullable=False),
        Column("policy", Text, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
    )
    # One row for each division that has areas: writers lock it, and it says for which day bodies were assigned.
    divisions = Table(
        "area_divisions",
        metadata,
        Column("division", Text, primary_key=True),
        Column("assigned_on", Date),
    )
    # In which area a body is; without one it was in some area before. `asked` is the Party organization that the
    # registry was asked last to cover it by.
    bodies = Table(
        "area_bodies",
        metadata,
        Column("body_id", Uuid, primary_key=True),
        Column("division", Text, nullable=False),
        Column("area", Text),
        Column("filed", Boolean, nullable=False),
        Column("sequence", BigInteger, nullable=False),
        Column("asked", Uuid),
        # The subject of the event that stated a filed body's area last.
        Column("stated_in", Uuid),
    )
    # Gaps between areas, and overlaps of them, as of the day that the division's bodies were assigned.
    faults = Table(
        "area_faults",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("division", Text, nullable=False),
        Column("what", Text, nullable=False),
        Column("areas", Text, nullable=False),
        Column("square_metres", BigInteger, nullable=False),
        Column("lon", Float(53), nullable=False),
        Column("lat", Float(53), nullable=False),
    )
    boundaries = Table(
        "division_boundaries",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("division", Text, nullable=False),
        Column("polygons", JSONB, nullable=False),
        Column("datum", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("square_metres", BigInteger, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
    )
    # What the registry stated of each filed body last.
    filed = Table(
        "filed_bodies",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("number", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("division", Text, nullable=False),
        Column("street", Text, nullable=False),
        Column("lon", Float(53)),
        Column("lat", Float(53)),
        Column("filed_on", Date, nullable=False),
        Column("until", Date),
        Column("sequence", BigInteger, nullable=False),
    )
    # How many bodies are filed, and how many are in which area; triggers of both tables keep it, a row for each of
    # those who wrote at once.
    Table(
        "filed_body_counts",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("division", Text, nullable=False),
        Column("filed_year", Integer, nullable=False),
        Column("until", Date),
        Column("bodies", BigInteger, nullable=False),
    )
    Table(
        "area_body_counts",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("division", Text, nullable=False),
        Column("area", Text, nullable=False),
        Column("filed", Boolean, nullable=False),
        Column("bodies", BigInteger, nullable=False),
    )
    # Areas that were proposed for a division, and how far the computing of them is.
    proposals = Table(
        "area_proposals",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("division", Text, nullable=False),
        Column("policy", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("bodies", Integer, nullable=False),
        Column("settled", Integer, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("taken_until", DateTime(timezone=True)),
        Column("failure", Text),
        Column("within", Text),
        Column("areas", JSONB),
        Column("left_out", JSONB),
        Column("version", BigInteger, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("finished_at", DateTime(timezone=True)),
    )
    return branches, records, outlines, divisions, bodies, faults, boundaries, filed, proposals
