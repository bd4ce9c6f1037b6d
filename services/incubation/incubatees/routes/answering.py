"""What the routes of incubatees share."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from fastapi import Response

from services.incubation.incubatees import queries
from services.incubation.incubatees.answers import incubatee_detail_out
from shared.db.base import utc_now
from shared.db.session import Record, Transaction
from shared.problems.problems import NotFound
from shared.web.identity.tokens import Actor
from shared.web.once import Once
from shared.web.routes import answer


async def find(tx: Transaction, incubatee_id: UUID) -> Record:
    """An incubatee that the caller sees. Raises NotFound."""
    row = await queries.get(tx, incubatee_id)
    if row is None:
        raise NotFound(what="incubatee")
    return row


def answer_incubatee(row: Record, caller: Actor, status: int = 200) -> Response:
    """An incubatee as it is now."""
    return answer(incubatee_detail_out(row, caller), status, version=row["version"])


async def answered(once: Once, caller: Actor, run: Callable[[datetime], Awaitable[Record]]) -> Response:
    """The incubatee after a step that is taken once."""

    async def work() -> Response:
        return answer_incubatee(await run(utc_now()), caller)

    return await once(work)
