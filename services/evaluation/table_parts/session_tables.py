"""Tables of evaluation: sessions of the committee, public notices, objections."""

from sqlalchemy import Column, Date, DateTime, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB


def add_session_tables(metadata: MetaData) -> tuple[Table, Table, Table]:
    """Sessions, publications, objections."""
    # Counts of the committee's members only.
    sessions = Table(
        "sessions",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("cycle_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("held_on", Date, nullable=False),
        Column("members_due", Integer, nullable=False),
        Column("members_present", Integer, nullable=False),
        Column("decided", Integer, nullable=False),
        Column("fell", Integer, nullable=False),
        Column("laggards", Integer, nullable=False),
        Column("stars", JSONB, nullable=False),
        Column("policy", Text, nullable=False),
        Column("note", Text),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        Column("recorded_by", Text, nullable=False),
    )

    publications = Table(
        "publications",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("cycle_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("published_on", Date, nullable=False),
        Column("notice_until", Date, nullable=False),
        Column("published", Integer, nullable=False),
        Column("note", Text),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        Column("recorded_by", Text, nullable=False),
    )

    objections = Table(
        "objections",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("evaluation_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("raised_by", Text, nullable=False),
        Column("objected_on", Date, nullable=False),
        Column("ground", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("due_on", Date),
        Column("reason", Text),
        Column("raised_at", DateTime(timezone=True), nullable=False),
        Column("raised_as", Text, nullable=False),
        Column("answered_at", DateTime(timezone=True)),
        Column("answered_by", Text),
    )
    return sessions, publications, objections
