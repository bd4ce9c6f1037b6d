"""Tables of incubation: stations and who manages members there, activities, cultivation."""

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB


def add_activity_tables(metadata: MetaData) -> tuple[Table, Table, Table, Table, Table, Table]:
    """Stations, managed units, activities, who took part, cultivation."""
    stations = Table(
        "stations",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("code", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("division", Text, nullable=False),
        Column("street", Text, nullable=False),
        Column("community", Text, nullable=False),
        Column("committee", Text, nullable=False),
        Column("since", Date, nullable=False),
        Column("until", Date),
        Column("version", BigInteger, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
    )
    # Whose members two bodies manage together, from `since` to before `until`.
    managed_units = Table(
        "managed_units",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("station_id", Uuid, nullable=False),
        Column("organization_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("committee", Text, nullable=False),
        Column("territorial", Text, nullable=False),
        Column("since", Date, nullable=False),
        Column("until", Date),
        Column("reasons", JSONB, nullable=False),
        Column("steps", JSONB, nullable=False),
        Column("version", BigInteger, nullable=False),
    )
    # One that lasts goes on to before `until`; one of a single day has none.
    activities = Table(
        "activities",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("division", Text, nullable=False),
        Column("title", Text, nullable=False),
        Column("on_day", Date, nullable=False),
        Column("lasting", Boolean, nullable=False),
        Column("until", Date),
        Column("partner", Text),
        Column("place", Text),
        Column("field", Text),
        Column("participants", Integer),
        Column("service", Text),
        Column("state", Text, nullable=False),
        Column("policy", Text, nullable=False),
        Column("reasons", JSONB, nullable=False),
        Column("steps", JSONB, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
    )
    # Which Party organizations took part; the division is the activity's.
    activity_parties = Table(
        "activity_parties",
        metadata,
        Column("activity_id", Uuid, primary_key=True),
        Column("party_organization_id", Uuid, primary_key=True),
        Column("division", Text, nullable=False),
    )
    # Counts of a year: key staff who became members, members who became key staff (H12).
    cultivations = Table(
        "cultivations",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("party_organization_id", Uuid, nullable=False),
        Column("year", Integer, nullable=False),
        Column("division", Text, nullable=False),
        Column("staff_to_members", Integer, nullable=False),
        Column("members_to_staff", Integer, nullable=False),
        Column("recorded_by", Text, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        Column("version", BigInteger, nullable=False),
    )
    # What a Party organization had in a year of what S23 asks for together, as it was stated last: `{kind: count}`.
    double_reports = Table(
        "double_reports",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("party_organization_id", Uuid, nullable=False),
        Column("year", Integer, nullable=False),
        Column("division", Text, nullable=False),
        Column("counts", JSONB, nullable=False),
        Column("outcome", Text, nullable=False),
        Column("policy", Text, nullable=False),
        Column("version", BigInteger, nullable=False),
    )
    return stations, managed_units, activities, activity_parties, cultivations, double_reports
