"""Tables of the Party organizations and of what each covers."""

from sqlalchemy import BigInteger, Column, Date, Table, Text, Uuid

from services.registry.organizations.models import metadata

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
