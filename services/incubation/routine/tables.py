"""Tables of incubation: meetings and their resolutions."""

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB


def add_meeting_tables(metadata: MetaData) -> tuple[Table, Table]:
    """Meetings, resolutions."""
    # Of the place that its convenor had when it was planned; `counts` is NULL until the minutes are recorded.
    meetings = Table(
        "meetings",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("level", Text, nullable=False),
        Column("convenor", Text, nullable=False),
        Column("division", Text, nullable=False),
        Column("street", Text),
        Column("planned_on", Date, nullable=False),
        Column("agenda", JSONB, nullable=False),
        Column("state", Text, nullable=False),
        Column("held_on", Date),
        Column("present", JSONB, nullable=False),
        Column("minutes", Text),
        Column("counts", Boolean),
        Column("policy", Text, nullable=False),
        Column("reasons", JSONB, nullable=False),
        Column("steps", JSONB, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
    )
    # `division` is that of its owner, who sees it as his own; level and day are those of its meeting.
    resolutions = Table(
        "resolutions",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("meeting_id", Uuid, nullable=False),
        Column("number", Integer, nullable=False),
        Column("division", Text, nullable=False),
        Column("level", Text, nullable=False),
        Column("resolved_on", Date, nullable=False),
        Column("what", Text, nullable=False),
        Column("owner", Text, nullable=False),
        Column("owner_level", Text, nullable=False),
        Column("due_on", Date, nullable=False),
        Column("state", Text, nullable=False),
        Column("completed_on", Date),
        Column("steps", JSONB, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
    )
    return meetings, resolutions
