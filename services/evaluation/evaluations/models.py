"""Tables of the evaluations, and of what each stage gave them."""

from sqlalchemy import BigInteger, Column, DateTime, Integer, Numeric, SmallInteger, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.evaluation.party_organizations.models import metadata

evaluations = Table(
    "evaluations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("cycle_id", Uuid, nullable=False),
    Column("year", Integer, nullable=False),
    Column("party_organization_id", Uuid, nullable=False),
    Column("division", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("total", Numeric(7, 2)),
    Column("star", SmallInteger),
    Column("reasons", JSONB, nullable=False),
    Column("basis", JSONB),
    Column("note", Text),
    Column("sequence", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("enrolled_at", DateTime(timezone=True), nullable=False),
    Column("completed_at", DateTime(timezone=True)),
    Column("withdrawn_at", DateTime(timezone=True)),
    Column("completed_by", Text),
)

evaluation_scores = Table(
    "evaluation_scores",
    metadata,
    Column("evaluation_id", Uuid, primary_key=True),
    Column("stage", Text, primary_key=True),
    Column("division", Text, nullable=False),
    Column("scores", JSONB, nullable=False),
    Column("bonus", JSONB, nullable=False),
    Column("vetoes", JSONB, nullable=False),
    Column("put_at", DateTime(timezone=True), nullable=False),
    Column("put_by", Text),
    Column("hands", ARRAY(Text), nullable=False),
)
