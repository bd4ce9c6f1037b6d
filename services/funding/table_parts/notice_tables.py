"""Tables of public notices of grants and of objections to them."""

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Integer, MetaData, Table, Text, Uuid


def add_notice_tables(metadata: MetaData) -> tuple[Table, Table]:
    """Notices, objections."""
    # `version` is that of the grant once the notice was published.
    notices = Table(
        "grant_notices",
        metadata,
        Column("grant_id", Uuid, primary_key=True),
        Column("version", BigInteger, primary_key=True),
        Column("division", Text, nullable=False),
        Column("started_on", Date, nullable=False),
        Column("ends_on", Date, nullable=False),
        Column("working_days", Integer, nullable=False),
        Column("place", Text, nullable=False),
        Column("policy", Text, nullable=False),
        Column("published_by", Text, nullable=False),
        Column("published_at", DateTime(timezone=True), nullable=False),
    )
    objections = Table(
        "grant_objections",
        metadata,
        Column("grant_id", Uuid, primary_key=True),
        Column("number", Integer, primary_key=True),
        Column("division", Text, nullable=False),
        Column("notice_version", BigInteger, nullable=False),
        Column("received_on", Date, nullable=False),
        Column("statement", Text, nullable=False),
        Column("recorded_by", Text, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        Column("upheld", Boolean),
        Column("answer", Text),
        Column("answered_by", Text),
        Column("answered_at", DateTime(timezone=True)),
    )
    return notices, objections
