"""The SQL that sets, for one transaction, what its caller sees."""

from shared.db.access import Access

SET_SCOPE = "SELECT set_config('shuangfu.scope', $1, true)"
PLAN_LISTS = "SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL max_parallel_workers_per_gather = 0"
"""Each statement is planned for what it is given, as lists need it: one word finds all there is, another nothing.

A page takes less time than it takes to start the workers that would look for it in parallel.
"""
SET_SCOPE_AND_UNITS = f"{SET_SCOPE}, set_config('shuangfu.units', $2, true)"


def begin(access: Access) -> str:
    """One message, one round trip: with parameters it would be two, as such a message holds one statement only.

    SET is a utility statement: PostgreSQL neither plans it nor takes a snapshot for it.
    """
    settings = {"scope": access.patterns(), "context": access.context()}
    if access.units is not None:
        settings["units"] = access.narrowing()
    return "; ".join(["BEGIN", *(f"SET LOCAL shuangfu.{name} = {_literal(value)}" for name, value in settings.items())])


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
