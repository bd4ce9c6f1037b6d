"""Months of the ledger close and lock: nothing is posted into them any more."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import ABOVE_SCOPE, HIDDEN_FROM_UNITS, IN_SCOPE, secure_table

revision = "funding_0021"
down_revision = "funding_0020"

# A month without a row is open. `division` is a prefix: 3301 closes the month for all of its districts. `balances` is
# what each account had at the month's end when it was locked.
PERIODS = """
CREATE TABLE ledger_periods (
    division text NOT NULL,
    month text NOT NULL,
    state text NOT NULL,
    version bigint NOT NULL,
    closed_by text,
    closed_at timestamptz,
    locked_by text,
    locked_at timestamptz,
    reason text,
    balances jsonb,
    CONSTRAINT pk_ledger_periods PRIMARY KEY (division, month),
    CONSTRAINT ck_ledger_periods_month CHECK (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
    CONSTRAINT ck_ledger_periods_state CHECK (state IN ('open', 'closed', 'locked')),
    CONSTRAINT ck_ledger_periods_locked CHECK ((state = 'locked') = (balances IS NOT NULL))
);
CREATE INDEX ix_ledger_periods_division ON ledger_periods (division text_pattern_ops, month);
CREATE INDEX ix_ledger_periods_shut ON ledger_periods (month) WHERE state <> 'open';
"""
# Postings share a lock that closing takes alone: no posting slips in between. A locked month shuts those before it,
# too: what is posted there would move what it was locked with.
GUARD = """
CREATE FUNCTION ledger_check_periods() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE shut record;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('ledger_periods'));
    SELECT p.division, p.month, p.state INTO shut FROM (
        SELECT DISTINCT t.division,
            to_char(COALESCE(t.booked_on, (t.posted_at AT TIME ZONE 'Asia/Shanghai')::date), 'YYYY-MM') AS month
        FROM new_rows t) n
    JOIN ledger_periods p ON starts_with(n.division, p.division)
        AND (p.month = n.month AND p.state <> 'open' OR p.month > n.month AND p.state = 'locked')
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger period % of % is %', shut.month, shut.division, shut.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER in_open_period AFTER INSERT ON ledger_transactions REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_periods();
"""


def upgrade() -> None:
    """Forward only."""
    readable = f"({IN_SCOPE} OR {ABOVE_SCOPE})"
    secured = secure_table(
        "ledger_periods",
        units=HIDDEN_FROM_UNITS,
        key=("division", "month"),
        readable=readable,
        grants="SELECT, INSERT, UPDATE",
    )
    for script in (YIELD_TO_WRITERS_V1, PERIODS, secured, GUARD):
        run_script(op, script)
