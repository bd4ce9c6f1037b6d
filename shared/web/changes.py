"""The published events as a pull feed, for systems that do not speak Kafka: CloudEvents, scoped like the rest."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel

from shared.bus.sending.feed import read_feed
from shared.problems.problems import BadCursor, InvalidInput
from shared.web.describing.answers import header
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Cursor, Limit, Tx, decode_cursor, encode_cursor, problems

BATCH = "application/cloudevents-batch+json"
_LONGEST_POSITION = 18


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
        tx: Tx,
        request: Request,
        event_type: Annotated[str | None, Query(alias="type", max_length=200)] = None,
        cursor: Cursor = None,
        limit: Limit = 100,
        accept: Annotated[str | None, Header(include_in_schema=False)] = None,
    ) -> Response:
        """Events in the order of their publication, each at least once; keep `cursor` and come back with it."""
        rows = await read_feed(tx, after=_position(cursor), event_type=event_type, limit=limit + 1)
        items = [event for _, event in rows[:limit]]
        here = encode_cursor(str(rows[:limit][-1][0])) if items else cursor
        following = here if len(rows) > limit else None
        if accept and BATCH in accept:
            response = Response(orjson.dumps(items), media_type=BATCH)
            if here is not None:
                following_url = request.url.include_query_params(cursor=here)
                response.headers["Link"] = f'<{following_url.path}?{following_url.query}>; rel="next"'
            return response
        body = {"items": items, "next_cursor": following, "cursor": here}
        return Response(orjson.dumps(body), media_type="application/json")

    return router


def _position(cursor: str | None) -> int:
    key = decode_cursor(cursor, 1)
    if key is None:
        return 0
    if not (key[0].isascii() and key[0].isdigit() and len(key[0]) <= _LONGEST_POSITION):
        raise BadCursor
    return int(key[0])
