"""JSON bodies read strictly, their numbers as Decimal: 4.35 stays 4.35 and never passes through a binary float."""

import json
from collections.abc import Callable, Coroutine
from decimal import Decimal
from typing import Any

import orjson
from fastapi import Request, Response

from shared.web.guarded import GuardedRoute


class _ExactRequest(Request):
    async def json(self) -> Any:
        body = await self.body()
        # orjson is strict where the standard library is not: NaN, half a surrogate pair, bytes that are not UTF-8.
        orjson.loads(body)
        return json.loads(body, parse_float=Decimal)


class ExactJsonRoute(GuardedRoute):
    """A route whose JSON body is read exactly."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The guarded handler, on a request that reads exactly."""
        handle = super().get_route_handler()

        async def handle_exactly(request: Request) -> Response:
            return await handle(_ExactRequest(request.scope, request.receive))

        return handle_exactly
