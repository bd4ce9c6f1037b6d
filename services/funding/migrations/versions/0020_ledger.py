"""Postings of any kind: dated, by source, recipient and purpose, once by what they are for, and reversed by name."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import RUNTIME

revision = "funding_0020"
down_revision = "funding_0019"

# What the version before writes has none of these: its day is that of `posted_at` in China.
COLUMNS = """
ALTER TABLE ledger_transactions ALTER COLUMN grant_id DROP NOT NULL;
ALTER TABLE ledger_transactions ADD COLUMN booked_on date;
ALTER TABLE ledger_transactions ADD COLUMN corrects uuid;
ALTER TABLE ledger_transactions ADD COLUMN posted_by text;
ALTER TABLE ledger_transactions ADD COLUMN entries integer;
ALTER TABLE ledger_transactions ADD COLUMN trigger text;
ALTER TABLE ledger_transactions ADD COLUMN recipient_id uuid;
ALTER TABLE ledger_transactions ADD COLUMN scheme text;
ALTER TABLE ledger_transactions ADD COLUMN period text;
ALTER TABLE ledger_transactions ADD COLUMN purpose text;
ALTER TABLE ledger_transactions ADD COLUMN input_hash text;
ALTER TABLE ledger_entries ADD COLUMN booked_on date;
ALTER TABLE ledger_entries ADD COLUMN source text;
ALTER TABLE ledger_entries ADD COLUMN recipient_id uuid;
ALTER TABLE ledger_entries ADD COLUMN purpose text;
"""
# Both are only loosened: the version before writes two kinds, each once a grant. A grant that was paid has two
# postings to reverse.
CONSTRAINTS = """
ALTER TABLE ledger_transactions DROP CONSTRAINT ck_ledger_transactions_kind;
ALTER TABLE ledger_transactions ADD CONSTRAINT ck_ledger_transactions_kind
    CHECK (kind ~ '^[a-z][a-z_]{1,39}$') NOT VALID;
ALTER TABLE ledger_transactions ADD CONSTRAINT ck_ledger_transactions_corrects
    CHECK ((kind = 'reversal') = (corrects IS NOT NULL)) NOT VALID;
ALTER TABLE ledger_transactions DROP CONSTRAINT uq_ledger_transactions_grant_id_kind;
CREATE UNIQUE INDEX uq_ledger_transactions_grant_id_kind ON ledger_transactions (grant_id, kind)
    WHERE kind <> 'reversal';
CREATE UNIQUE INDEX uq_ledger_transactions_corrects ON ledger_transactions (corrects) WHERE corrects IS NOT NULL;
CREATE UNIQUE INDEX uq_ledger_transactions_key ON ledger_transactions (trigger, recipient_id, scheme, period, purpose)
    NULLS NOT DISTINCT WHERE input_hash IS NOT NULL;
CREATE INDEX ix_ledger_entries_recipient_id ON ledger_entries (recipient_id, account) WHERE recipient_id IS NOT NULL;
"""
# At commit: entries sum to zero, are as many as the transaction says (none is added to it later), and of its day.
BALANCE = """
CREATE OR REPLACE FUNCTION ledger_check_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
    difference numeric;
    found bigint;
    elsewhere bigint;
    posted record;
BEGIN
    SELECT t.entries, t.booked_on INTO posted FROM ledger_transactions t WHERE t.id = checked;
    SELECT sum(e.debit_fen) - sum(e.credit_fen), count(*),
           count(*) FILTER (WHERE e.booked_on IS DISTINCT FROM posted.booked_on)
        INTO difference, found, elsewhere FROM ledger_entries e WHERE e.transaction_id = checked;
    IF difference IS DISTINCT FROM 0 THEN
        RAISE EXCEPTION 'ledger transaction % is out of balance by % fen', checked, difference
            USING ERRCODE = 'check_violation';
    END IF;
    IF found <> COALESCE(posted.entries, found) THEN
        RAISE EXCEPTION 'ledger transaction % was posted with % entries, not %', checked, posted.entries, found
            USING ERRCODE = 'check_violation';
    END IF;
    IF elsewhere > 0 THEN
        RAISE EXCEPTION 'ledger transaction % has entries of another day', checked USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

-- A reversal takes back all of one posting, account by account, and nothing else. What reverses is not reversed.
CREATE FUNCTION ledger_check_reversal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_transactions t WHERE t.id = NEW.corrects AND t.kind <> 'reversal') THEN
        RAISE EXCEPTION 'ledger transaction % reverses no posting', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT FROM ledger_entries e WHERE e.transaction_id IN (NEW.id, NEW.corrects)
        GROUP BY e.account, e.division, e.source, e.recipient_id, e.purpose
        HAVING sum(e.debit_fen) - sum(e.credit_fen) <> 0
    ) THEN
        RAISE EXCEPTION 'ledger transaction % is not the reverse of %', NEW.id, NEW.corrects
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER reverses AFTER INSERT ON ledger_transactions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'reversal') EXECUTE FUNCTION ledger_check_reversal();
"""
# The chart is policy data: an account is kept here from its first posting on.
ACCOUNTS = f"GRANT INSERT ON ledger_accounts TO {RUNTIME};"


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, COLUMNS, CONSTRAINTS, BALANCE, ACCOUNTS):
        run_script(op, script)
