"""The HTTP half of the hottest route's fast path: it bypasses FastAPI's dependency solving."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from shared.db.session import Database
from shared.problems.inputs import Body
from shared.problems.keys import check_keys
from shared.problems.validation import check_json_body
from shared.web.guarded import GuardedRoute, admit, permissions_of
from shared.web.parameters import check_query, parameters_of
from shared.web.wire.bodies import check_encoding, check_json_type

Endpoint = Callable[..., Awaitable[Response]]


class DirectRoute(GuardedRoute):
    """For endpoints `(tx, request, <one path parameter>, body)` that return a Response.

    Declared and documented like any other route. Its handler parses the JSON body directly into its model and opens
    the transaction itself, committed before the response is sent: solving the dependencies took more time than the
    decision and the statements.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI asks for this once."""
        [parameter] = self.param_convertors
        body_field = self.body_field
        assert body_field is not None
        model: type[BaseModel] = body_field.field_info.annotation  # type: ignore[assignment]
        endpoint: Endpoint = self.endpoint

        permissions = permissions_of(self)
        known, _ = parameters_of(self)

        async def handle(request: Request) -> Response:
            await admit(request, permissions)
            check_encoding(request)
            check_query(request, known)
            content = await request.body()
            check_keys(content)
            if content:
                check_json_type(request)
            try:
                body = model.model_validate_json(content)
            except ValidationError as error:
                raise RequestValidationError(
                    [{**item, "loc": ("body", *item["loc"])} for item in error.errors()]
                ) from error
            check_json_body(content, body.count_keys() if isinstance(body, Body) else None)
            return await self.serve(endpoint, request, {"body": body, parameter: request.path_params[parameter]})

        return handle

    async def serve(self, endpoint: Endpoint, request: Request, arguments: Mapping[str, Any]) -> Response:
        """Run the endpoint in a transaction of its own."""
        database: Database = request.app.state.database
        async with database.transaction(request.state.access) as tx:
            return await endpoint(tx=tx, request=request, **arguments)
