"""Tables of what schemes read beside grants: members, lists, accounts."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB


def add_scheme_tables(metadata: MetaData) -> tuple[Table, Table, Table]:
    """Add them to a service's metadata, and return them: organizations, scheme_entries, payees."""
    # How many members organizations had from which day on (`counts`): no rosters.
    organizations = Table(
        "organizations",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("division", Text, nullable=False),
        Column("counts", JSONB, nullable=False),
        Column("ended", Boolean, nullable=False),
        Column("sequence", BigInteger, nullable=False),
    )

    # Who stands in a scheme's list from when until when, with what: entered by one, confirmed by another.
    scheme_entries = Table(
        "scheme_entries",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("scheme", Text, nullable=False),
        Column("recipient_id", Uuid, nullable=False),
        Column("recipient_name", Text, nullable=False),
        Column("division", Text, nullable=False),
        Column("amount_fen", BigInteger),
        Column("category", Text),
        Column("not_civil_servant", Boolean, nullable=False),
        Column("grounds", Text),
        Column("effective_from", Date, nullable=False),
        Column("effective_to", Date),
        Column("state", Text, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("entered_by", Text, nullable=False),
        Column("entered_at", DateTime(timezone=True), nullable=False),
        Column("confirmed_by", Text),
        Column("confirmed_at", DateTime(timezone=True)),
        Column("confirmed_note", Text),
        Column("ended_by", Text),
        Column("ended_at", DateTime(timezone=True)),
        Column("ended_because", Text),
    )

    # The account that a recipient is paid to; holder and number are sealed.
    payees = Table(
        "payees",
        metadata,
        Column("recipient_id", Uuid, primary_key=True),
        Column("division", Text, nullable=False),
        Column("held_by", Text, nullable=False),
        Column("bank_code", Text, nullable=False),
        Column("grounds", Text),
        Column("key_id", Text, nullable=False),
        Column("sealed", LargeBinary, nullable=False),
        Column("state", Text, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("entered_by", Text, nullable=False),
        Column("entered_at", DateTime(timezone=True), nullable=False),
        Column("verified_by", Text),
        Column("verified_at", DateTime(timezone=True)),
    )

    return organizations, scheme_entries, payees
