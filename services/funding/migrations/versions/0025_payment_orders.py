"""Payment orders with frozen accounts, and what the bank returned of them."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, secure_table

revision = "funding_0025"
down_revision = "funding_0024"

# What the version before writes is in no order.
GRANTS = """
ALTER TABLE grants ADD COLUMN order_id uuid;
ALTER TABLE grants ADD COLUMN order_state text;
ALTER TABLE grants ADD CONSTRAINT ck_grants_order
    CHECK (order_state IS NULL OR (order_state IN ('ordered', 'paid', 'failed') AND order_id IS NOT NULL)) NOT VALID;
"""
TABLES = """
CREATE TABLE payment_orders (
    id uuid NOT NULL,
    number text NOT NULL,
    division text NOT NULL,
    channel text NOT NULL,
    layout text NOT NULL,
    policy text NOT NULL,
    state text NOT NULL,
    count integer NOT NULL,
    total_fen bigint NOT NULL,
    note text,
    reasons jsonb NOT NULL,
    version bigint NOT NULL,
    ordered_by text NOT NULL,
    ordered_at timestamptz NOT NULL,
    CONSTRAINT pk_payment_orders PRIMARY KEY (id),
    CONSTRAINT uq_payment_orders_id_division UNIQUE (id, division),
    CONSTRAINT uq_payment_orders_number UNIQUE (number),
    CONSTRAINT ck_payment_orders_channel CHECK (channel IN ('fiscal', 'dues')),
    CONSTRAINT ck_payment_orders_state CHECK (state IN ('ordered', 'settled')),
    CONSTRAINT ck_payment_orders_total CHECK (count > 0 AND total_fen > 0)
);
CREATE INDEX ix_payment_orders_division ON payment_orders (division text_pattern_ops, id);

CREATE TABLE payment_order_lines (
    order_id uuid NOT NULL,
    line integer NOT NULL,
    division text NOT NULL,
    reference text NOT NULL,
    grant_id uuid NOT NULL,
    recipient_id uuid NOT NULL,
    recipient_name text NOT NULL,
    amount_fen bigint NOT NULL,
    scheme text NOT NULL,
    held_by text NOT NULL,
    bank_code text NOT NULL,
    payee_version bigint NOT NULL,
    key_id text NOT NULL,
    sealed bytea NOT NULL,
    state text NOT NULL,
    because text,
    paid_on date,
    settled_at timestamptz,
    CONSTRAINT pk_payment_order_lines PRIMARY KEY (order_id, line),
    CONSTRAINT uq_payment_order_lines_reference UNIQUE (reference),
    CONSTRAINT ck_payment_order_lines_amount CHECK (amount_fen > 0),
    CONSTRAINT ck_payment_order_lines_state CHECK (state IN ('ordered', 'paid', 'failed')),
    CONSTRAINT ck_payment_order_lines_settled CHECK ((state = 'ordered') = (settled_at IS NULL)),
    CONSTRAINT fk_payment_order_lines_grant_id_grants FOREIGN KEY (grant_id) REFERENCES grants (id),
    CONSTRAINT fk_payment_order_lines_order_id_division_payment_orders FOREIGN KEY (order_id, division)
        REFERENCES payment_orders (id, division) ON UPDATE CASCADE
);
-- A grant is in one order at a time, and is paid once.
CREATE UNIQUE INDEX uq_payment_order_lines_grant_id ON payment_order_lines (grant_id) WHERE state <> 'failed';
CREATE INDEX ix_payment_order_lines_division ON payment_order_lines (division text_pattern_ops, order_id);

CREATE TABLE payment_returns (
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    division text NOT NULL,
    sha256 text NOT NULL,
    findings jsonb NOT NULL,
    received_by text NOT NULL,
    received_at timestamptz NOT NULL,
    CONSTRAINT pk_payment_returns PRIMARY KEY (id),
    CONSTRAINT uq_payment_returns_order_id_sha256 UNIQUE (order_id, sha256),
    CONSTRAINT fk_payment_returns_order_id_division_payment_orders FOREIGN KEY (order_id, division)
        REFERENCES payment_orders (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_payment_returns_division ON payment_returns (division text_pattern_ops, order_id);
"""


def upgrade() -> None:
    """Forward only."""
    # Whoever pays, pays for a division.
    secured = (
        secure_table("payment_orders", units=HIDDEN_FROM_UNITS, policy="policy", grants="SELECT, INSERT, UPDATE"),
        secure_table(
            "payment_order_lines",
            units=HIDDEN_FROM_UNITS,
            key=("order_id", "line"),
            hidden=("sealed",),
            grants="SELECT, INSERT, UPDATE",
        ),
        secure_table("payment_returns", units=HIDDEN_FROM_UNITS, grants="SELECT, INSERT"),
    )
    for script in (YIELD_TO_WRITERS_V1, GRANTS, TABLES, *secured):
        run_script(op, script)
