"""The published events as a pull feed, for systems that do not speak Kafka: CloudEvents, scoped like the rest."""

from time import monotonic
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel

from shared.bus.receiving.dead_letters import DeadLetterRecorded
from shared.bus.sending.feed import Item, last_position, read_feed
from shared.bus.sending.watching import FeedWatch
from shared.contracts.catalog import feed_types_of
from shared.problems.language import Text
from shared.problems.problems import BadCursor, FieldError, InvalidInput
from shared.web.describing.answers import header
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Cursor, Limit, decode_cursor, encode_cursor, problems

BATCH = "application/cloudevents-batch+json"
LONGEST_WAIT = 25
"""Seconds. Less than the time limit of a request, the gateway's too."""
_MARGIN_SECONDS = 5
_LONGEST_POSITION = 18
_UNKNOWN_TYPE = Text(
    zh="没有这种事件类型。可用的类型：{types}。", en="There is no such type of event. The types are: {types}."
)
_CURSOR_AND_FROM = Text(zh="不能与游标同时给出。", en="It cannot be given together with cursor.")


class ChangesOut(BaseModel):
    """`items` are CloudEvents in JSON; `cursor` is where to go on later, `next_cursor` is null when this is all."""

    items: list[dict[str, Any]]
    next_cursor: str | None
    cursor: str | None


def create_changes(reads: Permission) -> APIRouter:
    """The feed of a service. It shows what the service's other routes show, so it needs their permission too."""
    router = APIRouter(tags=["changes"], route_class=GuardedRoute)

    @router.get(
        "/changes",
        response_model=ChangesOut,
        dependencies=[requires(Permission.CHANGES_READ), requires(reads)],
        responses={
            200: {"content": {BATCH: {}}, "headers": {"Link": header("where to go on, for CloudEvents' batch")}},
            **problems(InvalidInput, BadCursor),
        },
    )
    async def list_changes(
        request: Request,
        event_type: Annotated[str | None, Query(alias="type", max_length=200)] = None,
        cursor: Cursor = None,
        start: Annotated[Literal["now"] | None, Query(alias="from", description="begin with what comes next")] = None,
        wait: Annotated[
            float, Query(ge=0, le=LONGEST_WAIT, description="seconds to wait for an event where there is none yet")
        ] = 0,
        limit: Limit = 100,
        accept: Annotated[str | None, Header(include_in_schema=False)] = None,
    ) -> Response:
        """Events in the order of their publication, each at least once; keep `cursor` and come back with it."""
        _check_type(request.app.state.settings.service, event_type)
        if start is not None and cursor is not None:
            raise InvalidInput([FieldError("/query/from", _CURSOR_AND_FROM)])
        after = None if start is not None else _position(cursor)
        rows, begun = await _read(request, after, event_type, limit + 1, wait)
        items = [event for _, event in rows[:limit] if event is not None]
        here = encode_cursor(str(rows[:limit][-1][0])) if rows else cursor
        if here is None and start is not None:
            here = encode_cursor(str(begun))
        following = here if len(rows) > limit else None
        if accept and BATCH in accept:
            response = Response(orjson.dumps(items), media_type=BATCH)
            if here is not None:
                following_url = request.url.remove_query_params("from").include_query_params(cursor=here)
                response.headers["Link"] = f'<{following_url.path}?{following_url.query}>; rel="next"'
            return response
        body = {"items": items, "next_cursor": following, "cursor": here}
        return Response(orjson.dumps(body), media_type="application/json")

    return router


async def _read(
    request: Request, after: int | None, event_type: str | None, limit: int, wait: float
) -> tuple[list[Item], int]:
    """Rows of the feed, and the position that reading began after (None: the last one now).

    Where there are none, it waits for some; meanwhile it holds no transaction.
    """
    state = request.app.state
    watch: FeedWatch = state.feed_watch
    until = min(wait, state.settings.request_timeout_seconds - _MARGIN_SECONDS) + monotonic()
    begun = after
    while True:
        async with state.database.transaction(request.state.access) as tx:
            last = await last_position(tx) if wait or after is None else 0
            begun = last if begun is None else begun
            rows = await read_feed(tx, after=last if after is None else after, event_type=event_type, limit=limit)
        remaining = until - monotonic()
        if rows or remaining <= 0 or not await watch.wait(last, remaining):
            return rows, begun
        # Up to here there was nothing for this reader.
        after = last


def _check_type(service: str, event_type: str | None) -> None:
    known = (*feed_types_of(service), DeadLetterRecorded.TYPE)
    if event_type is not None and event_type not in known:
        raise InvalidInput([FieldError("/query/type", _UNKNOWN_TYPE, (("types", ", ".join(known)),))])


def _position(cursor: str | None) -> int:
    key = decode_cursor(cursor, 1)
    if key is None:
        return 0
    if not (key[0].isascii() and key[0].isdigit() and len(key[0]) <= _LONGEST_POSITION):
        raise BadCursor
    return int(key[0])
