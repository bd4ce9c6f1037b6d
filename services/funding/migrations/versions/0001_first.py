"""Funding's first tables: grants with their decisions and steps, and the ledger."""

from alembic import op

from shared.schema.bus import BUS_TABLES_V1
from shared.schema.idempotency import IDEMPOTENCY_TABLE_V1
from shared.schema.scripts import run_script

revision = "funding_0001"
down_revision = None

LEDGER_TABLES = """
CREATE TABLE ledger_accounts (
    code text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    kind text NOT NULL,
    CONSTRAINT pk_ledger_accounts PRIMARY KEY (code),
    CONSTRAINT ck_ledger_accounts_kind CHECK (kind IN ('asset', 'liability', 'revenue', 'expense'))
);
INSERT INTO ledger_accounts (code, name_zh, name_en, kind) VALUES
    ('5001', '业务活动费用', 'Programme expense', 'expense'),
    ('2307', '其他应付款—补助款', 'Grants payable', 'liability'),
    ('4001', '财政拨款收入', 'Fiscal appropriation', 'revenue');
"""

GRANT_TABLES = """
CREATE TABLE grants (
    id uuid NOT NULL,
    recipient_id uuid NOT NULL,
    recipient_name text NOT NULL,
    division text NOT NULL,
    scheme text NOT NULL,
    policy text NOT NULL,
    year integer NOT NULL,
    amount_fen bigint NOT NULL,
    expense_account text NOT NULL,
    payable_account text NOT NULL,
    appropriation_account text NOT NULL,
    state text NOT NULL,
    reasons jsonb NOT NULL,
    evaluation_id uuid NOT NULL,
    version bigint NOT NULL,
    raised_at timestamptz NOT NULL,
    -- Who did which step: filled once callers are known; the three hands must differ.
    drafted_by text,
    reviewed_by text,
    approved_by text,
    paid_by text,
    CONSTRAINT pk_grants PRIMARY KEY (id),
    CONSTRAINT uq_grants_recipient_id_scheme_year UNIQUE (recipient_id, scheme, year),
    CONSTRAINT ck_grants_amount CHECK (amount_fen > 0),
    CONSTRAINT ck_grants_state CHECK (state IN ('raised', 'held', 'reviewed', 'approved', 'paid', 'reversed')),
    CONSTRAINT fk_grants_expense_account_ledger_accounts FOREIGN KEY (expense_account) REFERENCES ledger_accounts,
    CONSTRAINT fk_grants_payable_account_ledger_accounts FOREIGN KEY (payable_account) REFERENCES ledger_accounts,
    CONSTRAINT fk_grants_appropriation_account_ledger_accounts
        FOREIGN KEY (appropriation_account) REFERENCES ledger_accounts
);
CREATE INDEX ix_grants_division ON grants (division text_pattern_ops, id);
CREATE INDEX ix_grants_open ON grants (state, id) WHERE state <> 'paid';

-- Every version of a grant: the step that made it.
CREATE TABLE grant_steps (
    grant_id uuid NOT NULL,
    version bigint NOT NULL,
    division text NOT NULL,
    step text NOT NULL,
    at timestamptz NOT NULL,
    note text,
    CONSTRAINT pk_grant_steps PRIMARY KEY (grant_id, version),
    CONSTRAINT fk_grant_steps_grant_id_grants FOREIGN KEY (grant_id) REFERENCES grants
);

-- Every decision on an evaluation, grant or none: by which policy, on which facts, why.
CREATE TABLE grant_decisions (
    id uuid NOT NULL,
    event_id uuid NOT NULL,
    evaluation_id uuid NOT NULL,
    recipient_id uuid NOT NULL,
    division text NOT NULL,
    year integer NOT NULL,
    policy text,
    scheme text,
    outcome text NOT NULL,
    amount_fen bigint,
    grant_id uuid,
    facts jsonb NOT NULL,
    reasons jsonb NOT NULL,
    as_of timestamptz NOT NULL,
    decided_at timestamptz NOT NULL,
    CONSTRAINT pk_grant_decisions PRIMARY KEY (id),
    CONSTRAINT uq_grant_decisions_event_id UNIQUE (event_id),
    CONSTRAINT ck_grant_decisions_outcome CHECK (outcome IN ('raised', 'held', 'none', 'unchanged')),
    CONSTRAINT fk_grant_decisions_grant_id_grants FOREIGN KEY (grant_id) REFERENCES grants
);
CREATE INDEX ix_grant_decisions_recipient ON grant_decisions (recipient_id, year, id);
"""

POSTING_TABLES = """
CREATE TABLE ledger_transactions (
    id uuid NOT NULL,
    division text NOT NULL,
    grant_id uuid NOT NULL,
    kind text NOT NULL,
    posted_at timestamptz NOT NULL,
    note text,
    CONSTRAINT pk_ledger_transactions PRIMARY KEY (id),
    CONSTRAINT uq_ledger_transactions_grant_id_kind UNIQUE (grant_id, kind),
    CONSTRAINT ck_ledger_transactions_kind CHECK (kind IN ('grant_approved', 'grant_paid', 'reversal')),
    CONSTRAINT fk_ledger_transactions_grant_id_grants FOREIGN KEY (grant_id) REFERENCES grants
);
CREATE TABLE ledger_entries (
    id uuid NOT NULL,
    transaction_id uuid NOT NULL,
    division text NOT NULL,
    account text NOT NULL,
    debit_fen bigint NOT NULL,
    credit_fen bigint NOT NULL,
    posted_at timestamptz NOT NULL,
    CONSTRAINT pk_ledger_entries PRIMARY KEY (id),
    CONSTRAINT ck_ledger_entries_one_side CHECK (
        debit_fen >= 0 AND credit_fen >= 0 AND (debit_fen > 0) <> (credit_fen > 0)),
    CONSTRAINT fk_ledger_entries_transaction_id_ledger_transactions
        FOREIGN KEY (transaction_id) REFERENCES ledger_transactions,
    CONSTRAINT fk_ledger_entries_account_ledger_accounts FOREIGN KEY (account) REFERENCES ledger_accounts
);
CREATE INDEX ix_ledger_entries_transaction_id ON ledger_entries (transaction_id);
CREATE INDEX ix_ledger_entries_account ON ledger_entries (account, id);

-- The fold of the entries (debits less credits), kept in the transaction that posts them.
CREATE TABLE account_balances (
    account text NOT NULL,
    division text NOT NULL,
    balance_fen bigint NOT NULL,
    CONSTRAINT pk_account_balances PRIMARY KEY (account, division),
    CONSTRAINT fk_account_balances_account_ledger_accounts FOREIGN KEY (account) REFERENCES ledger_accounts
);

CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transactions
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- At commit, a transaction has entries and they sum to zero. The argument names the column with its id.
CREATE FUNCTION ledger_check_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
    difference numeric;
BEGIN
    SELECT sum(debit_fen) - sum(credit_fen) INTO difference FROM ledger_entries WHERE transaction_id = checked;
    IF difference IS DISTINCT FROM 0 THEN
        RAISE EXCEPTION 'ledger transaction % is out of balance by % fen', checked, difference
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER in_balance AFTER INSERT ON ledger_transactions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_balance('id');
CREATE CONSTRAINT TRIGGER in_balance AFTER INSERT ON ledger_entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_balance('transaction_id');
"""


def upgrade() -> None:
    """Forward only."""
    for script in (BUS_TABLES_V1, IDEMPOTENCY_TABLE_V1, LEDGER_TABLES, GRANT_TABLES, POSTING_TABLES):
        run_script(op, script)
