"""Award pools from certified dues (H33), distributed in rounds."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, of_units, secure_table

revision = "funding_0023"
down_revision = "funding_0022"

TABLES = """
CREATE TABLE award_pools (
    id uuid NOT NULL,
    dues_id uuid NOT NULL,
    holder_id uuid NOT NULL,
    division text NOT NULL,
    year integer NOT NULL,
    base_fen bigint NOT NULL,
    share_bp integer NOT NULL,
    amount_fen bigint NOT NULL,
    distributed_fen bigint NOT NULL,
    rounds integer NOT NULL,
    state text NOT NULL,
    version bigint NOT NULL,
    policy text NOT NULL,
    reasons jsonb NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    closed_by text,
    closed_at timestamptz,
    CONSTRAINT pk_award_pools PRIMARY KEY (id),
    CONSTRAINT uq_award_pools_id_division UNIQUE (id, division),
    CONSTRAINT uq_award_pools_dues_id UNIQUE (dues_id),
    CONSTRAINT ck_award_pools_state CHECK (state IN ('open', 'closed')),
    CONSTRAINT ck_award_pools_amount CHECK (amount_fen > 0),
    CONSTRAINT ck_award_pools_distributed CHECK (distributed_fen >= 0 AND distributed_fen <= amount_fen),
    CONSTRAINT fk_award_pools_dues_id_division_dues_years FOREIGN KEY (dues_id, division)
        REFERENCES dues_years (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_award_pools_division ON award_pools (division text_pattern_ops, id);

CREATE TABLE awards (
    pool_id uuid NOT NULL,
    round integer NOT NULL,
    recipient_id uuid NOT NULL,
    division text NOT NULL,
    weight integer NOT NULL,
    amount_fen bigint NOT NULL,
    note text,
    awarded_by text NOT NULL,
    awarded_at timestamptz NOT NULL,
    grant_id uuid,
    CONSTRAINT pk_awards PRIMARY KEY (pool_id, round, recipient_id),
    CONSTRAINT ck_awards_weight CHECK (weight > 0),
    CONSTRAINT ck_awards_amount CHECK (amount_fen >= 0),
    CONSTRAINT fk_awards_grant_id_grants FOREIGN KEY (grant_id) REFERENCES grants (id),
    CONSTRAINT fk_awards_pool_id_division_award_pools FOREIGN KEY (pool_id, division)
        REFERENCES award_pools (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_awards_division ON awards (division text_pattern_ops, pool_id);
"""
# Those that the grants of awards are posted to; the chart has them too.
ACCOUNTS = """
INSERT INTO ledger_accounts (code, name_zh, name_en, kind) VALUES
    ('2602', '奖励资金', 'Awards to be paid', 'liability'),
    ('4602', '留存党费', 'Retained dues', 'revenue')
ON CONFLICT (code) DO NOTHING;
"""
# At commit, a pool has distributed what its awards add up to.
SUMS = """
CREATE FUNCTION award_pools_check_sum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    pool uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
    difference numeric;
BEGIN
    SELECT p.distributed_fen - COALESCE((SELECT sum(a.amount_fen) FROM awards a WHERE a.pool_id = p.id), 0)
        INTO difference FROM award_pools p WHERE p.id = pool;
    IF difference <> 0 THEN
        RAISE EXCEPTION 'award pool % differs from its awards by % fen', pool, difference
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER sums AFTER INSERT OR UPDATE ON award_pools
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION award_pools_check_sum('id');
CREATE CONSTRAINT TRIGGER sums AFTER INSERT ON awards
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION award_pools_check_sum('pool_id');
"""


def upgrade() -> None:
    """Forward only."""
    # A pool is its payer's own work; a unit sees what it was awarded.
    pools = secure_table("award_pools", units=HIDDEN_FROM_UNITS, policy="policy", grants="SELECT, INSERT, UPDATE")
    awards = secure_table(
        "awards", units=of_units("recipient_id"), key=("pool_id", "round", "recipient_id"), grants="SELECT, INSERT"
    )
    for script in (YIELD_TO_WRITERS_V1, TABLES, pools, awards, SUMS, ACCOUNTS):
        run_script(op, script)
