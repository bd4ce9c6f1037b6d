"""The tables of documents, as the migration of a service leaves them (`schema.py`)."""

from sqlalchemy import BigInteger, Column, Date, DateTime, Integer, LargeBinary, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.base import new_metadata

_METADATA = new_metadata()

documents = Table(
    "documents",
    _METADATA,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("division", Text, nullable=False),
    Column("subject_type", Text, nullable=False),
    Column("subject_id", Uuid),
    Column("subject", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("issuer_name", Text, nullable=False),
    Column("issuer_division", Text, nullable=False),
    Column("series", Text),
    Column("policy", Text, nullable=False),
    Column("given", JSONB, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("content", JSONB, nullable=False),
    Column("notes", JSONB, nullable=False, server_default="{}"),
    Column("drafted_by", Text, nullable=False),
    Column("drafted_at", DateTime(timezone=True), nullable=False),
    Column("checked_by", Text),
    Column("checked_at", DateTime(timezone=True)),
    Column("issued_by", Text),
    Column("issued_at", DateTime(timezone=True)),
    Column("withdrawn_by", Text),
    Column("withdrawn_at", DateTime(timezone=True)),
    Column("year", Integer),
    Column("number", Integer),
    Column("issued_on", Date),
    Column("version", BigInteger, nullable=False),
)

# Scans of the sealed copy; the last version counts, the others are kept.
document_scans = Table(
    "document_scans",
    _METADATA,
    Column("document_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("division", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("filed_by", Text, nullable=False),
    Column("filed_at", DateTime(timezone=True), nullable=False),
)

# The last number of a series in a year: of one division, so that places of one name never share numbers.
document_series = Table(
    "document_series",
    _METADATA,
    Column("division", Text, primary_key=True),
    Column("series", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)


def add_document_tables(metadata: MetaData) -> None:
    """Add them to a service's metadata."""
    for table in (documents, document_scans, document_series):
        table.to_metadata(metadata)
