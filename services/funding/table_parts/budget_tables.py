"""Tables of budgets: appropriations with what is charged to them, forecasts; and payment orders with their returns."""

from sqlalchemy import BigInteger, Column, Date, DateTime, Integer, LargeBinary, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB


def add_budget_tables(metadata: MetaData) -> tuple[Table, Table, Table]:
    """Appropriations, their changes, commitments."""
    # `amount_fen` counts from its confirmation by another person; until then it stands in `proposed_fen`.
    appropriations = Table(
        "appropriations",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("code", Text, nullable=False),
        Column("division", Text, nullable=False),
        Column("year", Integer, nullable=False),
        Column("level", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("purpose", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("amount_fen", BigInteger, nullable=False),
        Column("carried_fen", BigInteger, nullable=False),
        Column("committed_fen", BigInteger, nullable=False),
        Column("paid_fen", BigInteger, nullable=False),
        Column("carried_out_fen", BigInteger, nullable=False),
        Column("lapsed_fen", BigInteger, nullable=False),
        Column("warn_from_bp", Integer, nullable=False),
        Column("policy", Text, nullable=False),
        Column("reasons", JSONB, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("proposed_fen", BigInteger),
        Column("proposed_on", Date),
        Column("proposed_because", Text),
        Column("proposed_by", Text),
        Column("proposed_at", DateTime(timezone=True)),
        Column("changed_at", DateTime(timezone=True), nullable=False),
        Column("closed_by", Text),
        Column("closed_at", DateTime(timezone=True)),
        Column("successor_id", Uuid),
    )
    # Append-only.
    changes = Table(
        "appropriation_changes",
        metadata,
        Column("appropriation_id", Uuid, primary_key=True),
        Column("number", Integer, primary_key=True),
        Column("division", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("before_fen", BigInteger, nullable=False),
        Column("after_fen", BigInteger, nullable=False),
        Column("decided_on", Date, nullable=False),
        Column("because", Text, nullable=False),
        Column("proposed_by", Text, nullable=False),
        Column("proposed_at", DateTime(timezone=True), nullable=False),
        Column("confirmed_by", Text, nullable=False),
        Column("confirmed_at", DateTime(timezone=True), nullable=False),
    )
    # What an approved grant takes of an appropriation; it goes to the next year's where it is not paid at the close.
    commitments = Table(
        "commitments",
        metadata,
        Column("grant_id", Uuid, primary_key=True),
        Column("appropriation_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("amount_fen", BigInteger, nullable=False),
        Column("state", Text, nullable=False),
        Column("committed_at", DateTime(timezone=True), nullable=False),
        Column("settled_at", DateTime(timezone=True)),
    )
    return appropriations, changes, commitments


def add_order_tables(metadata: MetaData) -> tuple[Table, Table, Table]:
    """Orders, lines, returns."""
    orders = Table(
        "payment_orders",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("number", Text, nullable=False),
        Column("division", Text, nullable=False),
        Column("channel", Text, nullable=False),
        Column("layout", Text, nullable=False),
        Column("policy", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("count", Integer, nullable=False),
        Column("total_fen", BigInteger, nullable=False),
        Column("note", Text),
        Column("reasons", JSONB, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("ordered_by", Text, nullable=False),
        Column("ordered_at", DateTime(timezone=True), nullable=False),
        Column("contradicted", Integer, nullable=False, server_default="0"),
    )
    # The account as it was verified when it was ordered: holder and number are sealed for this row.
    lines = Table(
        "payment_order_lines",
        metadata,
        Column("order_id", Uuid, primary_key=True),
        Column("line", Integer, primary_key=True),
        Column("division", Text, nullable=False),
        Column("reference", Text, nullable=False),
        Column("grant_id", Uuid, nullable=False),
        Column("recipient_id", Uuid, nullable=False),
        Column("recipient_name", Text, nullable=False),
        Column("amount_fen", BigInteger, nullable=False),
        Column("scheme", Text, nullable=False),
        Column("held_by", Text, nullable=False),
        Column("bank_code", Text, nullable=False),
        Column("payee_version", BigInteger, nullable=False),
        Column("key_id", Text, nullable=False),
        Column("sealed", LargeBinary, nullable=False),
        Column("state", Text, nullable=False),
        Column("because", Text),
        Column("paid_on", Date),
        Column("settled_at", DateTime(timezone=True)),
    )
    # Append-only: each file once.
    returns = Table(
        "payment_returns",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("order_id", Uuid, nullable=False),
        Column("division", Text, nullable=False),
        Column("sha256", Text, nullable=False),
        Column("findings", JSONB, nullable=False),
        Column("received_by", Text, nullable=False),
        Column("received_at", DateTime(timezone=True), nullable=False),
    )
    return orders, lines, returns


def add_forecast_tables(metadata: MetaData) -> tuple[Table, Table, Table]:
    """Forecasts, lines, funds: all append-only."""
    forecasts = Table(
        "forecasts",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("division", Text, nullable=False),
        Column("year", Integer, nullable=False),
        Column("budget_year", Integer, nullable=False),
        Column("counted_on", Date, nullable=False),
        Column("need_fen", BigInteger, nullable=False),
        Column("held_fen", BigInteger, nullable=False),
        Column("unfunded_fen", BigInteger, nullable=False),
        Column("lines", Integer, nullable=False),
        Column("totals", JSONB, nullable=False),
        # Counts, lists and dues, in one list; and beside them what was asked: stars, rates, simulation.
        Column("inputs", JSONB, nullable=False),
        Column("asked", JSONB, nullable=False),
        Column("policies", JSONB, nullable=False),
        Column("input_hash", Text, nullable=False),
        Column("reasons", JSONB, nullable=False),
        Column("note", Text),
        Column("created_by", Text, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
    )
    # `division` is the forecast's own; `place` is what the line is of.
    lines = Table(
        "forecast_lines",
        metadata,
        Column("forecast_id", Uuid, primary_key=True),
        Column("number", Integer, primary_key=True),
        Column("division", Text, nullable=False),
        Column("place", Text, nullable=False),
        Column("kind", Text),
        Column("scheme", Text, nullable=False),
        Column("policy", Text, nullable=False),
        Column("level", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("purpose", Text, nullable=False),
        Column("count", BigInteger, nullable=False),
        Column("need_fen", BigInteger, nullable=False),
        Column("held_fen", BigInteger, nullable=False),
        Column("reasons", JSONB, nullable=False),
    )
    funds = Table(
        "forecast_funds",
        metadata,
        Column("forecast_id", Uuid, primary_key=True),
        Column("number", Integer, primary_key=True),
        Column("division", Text, nullable=False),
        Column("place", Text, nullable=False),
        Column("level", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("purpose", Text, nullable=False),
        Column("appropriation", Text),
        Column("need_fen", BigInteger, nullable=False),
        Column("charged_fen", BigInteger, nullable=False),
        Column("left_fen", BigInteger, nullable=False),
        Column("unfunded_fen", BigInteger, nullable=False),
        Column("reasons", JSONB, nullable=False),
    )
    return forecasts, lines, funds
