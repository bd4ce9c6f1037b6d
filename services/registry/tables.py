"""Tables of the registry: organizations and their contacts, Party organizations, file imports."""

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Float, Integer, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.base import new_metadata
from shared.schema.tables import add_shared_tables

metadata = new_metadata()
add_shared_tables(metadata)

organizations = Table(
    "organizations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("uscc", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("division", Text, nullable=False),
    Column("street", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("carrier", Text),
    Column("lon", Float(53)),
    Column("lat", Float(53)),
    Column("registered_on", Date, nullable=False),
    Column("full_time_staff", Integer, nullable=False),
    Column("full_members_full_time", Integer, nullable=False),
    Column("full_members", Integer, nullable=False),
    Column("probationary_members", Integer, nullable=False),
    Column("evaluation_type", Text),
    Column("source", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("as_of", DateTime(timezone=True), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("coverage", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

party_organizations = Table(
    "party_organizations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("division", Text, nullable=False),
    Column("street", Text),
    Column("established_on", Date, nullable=False),
    Column("dissolved_on", Date),
    Column("version", BigInteger, nullable=False),
)

coverages = Table(
    "coverages",
    metadata,
    Column("party_organization_id", Uuid, primary_key=True),
    Column("organization_id", Uuid, primary_key=True),
    Column("since", Date, primary_key=True),
    Column("until", Date),
    Column("division", Text, nullable=False),
)

# Who is reached in which role, sealed.
contacts = Table(
    "contacts",
    metadata,
    Column("organization_id", Uuid, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("division", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)

imports = Table(
    "imports",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("filename", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("content", LargeBinary),
    Column("rows_total", Integer, nullable=False),
    Column("rows_done", Integer, nullable=False),
    Column("created", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("same", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True)),
    Column("created_by", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("given", JSONB),
    Column("report", JSONB),
    Column("records", Integer),
    Column("attempts", Integer, nullable=False),
    Column("attempted_at", DateTime(timezone=True)),
    Column("failure", JSONB),
)

import_errors = Table(
    "import_errors",
    metadata,
    Column("import_id", Uuid, primary_key=True),
    Column("row_number", Integer, primary_key=True),
    Column("uscc", Text),
    Column("problem", JSONB, nullable=False),
    Column("cells", JSONB),
)
