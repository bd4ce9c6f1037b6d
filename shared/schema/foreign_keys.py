"""What migrations run before they add a foreign key to tables that are in use, and before they validate one.

Frozen once released: a change is a new constant, run by a new migration.
"""

# PostgreSQL looks for a deadlock after a second (`deadlock_timeout`). A foreign key locks two tables, so the migration
# gives up before that: it is tried again, and a writer is never the victim.
YIELD_TO_WRITERS_V1 = """
SET LOCAL lock_timeout = '500ms';
"""

# The owner is bound by row-level security too (FORCE): without a scope, VALIDATE would see no row and find nothing.
SEE_ALL_ROWS_V1 = """
SELECT set_config('shuangfu.scope', '%', true);
"""
