"""JSON numbers read as Decimal: 4.35 stays 4.35 and never passes through a binary float."""

import json
from collections.abc import Callable, Coroutine
from decimal import Decimal
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.routing import APIRoute


class _ExactRequest(Request):
    async def json(self) -> Any:
        body = await self.body()
        try:
            return json.loads(body, parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse)
        except UnicodeDecodeError as error:
            raise json.JSONDecodeError("not UTF-8", "", 0) from error


def _refuse(constant: str) -> NoReturn:
    """NaN and Infinity are not JSON."""
    raise json.JSONDecodeError(f"{constant} is not JSON", "", 0)


class ExactNumbersRoute(APIRoute):
    """A route whose JSON body is read exactly."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own handler, on a request that reads exactly."""
        handle = super().get_route_handler()

        async def handle_exactly(request: Request) -> Response:
            return await handle(_ExactRequest(request.scope, request.receive))

        return handle_exactly
