"""The table of idempotency keys, as the first migration of each service creates it.

Frozen once released: a change is a new constant, run by a new migration.
"""

IDEMPOTENCY_TABLE_V1 = """
CREATE TABLE idempotency_keys (
    caller text NOT NULL,
    key text NOT NULL,
    route text NOT NULL,
    request_hash text NOT NULL,
    status integer NOT NULL,
    headers jsonb NOT NULL,
    body bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_idempotency_keys PRIMARY KEY (caller, key)
);
"""
