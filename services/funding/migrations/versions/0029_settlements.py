"""What a paid grant still needs: reports of its use with vouchers, a settlement, balances that come back."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import of_rows, secure_table

revision = "funding_0029"
down_revision = "funding_0028"

# What was paid before needs nothing: it has no `settlement_state`, and nothing is to be returned of it.
GRANTS = """
ALTER TABLE grants ADD COLUMN settlement_state text;
ALTER TABLE grants ADD COLUMN use_report_due_on date;
ALTER TABLE grants ADD COLUMN settlement_due_on date;
ALTER TABLE grants ADD COLUMN return_due_fen bigint NOT NULL DEFAULT 0;
ALTER TABLE grants ADD COLUMN return_due_on date;
ALTER TABLE grants ADD COLUMN returned_fen bigint NOT NULL DEFAULT 0;
ALTER TABLE grants ADD CONSTRAINT ck_grants_settlement_state CHECK (
    settlement_state IN ('open', 'use_reported', 'evaluated', 'closed')) NOT VALID;
ALTER TABLE grants ADD CONSTRAINT ck_grants_returned CHECK (
    0 <= returned_fen AND returned_fen <= return_due_fen AND return_due_fen <= amount_fen) NOT VALID;
CREATE INDEX ix_grants_settling ON grants (settlement_state, id) WHERE settlement_state IN ('open', 'use_reported');
CREATE INDEX ix_grants_returning ON grants (id) WHERE return_due_fen > returned_fen;
"""
# A posting that is about another without taking it back names it, too: what is returned of a payment. A grant has
# several of these, each of a period of its own.
LEDGER = """
ALTER TABLE ledger_transactions ADD COLUMN concerns uuid;
DROP INDEX uq_ledger_transactions_grant_id_kind;
CREATE UNIQUE INDEX uq_ledger_transactions_grant_id_kind ON ledger_transactions (grant_id, kind, (COALESCE(period, '')))
    WHERE kind <> 'reversal';
"""
TABLES = """
CREATE TABLE grant_use_reports (
    grant_id uuid NOT NULL,
    number integer NOT NULL,
    division text NOT NULL,
    vouchers jsonb NOT NULL,
    total_fen bigint NOT NULL,
    note text,
    due_on date,
    reported_by text NOT NULL,
    reported_at timestamptz NOT NULL,
    CONSTRAINT pk_grant_use_reports PRIMARY KEY (grant_id, number),
    CONSTRAINT ck_grant_use_reports_total CHECK (number > 0 AND total_fen > 0),
    CONSTRAINT fk_grant_use_reports_grant_id_division_grants FOREIGN KEY (grant_id, division)
        REFERENCES grants (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_grant_use_reports_division ON grant_use_reports (division text_pattern_ops, grant_id);

CREATE TABLE grant_settlements (
    grant_id uuid NOT NULL,
    division text NOT NULL,
    report_number integer,
    used_fen bigint NOT NULL,
    unspent_fen bigint NOT NULL,
    grade text NOT NULL,
    note text,
    policy text NOT NULL,
    due_on date,
    settled_by text NOT NULL,
    settled_at timestamptz NOT NULL,
    CONSTRAINT pk_grant_settlements PRIMARY KEY (grant_id),
    CONSTRAINT ck_grant_settlements_amounts CHECK (used_fen >= 0 AND unspent_fen >= 0),
    CONSTRAINT fk_grant_settlements_grant_id_division_grants FOREIGN KEY (grant_id, division)
        REFERENCES grants (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_grant_settlements_division ON grant_settlements (division text_pattern_ops, grant_id);

CREATE TABLE grant_returns (
    grant_id uuid NOT NULL,
    number integer NOT NULL,
    division text NOT NULL,
    amount_fen bigint NOT NULL,
    reference text NOT NULL,
    returned_on date NOT NULL,
    transaction_id uuid NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT pk_grant_returns PRIMARY KEY (grant_id, number),
    CONSTRAINT uq_grant_returns_grant_id_reference UNIQUE (grant_id, reference),
    CONSTRAINT ck_grant_returns_amount CHECK (number > 0 AND amount_fen > 0),
    CONSTRAINT fk_grant_returns_grant_id_division_grants FOREIGN KEY (grant_id, division)
        REFERENCES grants (id, division) ON UPDATE CASCADE,
    CONSTRAINT fk_grant_returns_transaction_id_division_ledger_transactions FOREIGN KEY (transaction_id, division)
        REFERENCES ledger_transactions (id, division)
);
CREATE INDEX ix_grant_returns_division ON grant_returns (division text_pattern_ops, grant_id);
"""
_OF_GRANTS = of_rows("grant_id", "SELECT id FROM grants")


def upgrade() -> None:
    """Forward only."""
    secured = (
        secure_table("grant_use_reports", units=_OF_GRANTS, key=("grant_id", "number"), grants="SELECT, INSERT"),
        secure_table(
            "grant_settlements", units=_OF_GRANTS, key=("grant_id",), policy="policy", grants="SELECT, INSERT"
        ),
        secure_table("grant_returns", units=_OF_GRANTS, key=("grant_id", "number"), grants="SELECT, INSERT"),
    )
    for script in (YIELD_TO_WRITERS_V1, GRANTS, LEDGER, TABLES, *secured):
        run_script(op, script)
