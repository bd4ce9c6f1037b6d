"""How many places of incubators are taken: what the modules above read of incubatees where they are not theirs."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from shared.db.session import Transaction

TAKEN = "(SELECT count(*) FROM incubatees AS p WHERE p.incubator_id = {incubator} AND p.state = 'incubating')"
"""As SQL: how many are incubated in an incubator: those alone take a place."""
_TAKEN = text(
    "SELECT incubator_id AS id, count(*) AS taken FROM incubatees "
    "WHERE incubator_id = ANY(CAST(:ids AS uuid[])) AND state = 'incubating' GROUP BY 1"
)


async def taken_places(tx: Transaction, incubator_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many are incubated in each of these incubators; those without any are left out."""
    if not incubator_ids:
        return {}
    return {row.id: row.taken for row in await tx.rows(_TAKEN, {"ids": list(incubator_ids)})}
