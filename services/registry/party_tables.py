"""Tables of the registry: Party organizations, what they cover, their leaderships, how commended ones are managed."""

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB


def add_party_tables(metadata: MetaData) -> tuple[Table, Table, Table, Table, Table]:
    """Party organizations, coverages, the divisions in which they cover, leaderships, and decisions."""
    # State and term are those of the leadership that was approved last; `refounded_on` is the day since which one that
    # had ended exists again: what was approved before counts no more.
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
        Column("state", Text, nullable=False),
        Column("term_since", Date),
        Column("term_ends_on", Date),
        Column("secretary_is_head", Boolean),
        Column("refounded_on", Date),
        Column("founding_number", Text),
        Column("founding_form", Text),
        Column("taken_over", Boolean, nullable=False),
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
    # In which divisions a Party organization covers somebody now: a branch is visible to each of them.
    covered_divisions = Table(
        "covered_divisions",
        metadata,
        Column("party_organization_id", Uuid, primary_key=True),
        Column("division", Text, primary_key=True),
    )
    # The leaderships that a Party organization reported, by number: elected or appointed, then approved or returned.
    leaderships = Table(
        "leaderships",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("party_organization_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("number", Integer, nullable=False),
        Column("state", Text, nullable=False),
        Column("method", Text, nullable=False),
        Column("held_on", Date, nullable=False),
        Column("due", Integer),
        Column("present", Integer),
        Column("candidates", Integer),
        Column("elected", Integer),
        Column("full_members", Integer),
        Column("membership", JSONB),
        Column("secretary_is_head", Boolean),
        Column("warnings", JSONB, nullable=False),
        Column("reasons", JSONB, nullable=False),
        Column("reported_by", Text, nullable=False),
        Column("approved_on", Date),
        Column("approval_number", Text),
        Column("approving_body", Text),
        Column("approved_by", Text),
        Column("term_years", Integer),
        Column("ends_on", Date),
        Column("extension", JSONB),
        Column("steps", JSONB, nullable=False),
        Column("version", BigInteger, nullable=False),
    )
    # What was decided of Party organizations that exist: added to, never changed.
    reorganizations = Table(
        "reorganizations",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("party_organization_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("decided_on", Date, nullable=False),
        Column("approval_number", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("details", JSONB, nullable=False),
        Column("reasons", JSONB, nullable=False),
        Column("decided_by", Text, nullable=False),
        Column("decided_at", DateTime(timezone=True), nullable=False),
    )
    return party_organizations, coverages, covered_divisions, leaderships, reorganizations


def add_management_tables(metadata: MetaData) -> Table:
    """What evaluation published of commendations: a projection."""
    return Table(
        "managements",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("party_organization_id", Uuid, nullable=False),
        Column("year", Integer, nullable=False),
        Column("tier", Text, nullable=False),
        Column("mode", Text, nullable=False),
        Column("level", Text, nullable=False),
        Column("demonstration_site", Boolean, nullable=False),
        Column("commended_on", Date, nullable=False),
        Column("managed_from", Date, nullable=False),
        Column("reasons", JSONB, nullable=False),
        Column("sequence", BigInteger, nullable=False),
        Column("ended_on", Date),
    )
