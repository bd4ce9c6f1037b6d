"""Route classes: every door admits its caller first; the hottest one goes past FastAPI's solving as well.

FastAPI reads and parses a body before it solves the dependencies that ask who sent it: a stranger would have a
mebibyte of JSON parsed, and be told what is wrong with it (422) instead of that a token is missing (401).
"""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError

from shared.db.session import Database
from shared.web.identity.callers import authenticate, check_permission
from shared.web.identity.permissions import Permission


def _permissions_of(route: APIRoute) -> list[Permission]:
    found = [
        permission
        for depends in route.dependencies
        if (permission := getattr(depends.dependency, "permission", None)) is not None
    ]
    if not found:
        raise TypeError(f"{route.path} asks for no permission")
    return found


async def _admit(request: Request, permissions: list[Permission]) -> None:
    actor = await authenticate(request)
    for permission in permissions:
        check_permission(actor, permission)


class GuardedRoute(APIRoute):
    """Token and permissions are asked for before a byte of the body is taken in. Every door is of this class."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI asks for this once."""
        permissions = _permissions_of(self)
        further = super().get_route_handler()

        async def handle(request: Request) -> Response:
            await _admit(request, permissions)
            return await further(request)

        return handle


class DirectRoute(GuardedRoute):
    """For endpoints `(tx, request, <one path parameter>, body)` that answer with a Response.

    Declared and documented like any other. Its handler takes the body as JSON straight into its model and opens the
    transaction itself, committed before the response leaves; solving dependencies took more time than deciding and
    storing.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI asks for this once."""
        [parameter] = self.param_convertors
        body_field = self.body_field
        assert body_field is not None
        model: type[BaseModel] = body_field.field_info.annotation  # type: ignore[assignment]
        endpoint: Callable[..., Awaitable[Response]] = self.endpoint

        permissions = _permissions_of(self)

        async def handle(request: Request) -> Response:
            await _admit(request, permissions)
            try:
                body = model.model_validate_json(await request.body())
            except ValidationError as error:
                raise RequestValidationError(
                    [{**item, "loc": ("body", *item["loc"])} for item in error.errors()]
                ) from error
            database: Database = request.app.state.database
            async with database.transaction(request.state.access) as tx:
                return await endpoint(tx=tx, request=request, body=body, **{parameter: request.path_params[parameter]})

        return handle


def check_guarded(router: APIRouter) -> None:
    """Raises TypeError for a router with a door of another class: it would read bodies of strangers."""
    for route in router.routes:
        if not isinstance(route, GuardedRoute):
            raise TypeError(f"{getattr(route, 'path', route)} is no GuardedRoute: give its router this route_class")
