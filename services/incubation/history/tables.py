"""Tables of incubation: where organizations were, and who covered them, from when to when."""

from sqlalchemy import BigInteger, Column, Date, MetaData, Table, Text, Uuid


def add_history_tables(metadata: MetaData) -> tuple[Table, Table]:
    """Stays of organizations in divisions, and spans of their coverage; each from `since` to before `until`."""
    # An organization was registered, and in this division. `sequence` is that of its event which was the last to change
    # the row.
    stays = Table(
        "organization_stays",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("organization_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("since", Date, nullable=False),
        Column("until", Date),
        Column("sequence", BigInteger, nullable=False),
    )
    # A Party organization of this form covered the organization, which was in this division. `sequence` is the Party
    # organization's.
    spans = Table(
        "coverage_spans",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("party_organization_id", Uuid, nullable=False),
        Column("organization_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("form", Text, nullable=False),
        Column("since", Date, nullable=False),
        Column("until", Date),
        Column("sequence", BigInteger, nullable=False),
    )
    return stays, spans
