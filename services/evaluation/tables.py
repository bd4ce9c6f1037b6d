"""Tables of evaluation: its projections, cycles with what each froze, evaluations, declared interests."""

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Integer, Numeric, SmallInteger, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.evaluation.table_parts.body_tables import add_body_table, add_double_report_table, add_duty_item_table
from services.evaluation.table_parts.consequence_tables import add_consequence_tables
from services.evaluation.table_parts.selection_tables import add_selection_tables
from services.evaluation.table_parts.session_tables import add_session_tables
from services.evaluation.table_parts.simulation_tables import add_simulation_tables
from services.evaluation.table_parts.stage_tables import add_stage_tables
from shared.db.base import new_metadata
from shared.documents.tables import add_document_tables
from shared.schema.tables import add_shared_tables

metadata = new_metadata()
add_shared_tables(metadata)
add_document_tables(metadata)
bodies, duty_items = add_body_table(metadata), add_duty_item_table(metadata)
double_reports = add_double_report_table(metadata)
consequences, standings = add_consequence_tables(metadata)
simulations, simulation_changes = add_simulation_tables(metadata)
selections = add_selection_tables(metadata)
sessions, publications, objections = add_session_tables(metadata)
extensions, evidence_files, samples, on_site_checks = add_stage_tables(metadata)

# What the registry stated of each Party organization last, from `since_year` on (null: ever); `past_states` holds what
# it was at the ends of the years before. All but the key and the division may be missing where a
# dissolution came before anything else.
party_organizations = Table(
    "party_organizations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text),
    Column("kind", Text),
    Column("form", Text),
    Column("division", Text, nullable=False),
    Column("established_on", Date),
    Column("dissolved_on", Date),
    Column("covers", JSONB),
    Column("sequence", BigInteger, nullable=False),
    Column("stated_year", Integer),
    Column("since_year", Integer),
    Column("past_states", JSONB, nullable=False),
    Column("stated_sequence", BigInteger),
    # The superior body that it belongs to (a code), by which kind of affiliation, and as it was called then.
    Column("affiliated_to", Text),
    Column("affiliated_as", Text),
    Column("affiliated_name", Text),
)

# Whom each covers, by the last statement on each organization (`sequence`); `stated_sequence` above is that of the last
# whole list. `covers` is that list, for the version before, where nothing was stated since.
covered_organizations = Table(
    "covered_organizations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("party_organization_id", Uuid, nullable=False),
    Column("division", Text, nullable=False),
    Column("organization_id", Uuid, nullable=False),
    Column("kind", Text),
    Column("evaluation_type", Text),
    Column("sequence", BigInteger, nullable=False),
    Column("covered", Boolean, nullable=False),
    # Null: not known, ever since.
    Column("since", Date),
)

cycles = Table(
    "cycles",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("division", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("note", Text),
    Column("policy", JSONB),
    Column("enrolled", Integer),
    Column("not_rated", Integer),
    Column("version", BigInteger, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("opened_at", DateTime(timezone=True)),
    Column("opened_by", Text),
    Column("closed_at", DateTime(timezone=True)),
    Column("closed_by", Text),
    Column("closing_note", Text),
    Column("brought_up_to_date_at", DateTime(timezone=True)),
)

cycle_indicator_systems = Table(
    "cycle_indicator_systems",
    metadata,
    Column("cycle_id", Uuid, primary_key=True),
    Column("type", Text, primary_key=True),
    Column("version", Text, nullable=False),
    Column("division", Text, nullable=False),
    Column("content", JSONB, nullable=False),
)

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
    Column("steps", JSONB, nullable=False),
    # A state beside `scoring` that the version before does not know: decided, published, objected.
    Column("phase", Text),
    # What a session decided: its id, day, total, star, laggard, fell, recused, reasons, basis.
    Column("decision", JSONB),
    Column("published_on", Date),
    Column("notice_until", Date),
    # The mass satisfaction test: counts, points, the reason of these, when, by whom.
    Column("satisfaction", JSONB),
    # What is to be supplemented: stage, reason, when, by whom.
    Column("returned", JSONB),
    # Ratings that were completed and reopened, each as it was, with the reason.
    Column("earlier", JSONB, nullable=False),
    # Stage → the day by which it is due, of the enrolment; and the later one where it was extended.
    Column("deadlines", JSONB),
    Column("extended", JSONB),
    # Where the Party organization is now, if it moved away after the decision: who leads it leads what follows.
    Column("moved_to", Text),
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
    Column("facts", JSONB),
    # Why it is further from an earlier stage than the policy's bound.
    Column("word", Text),
)

# Bonuses and vetoes of a catalogue, one row of each kind; an item has its code, sentence, day, evidence and figures.
catalogue_entries = Table(
    "catalogue_entries",
    metadata,
    Column("evaluation_id", Uuid, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("division", Text, nullable=False),
    Column("catalogue", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("items", JSONB, nullable=False),
    Column("put_at", DateTime(timezone=True), nullable=False),
    Column("put_by", Text),
    Column("hands", ARRAY(Text), nullable=False),
)

interests = Table(
    "interests",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("party_organization_id", Uuid, nullable=False),
    Column("division", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("declared_at", DateTime(timezone=True), nullable=False),
)
