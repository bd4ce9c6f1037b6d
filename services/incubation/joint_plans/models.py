"""Tables of the joint plans."""

from sqlalchemy import Column, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.incubation.formation.models import metadata

joint_proposals = Table(
    "joint_proposals",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("plan_id", Uuid, nullable=False),
    Column("position", Integer, nullable=False),
    Column("division", Text, nullable=False),
    Column("organizations", JSONB, nullable=False),
    Column("full_members", Integer, nullable=False),
    Column("why", JSONB, nullable=False),
    Column("state", Text, nullable=False),
    Column("party_organization_id", Uuid),
)
