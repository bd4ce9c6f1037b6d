"""Tables of civil affairs' years: annual inspections, assessment grades with their reviews, what ratings mean."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy import Uuid as Id
from sqlalchemy.dialects.postgresql import JSONB


def add_standing_tables(metadata: MetaData) -> tuple[Table, Table, Table, Table, Table]:
    """Add them to the registry's metadata."""
    # What evaluation published last of each organization and year (`id` is the event's subject); null: not rated.
    standings = Table(
        "standings",
        metadata,
        Column("id", Id, primary_key=True),
        Column("organization_id", Id, nullable=False),
        Column("year", Integer, nullable=False),
        Column("star", SmallInteger),
        Column("total", Numeric(7, 2)),
        Column("covered_on", Date, nullable=False),
        Column("party_organization_id", Id, nullable=False),
        Column("party_organization_name", Text, nullable=False),
        Column("form", Text, nullable=False),
        Column("evaluation_id", Id, nullable=False),
        Column("published_on", Date, nullable=False),
        Column("final_on", Date),
        Column("reasons", JSONB, nullable=False),
        Column("sequence", BigInteger, nullable=False),
    )
    inspections = Table(
        "inspections",
        metadata,
        Column("id", Id, primary_key=True),
        Column("organization_id", Id, nullable=False),
        Column("division", Text, nullable=False),
        Column("year", Integer, nullable=False),
        Column("outcome", Text, nullable=False),
        Column("form", Text, nullable=False),
        Column("charity", Boolean, nullable=False),
        Column("owed", Boolean, nullable=False),
        Column("due_on", Date, nullable=False),
        Column("party_building", JSONB),
        Column("reported_on", Date),
        Column("concluded_on", Date, nullable=False),
        Column("note", Text),
        Column("measures", Text, nullable=False),
        Column("policy", Text, nullable=False),
        Column("reasons", JSONB, nullable=False),
        Column("recorded_by", Text, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        Column("version", BigInteger, nullable=False),
    )
    # A grade is in force from `valid_from` to `valid_until`, and to before `ended_on` where it ended sooner;
    # a corrected one never was.
    assessment_grades = Table(
        "assessment_grades",
        metadata,
        Column("id", Id, primary_key=True),
        Column("organization_id", Id, nullable=False),
        Column("division", Text, nullable=False),
        Column("grade", Text, nullable=False),
        Column("announced_on", Date, nullable=False),
        Column("valid_from", Date, nullable=False),
        Column("valid_until", Date, nullable=False),
        Column("origin", Text, nullable=False),
        Column("follows", Id),
        Column("ended_on", Date),
        Column("ended_by", Text),
        Column("measures", Text, nullable=False),
        Column("policy", Text, nullable=False),
        Column("reasons", JSONB, nullable=False),
        Column("note", Text),
        Column("recorded_by", Text, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        Column("version", BigInteger, nullable=False),
    )
    grade_verifications = Table(
        "grade_verifications",
        metadata,
        Column("id", Id, primary_key=True),
        Column("organization_id", Id, nullable=False),
        Column("division", Text, nullable=False),
        Column("grade_id", Id, nullable=False),
        Column("review_id", Id),
        Column("outcome", Text, nullable=False),
        Column("before", Text, nullable=False),
        Column("grade", Text),
        Column("decided_on", Date, nullable=False),
        Column("note", Text),
        Column("decided_by", Text, nullable=False),
        Column("decided_at", DateTime(timezone=True), nullable=False),
    )
    # Grades that a later rating, or the loss of the Party organization, calls in question; `cause` says by what.
    grade_reviews = Table(
        "grade_reviews",
        metadata,
        Column("id", Id, primary_key=True),
        Column("organization_id", Id, nullable=False),
        Column("division", Text, nullable=False),
        Column("grade_id", Id, nullable=False),
        Column("cause", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("reasons", JSONB, nullable=False),
        Column("opened_at", DateTime(timezone=True), nullable=False),
        Column("outcome", Text),
        Column("note", Text),
        Column("decided_by", Text),
        Column("decided_at", DateTime(timezone=True)),
        Column("version", BigInteger, nullable=False),
    )
    return standings, inspections, assessment_grades, grade_verifications, grade_reviews
