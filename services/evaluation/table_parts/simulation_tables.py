"""Tables of evaluation: what-ifs of closed cycles."""

from sqlalchemy import Boolean, Column, DateTime, Integer, MetaData, Numeric, SmallInteger, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB


def add_simulation_tables(metadata: MetaData) -> tuple[Table, Table]:
    """Simulations, and who would change by each."""
    # What was asked of closed cycles, frozen with the policies of its effects; the result once it is computed.
    simulations = Table(
        "simulations",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("division", Text, nullable=False),
        Column("year", Integer, nullable=False),
        Column("asked", JSONB, nullable=False),
        Column("state", Text, nullable=False),
        Column("evaluations", Integer, nullable=False),
        Column("settled", Integer, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("taken_until", DateTime(timezone=True)),
        Column("failure", Text),
        Column("result", JSONB),
        Column("note", Text),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("created_by", Text, nullable=False),
        Column("finished_at", DateTime(timezone=True)),
    )

    # Who would change, with what follows from the old and from the new star. `division` is the simulation's.
    simulation_changes = Table(
        "simulation_changes",
        metadata,
        Column("simulation_id", Uuid, primary_key=True),
        Column("evaluation_id", Uuid, primary_key=True),
        Column("division", Text, nullable=False),
        Column("party_organization_id", Uuid, nullable=False),
        Column("evaluated_in", Text, nullable=False),
        Column("type", Text, nullable=False),
        Column("total_before", Numeric(7, 2), nullable=False),
        Column("total_after", Numeric(7, 2), nullable=False),
        Column("star_before", SmallInteger, nullable=False),
        Column("star_after", SmallInteger, nullable=False),
        Column("laggard_before", Boolean, nullable=False),
        Column("laggard_after", Boolean, nullable=False),
        Column("reproduced", Boolean, nullable=False),
        Column("before", JSONB, nullable=False),
        Column("after", JSONB, nullable=False),
        Column("reasons", JSONB, nullable=False),
    )
    return simulations, simulation_changes
