"""The table of statistical reports."""

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB


def add_statistics_table(metadata: MetaData) -> Table:
    """Add it to the registry's metadata."""
    # `definition` is the table as the policy had it, `figures` its rows with their cells and the total, `findings` what
    # rules and the last report say of them, `words` why totals changed, by column.
    return Table(
        "statistic_reports",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("table_code", Text, nullable=False),
        Column("policy", Text, nullable=False),
        Column("division", Text, nullable=False),
        Column("cut_off", Date, nullable=False),
        Column("lower_levels", Boolean, nullable=False),
        Column("due_on", Date, nullable=False),
        Column("state", Text, nullable=False),
        Column("definition", JSONB, nullable=False),
        Column("figures", JSONB, nullable=False),
        Column("findings", JSONB, nullable=False),
        Column("words", JSONB, nullable=False),
        Column("reasons", JSONB, nullable=False),
        Column("signed_by", Text),
        Column("steps", JSONB, nullable=False),
        Column("computed_at", DateTime(timezone=True), nullable=False),
        Column("version", BigInteger, nullable=False),
    )
