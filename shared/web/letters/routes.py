"""Routes for operators: events that could not take effect, listed and settled, and the last reconciliation."""

from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from shared.audit.operations import last_action, record_action
from shared.bus.handlers import Handlers
from shared.bus.receiving.dead_letters import DeadLetterNotOpen, count_seen, page_letters
from shared.bus.receiving.settling import Selection, Settled, discard_many, retry_many
from shared.db.session import Record, Transaction
from shared.problems.language import Text
from shared.problems.problems import BadCursor, NotFound, Problem
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.letters.schemas import (
    DeadLetterOut,
    LetterFailedOut,
    LettersDiscarding,
    LettersRetrying,
    LettersSettledOut,
    ReconciliationOut,
)
from shared.web.routes import Cursor, Limit, Page, Tx, answer, decode_cursor, encode_cursor, problems

_NAMED = 20
"""The record of an action names at most this many letters."""


class DeadLettersNotOpen(Problem):
    """One of the letters was retried or discarded before."""

    slug, status = "dead-letters-not-open", 409
    title = Text(zh="死信已处理", en="Dead letters not open")
    detail = Text(
        zh="所列死信中有此前已处理的，请刷新列表。",
        en="Some of these dead letters were settled before: list them again.",
    )


def create_letters() -> APIRouter:
    """Dead letters and the last reconciliation of a service. The app's state has `handlers`."""
    router = APIRouter(prefix="/operations", tags=["operations"], route_class=GuardedRoute)
    reads, repairs = [requires(Permission.OPERATIONS_READ)], [requires(Permission.OPERATIONS_REPAIR)]

    @router.get("/dead-letters", response_model=Page[DeadLetterOut], dependencies=reads, responses=problems(BadCursor))
    async def list_dead_letters(
        tx: Tx,
        state: Annotated[Literal["open", "retried", "discarded"], Query(description="open ones, unless said")] = "open",
        reason: Annotated[str | None, Query(max_length=63, description="with this reason")] = None,
        event_type: Annotated[str | None, Query(alias="type", max_length=255, description="of this event type")] = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Response:
        """Events that could not take effect, the newest first: of the caller's divisions, and those of no division."""
        after = _after(cursor)
        rows = await page_letters(tx, state=state, reason=reason, event_type=event_type, after=after, limit=limit)
        items = [DeadLetterOut(**row) for row in rows[:limit]]
        return answer(Page(items=items, next_cursor=_following(rows, limit)))

    @router.post(
        "/dead-letters:retry",
        response_model=LettersSettledOut,
        dependencies=repairs,
        responses=problems(NotFound, DeadLettersNotOpen),
    )
    async def retry_dead_letters(request: Request, tx: Tx, body: LettersRetrying) -> Response:
        """Run the handlers of open letters again; each takes effect at most once. One that fails again stays open."""
        handlers: Handlers = request.app.state.handlers
        chosen = await _choose(tx, body.ids)
        async with tx.system_scope():
            return answer(await _settle(tx, "dead-letters retry", body.ids, retry_many(tx, chosen, handlers)))

    @router.post(
        "/dead-letters:discard",
        response_model=LettersSettledOut,
        dependencies=repairs,
        responses=problems(NotFound, DeadLettersNotOpen),
    )
    async def discard_dead_letters(tx: Tx, body: LettersDiscarding) -> Response:
        """Discard open letters: they will not take effect. The note stands in the record of the action."""
        chosen = await _choose(tx, body.ids)
        async with tx.system_scope():
            settling = discard_many(tx, chosen)
            return answer(await _settle(tx, "dead-letters discard", body.ids, settling, note=body.note))

    @router.get("/reconciliation", response_model=ReconciliationOut, dependencies=reads)
    async def get_reconciliation(tx: Tx) -> Response:
        """What the last `shuangfu reconcile --record` found of this service; of all divisions."""
        async with tx.system_scope():
            last = await last_action(tx, "reconcile")
        return answer(ReconciliationOut.of(last))

    return router


async def _choose(tx: Transaction, ids: Sequence[UUID]) -> Selection:
    """Raises NotFound where the caller's divisions have one of them not."""
    if await count_seen(tx, ids) < len(set(ids)):
        raise NotFound(what="dead letter")
    return Selection(ids)


async def _settle(
    tx: Transaction, command: str, ids: Sequence[UUID], settling: Awaitable[Settled], *, note: str | None = None
) -> LettersSettledOut:
    """Settle and record it, as the commands do. Raises DeadLettersNotOpen."""
    try:
        found = await settling
    except DeadLetterNotOpen as error:
        raise DeadLettersNotOpen from error
    figures = {"settled": len(found.done), "failed": len(found.failed), "letters": found.done[:_NAMED]}
    arguments = {"letters": ids[:_NAMED], "of": len(ids), **({"note": note} if note else {})}
    await record_action(tx, command, arguments=arguments, figures=figures, operator=tx.access.actor)
    failed = [LetterFailedOut(id=one, detail=why) for one, why in found.failed.items()]
    return LettersSettledOut(settled=found.done, failed=failed)


def _following(rows: Sequence[Record], limit: int) -> str | None:
    if len(rows) <= limit:
        return None
    return encode_cursor(rows[limit - 1]["recorded_at"].isoformat(), str(rows[limit - 1]["id"]))


def _after(cursor: str | None) -> tuple[datetime, UUID] | None:
    key = decode_cursor(cursor, 2)
    if key is None:
        return None
    try:
        at, last = datetime.fromisoformat(key[0]), UUID(key[1])
    except ValueError as error:
        raise BadCursor from error
    if at.tzinfo is None:
        raise BadCursor
    return at, last
