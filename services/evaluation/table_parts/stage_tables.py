"""Tables of evaluation: extensions of deadlines, evidence files, samples and on-site checks."""

from sqlalchemy import BigInteger, Column, Date, DateTime, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB


def add_stage_tables(metadata: MetaData) -> tuple[Table, Table, Table, Table]:
    """The tables of what belongs to stages, in this order."""
    extensions = Table(
        "extensions",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("evaluation_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("stage", Text, nullable=False),
        Column("due_on", Date, nullable=False),
        Column("working_days", Integer, nullable=False),
        Column("extended_to", Date, nullable=False),
        Column("ground", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("applied_at", DateTime(timezone=True), nullable=False),
        Column("applied_by", Text, nullable=False),
        Column("applied_as", Text, nullable=False),
        Column("reason", Text),
        Column("decided_at", DateTime(timezone=True)),
        Column("decided_by", Text),
    )

    # What evidence files show; their contents are in the store, by their hash.
    evidence_files = Table(
        "evidence_files",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("evaluation_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("stage", Text, nullable=False),
        Column("code", Text, nullable=False),
        Column("title", Text, nullable=False),
        Column("sha256", Text, nullable=False),
        Column("media_type", Text, nullable=False),
        Column("bytes", BigInteger, nullable=False),
        Column("filed_at", DateTime(timezone=True), nullable=False),
        Column("filed_by", Text, nullable=False),
        Column("withdrawn_at", DateTime(timezone=True)),
        Column("withdrawn_by", Text),
        Column("reason", Text),
    )

    # Whom a seed drew to be visited, of which evaluations (a digest of their ids).
    samples = Table(
        "samples",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("cycle_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("seed", Text, nullable=False),
        Column("sample_bp", Integer, nullable=False),
        Column("among", Integer, nullable=False),
        Column("among_digest", Text, nullable=False),
        Column("drawn", JSONB, nullable=False),
        Column("note", Text),
        Column("drawn_at", DateTime(timezone=True), nullable=False),
        Column("drawn_by", Text, nullable=False),
    )

    # A visit: drawn, and once it was made, by whom (subjects), when, and what was found, as facts.
    on_site_checks = Table(
        "on_site_checks",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("evaluation_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("sample_id", Uuid),
        Column("team", ARRAY(Text), nullable=False),
        Column("visited_on", Date),
        Column("findings", JSONB, nullable=False),
        Column("note", Text),
        Column("put_at", DateTime(timezone=True)),
        Column("put_by", Text),
    )
    return extensions, evidence_files, samples, on_site_checks
