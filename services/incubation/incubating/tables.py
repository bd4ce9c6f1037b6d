"""Tables of incubation: superior bodies as the registry states them, incubators, what they give and incubate."""

from typing import Any

from sqlalchemy import BigInteger, Column, Date, DateTime, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB


def add_incubator_tables(metadata: MetaData) -> tuple[Table, Table, Table]:
    """Bodies, incubators, supports."""
    # What the registry stated of each superior body last; in force from `since` to before `until`.
    bodies = Table(
        "bodies",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("code", Text, nullable=False),
        Column("names", JSONB, nullable=False),
        Column("level", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("structure", Text),
        Column("department", Text),
        Column("division", Text, nullable=False),
        Column("street", Text),
        Column("parent", Text),
        Column("since", Date, nullable=False),
        Column("until", Date),
        Column("sequence", BigInteger, nullable=False),
        Column("conference", JSONB),
    )
    # `committee` is a body's code. `reasons` are those of the last activation, `steps` the history.
    incubators = Table(
        "incubators",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("code", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("division", Text, nullable=False),
        Column("street", Text),
        Column("state", Text, nullable=False),
        Column("committee", Text),
        Column("operator", JSONB(none_as_null=True)),
        Column("premises", JSONB(none_as_null=True)),
        Column("capacity", Integer, nullable=False),
        Column("social_workers", Integer, nullable=False),
        Column("party_social_workers", Integer, nullable=False),
        Column("activated_on", Date),
        Column("closed_on", Date),
        Column("policy", Text),
        Column("reasons", JSONB, nullable=False),
        Column("recorded_by", Text, nullable=False),
        Column("steps", JSONB, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("version", BigInteger, nullable=False),
    )
    # What an incubator gave, from `given_on` to `until` where it lasts; a withdrawn record was made in error.
    supports = Table(
        "supports",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("incubator_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("serves", Text, nullable=False),
        Column("given_on", Date, nullable=False),
        Column("until", Date),
        Column("amount_fen", BigInteger),
        Column("area_m2", Integer),
        Column("participants", Integer),
        Column("content", Text, nullable=False),
        Column("recorded_by", Text, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        Column("withdrawn_at", DateTime(timezone=True)),
        Column("withdrawn_by", Text),
        Column("withdrawn_why", Text),
        Column("version", BigInteger, nullable=False),
    )
    return bodies, incubators, supports


def add_incubatee_tables(metadata: MetaData) -> tuple[Table, Table, Table, Table, Table, Table]:
    """Facts of Party organizations, incubatees, milestones, visits, services, yearly assessments of incubators."""
    # What the registry stated of each Party organization itself last: `dissolved_on` of one that ended, `affiliated…`
    # the superior body that it belongs to (a code), by which kind of affiliation, since when.
    party_facts = Table(
        "party_facts",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("division", Text, nullable=False),
        Column("name", Text),
        Column("state", Text),
        Column("established_on", Date),
        Column("term_since", Date),
        Column("term_ends_on", Date),
        Column("dissolved_on", Date),
        Column("sequence", BigInteger, nullable=False),
        Column("affiliated_to", Text),
        Column("affiliated_as", Text),
        Column("affiliated_since", Date),
        Column("form", Text),
    )
    # An organization in an incubator; `organization_id` is null until it is registered. `assessed` is what an officer
    # judged of the maturity lists, `reasons` those of the graduation, `steps` the history.
    incubatees = Table(
        "incubatees",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("incubator_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("organization_id", Uuid),
        Column("uscc", Text),
        Column("name", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("purpose", Text, nullable=False),
        Column("applied_on", Date, nullable=False),
        Column("applied_by", Text, nullable=False),
        Column("decided_on", Date),
        Column("panel", JSONB(none_as_null=True)),
        Column("entered_on", Date),
        Column("ends_on", Date),
        Column("agreement", JSONB(none_as_null=True)),
        Column("assessed", JSONB, nullable=False),
        Column("graduated_on", Date),
        Column("follow_up_until", Date),
        Column("exited_on", Date),
        Column("exit_cause", Text),
        Column("policy", Text),
        Column("reasons", JSONB, nullable=False),
        Column("steps", JSONB, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("version", BigInteger, nullable=False),
    )
    milestones = Table(
        "milestones",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("incubatee_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("track", Text, nullable=False),
        Column("moment", Text, nullable=False),
        Column("on_day", Date, nullable=False),
        Column("note", Text),
        *_recorded(),
    )
    visits = Table(
        "visits",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("incubatee_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("visited_on", Date, nullable=False),
        Column("organization", Text, nullable=False),
        Column("party_organization", Text, nullable=False),
        Column("follow_up", Text),
        *_recorded(),
    )
    # Which of the seven services of D15 one was given.
    services = Table(
        "incubation_services",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("incubatee_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("service", Text, nullable=False),
        Column("on_day", Date, nullable=False),
        Column("content", Text, nullable=False),
        *_recorded(),
    )
    # `indicators` and `grades` are the policy's, frozen when the assessment is first put.
    assessments = Table(
        "incubator_assessments",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("incubator_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("year", Integer, nullable=False),
        Column("state", Text, nullable=False),
        Column("scores", JSONB, nullable=False),
        Column("total", Text),
        Column("grade", Text),
        Column("policy", Text, nullable=False),
        Column("basis", JSONB, nullable=False),
        Column("put_by", Text, nullable=False),
        Column("steps", JSONB, nullable=False),
        Column("version", BigInteger, nullable=False),
    )
    return party_facts, incubatees, milestones, visits, services, assessments


def _recorded() -> list[Column[Any]]:
    return [
        Column("recorded_by", Text, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        Column("withdrawn_at", DateTime(timezone=True)),
        Column("withdrawn_by", Text),
        Column("withdrawn_why", Text),
    ]
