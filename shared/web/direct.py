"""The hottest doors, without what FastAPI does between the socket and the endpoint.

A route of this class is declared and documented like any other. Its handler takes the body as JSON straight into
its model and opens the transaction itself, committed before the response leaves; solving dependencies took more
time than deciding and storing.
"""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError

from shared.db.session import Database


class DirectRoute(APIRoute):
    """For endpoints `(tx, request, <one path parameter>, body)` that answer with a Response."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI asks for this once."""
        [parameter] = self.param_convertors
        body_field = self.body_field
        assert body_field is not None
        model: type[BaseModel] = body_field.field_info.annotation  # type: ignore[assignment]
        endpoint: Callable[..., Awaitable[Response]] = self.endpoint

        async def handle(request: Request) -> Response:
            try:
                body = model.model_validate_json(await request.body())
            except ValidationError as error:
                raise RequestValidationError(
                    [{**item, "loc": ("body", *item["loc"])} for item in error.errors()]
                ) from error
            database: Database = request.app.state.database
            async with database.transaction() as tx:
                return await endpoint(tx=tx, request=request, body=body, **{parameter: request.path_params[parameter]})

        return handle
