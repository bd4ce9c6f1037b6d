"""GET the progress of an import as server-sent events, beside asking for it again and again."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, format_sse_event

from services.registry.imports import queries
from services.registry.imports.schemas import progress_out
from shared.db.access import Access
from shared.db.session import Database, Record
from shared.problems.problems import InvalidInput, NotFound
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import problems

router = APIRouter(prefix="/imports", tags=["imports"], route_class=GuardedRoute)

PROGRESS_PATH = "/v1/imports/{}/progress"
_POLL_SECONDS = 0.5
_RETRY_MS = 1000
_UNSTORED = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
EVENT_STREAM = "text/event-stream"


@router.get(
    "/{import_id}/progress",
    dependencies=[requires(Permission.IMPORTS_WRITE)],
    response_class=StreamingResponse,
    responses=problems(
        NotFound,
        InvalidInput,
        beside={
            200: {"content": {EVENT_STREAM: {"schema": {"type": "string"}}}, "description": "events, one a change"}
        },
    ),
)
async def follow_import(
    request: Request,
    import_id: UUID,
    seconds: Annotated[int, Query(ge=1, le=60, description="after how long it ends at the latest")] = 30,
) -> Response:
    """Events `progress` with the state and the counts: the first at once, one after each change, the last when it is
    finished. Where it goes on after `seconds`, ask again.
    """
    database: Database = request.app.state.database
    access: Access = request.state.access
    stored = await _poll(database, access, import_id)
    if stored is None:
        raise NotFound(what="import")
    return EventSourceResponse(_follow(database, access, stored, seconds), headers=_UNSTORED)


async def _follow(database: Database, access: Access, stored: Record, seconds: int) -> AsyncIterator[bytes]:
    """Each poll is a transaction of its own, so that none is idle between two."""
    end = time.monotonic() + seconds
    said: bytes | None = None
    current: Record | None = stored
    while current is not None:
        progress = progress_out(current)
        event = format_sse_event(event="progress", data_str=progress.model_dump_json(), retry=_RETRY_MS)
        if event != said:
            yield event
            said = event
        if progress.finished or time.monotonic() + _POLL_SECONDS > end:
            return
        await asyncio.sleep(_POLL_SECONDS)
        current = await _poll(database, access, stored["id"])


async def _poll(database: Database, access: Access, import_id: UUID) -> dict[str, Any] | None:
    async with database.transaction(access) as tx:
        return await queries.get(tx, import_id)
