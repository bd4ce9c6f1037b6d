"""Tables of evaluation: superior bodies, as the registry stated them last, and what they owe."""

from sqlalchemy import BigInteger, Column, Date, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB


def add_body_table(metadata: MetaData) -> Table:
    """The projection of superior bodies."""
    return Table(
        "bodies",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("code", Text, nullable=False),
        # What it is called: `{name, from}`, in the order of their days.
        Column("names", JSONB, nullable=False),
        Column("level", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("department", Text),
        Column("division", Text, nullable=False),
        Column("street", Text),
        # The code of the body above.
        Column("parent", Text),
        Column("since", Date, nullable=False),
        Column("until", Date),
        Column("sequence", BigInteger, nullable=False),
    )


def add_double_report_table(metadata: MetaData) -> Table:
    """What Party organizations had in a year of what S23 asks for together, by kind: the projection."""
    return Table(
        "double_reports",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("party_organization_id", Uuid, nullable=False),
        Column("year", Integer, nullable=False),
        Column("division", Text, nullable=False),
        Column("counts", JSONB, nullable=False),
        Column("outcome", Text, nullable=False),
        Column("policy", Text, nullable=False),
        Column("sequence", BigInteger, nullable=False),
    )


def add_duty_item_table(metadata: MetaData) -> Table:
    """Duty items from their report on; those that are due follow from the bodies and are stored nowhere."""
    return Table(
        "duty_items",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("body_id", Uuid, nullable=False),
        Column("year", Integer, nullable=False),
        # Of the body when it reported, with its level and street: a place has one item a year.
        Column("division", Text, nullable=False),
        Column("level", Text, nullable=False),
        Column("street", Text),
        Column("state", Text, nullable=False),
        Column("policy", Text, nullable=False),
        Column("report_due", Date, nullable=False),
        Column("appraisal_due", Date, nullable=False),
        Column("reported_on", Date, nullable=False),
        Column("reference", Text, nullable=False),
        Column("note", Text),
        Column("grade", Text),
        Column("ground", Text),
        Column("appraised_on", Date),
        # The code of the body above.
        Column("appraised_by", Text),
        Column("appraisal_reference", Text),
        Column("reasons", JSONB, nullable=False),
        Column("steps", JSONB, nullable=False),
        Column("version", BigInteger, nullable=False),
    )
