"""Tables of incubation: its projections, formation checks and cases, areas, joint plans; others beside."""

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Float, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.incubation.history.tables import add_history_tables
from services.incubation.incubating.tables import add_incubatee_tables, add_incubator_tables
from services.incubation.routine.activity_tables import add_activity_tables
from services.incubation.routine.tables import add_meeting_tables
from services.incubation.territory.tables import add_area_tables
from shared.db.base import new_metadata
from shared.documents.tables import add_document_tables
from shared.schema.tables import add_shared_tables

metadata = new_metadata()
add_shared_tables(metadata)
add_document_tables(metadata)
bodies, incubators, supports = add_incubator_tables(metadata)
meetings, resolutions = add_meeting_tables(metadata)
party_facts, incubatees, milestones, visits, incubation_services, assessments = add_incubatee_tables(metadata)
stations, managed_units, activities, activity_parties, cultivations, double_reports = add_activity_tables(metadata)
organization_stays, coverage_spans = add_history_tables(metadata)
(
    areas,
    area_records,
    area_outlines,
    area_divisions,
    area_bodies,
    area_faults,
    division_boundaries,
    filed_bodies,
    area_proposals,
) = add_area_tables(metadata)

# What the registry stated of each organization last, and who covers it.
organizations = Table(
    "organizations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("uscc", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("division", Text, nullable=False),
    Column("street", Text),
    Column("carrier", Text),
    Column("lon", Float(53)),
    Column("lat", Float(53)),
    Column("full_members_full_time", Integer, nullable=False),
    Column("full_members", Integer, nullable=False),
    Column("probationary_members", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("checks", BigInteger, nullable=False),
    Column("coverage", Text, nullable=False),
    Column("covered_by", Uuid),
    Column("registered_on", Date),
    Column("evaluation_type", Text),
)

# What the registry stated of each Party organization last, as far as coverage goes.
party_organizations = Table(
    "party_organizations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("division", Text, nullable=False),
    Column("form", Text),
    Column("sequence", BigInteger, nullable=False),
    Column("covers", ARRAY(Uuid)),
    Column("stated_at", DateTime(timezone=True)),
    Column("kind", Text),
    Column("stated_sequence", BigInteger),
)

# Whom each claims to cover, by the last statement on each organization (`sequence`); `stated_sequence` above is that of
# the last whole list. `covers` is that list, for the version before, where nothing was stated since.
coverage_claims = Table(
    "coverage_claims",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("party_organization_id", Uuid, nullable=False),
    Column("division", Text, nullable=False),
    Column("organization_id", Uuid, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("covered", Boolean, nullable=False),
)

formation_checks = Table(
    "formation_checks",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("organization_id", Uuid, nullable=False),
    Column("uscc", Text, nullable=False),
    Column("division", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("counted_full_members", Integer, nullable=False),
    Column("policy", Text, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("organization_sequence", BigInteger, nullable=False),
    Column("checked_at", DateTime(timezone=True), nullable=False),
)

formation_cases = Table(
    "formation_cases",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("organization_id", Uuid, nullable=False),
    Column("uscc", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("division", Text, nullable=False),
    Column("street", Text),
    Column("check_id", Uuid, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("party_organization_kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("deferred_until", Date),
    Column("note", Text),
    Column("party_organization_id", Uuid),
    Column("version", BigInteger, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("decided_at", DateTime(timezone=True)),
)

formation_case_steps = Table(
    "formation_case_steps",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("division", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("taken_by", Text, nullable=False),
    Column("note", Text),
    # For which superior body it was taken, and why by this one.
    Column("body", Text),
    Column("reasons", JSONB),
)

# What a decision on a case arranged besides, by the version that the case had then.
case_arrangements = Table(
    "case_arrangements",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("division", Text, nullable=False),
    Column("until", Date),
    Column("instructor", JSONB),
    Column("work_group", Boolean, nullable=False),
)

# What a case is about, where it is not about forming, and the Party organization that it concerns.
case_occasions = Table(
    "case_occasions",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("division", Text, nullable=False),
    Column("occasion", Text, nullable=False),
    Column("concerns", Uuid, nullable=False),
)

joint_plans = Table(
    "joint_plans",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("division", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("covered", Integer, nullable=False),
    Column("upper_bound", Integer, nullable=False),
    Column("unplaced", JSONB, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

# How far the computing of a plan is, and what it reached; a plan without a row is ready.
joint_plan_jobs = Table(
    "joint_plan_jobs",
    metadata,
    Column("plan_id", Uuid, primary_key=True),
    Column("division", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("organizations", Integer, nullable=False),
    Column("settled", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("taken_until", DateTime(timezone=True)),
    Column("failure", Text),
    Column("fixed", JSONB, nullable=False),
    Column("aims", JSONB),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True)),
)

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
