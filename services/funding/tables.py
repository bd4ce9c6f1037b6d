"""Tables of funding: the ledger, grants with steps and decisions, lists of schemes, whom Party organizations cover."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.funding.table_parts.budget_tables import add_budget_tables, add_forecast_tables, add_order_tables
from services.funding.table_parts.dues_tables import add_dues_tables
from services.funding.table_parts.ledger_tables import add_ledger_tables
from services.funding.table_parts.notice_tables import add_notice_tables
from services.funding.table_parts.pool_tables import add_pool_tables
from services.funding.table_parts.scheme_tables import add_scheme_tables
from services.funding.table_parts.settlement_tables import add_settlement_tables
from shared.db.base import new_metadata
from shared.documents.tables import add_document_tables
from shared.schema.tables import add_shared_tables

metadata = new_metadata()
add_shared_tables(metadata)
add_document_tables(metadata)
organizations, scheme_entries, payees = add_scheme_tables(metadata)

ledger_accounts, ledger_transactions, ledger_entries, account_balances, ledger_periods = add_ledger_tables(metadata)
award_pools, awards = add_pool_tables(metadata)
dues_years, dues_quarters, dues_refunds = add_dues_tables(metadata)
payment_orders, payment_order_lines, payment_returns = add_order_tables(metadata)
appropriations, appropriation_changes, commitments = add_budget_tables(metadata)
grant_use_reports, grant_settlements, grant_returns, grant_amendments = add_settlement_tables(metadata)
grant_notices, grant_objections = add_notice_tables(metadata)
forecasts, forecast_lines, forecast_funds = add_forecast_tables(metadata)

grants = Table(
    "grants",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("recipient_id", Uuid, nullable=False),
    Column("recipient_name", Text, nullable=False),
    Column("division", Text, nullable=False),
    Column("scheme", Text, nullable=False),
    Column("policy", Text, nullable=False),
    # The year whose one grant of the scheme this is; null where a year has several of them (months, projects).
    Column("year", Integer),
    Column("amount_fen", BigInteger, nullable=False),
    Column("expense_account", Text, nullable=False),
    Column("payable_account", Text, nullable=False),
    Column("appropriation_account", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("evaluation_id", Uuid),
    Column("version", BigInteger, nullable=False),
    Column("raised_at", DateTime(timezone=True), nullable=False),
    Column("drafted_by", Text),
    Column("reviewed_by", Text),
    Column("approved_by", Text),
    Column("paid_by", Text),
    Column("raised_by", Text),
    Column("purpose", Text, nullable=False),
    Column("trigger", Text, nullable=False),
    # A year, a month, `once`, or the id of an accepted claim. Null: a year, raised by the version before.
    Column("period", Text),
    Column("of_year", Integer),
    Column("level", Text, nullable=False),
    Column("channel", Text, nullable=False),
    # Of what it was computed from. Null: raised by the version before.
    Column("input_hash", Text),
    Column("snapshot", JSONB),
    # The payment order that it is in, or was in last; null once it was paid past any.
    Column("order_id", Uuid),
    Column("order_state", Text),
    # What it still needs since it was paid; null: nothing. What is to be returned counts what came back already.
    Column("settlement_state", Text),
    Column("use_report_due_on", Date),
    Column("settlement_due_on", Date),
    Column("return_due_fen", BigInteger, nullable=False),
    Column("return_due_on", Date),
    Column("returned_fen", BigInteger, nullable=False),
    Column("amended_by", Text),
    Column("amendments", Integer, nullable=False),
    # The paid grant whose difference this one is.
    Column("amends", Uuid),
)

# The organizations that a grant stands for: of one purpose and year each counts once, by a unique key.
grant_organizations = Table(
    "grant_organizations",
    metadata,
    Column("grant_id", Uuid, primary_key=True),
    Column("organization_id", Uuid, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("division", Text, nullable=False),
)

grant_steps = Table(
    "grant_steps",
    metadata,
    Column("grant_id", Uuid, primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("division", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("note", Text),
    Column("taken_by", Text),
)

grant_decisions = Table(
    "grant_decisions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("event_id", Uuid, nullable=False),
    Column("evaluation_id", Uuid),
    Column("recipient_id", Uuid, nullable=False),
    Column("division", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("policy", Text),
    Column("scheme", Text),
    Column("outcome", Text, nullable=False),
    Column("amount_fen", BigInteger),
    Column("grant_id", Uuid),
    Column("facts", JSONB, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("as_of", DateTime(timezone=True), nullable=False),
    Column("decided_at", DateTime(timezone=True), nullable=False),
    Column("trigger", Text, nullable=False),
    Column("period", Text),
)

# What the registry stated of each Party organization last, and whom it covered from when to when (`covers`).
party_organizations = Table(
    "party_organizations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("division", Text, nullable=False),
    Column("form", Text),
    Column("dissolved_on", Date),
    Column("dissolved_at", DateTime(timezone=True)),
    Column("covers", JSONB, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    # Null where nothing was stated since these are kept: a replay fills them.
    Column("name", Text),
    Column("kind", Text),
    Column("established_on", Date),
    Column("taken_over", Boolean, nullable=False),
)

# Rectifications that evaluation closed: what was held for them goes on.
closed_rectifications = Table(
    "closed_rectifications",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("evaluation_id", Uuid, nullable=False),
    Column("party_organization_id", Uuid, nullable=False),
    Column("year", Integer, nullable=False),
    Column("division", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("closed_on", Date, nullable=False),
    Column("sequence", BigInteger, nullable=False),
)
