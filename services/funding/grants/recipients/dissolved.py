"""Which recipients were dissolved, wherever they are."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.funding.coverage import queries as coverage
from services.funding.grants.recipients.holding import explain_dissolved
from shared.contracts.base import Reason
from shared.db.session import Transaction


async def explain_all_dissolved(tx: Transaction, recipients: Sequence[UUID], now: datetime) -> dict[UUID, Reason]:
    """By recipient, that it was dissolved; those that were not are left out.

    The system's scope: a recipient may have moved out of the division in which its grant was decided.
    """
    async with tx.system_scope():
        parties = await coverage.load(tx, sorted(set(recipients)))
    return {key: explain_dissolved(one, now) for key, one in parties.items() if one.dissolved_on is not None}
