"""Tables of survey rounds (counts per organization, and what was locked of them), and of yearly forms."""

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.registry.survey_terms.figures import FIGURES


def add_survey_tables(metadata: MetaData) -> tuple[Table, Table, Table, Table]:
    """Add them to the registry's metadata."""
    # A round of a period in a division (a prefix); `locking_id` is the locking in force.
    surveys = Table(
        "surveys",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("period", Text, nullable=False),
        Column("division", Text, nullable=False),
        Column("reference_day", Date, nullable=False),
        Column("due_on", Date),
        Column("state", Text, nullable=False),
        Column("locking_id", Uuid),
        Column("steps", JSONB, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("version", BigInteger, nullable=False),
    )
    # What was entered of an organization; whom a round is for is worked out. `compared` are the figures of the last
    # round, `jump` says whether one is over the bound; `steps` is who entered and confirmed what, and as what.
    survey_returns = Table(
        "survey_returns",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("survey_id", Uuid, nullable=False),
        Column("organization_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        *[Column(name, Integer, nullable=False) for name in FIGURES],
        Column("word", Text),
        Column("jump", Boolean, nullable=False),
        Column("compared", JSONB(none_as_null=True)),
        Column("policy", Text, nullable=False),
        Column("reasons", JSONB, nullable=False),
        Column("entered_by", Text, nullable=False),
        Column("entered_at", DateTime(timezone=True), nullable=False),
        Column("confirmed_by", Text),
        Column("confirmed_at", DateTime(timezone=True)),
        Column("confirmed_as", Text),
        Column("steps", JSONB, nullable=False),
        Column("version", BigInteger, nullable=False),
    )
    survey_lockings = Table(
        "survey_lockings",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("survey_id", Uuid, nullable=False),
        Column("number", Integer, nullable=False),
        Column("division", Text, nullable=False),
        Column("counts", JSONB, nullable=False),
        Column("totals", JSONB, nullable=False),
        Column("word", Text),
        # Whether who locked had entered every return.
        Column("entered_all", Boolean, nullable=False),
        Column("reasons", JSONB, nullable=False),
        Column("locked_by", Text, nullable=False),
        Column("locked_at", DateTime(timezone=True), nullable=False),
        Column("reopened_by", Text),
        Column("reopened_at", DateTime(timezone=True)),
        Column("reopening_reason", Text),
    )
    # Every organization of a round as it was when it was locked; null figures: missing.
    survey_locked_returns = Table(
        "survey_locked_returns",
        metadata,
        Column("locking_id", Uuid, primary_key=True),
        Column("organization_id", Uuid, primary_key=True),
        Column("division", Text, nullable=False),
        Column("street", Text, nullable=False),
        Column("state", Text, nullable=False),
        *[Column(name, Integer) for name in FIGURES],
        Column("word", Text),
        Column("return_version", BigInteger),
    )
    return surveys, survey_returns, survey_lockings, survey_locked_returns


def add_yearly_forms(metadata: MetaData) -> Table:
    """Add it to the registry's metadata."""
    # What an organization states of a year; null: not stated.
    return Table(
        "yearly_forms",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("organization_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("year", Integer, nullable=False),
        Column("pledged_on", Date),
        Column("pledge_reference", Text),
        Column("key_staff", Integer),
        Column("delegates", Integer),
        Column("founders", Integer),
        Column("founder_members", Integer),
        Column("founder_friends", Integer),
        Column("money", Boolean),
        Column("people", Boolean),
        Column("place", Boolean),
        Column("reasons", JSONB, nullable=False),
        Column("recorded_by", Text, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        Column("version", BigInteger, nullable=False),
    )
