"""Tables of the registry: organizations and their contacts, Party organizations and bodies, file imports, documents."""

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Float, Integer, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.registry.civil_years.tables import add_standing_tables
from services.registry.claim_terms.tables import add_claim_tables
from services.registry.histories.tables import add_history_tables
from services.registry.party_tables import add_management_tables, add_party_tables
from services.registry.search_terms.tables import add_search_tables
from services.registry.statistic_tables.tables import add_statistics_table
from services.registry.survey_terms.tables import add_survey_tables, add_yearly_forms
from services.registry.uncoded.tables import add_uncoded_tables
from services.registry.view_terms.tables import add_saved_views
from shared.db.base import new_metadata
from shared.documents.tables import add_document_tables
from shared.schema.tables import add_shared_tables

metadata = new_metadata()
add_shared_tables(metadata)
add_document_tables(metadata)
managements = add_management_tables(metadata)
filed_bodies, filed_body_areas, registration_reviews = add_uncoded_tables(metadata)
surveys, survey_returns, survey_lockings, survey_locked_returns = add_survey_tables(metadata)
yearly_forms = add_yearly_forms(metadata)
statistic_reports = add_statistics_table(metadata)
organization_searches, organization_counts = add_search_tables(metadata)
organization_versions, successions = add_history_tables(metadata)
organization_claims, duplicates, organization_keys = add_claim_tables(metadata)
saved_views = add_saved_views(metadata)

organizations = Table(
    "organizations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("uscc", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("division", Text, nullable=False),
    Column("street", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("carrier", Text),
    Column("lon", Float(53)),
    Column("lat", Float(53)),
    Column("registered_on", Date, nullable=False),
    Column("full_time_staff", Integer, nullable=False),
    Column("full_members_full_time", Integer, nullable=False),
    Column("full_members", Integer, nullable=False),
    Column("probationary_members", Integer, nullable=False),
    Column("evaluation_type", Text),
    Column("source", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("as_of", DateTime(timezone=True), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("coverage", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("ended_on", Date),
    Column("datum", Text),
    Column("full_members_full_or_part_time", Integer),
    Column("former_names", JSONB),
)

party_organizations, coverages, covered_divisions, leaderships, reorganizations = add_party_tables(metadata)

# Superior Party bodies and working bodies, each in force from `since` to before `until`; `parent` is a code.
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
    Column("conference", JSONB),
    Column("version", BigInteger, nullable=False),
)

# Which body (a code) a Party organization belongs to, from `since` to before `until`: one at a time.
affiliations = Table(
    "affiliations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("party_organization_id", Uuid, nullable=False),
    Column("division", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date),
    Column("by_default", Boolean, nullable=False),
    Column("note", Text),
    Column("reasons", JSONB, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
)

# Who is reached in which role, sealed.
contacts = Table(
    "contacts",
    metadata,
    Column("organization_id", Uuid, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("division", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)

imports = Table(
    "imports",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("filename", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("content", LargeBinary),
    Column("rows_total", Integer, nullable=False),
    Column("rows_done", Integer, nullable=False),
    Column("created", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("same", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("warned", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True)),
    Column("created_by", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("given", JSONB),
    Column("report", JSONB),
    Column("records", Integer),
    Column("attempts", Integer, nullable=False),
    Column("attempted_at", DateTime(timezone=True)),
    Column("failure", JSONB),
)

import_errors = Table(
    "import_errors",
    metadata,
    Column("import_id", Uuid, primary_key=True),
    Column("row_number", Integer, primary_key=True),
    Column("uscc", Text),
    Column("key", Text),
    Column("problem", JSONB, nullable=False),
    Column("cells", JSONB),
    Column("severity", Text, nullable=False),
)

# Codes that their authority issued with wrong check digits.
code_exceptions = Table(
    "code_exceptions",
    metadata,
    Column("uscc", Text, primary_key=True),
    Column("division", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
)

# Registrations that were not taken, for people to decide on. `division` is the registration's, `stored_division` the
# organization's.
conflicts = Table(
    "conflicts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("organization_id", Uuid, nullable=False),
    Column("uscc", Text, nullable=False),
    Column("division", Text, nullable=False),
    Column("stored_division", Text, nullable=False),
    Column("stored", JSONB, nullable=False),
    Column("stored_as_of", DateTime(timezone=True), nullable=False),
    Column("incoming", JSONB, nullable=False),
    Column("as_of", DateTime(timezone=True), nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("sent_by", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("taken", Text),
    Column("reason", Text),
    Column("resolved_by", Text),
    Column("resolved_at", DateTime(timezone=True)),
    Column("version", BigInteger, nullable=False),
    Column("data_source", Text),
    Column("disputed", JSONB),
)

corrections = Table(
    "corrections",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("organization_id", Uuid, nullable=False),
    Column("division", Text, nullable=False),
    Column("fields", JSONB, nullable=False),
    Column("before", JSONB, nullable=False),
    Column("as_of", DateTime(timezone=True), nullable=False),
    Column("as_of_before", DateTime(timezone=True), nullable=False),
    Column("reason", Text, nullable=False),
    Column("corrected_by", Text, nullable=False),
    Column("corrected_at", DateTime(timezone=True), nullable=False),
)

standings, inspections, assessment_grades, grade_verifications, grade_reviews = add_standing_tables(metadata)
